/** What the `haulier server task` commands do. */
import { ProjectList } from '@haulier/wire/iam/projects.ts';
import { IdAnswer, type ShowServerResponse } from '@haulier/wire/sms/source-answers.ts';
import { ListTasksResponse, ShowTaskResponse } from '@haulier/wire/sms/task-answers.ts';
import { exitCode } from '../run-program.ts';
import { UsageError } from '../usage-error.ts';
import { connect, connectGlobally, nothing, print, type Printing } from './answers.ts';
import { RemoteError, type ApiClient, type GlobalClient } from './api-client.ts';
import { showOrWatch, type LiveFlags } from './live-view.ts';
import type { AccessFlags } from './server-access.ts';
import { findEach, findServerId, findTaskId } from './find-server.ts';
import { allPages, type PageFlags } from './pages.ts';
import { queryOf, showServer, whichOf } from './server-actions.ts';
import { serverTaskDetails, serverTaskTable, stepsText } from './server-text.ts';

export interface CreateTaskFlags extends Printing {
  readonly name?: string;
  readonly type?: 'file' | 'block';
  readonly template?: string;
  readonly vm?: string;
  readonly vmName?: string;
  readonly ip?: string;
  readonly region?: string;
  readonly sync?: true;
  readonly start?: true;
  readonly speedLimit?: string;
}

export async function create(server: string, flags: CreateTaskFlags): Promise<void> {
  if ((flags.template === undefined) === (flags.vm === undefined)) throw new UsageError('name the target either with --template or with --vm');
  const client = await connect(flags);
  const source = await showServer(client, await findServerId(client, server));
  const made = await client.ask(IdAnswer, 'POST', '/v3/tasks', { ...requestOf(source, flags), ...await placeOf(client, flags) });
  print(flags, made, () => `${made.id}\n`);
}

function requestOf(source: ShowServerResponse, { name = source.name, type, template, vm, vmName, ip, sync, start, speedLimit }: CreateTaskFlags): object {
  const kind = type ?? (source.os_type === 'LINUX' ? 'file' : 'block');
  return {
    name, type: kind === 'file' ? 'MIGRATE_FILE' : 'MIGRATE_BLOCK', os_type: source.os_type, source_server: { id: source.id },
    target_server: { ...source.init_target_server, btrfs_list: source.btrfs_list, ...(vm === undefined ? {} : { vm_id: vm, name: vmName ?? vm }) },
    exist_server: vm !== undefined, syncing: sync === true, auto_start: start === true,
    ...(template === undefined ? {} : { vm_template_id: template }),
    ...(ip === undefined ? {} : { migration_ip: ip }),
    ...(speedLimit === undefined ? {} : { speed_limit: wholeNumber('--speed-limit', speedLimit) }),
  };
}

function wholeNumber(flag: string, text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new UsageError(`${flag}: expected a whole number, not "${text}"`);
  return Number(text);
}

/** Where the target is: in the project, whose name says the region. */
async function placeOf(client: ApiClient, { region }: CreateTaskFlags): Promise<object> {
  const { projectId } = client;
  const { projects } = await client.ask(ProjectList, 'GET', '/v3/auth/projects');
  const name = projects.find(({ id }) => id === projectId)?.name ?? projectId;
  return { region_id: region ?? name, region_name: region ?? name, project_id: projectId, project_name: name };
}

export async function list(flags: LiveFlags & PageFlags & { readonly state?: string; readonly source?: string }): Promise<void> {
  const client = await connectGlobally(flags);
  const filter = { state: flags.state, source_server_id: flags.source === undefined ? undefined : await findServerId(client, flags.source) };
  const look = () => allPages(flags, (page) => client.ask(ListTasksResponse, 'GET', `/v3/tasks?${queryOf({ ...page, ...filter })}`), 'tasks');
  await showOrWatch({ look, textOf: serverTaskTable }, flags);
}

export async function show(task: string, flags: LiveFlags): Promise<void> {
  const client = await connectGlobally(flags);
  const id = await findTaskId(client, task);
  await showOrWatch({ look: () => showTask(client, id), textOf: serverTaskDetails }, flags);
}

const succeeded: ReadonlySet<string> = new Set(['MIGRATE_SUCCESS', 'SYNC_SUCCESS']);
const over: ReadonlySet<string> = new Set([...succeeded, 'MIGRATE_FAIL', 'SYNC_FAIL', 'ABORT']);

export async function progress(task: string, flags: LiveFlags): Promise<void> {
  const client = await connectGlobally(flags);
  const id = await findTaskId(client, task);
  const seen = await showOrWatch({ look: () => showTask(client, id), textOf: stepsText, isOver: ({ state }) => over.has(state) }, flags);
  if (flags.watch === true && seen !== undefined) process.exitCode = succeeded.has(seen.state) ? exitCode.done : exitCode.failed;
}

function showTask(client: GlobalClient, id: string): Promise<ShowTaskResponse> {
  return client.ask(ShowTaskResponse, 'GET', taskPath(id));
}

/** Commands that ask something of a task: the operation on the wire, and what is said when it has been taken. */
export const taskVerbs: Readonly<Record<string, { readonly operation: string; readonly description: string; readonly done: string }>> = {
  start: { operation: 'start', description: 'Start a task that is ready, or goes on where it was stopped or failed.', done: 'is started' },
  stop: { operation: 'stop', description: 'Stop a task: its agent finishes what it is at.', done: 'is being stopped' },
  restart: { operation: 'restart', description: 'Begin the copy of a stopped or failed task anew.', done: 'is started anew' },
  test: { operation: 'test', description: 'Launch the target of a task that is synchronising.', done: 'launches its target' },
  cutover: { operation: 'cutover', description: 'Synchronise a last time and launch the target in place of the source.', done: 'is cutting over' },
  clone: { operation: 'clone_test', description: 'Make a clone of the target, to try it.', done: 'makes a clone' },
  skip: { operation: 'skip', description: 'Skip the consistency check that a task is at.', done: 'skips what it is at' },
  clear: { operation: 'clear', description: 'Delete the snapshots of a task.', done: 'clears its snapshots' },
  'network-check': { operation: 'network_check', description: 'Have the agent measure the network to the target.', done: 'measures its network' },
  drill: { operation: 'migration_test', description: 'Go through a migration without migrating.', done: 'goes through a drill' },
};

/** The action of a command of {@link taskVerbs}: asked of one task after the other, also when one of them refuses. */
export function act(name: string): (tasks: readonly string[], flags: AccessFlags & { readonly template?: string }) => Promise<void> {
  return async (tasks, flags) => {
    const verb = taskVerbs[name];
    if (verb === undefined) throw new RangeError(`${name} is no command of a task`);
    const client = await connectGlobally(flags);
    const ids = await findEach(tasks, (task) => findTaskId(client, task));
    const ask = async (id: string): Promise<void> => {
      await client.ask(nothing, 'POST', `${taskPath(id)}/action`, { operation: verb.operation, ...(flags.template === undefined ? {} : { template_id: flags.template }) });
      process.stderr.write(`Task ${id} ${verb.done}.\n`);
    };
    for (const id of ids) await (ids.length === 1 ? ask(id) : ask(id).catch(tellOf(id)));
  };
}

/** The others are asked all the same, unless the server cannot be. */
function tellOf(id: string): (error: unknown) => void {
  return (error) => {
    if (!(error instanceof RemoteError) || error.status === undefined || error.status === 401) throw error;
    process.stderr.write(`haulier: ${id}: ${error.message}\n`);
    process.exitCode = exitCode.failed;
  };
}

export async function remove(tasks: readonly string[], flags: AccessFlags): Promise<void> {
  const client = await connectGlobally(flags);
  const ids = await findEach(tasks, (task) => findTaskId(client, task));
  await client.ask(nothing, 'POST', '/v3/tasks/delete', { ids }).catch(whichOf(ids));
  process.stderr.write(`${ids.length === 1 ? `Task ${ids[0] ?? ''} is` : `${ids.length} tasks are`} deleted.\n`);
}

function taskPath(id: string): string {
  return `/v3/tasks/${encodeURIComponent(id)}`;
}
