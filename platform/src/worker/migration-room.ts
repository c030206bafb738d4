/** Puts the use cases of tasks and the work on them together, over ports. */
import { createTaskGroups } from '../object-migration/groups/task-groups.ts';
import type { TaskGroupsDeps } from '../object-migration/groups/task-groups.ts';
import type { TaskGroups } from '../object-migration/groups/group.ts';
import { createMigrationTasks } from '../object-migration/migration-tasks.ts';
import type { MigrationTasksDeps } from '../object-migration/migration-tasks.ts';
import type { MigrationTasks } from '../object-migration/task.ts';
import type { WorkQueue } from '../queue/work-queue.ts';
import { createAlarm } from './alarm.ts';
import type { AttemptDeps } from './attempt.ts';
import { dispatch } from './dispatcher.ts';
import { attendGroups } from './groups/steward.ts';
import type { StewardDeps } from './groups/steward.ts';
import { work } from './worker.ts';

export interface MigrationRoomDeps extends Omit<MigrationTasksDeps, 'wake'>, Omit<TaskGroupsDeps, 'wakeSteward'>, Omit<StewardDeps, 'wake'>, AttemptDeps {
  readonly queue: WorkQueue;
  /** Unique for each start of a process. */
  readonly processId: string;
  /** Tasks that this process works on at once. */
  readonly slots: number;
  /** Processes that may share one task. */
  readonly workersPerTask: number;
  /** Between two rounds of handing tasks out, in milliseconds. */
  readonly dispatchMs: number;
  /** Between two looks at the queue, in milliseconds. */
  readonly pollMs: number;
}

export interface MigrationRoom {
  readonly tasks: MigrationTasks;
  readonly groups: TaskGroups;
  /** Begins to hand tasks out and to work on them. A process that only serves the API never calls it. */
  start(): void;
  /**
   * Takes no further task, lets what is in flight settle (bounded by the engine's `drainMs`) and gives all leases back, so
   * that others go on at once. The tasks stay as they are. Resolves when nothing of this process works any more.
   */
  stop(): Promise<void>;
}

export function createMigrationRoom(deps: MigrationRoomDeps): MigrationRoom {
  const stopping = new AbortController();
  const { signal } = stopping;
  const toDispatch = createAlarm(deps.clock);
  const toTake = createAlarm(deps.clock);
  const toAttend = createAlarm(deps.clock);
  const wake = () => toDispatch.ring();
  const queue: WorkQueue = {
    ...deps.queue,
    async put(jobs) {
      await deps.queue.put(jobs);
      if (jobs.length > 0) toTake.ring();
    },
  };
  let running: Promise<unknown> = Promise.resolve();
  return {
    tasks: createMigrationTasks({ ...deps, wake }),
    groups: createTaskGroups({ ...deps, wakeSteward: () => toAttend.ring() }),
    start() {
      running = Promise.all([
        dispatch({ ...deps, queue, intervalMs: deps.dispatchMs }, (ms) => toDispatch.wait(ms, signal), signal),
        work({ ...deps, queue }, toTake, signal),
        attendGroups({ ...deps, wake }, toAttend, signal),
      ]);
    },
    async stop() {
      stopping.abort(new Error('the process ends'));
      await running;
      await deps.work.checkOut(deps.processId).catch((error: unknown) => deps.log.warn({ err: error }, 'this process could not check out; it is forgotten by itself'));
    },
  };
}
