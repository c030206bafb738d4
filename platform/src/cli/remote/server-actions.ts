/** What the `haulier server` commands do. */
import { ListServersResponse, ShowOverviewResponse, ShowServerResponse } from '@haulier/wire/sms/source-answers.ts';
import { connect, nothing } from './answers.ts';
import type { ApiClient } from './api-client.ts';
import { showOrWatch, type LiveFlags } from './live-view.ts';
import type { AccessFlags } from './server-access.ts';
import { overviewTable, serverDetails, serverTable } from './server-text.ts';

interface ListFlags extends LiveFlags {
  readonly state?: string;
  readonly stage?: string;
  readonly name?: string;
  readonly enterpriseProject?: string;
  readonly limit: string;
  readonly offset: string;
}

export async function list(flags: ListFlags): Promise<void> {
  const client = await connect(flags);
  const query = queryOf({ limit: flags.limit, offset: flags.offset, state: flags.state, migration_cycle: flags.stage, name: flags.name, enterprise_project_id: flags.enterpriseProject });
  await showOrWatch({ look: () => client.ask(ListServersResponse, 'GET', `/v3/sources?${query}`), textOf: serverTable }, flags);
}

export async function show(id: string, flags: LiveFlags): Promise<void> {
  const client = await connect(flags);
  await showOrWatch({ look: () => showServer(client, id), textOf: serverDetails }, flags);
}

export function showServer(client: ApiClient, id: string): Promise<ShowServerResponse> {
  return client.ask(ShowServerResponse, 'GET', serverPath(id));
}

export async function overview(flags: LiveFlags & { readonly enterpriseProject?: string }): Promise<void> {
  const client = await connect(flags);
  const query = queryOf({ enterprise_project_id: flags.enterpriseProject });
  await showOrWatch({ look: () => client.ask(ShowOverviewResponse, 'GET', `/v3/sources/overview?${query}`), textOf: overviewTable }, flags);
}

export async function rename(id: string, name: string, flags: AccessFlags): Promise<void> {
  const client = await connect(flags);
  await client.ask(nothing, 'PUT', serverPath(id), { name });
  process.stderr.write(`Source server ${id} is now called ${name}.\n`);
}

export async function remove(ids: readonly string[], flags: AccessFlags): Promise<void> {
  const client = await connect(flags);
  await client.ask(nothing, 'POST', '/v3/sources/delete', { ids });
  process.stderr.write(`${ids.length === 1 ? `Source server ${ids[0] ?? ''} is` : `${ids.length} source servers are`} deleted, or will be when its agent has cleaned up.\n`);
}

/** A query string of what is defined. */
export function queryOf(fields: Readonly<Record<string, string | undefined>>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) query.set(name, value);
  return query.toString();
}

function serverPath(id: string): string {
  return `/v3/sources/${encodeURIComponent(id)}`;
}
