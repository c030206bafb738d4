/** The use cases of synchronisation tasks; each throws `MigrationRefusal`. */
import type { MigrationTasksDeps } from '../migration-tasks.ts';
import { sealCredentials } from '../secret-box.ts';
import type { ProjectId, TaskCredentials } from '../task.ts';
import { MigrationRefusal } from '../task.ts';
import { monthOf } from './month.ts';
import { checkTask, createSyncTask } from './create-sync-task.ts';
import { stepWidthOf, sumSteps, wholeSteps, type StepWidth, type SyncStep, type TimeRange } from './statistics.ts';
import { nextSyncState, syncStatesAllowing, type SyncLifeEvent } from './sync-life-cycle.ts';
import type { SyncTaskRepository } from './sync-task-repository.ts';
import type { BucketEvent, NewSyncTask, SyncCounts, SyncState, SyncTask, SyncTaskFilter, SyncTaskId } from './sync-task.ts';
import { digestOfToken, isToken } from './webhook-token.ts';

export interface SyncTasks {
  create(task: NewSyncTask): Promise<SyncTaskId>;
  /** @param at milliseconds since the epoch: the month that the counts are of. */
  show(project: ProjectId, id: SyncTaskId, at: number): Promise<{ readonly task: SyncTask; readonly month: SyncCounts }>;
  find(project: ProjectId, id: SyncTaskId): Promise<SyncTask>;
  list(project: ProjectId, filter: SyncTaskFilter): Promise<{ readonly tasks: readonly SyncTask[]; readonly count: number }>;
  /** What is being copied comes to its end or is put aside; accepted events wait for the next start. */
  stop(project: ProjectId, id: SyncTaskId): Promise<void>;
  start(project: ProjectId, id: SyncTaskId, credentials: TaskCredentials): Promise<void>;
  remove(project: ProjectId, id: SyncTaskId): Promise<void>;
  /** Durable when it resolves. */
  request(project: ProjectId, id: SyncTaskId, keys: readonly string[]): Promise<void>;
  statistics(project: ProjectId, id: SyncTaskId, range: TimeRange): Promise<{ readonly width: StepWidth; readonly steps: readonly SyncStep[] }>;

  /** A new token for the task's webhook, in place of the one before. It is told this once. */
  issueToken(project: ProjectId, id: SyncTaskId): Promise<string>;
  revokeToken(project: ProjectId, id: SyncTaskId): Promise<void>;
  /** Refuses a wrong token, and a task that is not there, in the same words. */
  checkToken(project: ProjectId, id: SyncTaskId, token: string): Promise<void>;
  /** What a store says of its objects; those of other buckets are passed over. Durable when it resolves. */
  notify(project: ProjectId, id: SyncTaskId, events: readonly BucketEvent[]): Promise<{ readonly accepted: number; readonly ignored: number }>;
}

export interface SyncTasksDeps extends Pick<MigrationTasksDeps, 'secrets' | 'stores' | 'clock' | 'reachLimitMs' | 'wake'> {
  readonly syncTasks: SyncTaskRepository;
  readonly newSyncTaskId: () => SyncTaskId;
  /** Letters and digits that nobody can guess. */
  readonly newToken: () => string;
  /** In which a month begins and ends; an IANA name. */
  readonly zone: string;
  /** Tasks that a project may have. */
  readonly syncTaskLimit: number;
  /** Sees how many names were accepted, for metrics. */
  readonly accepted: (names: number) => void;
}

/** "A tenant can create a maximum of five synchronization tasks" (section 5.3.3). */
export const documentedSyncTaskLimit = 5;

export function createSyncTasks(deps: SyncTasksDeps): SyncTasks {
  const { syncTasks, newToken, zone } = deps;
  const find = (project: ProjectId, id: SyncTaskId) => requireSyncTask(syncTasks, project, id);
  return {
    create: (task) => createSyncTask(deps, task),
    async show(project, id, at) {
      const task = await find(project, id);
      return { task, month: await syncTasks.total(id, monthOf(at, zone)) };
    },
    find,
    list: (project, filter) => syncTasks.list(project, filter),
    stop: (project, id) => move(deps, project, id, 'stop'),
    start: (project, id, credentials) => startSyncTask(deps, project, id, credentials),
    remove: (project, id) => removeSyncTask(deps, project, id),
    request: (project, id, keys) => accept(deps, project, id, keys, 'request'),
    async statistics(project, id, range) {
      await find(project, id);
      const width = stepWidthOf(range);
      return { width, steps: sumSteps(await syncTasks.steps(id, wholeSteps(range, width)), width) };
    },
    async issueToken(project, id) {
      await find(project, id);
      const token = newToken();
      await syncTasks.setTokenDigest(id, digestOfToken(token));
      return token;
    },
    async revokeToken(project, id) {
      await find(project, id);
      await syncTasks.setTokenDigest(id, undefined);
    },
    async checkToken(project, id, token) {
      const digest = await syncTasks.tokenDigest(project, id);
      if (digest === undefined || !isToken(token, digest)) throw new MigrationRefusal({ kind: 'bad-webhook-token' });
    },
    notify: (project, id, events) => notify(deps, project, id, events),
  };
}

async function requireSyncTask(syncTasks: SyncTaskRepository, project: ProjectId, id: SyncTaskId): Promise<SyncTask> {
  const task = await syncTasks.find(project, id);
  if (task === undefined) throw new MigrationRefusal({ kind: 'no-such-task', id });
  return task;
}

type SyncAction = Exclude<SyncLifeEvent, 'create'>;

/** Somebody else may move the task in between; then its new state decides. */
async function moveFrom(deps: SyncTasksDeps, project: ProjectId, id: SyncTaskId, event: SyncAction, attempt: (from: SyncState, to: SyncState | 'none') => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 5; tries += 1) {
    const { state } = await requireSyncTask(deps.syncTasks, project, id);
    const to = nextSyncState(state, event);
    if (to === 'refused') throw notAllowed(event, state);
    if (await attempt(state, to)) return;
  }
  throw notAllowed(event, (await requireSyncTask(deps.syncTasks, project, id)).state);
}

function notAllowed(action: SyncAction, state: SyncState): MigrationRefusal {
  return new MigrationRefusal({ kind: 'sync-not-allowed-in-state', action, state });
}

async function move(deps: SyncTasksDeps, project: ProjectId, id: SyncTaskId, event: SyncAction, sealed?: Uint8Array): Promise<void> {
  await moveFrom(deps, project, id, event, async (from, to) => to !== 'none' && deps.syncTasks.move(id, from, to, sealed));
  deps.wake();
}

async function startSyncTask(deps: SyncTasksDeps, project: ProjectId, id: SyncTaskId, credentials: TaskCredentials): Promise<void> {
  const task = await requireSyncTask(deps.syncTasks, project, id);
  if (nextSyncState(task.state, 'start') === 'refused') throw notAllowed('start', task.state);
  await checkTask(deps, task, credentials);
  await move(deps, project, id, 'start', sealCredentials(deps.secrets, { syncTask: id }, credentials));
}

async function removeSyncTask(deps: SyncTasksDeps, project: ProjectId, id: SyncTaskId): Promise<void> {
  await moveFrom(deps, project, id, 'delete', (from) => deps.syncTasks.remove(id, from));
  deps.wake();
}

async function accept(deps: SyncTasksDeps, project: ProjectId, id: SyncTaskId, keys: readonly string[], event: 'request' | 'notify'): Promise<void> {
  const { state } = await requireSyncTask(deps.syncTasks, project, id);
  const accepted = await deps.syncTasks.accept(id, keys, syncStatesAllowing(event));
  if (!accepted) throw notAllowed(event, state === 'synchronizing' ? 'stopped' : state);
  deps.accepted(keys.length);
  deps.wake();
}

async function notify(deps: SyncTasksDeps, project: ProjectId, id: SyncTaskId, events: readonly BucketEvent[]) {
  const { source: { bucket } } = await requireSyncTask(deps.syncTasks, project, id);
  const keys = events.filter((event) => event.bucket === bucket).map((event) => event.key);
  if (keys.length > 0) await accept(deps, project, id, keys, 'notify');
  return { accepted: keys.length, ignored: events.length - keys.length };
}
