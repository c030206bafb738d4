/** A backend whose disks are in memory and can be looked at, and that fails and dawdles as a test says. It passes the contract of backends. */
import { BackendFailure, type BackendItem, type BackendVolume, type VolumeBackend } from '@haulier/platform/volumes/volume-backend.ts';
import type { SnapshotId, VolumeId, VolumeProjectId } from '@haulier/platform/volumes/volume.ts';

interface MemoryDisk {
  project: VolumeProjectId;
  sizeGiB: number;
  /** What stands for its bytes. */
  data: string;
  readonly snapshots: Map<SnapshotId, { readonly data: string; readonly sizeGiB: number }>;
}

export type Operation = 'create' | 'remove' | 'extend' | 'createSnapshot' | 'removeSnapshot' | 'rollback' | 'handOver';

/** Called before and after each operation: it may wait, throw, or never come back. */
type Interference = (operation: Operation, moment: 'before' | 'after', id: VolumeId, signal: AbortSignal) => Promise<void> | void;

export interface MemoryBackend extends VolumeBackend {
  readonly disks: Map<VolumeId, MemoryDisk>;
  interfere: Interference;
}

/** @param knowsOwners it has owners of its own, as an existing cloud does */
export function createMemoryBackend({ knowsOwners = false, snapshots = true }: { readonly knowsOwners?: boolean; readonly snapshots?: boolean } = {}): MemoryBackend {
  const disks = new Map<VolumeId, MemoryDisk>();

  const existing = (id: VolumeId): MemoryDisk => {
    const disk = disks.get(id);
    if (disk === undefined) throw new BackendFailure('absent', `there is no disk ${id}`);
    return disk;
  };
  const existingSnapshot = (volume: VolumeId, id: SnapshotId) => {
    const snapshot = existing(volume).snapshots.get(id);
    if (snapshot === undefined) throw new BackendFailure('absent', `there is no snapshot ${id}`);
    return snapshot;
  };
  async function during<T>(operation: Operation, { id }: BackendVolume, signal: AbortSignal, work: () => T): Promise<T> {
    await backend.interfere(operation, 'before', id, signal);
    signal.throwIfAborted();
    const result = work();
    await backend.interfere(operation, 'after', id, signal);
    return result;
  }

  const backend: MemoryBackend = {
    name: 'memory',
    snapshots,
    disks,
    interfere() {},
    create: (volume, from, signal) => during('create', volume, signal, () => {
      const { id, project, sizeGiB } = volume;
      const data = from.kind === 'blank' ? '' : from.kind === 'volume' ? existing(from.volume.id).data : existingSnapshot(from.snapshot.volume.id, from.snapshot.id).data;
      if (!disks.has(id)) disks.set(id, { project, sizeGiB, data, snapshots: new Map() });
      return { ref: `memory:${id}` };
    }),
    remove: (volume, signal) => during('remove', volume, signal, () => void disks.delete(volume.id)),
    extend: (volume, signal) => during('extend', volume, signal, () => {
      existing(volume.id).sizeGiB = volume.sizeGiB;
    }),
    createSnapshot: ({ id, volume }, signal) => during('createSnapshot', volume, signal, () => {
      const disk = existing(volume.id);
      if (!disk.snapshots.has(id)) disk.snapshots.set(id, { data: disk.data, sizeGiB: disk.sizeGiB });
      return { ref: `memory:${id}` };
    }),
    removeSnapshot: ({ id, volume }, signal) => during('removeSnapshot', volume, signal, () => void disks.get(volume.id)?.snapshots.delete(id)),
    rollback: ({ id, volume }, signal) => during('rollback', volume, signal, () => {
      existing(volume.id).data = existingSnapshot(volume.id, id).data;
    }),
    ...(knowsOwners ? {
      handOver: (volume, _snapshots, to, signal) => during('handOver', volume, signal, () => {
        existing(volume.id).project = to;
        return { ref: `memory:${volume.id}:${to}` };
      }),
    } : {}),
    async *items() {
      for (const [id, { sizeGiB, snapshots: taken }] of [...disks]) {
        yield await Promise.resolve<BackendItem>({ kind: 'volume', id, sizeGiB });
        for (const snapshot of taken.keys()) yield { kind: 'snapshot', id: snapshot, volume: id };
      }
    },
    sweep(item) {
      if (item.kind === 'volume') disks.delete(item.id);
      if (item.kind === 'snapshot') disks.get(item.volume)?.snapshots.delete(item.id);
      return Promise.resolve();
    },
  };
  return backend;
}
