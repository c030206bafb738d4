/**
 * Looks after task groups: makes their tasks, tells the tasks what the group was told, and moves a group on when its tasks
 * have come to something. Every process runs one; a group is looked after by one of them at a time.
 */
import type { GroupId } from '../../object-migration/groups/group.ts';
import type { Alarm } from '../alarm.ts';
import type { TurnDeps } from './turn.ts';
import { takeTurn } from './turn.ts';

export interface StewardDeps extends TurnDeps {
  /** Between two looks at what there is to do, in milliseconds. */
  readonly dispatchMs: number;
}

/** Groups that one process looks after at once: splitting takes long. */
const atOnce = 4;
const purgeEveryMs = 600_000;

/** Runs until the signal aborts, then lets every turn end. An error of a round is logged, and the next one comes. */
export async function attendGroups(deps: StewardDeps, wake: Alarm, signal: AbortSignal): Promise<void> {
  const running = new Map<GroupId, Promise<void>>();
  let purged = Number.NEGATIVE_INFINITY;
  while (!signal.aborted) {
    try {
      if (running.size < atOnce) for (const id of await deps.groupWork.wanting(atOnce)) begin(deps, running, id, wake, signal);
      if (deps.clock.now() - purged > purgeEveryMs) {
        purged = deps.clock.now();
        await deps.groupWork.purge();
      }
    } catch (error) {
      deps.log.error({ err: error }, 'task groups could not be looked after');
    }
    await wake.wait(deps.dispatchMs, signal);
  }
  await Promise.all(running.values());
}

function begin(deps: StewardDeps, running: Map<GroupId, Promise<void>>, id: GroupId, wake: Alarm, signal: AbortSignal): void {
  if (running.has(id) || running.size >= atOnce) return;
  const turn = takeTurn(deps, id, signal).then((again) => {
    running.delete(id);
    if (again) wake.ring();
  });
  running.set(id, turn);
}
