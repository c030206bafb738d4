/** One turn at looking after a group. */
import { taskError } from '../../object-migration/failure-codes.ts';
import { dueEvent } from '../../object-migration/groups/group-fate.ts';
import type { GroupId } from '../../object-migration/groups/group.ts';
import { nextGroupState } from '../../object-migration/groups/group-life-cycle.ts';
import type { GroupEvent } from '../../object-migration/groups/group-life-cycle.ts';
import type { GroupChange, GroupRepository, GroupWork, StoredGroup, Turn } from '../../object-migration/groups/group-repository.ts';
import type { MigrationTasksDeps } from '../../object-migration/migration-tasks.ts';
import type { WorkerLog } from '../worker-log.ts';
import { groupNotice } from './group-notice.ts';
import { removeMembers, stopMembers, tellMembers } from './members.ts';
import { splitGroup } from './split-group.ts';
import type { TaskBounds } from '../../object-migration/groups/split/split.ts';

export interface TurnDeps extends Pick<MigrationTasksDeps, 'tasks' | 'ledgers' | 'secrets' | 'stores' | 'clock' | 'random'> {
  readonly groups: GroupRepository;
  readonly groupWork: GroupWork;
  readonly log: WorkerLog;
  readonly bounds: TaskBounds;
  /** Called when tasks have become ready for a worker. */
  readonly wake: () => void;
}

/** How long a turn of a process that died keeps the others out. */
export const turnMs = 10_000;
/** To the next look at a group where nothing was to do. */
const idleMs = 1_000;
/** After an error of our own. */
const errorMs = 10_000;

/** True when the group wants another turn at once. Never rejects: what went wrong is in the log. */
export async function takeTurn(deps: TurnDeps, id: GroupId, signal: AbortSignal): Promise<boolean> {
  try {
    const turn = await deps.groupWork.take(id, turnMs);
    if (turn === undefined) return false;
    const again = await attend(deps, turn, signal).catch((error: unknown) => {
      if (!signal.aborted) deps.log.error({ groupId: id, err: error }, 'a task group could not be looked after; it is tried again');
      return undefined;
    });
    await deps.groupWork.rest(id, turn.epoch, again === undefined ? (signal.aborted ? 0 : errorMs) : again ? 0 : idleMs);
    return again === true;
  } catch (error) {
    deps.log.error({ groupId: id, err: error }, 'a turn at a task group could not be ended; it ends by itself');
    return false;
  }
}

/** True when there is more to do at once. */
async function attend(deps: TurnDeps, turn: Turn, signal: AbortSignal): Promise<boolean> {
  const { group } = turn;
  switch (group.state) {
    case 'to-delete':
    case 'deleting':
      return remove(deps, group);
    case 'pausing':
      if (await stopMembers(deps, group.id)) return true;
      return settle(deps, group);
    case 'waiting':
    case 'creating':
      if (await tellMembers(deps, turn)) return true;
      return splitGroup(deps, turn, signal);
    case 'monitoring':
    case 'creation-failed':
      if (await tellMembers(deps, turn)) return true;
      return settle(deps, group);
    case 'paused':
    case 'failed':
    case 'succeeded':
      return settle(deps, group);
  }
}

async function remove(deps: TurnDeps, group: StoredGroup): Promise<boolean> {
  if (group.state === 'to-delete') return move(deps, group, 'begin-delete');
  if (await removeMembers(deps, group.id)) return true;
  const { waiting, executing, paused, failed, succeeded } = await deps.groupWork.tasks(group.id);
  if (waiting + executing + paused + failed + succeeded === 0) await deps.groupWork.forget(group.id);
  return false;
}

/** What the tasks have come to. */
async function settle(deps: TurnDeps, group: StoredGroup): Promise<boolean> {
  const event = dueEvent({ state: group.state, splitOver: group.split.over, tasks: await deps.groupWork.tasks(group.id) });
  if (event === undefined) return false;
  if (event !== 'finish' && event !== 'finish-with-failures') return move(deps, group, event);
  const error = event === 'finish' ? undefined : (await deps.groupWork.firstError(group.id)) ?? taskError('TRF.0004');
  return move(deps, group, event, { error, dropCredentials: event === 'finish', notice: await groupNotice(deps.groups, group, error) });
}

async function move({ groups, log }: TurnDeps, { id, state }: StoredGroup, event: GroupEvent, change: Omit<GroupChange, 'to'> = {}): Promise<boolean> {
  const to = nextGroupState(state, event);
  if (to === 'refused' || to === 'none') return false;
  const moved = await groups.move(id, state, { ...change, to });
  if (moved) log.info({ groupId: id, from: state, to }, 'a task group has moved on');
  return moved;
}
