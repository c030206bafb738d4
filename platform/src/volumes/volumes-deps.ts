/** What the use cases of disks are given by who wires them. */
import type { Clock } from '../engine/transfer/transfer.ts';
import type { AttachmentId, CountedQuota, JobId, SnapshotId, TransferId, VolumeId, VolumeType } from './volume.ts';
import type { VolumeBackend } from './volume-backend.ts';
import type { VolumeRepository } from './volume-repository.ts';

/** A backend, and the machine that alone reaches it: this one; undefined: every machine does. */
export interface PlacedBackend {
  readonly backend: VolumeBackend;
  readonly host: string | undefined;
}

/** By their names. */
export type PlacedBackends = ReadonlyMap<string, PlacedBackend>;

/** What one project may have. */
export type VolumeLimits = Readonly<Record<CountedQuota | 'perVolumeGigabytes', number>>;

export interface VolumesDeps {
  readonly repository: VolumeRepository;
  readonly backends: PlacedBackends;
  /** Each one's backend is among the backends. The first is what a client gets that names none. */
  readonly types: readonly VolumeType[];
  readonly zones: readonly string[];
  readonly limits: VolumeLimits;
  readonly clock: Clock;
  /** There is work for this process's worker. */
  readonly wake: () => void;
  readonly ids: VolumeIds;
  /** Letters and digits that nobody can guess. */
  readonly newAuthKey: () => string;
  /** How long a transfer can be accepted, in milliseconds. */
  readonly transferMs: number;
  /** How long an acceptance waits for its backend, in milliseconds. */
  readonly acceptWaitMs: number;
}

/** New ones; see `volume.ts` for their shapes. */
export interface VolumeIds {
  volume(): VolumeId;
  snapshot(): SnapshotId;
  transfer(): TransferId;
  attachment(): AttachmentId;
  job(): JobId;
}
