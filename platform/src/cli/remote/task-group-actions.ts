/** What the `haulier task-group` commands do. */
import {
  CreateTaskGroupResponse, ListTaskGroupResponse, TaskGroupResp, type RetryTaskGroupReq, type StartTaskGroupReq,
} from '@haulier/wire/oms/task-groups.ts';
import { exitCode } from '../run-program.ts';
import type { ApiClient } from './api-client.ts';
import { connect, nothing, print, type Printing } from './answers.ts';
import { followToEnd } from './following.ts';
import type { AccessFlags } from './server-access.ts';
import type { StoreFlags } from './store-keys.ts';
import { createGroupRequest, type CreateGroupFlags } from './task-group-request.ts';
import { groupDetails, groupProgress, groupStatusName, groupStatusNumber, groupTable, isGroupOver } from './task-group-text.ts';
import { findMigrationKeys, keysOfTask } from './task-keys.ts';
import { parseDestination, parseSource } from './task-request.ts';

export async function create(srcText: string, dstText: string, flags: Printing & StoreFlags & CreateGroupFlags & { readonly watch?: true }): Promise<void> {
  const [source, destination] = [parseSource(srcText), parseDestination(dstText)];
  const requestWith = createGroupRequest(source, destination, flags);
  const request = requestWith(await findMigrationKeys(source, destination, flags));
  const client = await connect(flags);
  const made = await client.ask(CreateTaskGroupResponse, 'POST', groupsPath(client), request);
  if (flags.watch === true) return follow(client, made.group_id, flags);
  print(flags, made, () => `${made.group_id}\n`);
}

export async function list(flags: Printing & { readonly status?: string; readonly limit: string; readonly offset: string }): Promise<void> {
  const client = await connect(flags);
  const query = new URLSearchParams({ limit: flags.limit, offset: flags.offset });
  if (flags.status !== undefined) query.set('status', groupStatusNumber(flags.status) ?? flags.status);
  const answer = await client.ask(ListTaskGroupResponse, 'GET', `${groupsPath(client)}?${query.toString()}`);
  print(flags, answer, () => `${groupTable(answer.taskgroups)}${answer.taskgroups.length} of ${answer.count}\n`);
}

export async function show(id: string, flags: Printing): Promise<void> {
  const group = await showGroup(await connect(flags), id);
  print(flags, group, () => groupDetails(group));
}

export async function watch(id: string, flags: Printing): Promise<void> {
  await follow(await connect(flags), id, flags);
}

export async function stop(id: string, flags: AccessFlags): Promise<void> {
  const client = await connect(flags);
  await client.ask(nothing, 'PUT', groupPath(client, id, '/stop'), {});
  process.stderr.write(`Task group ${id} is being paused.\n`);
}

export async function start(id: string, flags: AccessFlags & StoreFlags): Promise<void> {
  const client = await connect(flags);
  const request: StartTaskGroupReq = await keysOfTask(await showGroup(client, id), flags);
  await client.ask(nothing, 'PUT', groupPath(client, id, '/start'), request);
  process.stderr.write(`Task group ${id} is resumed.\n`);
}

export async function retry(id: string, flags: AccessFlags & { readonly failedOnly?: true }): Promise<void> {
  const client = await connect(flags);
  const request: RetryTaskGroupReq = flags.failedOnly === true ? { migrate_failed_object: true } : {};
  await client.ask(nothing, 'PUT', groupPath(client, id, '/retry'), request);
  process.stderr.write(`The failed tasks of task group ${id} are started again.\n`);
}

export async function remove(id: string, flags: AccessFlags): Promise<void> {
  const client = await connect(flags);
  await client.ask(nothing, 'DELETE', groupPath(client, id));
  process.stderr.write(`Task group ${id} is being deleted.\n`);
}

function showGroup(client: ApiClient, id: string): Promise<TaskGroupResp> {
  return client.ask(TaskGroupResp, 'GET', groupPath(client, id));
}

function follow(client: ApiClient, id: string, flags: Printing): Promise<void> {
  const watched = { look: () => showGroup(client, id), progressOf: groupProgress, isOver: (group: TaskGroupResp) => isGroupOver(group.status) };
  return followToEnd(watched, flags, (group) => {
    print(flags, group, () => `Task group ${group.group_id} ${groupStatusName(group.status)}.\n${groupDetails(group)}`);
    process.exitCode = groupStatusName(group.status) === 'succeeded' ? exitCode.done : exitCode.failed;
  });
}

function groupsPath({ projectId }: ApiClient): string {
  return `/v2/${encodeURIComponent(projectId)}/taskgroups`;
}

function groupPath(client: ApiClient, id: string, action = ''): string {
  return `${groupsPath(client)}/${encodeURIComponent(id)}${action}`;
}
