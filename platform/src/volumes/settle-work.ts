/** Ends work on a disk: what came of it, the disk's next state and the end of the job are one transaction. */
import type { KeptSnapshot, KeptVolume } from './kept-volume.ts';
import { takeOver } from './ownership.ts';
import { nextSnapshotState, type SnapshotEvent } from './snapshot-life-cycle.ts';
import type { SnapshotId, WorkFailure } from './volume.ts';
import { nextVolumeState, type VolumeEvent } from './volume-life-cycle.ts';
import type { VolumePatch, VolumeRepository, VolumeUnit } from './volume-repository.ts';
import type { DiskWork, VolumeLease } from './volume-work.ts';

export type WorkResult =
  /** `ref`: what the backend knows it by from now on. */
  | { readonly kind: 'done'; readonly ref?: string }
  | { readonly kind: 'failed'; readonly failure: WorkFailure }
  /** Not before so many milliseconds. */
  | { readonly kind: 'again'; readonly afterMs: number };

/**
 * Throws `FencedError`, and changes nothing, when the lease is lost. Work that would be tried again on a disk that is being deleted
 * meanwhile is not.
 */
export async function settleWork(repository: VolumeRepository, lease: VolumeLease, result: WorkResult): Promise<void> {
  await repository.change(async (unit) => {
    const volume = await lockDisks(unit, lease);
    await unit.holdJob(lease);
    if (result.kind !== 'again') return end(unit, lease, volume, result);
    const given = volume?.state === 'deleting' && lease.work.kind !== 'deleteVolume';
    return given ? end(unit, lease, volume, { kind: 'failed', failure: cancelled }) : unit.putOff(lease, result.afterMs);
  });
}

export const cancelled: WorkFailure = { kind: 'cancelled', reason: 'The disk was deleted before this was done.' };

/** In the order of {@link VolumeUnit}: a disk that is read for it comes first. */
async function lockDisks(unit: VolumeUnit, { reads, volume }: VolumeLease): Promise<KeptVolume | undefined> {
  if (reads !== undefined) await unit.volume(reads);
  return unit.volume(volume);
}

type End = Exclude<WorkResult, { readonly kind: 'again' }>;

async function end(unit: VolumeUnit, lease: VolumeLease, volume: KeptVolume | undefined, result: End): Promise<void> {
  await unit.endJob(lease, result.kind === 'failed' ? result.failure : undefined);
  if (volume !== undefined) await settle(unit, volume, lease.work, result);
}

async function settle(unit: VolumeUnit, volume: KeptVolume, work: DiskWork, result: End): Promise<void> {
  const isDone = result.kind === 'done';
  switch (work.kind) {
    case 'createVolume':
      await moveDisk(unit, volume, isDone ? 'made' : 'fail-to-make', result);
      return readingIsOver(unit, volume);
    case 'deleteVolume':
      return isDone ? dropDisk(unit, volume) : keepUndeleted(unit, volume, result.failure);
    case 'extendVolume':
      return moveExtended(unit, volume, result, isDone ? { sizeGiB: work.sizeGiB } : {});
    case 'createSnapshot':
      return moveSnapshotOf(unit, work.snapshot, isDone ? 'made' : 'fail-to-make', result);
    case 'deleteSnapshot':
      return isDone ? unit.dropSnapshots([work.snapshot]) : moveSnapshotOf(unit, work.snapshot, 'fail-to-remove', result);
    case 'rollbackSnapshot':
      await moveSnapshotOf(unit, work.snapshot, isDone ? 'rolled-back' : 'fail-to-roll-back', { kind: 'done' });
      return moveDisk(unit, volume, isDone ? 'rolled-back' : 'fail-to-roll-back', result);
    case 'acceptTransfer':
      return isDone ? takeOver(unit, volume, work.transfer, work.acceptor, result.ref) : unit.setAcceptor(work.transfer, undefined);
  }
}

async function moveDisk(unit: VolumeUnit, volume: KeptVolume, event: VolumeEvent, result: End, patch: VolumePatch = {}): Promise<void> {
  const state = nextVolumeState(volume.state, event);
  if (state === 'refused' || state === 'none') throw new Error(`disk ${volume.id} is ${volume.state}, where nothing can be ${event}`);
  await unit.changeVolume(volume.id, { ...patch, state, ...outcomeOf(result) });
}

/** An attached disk is in no error: why it is as large as before is told by the job. */
async function moveExtended(unit: VolumeUnit, volume: KeptVolume, result: End, patch: VolumePatch): Promise<void> {
  const isDone = result.kind === 'done';
  if (volume.attachments.length === 0) return moveDisk(unit, volume, isDone ? 'extended' : 'fail-to-extend', result, patch);
  return moveDisk(unit, volume, isDone ? 'extended-attached' : 'fail-to-extend-attached', { kind: 'done' }, patch);
}

async function moveSnapshotOf(unit: VolumeUnit, id: SnapshotId, event: SnapshotEvent, result: End): Promise<void> {
  const found = await unit.snapshot(id);
  if (found === undefined) return;
  const state = nextSnapshotState(found.snapshot.state, event);
  if (state === 'refused' || state === 'none') throw new Error(`snapshot ${id} is ${found.snapshot.state}, where nothing can be ${event}`);
  await unit.changeSnapshot(id, { state, ...outcomeOf(result) });
}

function outcomeOf(result: End): { readonly ref?: string; readonly problem?: string | undefined } {
  if (result.kind === 'failed') return { problem: result.failure.reason };
  return { problem: undefined, ...(result.ref === undefined ? {} : { ref: result.ref }) };
}

async function dropDisk(unit: VolumeUnit, volume: KeptVolume): Promise<void> {
  const snapshots = await unit.snapshotsOf(volume.id);
  await unit.dropSnapshots(snapshots.map(({ id }) => id));
  await unit.dropVolume(volume.id);
}

/** Which of its snapshots are gone by now nobody knows: none of them is of use any more. */
async function keepUndeleted(unit: VolumeUnit, volume: KeptVolume, failure: WorkFailure): Promise<void> {
  const isDeleting = ({ state }: KeptSnapshot) => state === 'deleting';
  for (const snapshot of (await unit.snapshotsOf(volume.id)).filter(isDeleting)) await moveSnapshotOf(unit, snapshot.id, 'fail-to-remove', { kind: 'failed', failure });
  await moveDisk(unit, volume, 'fail-to-remove', { kind: 'failed', failure });
}

/** The disk that this one was being made from is available again, unless others are still made from it. */
export async function readingIsOver(unit: VolumeUnit, { source }: KeptVolume): Promise<void> {
  if (source.kind !== 'volume' || await unit.isRead(source.id)) return;
  const read = await unit.volume(source.id);
  const state = read === undefined ? 'refused' : nextVolumeState(read.state, 'read-done');
  if (state !== 'refused' && state !== 'none') await unit.changeVolume(source.id, { state });
}
