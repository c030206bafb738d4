/**
 * Disks, their snapshots and their transfers as the product knows them; the wire's names are in `api/evs`. Times are
 * milliseconds since the epoch.
 */
import type { BackendFailureKind } from './volume-backend.ts';

declare const brand: unique symbol;
type Id<Name extends string> = string & { readonly [brand]: Name };
/** UUIDs in lower case, but for `JobId`: 32 hex digits. */
export type VolumeId = Id<'VolumeId'>;
export type SnapshotId = Id<'SnapshotId'>;
export type TransferId = Id<'TransferId'>;
export type AttachmentId = Id<'AttachmentId'>;
export type JobId = Id<'VolumeJobId'>;
/** Who owns a disk; 32 hex digits. */
export type VolumeProjectId = Id<'VolumeProjectId'>;

/** Whose disk something is asked of, and by whom. */
export interface VolumeOwner {
  readonly project: VolumeProjectId;
  readonly userId: string;
}

/** The allowed moves are the table in `volume-life-cycle.ts`. `backing-up`: its data is being read for a copy. */
export type VolumeState =
  | 'creating' | 'available' | 'attaching' | 'in-use' | 'detaching' | 'extending' | 'awaiting-transfer' | 'backing-up'
  | 'rollbacking' | 'deleting' | 'error' | 'error_deleting' | 'error_extending' | 'error_rollbacking';

export type SnapshotState = 'creating' | 'available' | 'rollbacking' | 'deleting' | 'error' | 'error_deleting';

export interface Attachment {
  readonly id: AttachmentId;
  readonly serverId: string;
  /** E.g. `/dev/vdb`. */
  readonly device: string;
  readonly hostName: string;
  readonly attachedAt: number;
}

export interface NewVolume {
  readonly owner: VolumeOwner;
  readonly name: string;
  readonly description: string;
  readonly sizeGiB: number;
  /** Of the catalogue of types: {@link VolumeType.name}. */
  readonly type: string;
  readonly availabilityZone: string;
  /** Its data is the new volume's, which is at least as large. */
  readonly source: { readonly kind: 'blank' } | { readonly kind: 'snapshot'; readonly id: SnapshotId } | { readonly kind: 'volume'; readonly id: VolumeId };
  readonly multiattach: boolean;
  readonly metadata: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  readonly enterpriseProjectId: string;
}

export interface Volume extends NewVolume {
  readonly id: VolumeId;
  readonly state: VolumeState;
  readonly bootable: boolean;
  readonly attachments: readonly Attachment[];
  readonly createdAt: number;
  readonly updatedAt: number;
  /** Why it is in an error state; undefined when it is not. */
  readonly problem: string | undefined;
}

export interface Snapshot {
  readonly id: SnapshotId;
  readonly volume: VolumeId;
  readonly owner: VolumeOwner;
  readonly name: string;
  readonly description: string;
  readonly sizeGiB: number;
  readonly state: SnapshotState;
  /** 0 to 100. */
  readonly progress: number;
  readonly metadata: Readonly<Record<string, string>>;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** Why it is in an error state; undefined when it is not. */
  readonly problem: string | undefined;
}

/** What a disk gets that is made from a snapshot and is asked for without more. The snapshot's own disk may be another project's by now. */
export interface SnapshotOrigin extends Pick<Volume, 'type' | 'availabilityZone' | 'enterpriseProjectId'> {
  readonly sizeGiB: number;
}

export interface Transfer {
  readonly id: TransferId;
  readonly name: string;
  readonly volume: VolumeId;
  /** Who offers it. */
  readonly project: VolumeProjectId;
  /**
   * Its snapshots stay with who offers it, as those of `no_snapshots` do (Cinder, microversion 3.55); as long as there is one,
   * the disk's new owner cannot delete the disk. Otherwise they go along.
   */
  readonly withoutSnapshots: boolean;
  readonly createdAt: number;
  /** Nobody can accept it from then on. */
  readonly expiresAt: number;
}

/** Disk work that takes its time, as EVS v2 tells of it. */
export interface VolumeJob {
  readonly id: JobId;
  readonly project: VolumeProjectId;
  readonly kind: VolumeJobKind;
  readonly state: VolumeJobState;
  /** As it was when the job was given; undefined where there are sub-jobs. */
  readonly volume: JobVolume | undefined;
  /** Of a creation of several disks: one for each. */
  readonly subJobs: readonly VolumeJob[];
  readonly beganAt: number;
  readonly endedAt: number | undefined;
  readonly failure: WorkFailure | undefined;
}

/** What a job tells of its disk, also when that is gone. */
export interface JobVolume {
  readonly id: VolumeId;
  readonly name: string;
  readonly sizeGiB: number;
  readonly type: string;
}

export type VolumeJobKind = 'createVolume' | 'deleteVolume' | 'extendVolume' | 'createSnapshot' | 'deleteSnapshot' | 'rollbackSnapshot' | 'acceptTransfer';
export type VolumeJobState = 'INIT' | 'RUNNING' | 'SUCCESS' | 'FAIL';

/** Why work ended without success. `cancelled`: the disk was deleted meanwhile. `crashed`: an error of ours, which the log has. */
export interface WorkFailure {
  readonly kind: BackendFailureKind | 'cancelled' | 'crashed';
  /** A sentence for people. */
  readonly reason: string;
}

/** One of the kinds of disk that an installation offers. */
export interface VolumeType {
  /** A UUID. */
  readonly id: string;
  /** E.g. `SSD`. */
  readonly name: string;
  readonly description: string;
  readonly availabilityZones: readonly string[];
  /** Name of the backend that keeps its volumes. */
  readonly backend: string;
  /** What a project may have of it, beside the quotas of all types; what is absent has no limit of its own. */
  readonly limits: Readonly<Partial<Record<CountedQuota, number>>>;
}

/** What is counted. The snapshots of a type are those of its disks. */
export type CountedQuota = 'volumes' | 'gigabytes' | 'snapshots';

export interface QuotaUse {
  readonly limit: number;
  readonly inUse: number;
  /** What is on its way to be in use. */
  readonly reserved: number;
}

export interface VolumeQuotas extends Readonly<Record<CountedQuota | 'perVolumeGigabytes', QuotaUse>> {
  /** Of each type; the limit is {@link unlimited} where it has none of its own. */
  readonly types: ReadonlyMap<string, Readonly<Record<CountedQuota, QuotaUse>>>;
}

export const unlimited = -1;
