/** What the `haulier task` commands do. */
import type { StartTaskReq } from '@haulier/wire/oms/change-task.ts';
import { CreateTaskResponse } from '@haulier/wire/oms/create-task.ts';
import { ListTasksResponse, type TaskResp } from '@haulier/wire/oms/task.ts';
import { exitCode } from '../run-program.ts';
import { connect, nothing, print, type Printing } from './answers.ts';
import type { ApiClient } from './api-client.ts';
import { followToEnd } from './following.ts';
import type { AccessFlags } from './server-access.ts';
import { showTask } from './show-task.ts';
import type { StoreFlags } from './store-keys.ts';
import { findMigrationKeys, keysOfTask } from './task-keys.ts';
import { createRequest, parseDestination, parseSource, type CreateFlags } from './task-request.ts';
import { isOver, progressOf, statusName, statusNumber, taskDetails, taskTable } from './task-text.ts';

export async function create(srcText: string, dstText: string, flags: Printing & StoreFlags & CreateFlags & { readonly watch?: true }): Promise<void> {
  const [source, destination] = [parseSource(srcText), parseDestination(dstText)];
  const requestWith = createRequest(source, destination, flags);
  const request = requestWith(await findMigrationKeys(source, destination, flags));
  const client = await connect(flags);
  const made = await client.ask(CreateTaskResponse, 'POST', tasksPath(client), request);
  if (flags.watch === true) return follow(client, String(made.id), flags);
  print(flags, made, () => `${made.id}\n`);
}

export async function list(flags: Printing & { readonly status?: string; readonly limit: string; readonly offset: string }): Promise<void> {
  const client = await connect(flags);
  const query = new URLSearchParams({ limit: flags.limit, offset: flags.offset });
  if (flags.status !== undefined) query.set('status', statusNumber(flags.status) ?? flags.status);
  const answer = await client.ask(ListTasksResponse, 'GET', `${tasksPath(client)}?${query.toString()}`);
  print(flags, answer, () => `${taskTable(answer.tasks)}${answer.tasks.length} of ${answer.count}\n`);
}

export async function show(id: string, flags: Printing): Promise<void> {
  const task = await showTask(await connect(flags), id);
  print(flags, task, () => taskDetails(task));
}

export async function watch(id: string, flags: Printing): Promise<void> {
  await follow(await connect(flags), id, flags);
}

export async function stop(id: string, flags: AccessFlags): Promise<void> {
  const client = await connect(flags);
  await client.ask(nothing, 'POST', taskPath(client, id, '/stop'), {});
  process.stderr.write(`Task ${id} is being paused.\n`);
}

export async function start(id: string, flags: AccessFlags & StoreFlags & { readonly failedOnly?: true }): Promise<void> {
  const client = await connect(flags);
  const request: StartTaskReq = {
    ...(await keysOfTask(await showTask(client, id), flags)),
    ...(flags.failedOnly === true ? { migrate_failed_object: true } : {}),
  };
  await client.ask(nothing, 'POST', taskPath(client, id, '/start'), request);
  process.stderr.write(`Task ${id} is started.\n`);
}

export async function remove(id: string, flags: AccessFlags): Promise<void> {
  const client = await connect(flags);
  await client.ask(nothing, 'DELETE', taskPath(client, id));
  process.stderr.write(`Task ${id} is deleted.\n`);
}

function tasksPath({ projectId }: ApiClient): string {
  return `/v2/${encodeURIComponent(projectId)}/tasks`;
}

function taskPath(client: ApiClient, id: string, action = ''): string {
  return `${tasksPath(client)}/${encodeURIComponent(id)}${action}`;
}

function follow(client: ApiClient, id: string, flags: Printing): Promise<void> {
  const watched = { look: () => showTask(client, id), progressOf, isOver: (task: TaskResp) => isOver(task.status) };
  return followToEnd(watched, flags, (task) => reportEnd(task, flags));
}

function reportEnd(task: TaskResp, flags: Printing): void {
  print(flags, task, () => `Task ${task.id} ${statusName(task.status)}.\n${taskDetails(task)}`);
  process.exitCode = statusName(task.status) === 'succeeded' ? exitCode.done : exitCode.failed;
}
