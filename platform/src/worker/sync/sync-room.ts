/** Puts the use cases of synchronisation tasks and the work on them together, over ports. */
import { createSyncTasks, type SyncTasks, type SyncTasksDeps } from '../../object-migration/sync/sync-tasks.ts';
import { createAlarm } from '../alarm.ts';
import { workOnSyncTasks, type SyncWorkerDeps } from './sync-worker.ts';

export interface SyncRoomDeps extends Omit<SyncTasksDeps, 'wake'>, SyncWorkerDeps {}

export interface SyncRoom {
  readonly syncTasks: SyncTasks;
  /** Begins to work on accepted events. A process that only serves the API never calls it. */
  start(): void;
  /** Takes no further event, lets what is under way settle and gives the rest back. */
  stop(): Promise<void>;
}

export function createSyncRoom(deps: SyncRoomDeps): SyncRoom {
  const stopping = new AbortController();
  const wake = createAlarm(deps.clock);
  let running: Promise<void> = Promise.resolve();
  return {
    syncTasks: createSyncTasks({ ...deps, wake: () => wake.ring() }),
    start() {
      running = workOnSyncTasks(deps, wake, stopping.signal);
    },
    async stop() {
      stopping.abort(new Error('the process ends'));
      await running;
    },
  };
}
