/** Disks, snapshots and transfers as they are kept: with what no client is told. */
import type { JobId, JobVolume, Snapshot, Transfer, Volume, VolumeId, VolumeJobKind, VolumeOwner, VolumeProjectId } from './volume.ts';
import type { DiskWork, Place } from './volume-work.ts';

export interface KeptVolume extends Volume, Place {
  /** What its backend knows it by; undefined before it was made. */
  readonly ref: string | undefined;
  /** In an error state because its data was not there; it leaves that when the data is there again. */
  readonly lost: boolean;
}

export interface KeptSnapshot extends Snapshot {
  readonly ref: string | undefined;
  readonly lost: boolean;
}

export interface KeptTransfer extends Transfer {
  readonly keyDigest: Uint8Array;
  /** Whom the disk is being handed to; undefined while nobody has accepted it. */
  readonly acceptor: VolumeOwner | undefined;
}

/** What is not yet given to a worker. */
export interface NewJob extends Place {
  readonly id: JobId;
  /** Of several that belong together. */
  readonly parent: JobId | undefined;
  readonly project: VolumeProjectId;
  readonly work: DiskWork;
  readonly volume: JobVolume;
  /** Disks that it changes or reads; it waits for older jobs that do. */
  readonly touches: readonly VolumeId[];
}

/** Holds jobs together that were given by one request. */
export interface JobGroup {
  readonly id: JobId;
  readonly project: VolumeProjectId;
  readonly kind: VolumeJobKind;
}
