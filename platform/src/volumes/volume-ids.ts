/** Ids as text. Those that throw are for text that was an id when it was written: there it is a RangeError. */
import { isUuid } from '@haulier/lib/uuid/uuid.ts';
import type { AttachmentId, JobId, SnapshotId, TransferId, VolumeId, VolumeProjectId } from './volume.ts';

const hex = /^[0-9a-f]{32}$/;

/** Undefined for text that is no id of a disk. */
export function parseVolumeId(text: string): VolumeId | undefined {
  return isVolumeId(text) ? text : undefined;
}

/** Undefined for text that is no id of a snapshot. */
export function parseSnapshotId(text: string): SnapshotId | undefined {
  return isSnapshotId(text) ? text : undefined;
}

/** Undefined for text that is no id of a transfer. */
export function parseTransferId(text: string): TransferId | undefined {
  return isTransferId(text) ? text : undefined;
}

/** Undefined for text that is no id of an attachment. */
export function parseAttachmentId(text: string): AttachmentId | undefined {
  return isAttachmentId(text) ? text : undefined;
}

/** Undefined for text that is no id of a job. */
export function parseVolumeJobId(text: string): JobId | undefined {
  return isJobId(text) ? text : undefined;
}

/** Undefined for text that is no id of a project. */
export function parseVolumeProjectId(text: string): VolumeProjectId | undefined {
  return isProjectId(text) ? text : undefined;
}

export function volumeId(text: string): VolumeId {
  return isVolumeId(text) ? text : notAnId(text, 'a disk');
}

export function snapshotId(text: string): SnapshotId {
  return isSnapshotId(text) ? text : notAnId(text, 'a snapshot');
}

export function transferId(text: string): TransferId {
  return isTransferId(text) ? text : notAnId(text, 'a transfer');
}

export function attachmentId(text: string): AttachmentId {
  return isAttachmentId(text) ? text : notAnId(text, 'an attachment');
}

export function volumeJobId(text: string): JobId {
  return isJobId(text) ? text : notAnId(text, 'a job');
}

export function volumeProjectId(text: string): VolumeProjectId {
  return isProjectId(text) ? text : notAnId(text, 'a project');
}

function isVolumeId(text: string): text is VolumeId {
  return isUuid(text);
}

function isSnapshotId(text: string): text is SnapshotId {
  return isUuid(text);
}

function isTransferId(text: string): text is TransferId {
  return isUuid(text);
}

function isAttachmentId(text: string): text is AttachmentId {
  return isUuid(text);
}

function isJobId(text: string): text is JobId {
  return hex.test(text);
}

function isProjectId(text: string): text is VolumeProjectId {
  return hex.test(text);
}

function notAnId(text: string, of: string): never {
  throw new RangeError(`${text} is not the id of ${of}`);
}
