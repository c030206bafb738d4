/** Makes the tasks of a group, step by step. Whoever dies in between is succeeded from the last step that was kept. */
import { RunFailure } from '../../engine/patience.ts';
import { failureReason } from '../../object-migration/failure-codes.ts';
import type { NewMember, Turn } from '../../object-migration/groups/group-repository.ts';
import { InvalidListFile } from '../../object-migration/groups/split/lists.ts';
import { splitSteps } from '../../object-migration/groups/split/split.ts';
import type { SplitTask } from '../../object-migration/groups/split/split.ts';
import { openCredentials, sealCredentials } from '../../object-migration/secret-box.ts';
import { OpenFailure, openTaskStores } from '../../object-migration/stores.ts';
import { newTaskId } from '../../object-migration/task-id.ts';
import type { ErrorReason, TaskCredentials } from '../../object-migration/task.ts';
import { nextGroupState } from '../../object-migration/groups/group-life-cycle.ts';
import { groupNotice } from './group-notice.ts';
import { turnMs } from './turn.ts';
import type { TurnDeps } from './turn.ts';

/** Between two extensions of the turn. */
const extendMs = 2_000;

/** The reason of a turn that ends because the group has gone another way. */
class GoneAnotherWay extends Error {
  override readonly name = 'GoneAnotherWay';
}

/** True: the group wants another turn at once. */
export async function splitGroup(deps: TurnDeps, turn: Turn, signal: AbortSignal): Promise<boolean> {
  const { group: { id, state }, sealedCredentials } = turn;
  const creating = nextGroupState(state, 'split');
  if (creating !== 'creating') return false;
  if (state !== creating && !(await deps.groups.move(id, state, { to: creating }))) return true;
  if (sealedCredentials === undefined) throw new Error('the group has no credentials');
  const credentials = openCredentials(deps.secrets, id, sealedCredentials);
  const over = new AbortController();
  const keeping = keepTurn(deps, turn, over);
  try {
    await makeTasks(deps, turn, credentials, AbortSignal.any([signal, over.signal]));
  } catch (error) {
    if (error instanceof GoneAnotherWay) return true;
    const reason = reasonOf(error);
    if (reason === undefined) throw error;
    deps.log.warn({ groupId: id, err: error }, 'the tasks of a group cannot be made');
    await deps.groups.move(id, 'creating', { to: 'creation-failed', error: reason, notice: await groupNotice(deps.groups, turn.group, reason) });
  } finally {
    over.abort(new GoneAnotherWay('the turn is over'));
    await keeping;
  }
  return true;
}

async function makeTasks(deps: TurnDeps, { group, epoch }: Turn, credentials: TaskCredentials, signal: AbortSignal): Promise<void> {
  const stores = await openTaskStores(deps.stores, group, credentials);
  try {
    const { source: { selection }, listFiles, split: { cursor } } = group;
    const steps = splitSteps({ ...deps, source: stores.source, listFiles: stores.listFiles }, selection, listFiles, cursor, signal);
    for await (const step of steps) {
      const members = step.tasks.map((task) => newMember(deps, task, credentials));
      if (!(await deps.groupWork.commitSplit(group.id, epoch, { ...step, members }))) throw new GoneAnotherWay('the group is no longer being created');
      deps.wake();
      signal.throwIfAborted();
    }
  } finally {
    await stores.close();
  }
}

function newMember({ random, secrets }: TurnDeps, task: SplitTask, credentials: TaskCredentials): NewMember {
  const id = newTaskId(random);
  return { ...task, id, name: `task-${id}`, sealedCredentials: sealCredentials(secrets, id, credentials) };
}

/** Extends the turn until it is over, and ends it when it is lost or the group is not being created any more. */
async function keepTurn({ groupWork, clock, log }: TurnDeps, { group: { id }, epoch }: Turn, over: AbortController): Promise<void> {
  for (;;) {
    await clock.sleep(extendMs, over.signal).catch(() => undefined);
    if (over.signal.aborted) return;
    try {
      if (await groupWork.extend(id, epoch, turnMs) !== 'creating') over.abort(new GoneAnotherWay('the group is no longer being created'));
    } catch (error) {
      log.warn({ groupId: id, err: error }, 'a turn at a task group could not be kept; its steps decide');
    }
  }
}

/** Why the group's creation has failed; undefined for an error of our own. */
function reasonOf(error: unknown): ErrorReason | undefined {
  if (error instanceof InvalidListFile) return error.reason;
  if (error instanceof OpenFailure || error instanceof RunFailure) return failureReason(error.failure.kind, error.side);
  return undefined;
}
