import type { SnapshotId, VolumeId } from '../../volumes/volume.ts';
import type { DiskFormat } from './disk-names.ts';

/** A disk that is there. */
export interface Disk {
  readonly id: VolumeId;
  readonly path: string;
}

/** What a disk, or a snapshot of it, is read from. */
export interface DiskSource extends Disk {
  readonly format: DiskFormat;
  /** The snapshot inside of the file that is meant, instead of the disk itself. */
  readonly within?: SnapshotId;
}

/** What differs between disks that are plain bytes and disks that are qcow2. Sizes are bytes. */
export interface DiskFormatter {
  readonly snapshots: boolean;
  /** Makes a file at `path` that reads as zeroes. */
  makeBlank(path: string, size: number): Promise<void>;
  /** Never makes it smaller. */
  grow(disk: Disk, size: number): Promise<void>;
  createSnapshot(disk: Disk, id: SnapshotId): Promise<void>;
  removeSnapshot(disk: Disk, id: SnapshotId): Promise<void>;
  /** The disk has `size` afterwards; what the snapshot had not reads as zeroes. */
  rollback(disk: Disk, id: SnapshotId, size: number): Promise<void>;
  /** Of the disk itself where no snapshot is named. */
  sourceOf(disk: Disk, snapshot: SnapshotId | undefined): Promise<DiskSource>;
  /** Mends what a step that was cut off may have left in the disk. */
  mend(disk: Disk): Promise<void>;
}
