/** What the `haulier sync` commands do. */
import {
  CreateSyncTaskResponse, ListSyncTasksResponse, ListSyncTaskStatisticResponse, ShowSyncTaskResponse, SyncWebhookResponse, statisticDataTypes, type CreateSyncTaskReq,
  type StartSyncTaskReq, type SyncConsistencyCheck, type SyncStatus,
} from '@haulier/wire/oms/sync-tasks.ts';
import { embeddedRegion } from '../../providers/built-in-regions.ts';
import { UsageError } from '../usage-error.ts';
import { connect, nothing, print, type Printing } from './answers.ts';
import type { ApiClient } from './api-client.ts';
import type { AccessFlags } from './server-access.ts';
import { findStoreKeys, type StoreFlags } from './store-keys.ts';
import { statisticTable, syncDetails, syncTable } from './sync-text.ts';
import { parsePlace, sourceCloud, type TaskPlace } from './task-request.ts';

export interface SyncFlags {
  readonly description?: string;
  readonly check?: SyncConsistencyCheck;
  readonly metadata: boolean;
  readonly restore?: true;
}

export async function create(srcText: string, dstText: string, flags: Printing & StoreFlags & SyncFlags): Promise<void> {
  const [source, destination] = [wholeBucket(srcText), wholeBucket(dstText)];
  const keys = await keysOf(source, destination, flags);
  const cloud = sourceCloud(source.cloud);
  if (cloud === 'URLSource') throw new UsageError('a list of URLs has no changes to follow');
  const request: CreateSyncTaskReq = {
    src_cloud_type: cloud, src_region: source.region, src_bucket: source.bucket, dst_region: destination.region, dst_bucket: destination.bucket, ...keys,
    enable_metadata_migration: flags.metadata,
    enable_restore: flags.restore === true,
    ...(flags.description === undefined ? {} : { description: flags.description }),
    ...(flags.check === undefined ? {} : { consistency_check: flags.check }),
  };
  const client = await connect(flags);
  const made = await client.ask(CreateSyncTaskResponse, 'POST', tasksPath(client), request);
  print(flags, made, () => `${made.sync_task_id}\n`);
}

export async function list(flags: Printing & { readonly status?: SyncStatus }): Promise<void> {
  const client = await connect(flags);
  const query = flags.status === undefined ? '' : `&status=${flags.status}`;
  const answer = await client.ask(ListSyncTasksResponse, 'GET', `${tasksPath(client)}?limit=100${query}`);
  print(flags, answer, () => `${syncTable(answer.tasks)}${answer.tasks.length} of ${answer.count}\n`);
}

export async function show(id: string, flags: Printing): Promise<void> {
  const task = await find(await connect(flags), id);
  print(flags, task, () => syncDetails(task));
}

export async function look(id: string, keys: readonly string[], flags: AccessFlags): Promise<void> {
  const client = await connect(flags);
  for (let first = 0; first < keys.length; first += 10) {
    await client.ask(nothing, 'POST', taskPath(client, id, '/events'), { object_keys: keys.slice(first, first + 10).map(encodeURIComponent) });
  }
  process.stderr.write(`${keys.length} ${keys.length === 1 ? 'key is' : 'keys are'} being looked at.\n`);
}

export async function stop(id: string, flags: AccessFlags): Promise<void> {
  const client = await connect(flags);
  await client.ask(nothing, 'POST', taskPath(client, id, '/stop'), {});
  process.stderr.write(`Synchronisation task ${id} is stopped.\n`);
}

export async function start(id: string, flags: AccessFlags & StoreFlags): Promise<void> {
  const client = await connect(flags);
  const task = await find(client, id);
  const source = { cloud: task.src_cloud_type, region: task.src_region, bucket: task.src_bucket, prefix: '' };
  const destination = { cloud: task.dst_region === embeddedRegion ? 'local' : 'hec', region: task.dst_region, bucket: task.dst_bucket, prefix: '' };
  const request: StartSyncTaskReq = await keysOf(source, destination, flags);
  await client.ask(nothing, 'POST', taskPath(client, id, '/start'), request);
  process.stderr.write(`Synchronisation task ${id} is started.\n`);
}

export async function remove(id: string, flags: AccessFlags): Promise<void> {
  const client = await connect(flags);
  await client.ask(nothing, 'DELETE', taskPath(client, id));
  process.stderr.write(`Synchronisation task ${id} is deleted.\n`);
}

export async function webhook(id: string, flags: Printing & { readonly revoke?: true }): Promise<void> {
  const client = await connect(flags);
  const path = taskPath(client, id, '/webhook');
  if (flags.revoke === true) {
    await client.ask(nothing, 'DELETE', path);
    process.stderr.write(`Synchronisation task ${id} takes no notifications any more.\n`);
    return;
  }
  const made = await client.ask(SyncWebhookResponse, 'POST', path);
  print(flags, made, () => `${made.url}\n`);
  process.stderr.write('Whoever knows this address may send notifications to it. It is shown this once; an earlier one has ended.\n');
}

export async function statistics(id: string, flags: Printing & { readonly hours: string }): Promise<void> {
  const hours = /^\d+(\.\d+)?$/.test(flags.hours) ? Number(flags.hours) : NaN;
  if (!(hours > 0)) throw new UsageError(`--hours: expected a number such as 24, not "${flags.hours}"`);
  const client = await connect(flags);
  const now = Date.now();
  const query = new URLSearchParams({ data_type: statisticDataTypes.join(','), start_time: String(Math.max(0, Math.floor(now - hours * 3_600_000))), end_time: String(now) });
  const answer = await client.ask(ListSyncTaskStatisticResponse, 'GET', `${taskPath(client, id, '/statistics')}?${query.toString()}`);
  print(flags, answer, () => statisticTable(answer));
}

function find(client: ApiClient, id: string): Promise<ShowSyncTaskResponse> {
  return client.ask(ShowSyncTaskResponse, 'GET', `${taskPath(client, id)}?query_time=${Date.now()}`);
}

function tasksPath({ projectId }: ApiClient): string {
  return `/v2/${encodeURIComponent(projectId)}/sync-tasks`;
}

function taskPath(client: ApiClient, id: string, action = ''): string {
  return `${tasksPath(client)}/${encodeURIComponent(id)}${action}`;
}

function wholeBucket(text: string): TaskPlace {
  const place = parsePlace(text);
  if (place.prefix !== '') throw new UsageError(`"${text}": whole buckets are kept in sync, name ${place.cloud}:${place.region}/${place.bucket}`);
  return place;
}

async function keysOf(source: TaskPlace, destination: TaskPlace, flags: StoreFlags): Promise<StartSyncTaskReq> {
  const src = await findStoreKeys('src', source, flags);
  const dst = await findStoreKeys('dst', destination, flags);
  for (const { securityToken } of [src, dst]) {
    if (securityToken !== undefined) throw new UsageError('a synchronisation task takes keys that do not expire: no security token goes with them');
  }
  return { src_ak: src.accessKey, src_sk: src.secretKey, dst_ak: dst.accessKey, dst_sk: dst.secretKey };
}
