/**
 * The port to what keeps the bytes of disks. Every operation is idempotent: after a crash it is called again with the same
 * arguments, and a second call after success does nothing. None knows of projects or states: those are the database's.
 */
import type { SnapshotId, VolumeId, VolumeProjectId } from './volume.ts';

/** What a backend needs to know of the disk that something is done to. */
export interface BackendVolume {
  readonly id: VolumeId;
  readonly project: VolumeProjectId;
  readonly sizeGiB: number;
  /** What {@link VolumeBackend.create} returned; undefined before that. */
  readonly ref: string | undefined;
}

export interface BackendSnapshot {
  readonly id: SnapshotId;
  readonly volume: BackendVolume;
  /** Whose it is: the disk may have gone to another project without it. */
  readonly project: VolumeProjectId;
  readonly sizeGiB: number;
  /** What {@link VolumeBackend.createSnapshot} returned; undefined before that. */
  readonly ref: string | undefined;
}

export type CreateFrom =
  | { readonly kind: 'blank' }
  | { readonly kind: 'snapshot'; readonly snapshot: BackendSnapshot }
  | { readonly kind: 'volume'; readonly volume: BackendVolume };

/** What a backend has, for the reconciler. */
export type BackendItem =
  /** `sizeGiB` is 0 where it is damaged so that it cannot be read. */
  | { readonly kind: 'volume'; readonly id: VolumeId; readonly sizeGiB: number }
  | { readonly kind: 'snapshot'; readonly id: SnapshotId; readonly volume: VolumeId }
  /** Left over by something that was cut off; removed by {@link VolumeBackend.sweep}. */
  | { readonly kind: 'debris'; readonly name: string };

/** A disk that was the backend's before it was Haulier's. Its ids are the backend's own, and its refs as well. */
export interface AdoptedVolume {
  readonly id: VolumeId;
  readonly name: string;
  readonly description: string;
  readonly sizeGiB: number;
  readonly bootable: boolean;
  readonly metadata: Readonly<Record<string, string>>;
  readonly snapshots: readonly { readonly id: SnapshotId; readonly name: string; readonly description: string; readonly sizeGiB: number }[];
}

/** All throw {@link BackendFailure}. */
export interface VolumeBackend {
  /** As the configuration names it. */
  readonly name: string;
  /** Whether it can keep a snapshot of a disk at all. */
  readonly snapshots: boolean;
  /** Resolves, once the disk's data is durable, to what the backend will know it by. */
  create(volume: BackendVolume, from: CreateFrom, signal: AbortSignal): Promise<{ readonly ref: string }>;
  /** Its bytes are gone for good when this resolves. Its snapshots are removed before. A disk that is not there is removed already. */
  remove(volume: BackendVolume, signal: AbortSignal): Promise<void>;
  /** To `volume.sizeGiB`, keeping its data; what is added reads as zeroes. */
  extend(volume: BackendVolume, signal: AbortSignal): Promise<void>;
  createSnapshot(snapshot: BackendSnapshot, signal: AbortSignal): Promise<{ readonly ref: string }>;
  removeSnapshot(snapshot: BackendSnapshot, signal: AbortSignal): Promise<void>;
  /** The disk has the snapshot's data again; the snapshot stays. */
  rollback(snapshot: BackendSnapshot, signal: AbortSignal): Promise<void>;
  /**
   * Where ownership lies with the backend too: makes `to` the owner there, before the database does. Called again after a
   * crash with the same arguments. Absent where only the database knows of owners.
   */
  handOver?(volume: BackendVolume, snapshots: readonly BackendSnapshot[], to: VolumeProjectId, signal: AbortSignal): Promise<{ readonly ref: string }>;
  /**
   * Looks at a disk that `project` owns with the backend and that Haulier does not know yet, so that it can be known from now on.
   * Changes nothing there. `absent` where it has none of that id, `refused` for one that is in use or that Haulier made.
   */
  adopt?(project: VolumeProjectId, id: VolumeId, signal: AbortSignal): Promise<AdoptedVolume>;
  /** Looks whether disks can be worked on as this is configured: a sentence for each thing that keeps it from that. Absent where opening it shows that. */
  problems?(signal: AbortSignal): Promise<readonly string[]>;
  /** Everything it has; undefined where it holds things that are not ours. */
  items?(signal: AbortSignal): AsyncIterable<BackendItem>;
  /** Removes something of {@link items} that no row of the database knows. */
  sweep?(item: BackendItem, signal: AbortSignal): Promise<void>;
  /** Where a process of this machine reads and writes the disk: for the machines that live on it. Absent: not from here. */
  locate?(volume: BackendVolume): Promise<{ readonly path: string; readonly format: 'raw' | 'qcow2' }>;
}

/**
 * `full`: no room for it. `absent`: what was named is not there. `unsupported`: never possible with this backend.
 * `unavailable`: may work later. `refused`: the backend says no and will go on to.
 */
export type BackendFailureKind = 'full' | 'absent' | 'unsupported' | 'unavailable' | 'refused';

/**
 * The message goes to whoever asked for the work, so it names disks and snapshots, never a path, an address or an account of the operator's:
 * those are the `detail`, which the log has alone.
 */
export class BackendFailure extends Error {
  override readonly name = 'BackendFailure';
  readonly kind: BackendFailureKind;
  readonly detail: string | undefined;
  constructor(kind: BackendFailureKind, message: string, { detail, cause }: { readonly detail?: string; readonly cause?: unknown } = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.kind = kind;
    this.detail = detail;
  }

  /** With the detail: for the operator alone. */
  get whole(): string {
    return this.detail === undefined ? this.message : `${this.message} (${this.detail})`;
  }
}
