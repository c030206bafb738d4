/** Does what a job says, at the backend of its disk. Everything here may have been done before by somebody who did not live to say so. */
import { BackendFailure, type BackendSnapshot, type BackendVolume, type CreateFrom, type VolumeBackend } from '../../volumes/volume-backend.ts';
import type { KeptSnapshot, KeptVolume } from '../../volumes/kept-volume.ts';
import type { SnapshotId } from '../../volumes/volume.ts';
import type { WorkOrder } from '../../volumes/volume-work.ts';

/** Resolves to what the backend knows it by from now on, where that is new. Throws {@link BackendFailure}. */
export async function carryOut(backend: VolumeBackend, order: WorkOrder, signal: AbortSignal): Promise<{ readonly ref?: string }> {
  const { work } = order;
  const volume = asBackendVolume(order.volume);
  const snapshot = (id: SnapshotId) => asBackendSnapshot(volume, requireSnapshot(order, id));
  switch (work.kind) {
    case 'createVolume': return backend.create(volume, sourceOf(order), signal);
    case 'deleteVolume': return nothing(removeAll(backend, order, signal));
    case 'extendVolume': return nothing(backend.extend({ ...volume, sizeGiB: work.sizeGiB }, signal));
    case 'createSnapshot': return backend.createSnapshot(snapshot(work.snapshot), signal);
    case 'deleteSnapshot': return nothing(backend.removeSnapshot(snapshot(work.snapshot), signal));
    case 'rollbackSnapshot': return nothing(backend.rollback(snapshot(work.snapshot), signal));
    case 'acceptTransfer': return handOver(backend, order, volume, signal);
  }
}

async function nothing(done: Promise<void>): Promise<object> {
  await done;
  return {};
}

function asBackendVolume({ id, owner, sizeGiB, ref }: KeptVolume): BackendVolume {
  return { id, project: owner.project, sizeGiB, ref };
}

function asBackendSnapshot(volume: BackendVolume, { id, owner, sizeGiB, ref }: KeptSnapshot): BackendSnapshot {
  return { id, volume, project: owner.project, sizeGiB, ref };
}

function requireSnapshot({ snapshots }: WorkOrder, id: SnapshotId): KeptSnapshot {
  const found = snapshots.find((snapshot) => snapshot.id === id);
  if (found === undefined) throw new BackendFailure('absent', `the snapshot ${id} is not there any more`);
  return found;
}

function sourceOf({ source }: WorkOrder): CreateFrom {
  if (source === undefined) return { kind: 'blank' };
  const volume = asBackendVolume(source.volume);
  return source.snapshot === undefined ? { kind: 'volume', volume } : { kind: 'snapshot', snapshot: asBackendSnapshot(volume, source.snapshot) };
}

async function removeAll(backend: VolumeBackend, { volume, snapshots }: WorkOrder, signal: AbortSignal): Promise<void> {
  const disk = asBackendVolume(volume);
  for (const snapshot of snapshots) await backend.removeSnapshot(asBackendSnapshot(disk, snapshot), signal);
  await backend.remove(disk, signal);
}

async function handOver(backend: VolumeBackend, { work, volume: { owner }, snapshots, transfer }: WorkOrder, volume: BackendVolume, signal: AbortSignal): Promise<{ readonly ref?: string }> {
  if (work.kind !== 'acceptTransfer' || transfer === undefined) throw new BackendFailure('absent', 'the transfer is not there any more');
  if (backend.handOver === undefined) return {};
  const along = transfer.withoutSnapshots ? [] : snapshots.filter((snapshot) => snapshot.owner.project === owner.project);
  return backend.handOver(volume, along.map((snapshot) => asBackendSnapshot(volume, snapshot)), work.acceptor.project, signal);
}
