/** Ids of paths and bodies. What does not look like one is one of nothing. */
import { uuidPattern } from '@haulier/wire/evs/fields.ts';
import type { AttachmentId, JobId, SnapshotId, TransferId, VolumeId } from '../../volumes/volume.ts';
import { parseSnapshotId, parseVolumeId } from '../../volumes/volume-ids.ts';
import { VolumeRefusal } from '../../volumes/volumes.ts';

const uuid = new RegExp(uuidPattern);

export function volumeId(text: string): VolumeId {
  const id = parseVolumeId(text.toLowerCase());
  if (id === undefined) throw new VolumeRefusal({ kind: 'no-such-volume', id: text });
  return id;
}

export function snapshotId(text: string): SnapshotId {
  const id = parseSnapshotId(text.toLowerCase());
  if (id === undefined) throw new VolumeRefusal({ kind: 'no-such-snapshot', id: text });
  return id;
}

export function transferId(text: string): TransferId {
  const id = text.toLowerCase();
  if (isTransferId(id)) return id;
  throw new VolumeRefusal({ kind: 'no-such-transfer', id: text });
}

export function jobId(text: string): JobId {
  const id = text.toLowerCase();
  if (isJobId(id)) return id;
  throw new VolumeRefusal({ kind: 'no-such-job', id: text });
}

/** Of an attachment to `volume`. */
export function attachmentId(text: string, volume: VolumeId): AttachmentId {
  const id = text.toLowerCase();
  if (isAttachmentId(id)) return id;
  throw new VolumeRefusal({ kind: 'volume-not-attached', id: volume });
}

/** Undefined when the text is no id: then nothing has it. */
export function asUuid(text: string): string | undefined {
  return uuid.test(text) ? text.toLowerCase() : undefined;
}

function isTransferId(text: string): text is TransferId {
  return uuid.test(text);
}

function isAttachmentId(text: string): text is AttachmentId {
  return uuid.test(text);
}

function isJobId(text: string): text is JobId {
  return /^[0-9a-f]{32}$/.test(text);
}
