/** What the `haulier server` commands do. */
import { ListErrorServersResponse, ListServersResponse, ShowOverviewResponse, ShowServerResponse } from '@haulier/wire/sms/source-answers.ts';
import { connectGlobally, nothing } from './answers.ts';
import { RemoteError, type GlobalClient } from './api-client.ts';
import { findEach, findServerId } from './find-server.ts';
import { showOrWatch, type LiveFlags } from './live-view.ts';
import type { AccessFlags } from './server-access.ts';
import { allPages, type PageFlags } from './pages.ts';
import { failureTable, overviewTable, serverDetails, serverTable } from './server-text.ts';

interface ListFlags extends LiveFlags, PageFlags {
  readonly state?: string;
  readonly stage?: string;
  readonly name?: string;
  readonly silent?: true;
  readonly enterpriseProject?: string;
}

export async function list(flags: ListFlags): Promise<void> {
  const client = await connectGlobally(flags);
  const filter = {
    state: flags.state, migration_cycle: flags.stage, name: flags.name, connected: flags.silent === true ? 'false' : undefined, enterprise_project_id: flags.enterpriseProject,
  };
  const look = () => allPages(flags, (page) => client.ask(ListServersResponse, 'GET', `/v3/sources?${queryOf({ ...page, ...filter })}`), 'source_servers');
  await showOrWatch({ look, textOf: serverTable }, flags);
}

export async function failures(flags: LiveFlags & PageFlags & { readonly enterpriseProject?: string }): Promise<void> {
  const client = await connectGlobally(flags);
  const filter = { enterprise_project_id: flags.enterpriseProject };
  const look = () => allPages(flags, (page) => client.ask(ListErrorServersResponse, 'GET', `/v3/errors?${queryOf({ ...page, ...filter })}`), 'migration_errors');
  await showOrWatch({ look, textOf: failureTable }, flags);
}

export async function show(server: string, flags: LiveFlags): Promise<void> {
  const client = await connectGlobally(flags);
  const id = await findServerId(client, server);
  await showOrWatch({ look: () => showServer(client, id), textOf: serverDetails }, flags);
}

export function showServer(client: GlobalClient, id: string): Promise<ShowServerResponse> {
  return client.ask(ShowServerResponse, 'GET', serverPath(id));
}

export async function overview(flags: LiveFlags & { readonly enterpriseProject?: string }): Promise<void> {
  const client = await connectGlobally(flags);
  const query = queryOf({ enterprise_project_id: flags.enterpriseProject });
  await showOrWatch({ look: () => client.ask(ShowOverviewResponse, 'GET', `/v3/sources/overview?${query}`), textOf: overviewTable }, flags);
}

export async function rename(server: string, name: string, flags: AccessFlags): Promise<void> {
  const client = await connectGlobally(flags);
  const id = await findServerId(client, server);
  await client.ask(nothing, 'PUT', serverPath(id), { name });
  process.stderr.write(`Source server ${id} is now called ${name}.\n`);
}

export async function remove(servers: readonly string[], flags: AccessFlags): Promise<void> {
  const client = await connectGlobally(flags);
  const ids = await findEach(servers, (server) => findServerId(client, server));
  await client.ask(nothing, 'POST', '/v3/sources/delete', { ids }).catch(whichOf(ids));
  process.stderr.write(`${ids.length === 1 ? `Source server ${ids[0] ?? ''} is` : `${ids.length} source servers are`} deleted, or will be when its agent has cleaned up.\n`);
}

/** Says which of several the server's answer is about, where it says so. */
export function whichOf(ids: readonly string[]): (error: unknown) => never {
  return (error) => {
    if (error instanceof RemoteError && error.about !== undefined && ids.length > 1) throw new RemoteError(`${error.about}: ${error.message} Nothing is deleted.`, error.status);
    throw error;
  };
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
