/** Puts the use cases of disks and the work on them together, over ports. */
import { createVolumeTransfers } from '../../volumes/transfers.ts';
import { createVolumeUseCases } from '../../volumes/use-cases.ts';
import type { VolumesDeps } from '../../volumes/volumes-deps.ts';
import type { Volumes, VolumeTransfers } from '../../volumes/volumes.ts';
import { createAlarm } from '../alarm.ts';
import { reconcileNowAndAgain, type ReconcilerDeps } from './reconciler.ts';
import { tellProblems } from './tell-problems.ts';
import { workOnVolumes, type VolumeWorkerDeps } from './volume-worker.ts';

export interface VolumeRoomDeps extends Omit<VolumesDeps, 'wake'>, VolumeWorkerDeps, ReconcilerDeps {}

export interface VolumeRoom {
  readonly volumes: Volumes;
  readonly transfers: VolumeTransfers;
  /** Begins to work on disks, and to compare the backends with the database. */
  start(): void;
  /** Takes no further job, lets what is under way settle and gives the rest back. */
  stop(): Promise<void>;
}

export function createVolumeRoom(deps: VolumeRoomDeps): VolumeRoom {
  const stopping = new AbortController();
  const wake = createAlarm(deps.clock);
  const useCases = { ...deps, wake: () => wake.ring() };
  let running: Promise<unknown> = Promise.resolve();
  return {
    volumes: createVolumeUseCases(useCases),
    transfers: createVolumeTransfers(useCases),
    start() {
      running = Promise.all([workOnVolumes(deps, wake, stopping.signal), reconcileNowAndAgain(deps, stopping.signal), tellProblems(deps, stopping.signal)]);
    },
    async stop() {
      stopping.abort(new Error('the process ends'));
      await running;
    },
  };
}
