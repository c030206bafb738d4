/**
 * The use cases of disks: what `api/evs` calls. Each throws {@link VolumeRefusal}, and changes nothing then. No text may hold a
 * NUL or half a surrogate pair (`unstorable-text`); as a filter, such a text finds nothing.
 */
import { RefusalError } from '@haulier/lib/refusal-error/refusal-error.ts';
import type {
  AttachmentId, CountedQuota, JobId, NewVolume, Snapshot, SnapshotId, SnapshotOrigin, SnapshotState, Transfer, TransferId, Volume, VolumeId, VolumeJob, VolumeOwner, VolumeProjectId, VolumeQuotas, VolumeState,
  VolumeType,
} from './volume.ts';

export interface Page {
  /** At least 1. */
  readonly limit: number;
  readonly offset: number;
  /** The id of the item that the page begins after; refused as not there when the filter does not find it. */
  readonly marker?: string;
}

/** `like` finds it anywhere in the name. */
export interface NameFilter {
  readonly match: 'exact' | 'like';
  readonly text: string;
}

/** What is absent is not looked at. */
export interface VolumeFilter extends Page {
  readonly name?: NameFilter;
  readonly state?: VolumeState;
  readonly ids?: readonly string[];
  readonly availabilityZone?: string;
  readonly type?: string;
  readonly multiattach?: boolean;
  readonly bootable?: boolean;
  readonly enterpriseProjectId?: string;
  readonly serverId?: string;
  /** All of these. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** None of these. */
  readonly notMetadata?: Readonly<Record<string, string>>;
  /** Each key has one of its values; any value where the list is empty. */
  readonly tags?: ReadonlyMap<string, readonly string[]>;
  /** Default: `created_at`, descending, then id. */
  readonly sort?: readonly { readonly key: 'id' | 'status' | 'size' | 'created_at' | 'updated_at' | 'name' | 'volume_type' | 'availability_zone' | 'bootable'; readonly descending: boolean }[];
}

export interface SnapshotFilter extends Page {
  readonly name?: NameFilter;
  readonly state?: SnapshotState;
  readonly volume?: string;
  readonly id?: string;
  readonly availabilityZone?: string;
  readonly enterpriseProjectId?: string;
  /** All of these. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** The items of one page, and how many there are on all pages. */
export interface Listed<T> {
  readonly items: readonly T[];
  readonly count: number;
}

/** A `set` replaces all. Removing a key that is not there changes nothing. */
export type MetadataChange = { readonly kind: 'set' | 'merge'; readonly values: Readonly<Record<string, string>> } | { readonly kind: 'remove'; readonly key: string };

/** What is absent stays as it is. */
export interface SnapshotChange {
  readonly name?: string;
  readonly description?: string;
  readonly metadata?: MetadataChange;
}

export interface VolumeChange extends SnapshotChange {
  readonly bootable?: boolean;
}

export interface Extension {
  readonly id: VolumeId;
  readonly sizeGiB: number;
}

export interface Volumes {
  /**
   * `count` disks of one kind, all of them or none; more than one are named `name-0001`, `name-0002` … Durable when it resolves;
   * made soon after.
   */
  create(volume: NewVolume, count: number): Promise<{ readonly job: JobId; readonly volumes: readonly Volume[] }>;
  /** The same, once for each token of a project: whoever asks again within 8 hours is told what was created then. */
  createOnce(token: string, volume: NewVolume, count: number): Promise<{ readonly job: JobId; readonly ids: readonly VolumeId[] }>;
  /**
   * Makes a disk known that its backend has and Haulier has not made, with its snapshots, under the backend's own ids. `type` is one
   * whose backend has such disks.
   */
  adopt(owner: VolumeOwner, wanted: { readonly id: VolumeId; readonly type: string }): Promise<Volume>;
  show(project: VolumeProjectId, id: VolumeId): Promise<Volume>;
  list(project: VolumeProjectId, filter: VolumeFilter): Promise<Listed<Volume>>;
  update(project: VolumeProjectId, id: VolumeId, change: VolumeChange): Promise<Volume>;
  /**
   * Refused while it has snapshots, unless they go along (`cascade`); another project's never do. `force`: also where other work
   * on it is not done yet. One that is attached or offered is refused always.
   */
  remove(project: VolumeProjectId, id: VolumeId, options: { readonly cascade: boolean; readonly force: boolean }): Promise<JobId>;
  /** All of them or none; each disk once. A disk that a machine has as well, unless several may have it. */
  extend(project: VolumeProjectId, wanted: readonly Extension[]): Promise<JobId>;
  addTags(project: VolumeProjectId, id: VolumeId, tags: Readonly<Record<string, string>>): Promise<void>;
  removeTags(project: VolumeProjectId, id: VolumeId, keys: readonly string[]): Promise<void>;
  /** All tags of the project's disks: key to its values. */
  projectTags(project: VolumeProjectId): Promise<ReadonlyMap<string, readonly string[]>>;

  /** For the machines that use disks, step by step as Cinder has them. */
  reserve(project: VolumeProjectId, id: VolumeId): Promise<void>;
  unreserve(project: VolumeProjectId, id: VolumeId): Promise<void>;
  attach(project: VolumeProjectId, id: VolumeId, to: { readonly serverId: string; readonly device: string; readonly hostName: string }): Promise<AttachmentId>;
  beginDetaching(project: VolumeProjectId, id: VolumeId): Promise<void>;
  rollDetaching(project: VolumeProjectId, id: VolumeId): Promise<void>;
  /** Undefined: the only attachment. */
  detach(project: VolumeProjectId, id: VolumeId, attachment: AttachmentId | undefined): Promise<void>;

  createSnapshot(owner: VolumeOwner, snapshot: { readonly volume: VolumeId; readonly name: string; readonly description: string; readonly metadata: Readonly<Record<string, string>>; readonly force: boolean }): Promise<Snapshot>;
  showSnapshot(project: VolumeProjectId, id: SnapshotId): Promise<Snapshot>;
  snapshotOrigin(project: VolumeProjectId, id: SnapshotId): Promise<SnapshotOrigin>;
  listSnapshots(project: VolumeProjectId, filter: SnapshotFilter): Promise<Listed<Snapshot>>;
  updateSnapshot(project: VolumeProjectId, id: SnapshotId, change: SnapshotChange): Promise<Snapshot>;
  removeSnapshot(project: VolumeProjectId, id: SnapshotId): Promise<void>;
  /** Puts the snapshot's data back onto its own disk, which is `volume`. */
  rollback(project: VolumeProjectId, id: SnapshotId, volume: VolumeId): Promise<void>;

  showJob(project: VolumeProjectId, id: JobId): Promise<VolumeJob>;
  types(): readonly VolumeType[];
  availabilityZones(): readonly { readonly name: string; readonly available: boolean }[];
  quotas(project: VolumeProjectId): Promise<VolumeQuotas>;
}

export interface VolumeTransfers {
  /** The key is told this once: what is kept is its hash. */
  create(owner: VolumeOwner, transfer: { readonly volume: VolumeId; readonly name: string; readonly withoutSnapshots: boolean }): Promise<{ readonly transfer: Transfer; readonly authKey: string }>;
  show(project: VolumeProjectId, id: TransferId): Promise<Transfer>;
  list(project: VolumeProjectId, page: Page & { readonly name?: string; readonly volume?: string }): Promise<Listed<Transfer>>;
  /**
   * The disk, and its snapshots unless left out, are the acceptor's in one transaction, within its quotas. Where the backend knows
   * of owners too it is told first; when that takes long this is refused (`backend`) while the work goes on, and asking again waits
   * for the same work.
   */
  accept(acceptor: VolumeOwner, id: TransferId, authKey: string): Promise<Transfer>;
  /** The disk is available to its owner again. */
  remove(project: VolumeProjectId, id: TransferId): Promise<void>;
}

/** Why a use case does not do what it was asked to. */
export type Refusal =
  | { readonly kind: 'no-such-volume' | 'no-such-snapshot' | 'no-such-transfer' | 'no-such-job'; readonly id: string }
  | { readonly kind: 'no-such-type'; readonly type: string }
  | { readonly kind: 'no-such-zone'; readonly zone: string }
  | { readonly kind: 'volume-busy'; readonly id: VolumeId; readonly state: VolumeState; readonly action: VolumeAction }
  | { readonly kind: 'snapshot-busy'; readonly id: SnapshotId; readonly state: SnapshotState; readonly action: VolumeAction }
  | { readonly kind: 'volume-attached'; readonly id: VolumeId; readonly action: VolumeAction }
  | { readonly kind: 'volume-not-attached'; readonly id: VolumeId }
  /** `foreign`: some are another project's, which the disk came from. */
  | { readonly kind: 'volume-has-snapshots'; readonly id: VolumeId; readonly action: VolumeAction; readonly foreign: boolean }
  /** Its backend does not let them stay with the owner when the disk goes. */
  | { readonly kind: 'snapshots-bound'; readonly id: VolumeId }
  /** `sizeGiB` is what it has. */
  | { readonly kind: 'not-larger'; readonly id: VolumeId; readonly sizeGiB: number }
  /** `sizeGiB` is what the source has. */
  | { readonly kind: 'smaller-than-source'; readonly sizeGiB: number }
  /** Its data is with another backend, or on another machine, than disks of this type. */
  | { readonly kind: 'source-elsewhere'; readonly type: string }
  | { readonly kind: 'not-adoptable'; readonly id: VolumeId; readonly reason: string }
  | { readonly kind: 'snapshot-of-other-volume'; readonly id: SnapshotId }
  | { readonly kind: 'snapshots-unsupported'; readonly type: string }
  /** `type`: the quota is that of one type. */
  | { readonly kind: 'quota-exceeded'; readonly quota: CountedQuota | 'perVolumeGigabytes'; readonly type?: string; readonly limit: number; readonly wanted: number; readonly inUse: number }
  | { readonly kind: 'too-many-tags'; readonly limit: number }
  /** Too long ago to be asked for again. */
  | { readonly kind: 'client-token-used' }
  | { readonly kind: 'unstorable-text'; readonly field: string }
  | { readonly kind: 'wrong-auth-key' | 'own-transfer' | 'transfer-expired'; readonly id: TransferId }
  /** The backend said no while the caller waited. */
  | { readonly kind: 'backend'; readonly message: string };

export type VolumeAction =
  | 'delete' | 'extend' | 'attach' | 'detach' | 'reserve' | 'unreserve' | 'begin-detaching' | 'roll-detaching' | 'snapshot' | 'rollback' | 'transfer' | 'accept' | 'clone' | 'update';

export class VolumeRefusal extends RefusalError<Refusal> {
  override readonly name = 'VolumeRefusal';
}
