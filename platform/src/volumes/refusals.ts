/** Checks that several use cases make. */
import type { KeptSnapshot, KeptVolume } from './kept-volume.ts';
import { nextSnapshotState, type SnapshotEvent } from './snapshot-life-cycle.ts';
import type { SnapshotId, SnapshotState, VolumeId, VolumeProjectId, VolumeState } from './volume.ts';
import { nextVolumeState, type VolumeEvent } from './volume-life-cycle.ts';
import type { VolumeUnit } from './volume-repository.ts';
import { VolumeRefusal, type Refusal, type VolumeAction } from './volumes.ts';

export function refuse(refusal: Refusal): never {
  throw new VolumeRefusal(refusal);
}

/** Locks the project's disk. */
export async function ownVolume(unit: VolumeUnit, project: VolumeProjectId, id: VolumeId): Promise<KeptVolume> {
  const volume = await unit.volume(id);
  return volume?.owner.project === project ? volume : refuse({ kind: 'no-such-volume', id });
}

/** Locks the disk of the project's snapshot, whosesoever the disk is. */
export async function ownSnapshot(unit: VolumeUnit, project: VolumeProjectId, id: SnapshotId): Promise<{ readonly snapshot: KeptSnapshot; readonly volume: KeptVolume }> {
  const found = await unit.snapshot(id);
  return found?.snapshot.owner.project === project ? found : refuse({ kind: 'no-such-snapshot', id });
}

/** The disk's state after the event. */
export function moveVolume(volume: KeptVolume, event: VolumeEvent, action: VolumeAction): VolumeState {
  const { id, state } = volume;
  const next = nextVolumeState(state, event);
  return next === 'refused' || next === 'none' ? refuse({ kind: 'volume-busy', id, state, action }) : next;
}

export function moveSnapshot(snapshot: KeptSnapshot, event: SnapshotEvent, action: VolumeAction): SnapshotState {
  const { id, state } = snapshot;
  const next = nextSnapshotState(state, event);
  return next === 'refused' || next === 'none' ? refuse({ kind: 'snapshot-busy', id, state, action }) : next;
}

export function refuseAttached({ id, attachments }: KeptVolume, action: VolumeAction): void {
  if (attachments.length > 0) refuse({ kind: 'volume-attached', id, action });
}

/** PostgreSQL keeps no NUL in a text, and UTF-8 has no half of a pair. */
export function isStorable(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed();
}

/** Refuses what cannot be kept as it is. */
export function checkTexts(fields: Readonly<Record<string, string | Readonly<Record<string, string>> | undefined>>): void {
  for (const [field, value] of Object.entries(fields)) {
    const texts = typeof value === 'object' ? Object.entries(value).flat() : [value ?? ''];
    if (!texts.every(isStorable)) refuse({ kind: 'unstorable-text', field });
  }
}
