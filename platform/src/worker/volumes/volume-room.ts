/** Puts the use cases of disks and the work on them together, over ports. */
import { createVolumeTransfers } from '../../volumes/transfers.ts';
import { createVolumeUseCases } from '../../volumes/use-cases.ts';
import type { VolumesDeps } from '../../volumes/volumes-deps.ts';
import type { Volumes, VolumeTransfers } from '../../volumes/volumes.ts';
import { createAlarm } from '../alarm.ts';
import { workOnVolumes, type VolumeWorkerDeps } from './volume-worker.ts';

export interface VolumeRoomDeps extends Omit<VolumesDeps, 'wake'>, VolumeWorkerDeps {}

export interface VolumeRoom {
  readonly volumes: Volumes;
  readonly transfers: VolumeTransfers;
  /** Begins to work on disks. */
  start(): void;
  /** Takes no further job, lets what is under way settle and gives the rest back. */
  stop(): Promise<void>;
}

export function createVolumeRoom(deps: VolumeRoomDeps): VolumeRoom {
  const stopping = new AbortController();
  const wake = createAlarm(deps.clock);
  const useCases = { ...deps, wake: () => wake.ring() };
  let running: Promise<void> = Promise.resolve();
  return {
    volumes: createVolumeUseCases(useCases),
    transfers: createVolumeTransfers(useCases),
    start() {
      running = workOnVolumes(deps, wake, stopping.signal);
    },
    async stop() {
      stopping.abort(new Error('the process ends'));
      await running;
    },
  };
}
