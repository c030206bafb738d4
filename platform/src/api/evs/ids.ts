/** Ids of paths and bodies, in capitals or not. What does not look like one is one of nothing. */
import { uuidPattern } from '@haulier/wire/evs/fields.ts';
import type { AttachmentId, JobId, SnapshotId, TransferId, VolumeId } from '../../volumes/volume.ts';
import { parseAttachmentId, parseSnapshotId, parseTransferId, parseVolumeId, parseVolumeJobId } from '../../volumes/volume-ids.ts';
import { VolumeRefusal } from '../../volumes/volumes.ts';

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
  const id = parseTransferId(text.toLowerCase());
  if (id === undefined) throw new VolumeRefusal({ kind: 'no-such-transfer', id: text });
  return id;
}

export function jobId(text: string): JobId {
  const id = parseVolumeJobId(text.toLowerCase());
  if (id === undefined) throw new VolumeRefusal({ kind: 'no-such-job', id: text });
  return id;
}

/** Of an attachment to `volume`. */
export function attachmentId(text: string, volume: VolumeId): AttachmentId {
  const id = parseAttachmentId(text.toLowerCase());
  if (id === undefined) throw new VolumeRefusal({ kind: 'volume-not-attached', id: volume });
  return id;
}

const uuid = new RegExp(uuidPattern);

/** Undefined when the text is no id: then nothing has it. */
export function asUuid(text: string): string | undefined {
  return uuid.test(text) ? text.toLowerCase() : undefined;
}
