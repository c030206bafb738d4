import type { SnapshotId, VolumeId, VolumeProjectId } from './volume.ts';

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Undefined for text that is no id of a disk. */
export function parseVolumeId(text: string): VolumeId | undefined {
  return isVolumeId(text) ? text : undefined;
}

/** Undefined for text that is no id of a snapshot. */
export function parseSnapshotId(text: string): SnapshotId | undefined {
  return isSnapshotId(text) ? text : undefined;
}

/** Undefined for text that is no id of a project. */
export function parseVolumeProjectId(text: string): VolumeProjectId | undefined {
  return isProjectId(text) ? text : undefined;
}

function isVolumeId(text: string): text is VolumeId {
  return uuid.test(text);
}

function isSnapshotId(text: string): text is SnapshotId {
  return uuid.test(text);
}

function isProjectId(text: string): text is VolumeProjectId {
  return /^[0-9a-f]{32}$/.test(text);
}
