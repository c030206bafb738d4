/**
 * Work on disks: jobs that a worker of some process carries out at a backend. A job is a row that is written with the change of state
 * that it belongs to; whoever holds its lease calls the backend, whose operations are idempotent, and then ends it in one transaction
 * with the next change of state (`settle-work.ts`). A worker that lost its lease is kept out by the job's epoch.
 */
import type { KeptSnapshot, KeptTransfer, KeptVolume } from './kept-volume.ts';
import type { JobId, SnapshotId, TransferId, VolumeId, VolumeOwner } from './volume.ts';

export type DiskWork =
  /** From what the disk's row says that it is made from. */
  | { readonly kind: 'createVolume' }
  /** With all snapshots that it has. */
  | { readonly kind: 'deleteVolume' }
  /** `attached`: a machine has the disk, and does not get rid of it meanwhile. */
  | { readonly kind: 'extendVolume'; readonly sizeGiB: number; readonly attached: boolean }
  | { readonly kind: 'createSnapshot' | 'deleteSnapshot' | 'rollbackSnapshot'; readonly snapshot: SnapshotId }
  /** At a backend that knows of owners itself. */
  | { readonly kind: 'acceptTransfer'; readonly transfer: TransferId; readonly acceptor: VolumeOwner };

/** Where disks are: a backend, and the machine whose it is; undefined where every machine reaches it. */
export interface Place {
  readonly backend: string;
  readonly host: string | undefined;
}

/** The right to do a job, for a while. */
export interface VolumeLease {
  readonly job: JobId;
  readonly volume: VolumeId;
  /** Another disk that is read for it. */
  readonly reads: VolumeId | undefined;
  readonly work: DiskWork;
  readonly epoch: number;
  /** Tries before this one. */
  readonly attempts: number;
}

/** All that a job is about, as it is now: whatever could change it waits for the job. */
export interface WorkOrder {
  readonly work: DiskWork;
  readonly volume: KeptVolume;
  /** All of the disk's, whosesoever they are. */
  readonly snapshots: readonly KeptSnapshot[];
  /** What the disk is to be made from; undefined: from nothing. */
  readonly source: { readonly volume: KeptVolume; readonly snapshot: KeptSnapshot | undefined } | undefined;
  /** The disk's, if it is offered. */
  readonly transfer: KeptTransfer | undefined;
}

/** What workers ask for. Times are milliseconds. */
export interface VolumeWork {
  /** Due jobs of these places, oldest first, and of each disk no more than the oldest that is not done. */
  claim(places: readonly Place[], limit: number, leaseMs: number): Promise<readonly VolumeLease[]>;
  /** Those that are still held. */
  extend(leases: readonly VolumeLease[], leaseMs: number): Promise<readonly VolumeLease[]>;
  /** Undefined when what it is about is gone. */
  order(lease: VolumeLease): Promise<WorkOrder | undefined>;
  /** Somebody else may claim it at once. */
  release(lease: VolumeLease): Promise<void>;
  /** Jobs that are not ended, and for how long the oldest has been waiting. */
  backlog(): Promise<{ readonly jobs: number; readonly oldestMs: number }>;
}
