/** What a group does to its tasks, some at a time. A task that somebody else has moved meanwhile is met again, or needs nothing. */
import { statesAllowing } from '../../object-migration/life-cycle.ts';
import type { GroupId } from '../../object-migration/groups/group.ts';
import type { StoredGroup, Turn } from '../../object-migration/groups/group-repository.ts';
import { removeTask } from '../../object-migration/remove-task.ts';
import { openCredentials } from '../../object-migration/secret-box.ts';
import { startReachable } from '../../object-migration/start-task.ts';
import { stopTask } from '../../object-migration/stop-task.ts';
import { MigrationRefusal } from '../../object-migration/task.ts';
import type { TaskCredentials, TaskState } from '../../object-migration/task.ts';
import type { StoredTask } from '../../object-migration/task-repository.ts';
import type { TurnDeps } from './turn.ts';

/** Tasks dealt with in one turn: few enough that it ends before its lease. */
const batch = 100;

/** Stops what can be stopped. True when there may be more. */
export async function stopMembers(deps: TurnDeps, id: GroupId): Promise<boolean> {
  const running = await deps.groupWork.membersIn(id, statesAllowing('stop'), batch);
  for (const task of running) await unlessRefused(() => stopTask(deps, task.project, task.id));
  return running.length === batch;
}

/** Stops what runs and deletes what does not. True when there may be more to do at once. */
export async function removeMembers(deps: TurnDeps, id: GroupId): Promise<boolean> {
  const resting: readonly TaskState[] = statesAllowing('delete');
  const gone = await deps.groupWork.membersIn(id, resting, batch);
  for (const task of gone) await unlessRefused(() => removeTask(deps, task.project, task.id));
  return gone.length === batch || await stopMembers(deps, id);
}

/** Tells the group's latest order to those tasks that have not heard of it. True when there may be more. */
export async function tellMembers(deps: TurnDeps, { group, sealedCredentials }: Turn): Promise<boolean> {
  if (group.order.kind === 'none') return false;
  const untold = await deps.groupWork.untold(group.id, group.order.number, batch);
  if (untold.length === 0) return false;
  if (sealedCredentials === undefined) throw new Error('the group has no credentials');
  const credentials = openCredentials(deps.secrets, group.id, sealedCredentials);
  for (const task of untold) {
    if (isMeant(group, task)) await unlessRefused(() => start(deps, group, task, credentials));
    await deps.groupWork.markTold(task.id, group.order.number);
  }
  return untold.length === batch;
}

function isMeant({ order }: StoredGroup, { state }: StoredTask): boolean {
  return state === (order.kind === 'resume' ? 'paused' : 'failed');
}

/** A task whose run broke off knows only some of its failed objects: it is migrated again as a whole. */
async function start(deps: TurnDeps, { order }: StoredGroup, task: StoredTask, credentials: TaskCredentials): Promise<void> {
  const options = (failedObjectsOnly: boolean) => ({ credentials, failedObjectsOnly });
  try {
    await startReachable(deps, task.project, task.id, options(order.kind === 'retry-failed'));
  } catch (error) {
    if (!(error instanceof MigrationRefusal) || error.refusal.kind !== 'no-failed-objects') throw error;
    await startReachable(deps, task.project, task.id, options(false));
  }
}

/** Somebody else has moved or deleted the task first: then there is nothing left to do to it. */
async function unlessRefused(change: () => Promise<void>): Promise<void> {
  try {
    await change();
  } catch (error) {
    if (!(error instanceof MigrationRefusal)) throw error;
  }
}
