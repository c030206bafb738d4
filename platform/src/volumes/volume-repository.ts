/** What the use cases need of the database. */
import type { JobGroup, KeptSnapshot, KeptTransfer, KeptVolume, NewJob } from './kept-volume.ts';
import type {
  Attachment, AttachmentId, CountedQuota, JobId, NewVolume, Snapshot, SnapshotId, SnapshotOrigin, SnapshotState, Transfer, TransferId, Volume, VolumeId, VolumeJob, VolumeOwner, VolumeProjectId, VolumeState,
  WorkFailure,
} from './volume.ts';
import type { Place, VolumeLease } from './volume-work.ts';
import type { Listed, Page, SnapshotFilter, VolumeFilter } from './volumes.ts';

export interface VolumeRepository {
  /** One transaction: all that the work does through the unit, or nothing of it when the work throws. */
  change<T>(work: (unit: VolumeUnit) => Promise<T>): Promise<T>;

  volume(project: VolumeProjectId, id: VolumeId): Promise<Volume | undefined>;
  /** Undefined: the marker is not among what the filter finds. So below. */
  volumes(project: VolumeProjectId, filter: VolumeFilter): Promise<Listed<Volume> | undefined>;
  projectTags(project: VolumeProjectId): Promise<ReadonlyMap<string, readonly string[]>>;
  snapshot(project: VolumeProjectId, id: SnapshotId): Promise<Snapshot | undefined>;
  snapshotOrigin(project: VolumeProjectId, id: SnapshotId): Promise<SnapshotOrigin | undefined>;
  snapshots(project: VolumeProjectId, filter: SnapshotFilter): Promise<Listed<Snapshot> | undefined>;
  transfer(project: VolumeProjectId, id: TransferId): Promise<Transfer | undefined>;
  transfers(project: VolumeProjectId, page: TransferPage): Promise<Listed<Transfer> | undefined>;
  job(project: VolumeProjectId, id: JobId): Promise<VolumeJob | undefined>;
  usage(project: VolumeProjectId): Promise<VolumeUsage>;
}

export type TransferPage = Page & { readonly name?: string; readonly volume?: string };

/** Of each type that the project has something of. */
export type VolumeUsage = ReadonlyMap<string, TypeUsage>;

/** Counted from the rows at the moment of asking. `coming`: what is being made, grows, or is being handed to the project. */
export type TypeUsage = Readonly<Record<CountedQuota, Usage>>;

interface Usage {
  readonly there: number;
  readonly coming: number;
}

/**
 * A transaction. Locks are taken in one order, so that no two wait for each other: the lock of a project's quota, that of an adoption, then rows
 * of disks, the one read from before the one that is made from it, then all that belongs to a locked disk.
 */
export interface VolumeUnit {
  /** Held to the end of the transaction: nobody else adds to what the project has meanwhile. */
  lockQuota(project: VolumeProjectId): Promise<void>;
  usage(project: VolumeProjectId): Promise<VolumeUsage>;
  /** After that of a quota. Held to the end of the transaction: nobody else takes over a disk of this id, which may have no row yet. */
  lockAdoption(id: VolumeId): Promise<void>;

  /** Locks its row. */
  volume(id: VolumeId): Promise<KeptVolume | undefined>;
  /** Lock the row of the disk first. */
  snapshot(id: SnapshotId): Promise<{ readonly snapshot: KeptSnapshot; readonly volume: KeptVolume } | undefined>;
  transfer(id: TransferId): Promise<{ readonly transfer: KeptTransfer; readonly volume: KeptVolume } | undefined>;
  /** The transfer of a locked disk. */
  transferOf(id: VolumeId): Promise<KeptTransfer | undefined>;
  /** Those of a locked disk, oldest first. */
  snapshotsOf(id: VolumeId): Promise<readonly KeptSnapshot[]>;

  addVolume(volume: NewKeptVolume): Promise<KeptVolume>;
  changeVolume(id: VolumeId, patch: VolumePatch): Promise<KeptVolume>;
  /** With its attachments and its transfer. */
  dropVolume(id: VolumeId): Promise<void>;
  addAttachment(volume: VolumeId, attachment: Omit<Attachment, 'attachedAt'>): Promise<void>;
  dropAttachments(volume: VolumeId, ids: readonly AttachmentId[]): Promise<void>;

  addSnapshot(snapshot: NewKeptSnapshot): Promise<KeptSnapshot>;
  changeSnapshot(id: SnapshotId, patch: SnapshotPatch): Promise<KeptSnapshot>;
  dropSnapshots(ids: readonly SnapshotId[]): Promise<void>;

  addTransfer(transfer: Omit<KeptTransfer, 'acceptor' | 'createdAt'>): Promise<KeptTransfer>;
  setAcceptor(id: TransferId, acceptor: VolumeOwner | undefined): Promise<void>;
  dropTransfer(id: TransferId): Promise<void>;

  addJobGroup(group: JobGroup): Promise<void>;
  addJob(job: NewJob): Promise<void>;
  job(project: VolumeProjectId, id: JobId): Promise<VolumeJob | undefined>;
  /** The unfinished job that hands a transfer over. */
  acceptJob(id: TransferId): Promise<JobId | undefined>;
  /** Whether unfinished work touches the disk. While its row is locked none is added. */
  isTouched(id: VolumeId): Promise<boolean>;
  /** Whether an unfinished job still makes another disk from this one. */
  isRead(id: VolumeId): Promise<boolean>;
  /** Ends the unfinished jobs on a locked disk that nobody is at, as cancelled. */
  cancelWaiting(id: VolumeId, failure: WorkFailure): Promise<void>;
  /** Locks a job that is held. Throws `FencedError` when somebody else has claimed it, or it is ended. */
  holdJob(lease: VolumeLease): Promise<void>;
  /** A held job is done, or failed. */
  endJob(lease: VolumeLease, failure: WorkFailure | undefined): Promise<void>;
  /** A held job is tried again, not before `ms` have passed. */
  putOff(lease: VolumeLease, ms: number): Promise<void>;
}

export interface NewKeptVolume extends NewVolume, Place {
  readonly id: VolumeId;
  readonly state: VolumeState;
  readonly bootable: boolean;
}

/** What is absent stays as it is. */
export interface VolumePatch {
  readonly owner?: VolumeOwner;
  readonly name?: string;
  readonly description?: string;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly tags?: Readonly<Record<string, string>>;
  readonly bootable?: boolean;
  readonly sizeGiB?: number;
  readonly enterpriseProjectId?: string;
  readonly state?: VolumeState;
  /** Why it is in an error state; undefined clears it. */
  readonly problem?: string | undefined;
  readonly lost?: boolean;
  readonly ref?: string;
}

export interface NewKeptSnapshot {
  readonly id: SnapshotId;
  readonly volume: VolumeId;
  readonly owner: VolumeOwner;
  readonly name: string;
  readonly description: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly sizeGiB: number;
  readonly state: SnapshotState;
}

export interface SnapshotPatch {
  readonly owner?: VolumeOwner;
  readonly name?: string;
  readonly description?: string;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly state?: SnapshotState;
  readonly problem?: string | undefined;
  readonly lost?: boolean;
  readonly ref?: string;
}
