/**
 * Names in the folder of disks. A disk is `<volume>.raw` or `<volume>.qcow2`. A raw disk's snapshot is `<volume>@<snapshot>.raw`, a qcow2 disk
 * has its snapshots inside. Names with a dot in front are nobody's disk: what is being made, and notes.
 */
import type { SnapshotId, VolumeId } from '../../volumes/volume.ts';
import { BackendFailure } from '../../volumes/volume-backend.ts';
import { parseSnapshotId, parseVolumeId } from '../../volumes/volume-ids.ts';

export type DiskFormat = 'raw' | 'qcow2';

export type DiskName =
  | { readonly kind: 'volume'; readonly id: VolumeId; readonly format: DiskFormat }
  | { readonly kind: 'snapshot'; readonly id: SnapshotId; readonly volume: VolumeId }
  /** A file on its way to become a disk. `maker` says which process makes it. */
  | { readonly kind: 'unfinished'; readonly maker: string }
  /** Says that the inside of a qcow2 disk is being changed. */
  | { readonly kind: 'change'; readonly volume: VolumeId };

/** Says whose disks the folder has. */
export const ownerNote = '.host';

const uuid = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const volumePattern = new RegExp(`^(${uuid})\\.(raw|qcow2)$`);
const snapshotPattern = new RegExp(`^(${uuid})@(${uuid})\\.raw$`);
const unfinishedPattern = new RegExp(`^\\.new-([0-9]+-[0-9]+-[0-9]+)-${uuid}$`);
const changePattern = new RegExp(`^\\.changing-(${uuid})$`);

export const volumeName = (id: VolumeId, format: DiskFormat): string => `${checked(id)}.${format}`;
export const snapshotName = (volume: VolumeId, id: SnapshotId): string => `${checked(volume)}@${checked(id)}.raw`;
export const unfinishedName = (maker: string, unique: string): string => `.new-${maker}-${unique}`;
export const changeName = (volume: VolumeId): string => `.changing-${checked(volume)}`;

/** Undefined for a name that is not ours. */
export function parseName(name: string): DiskName | undefined {
  return volumeOf(name) ?? snapshotOf(name) ?? noteOf(name);
}

function volumeOf(name: string): DiskName | undefined {
  const [, volume = '', format] = volumePattern.exec(name) ?? [];
  const id = parseVolumeId(volume);
  return id === undefined ? undefined : { kind: 'volume', id, format: format === 'raw' ? 'raw' : 'qcow2' };
}

function snapshotOf(name: string): DiskName | undefined {
  const [, of = '', snapshot = ''] = snapshotPattern.exec(name) ?? [];
  const volume = parseVolumeId(of);
  const id = parseSnapshotId(snapshot);
  return volume === undefined || id === undefined ? undefined : { kind: 'snapshot', id, volume };
}

function noteOf(name: string): DiskName | undefined {
  const [, maker] = unfinishedPattern.exec(name) ?? [];
  if (maker !== undefined) return { kind: 'unfinished', maker };
  const volume = parseVolumeId(changePattern.exec(name)?.[1] ?? '');
  return volume === undefined ? undefined : { kind: 'change', volume };
}

/** An id that is no UUID could name a file elsewhere. */
function checked(id: VolumeId | SnapshotId): string {
  if (parseVolumeId(id) === undefined) throw new BackendFailure('refused', `${JSON.stringify(id)} is not the id of a disk or snapshot`);
  return id;
}
