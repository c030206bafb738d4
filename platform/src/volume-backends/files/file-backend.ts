/** Disks as sparse files in a folder of this machine. */
import { basename, join } from 'node:path';
import { BackendFailure, type BackendItem, type CreateFrom, type VolumeBackend } from '../../volumes/volume-backend.ts';
import type { SnapshotId, VolumeId } from '../../volumes/volume.ts';
import { copyDisk } from './copy-disk.ts';
import { openDiskFolder, type DiskFolder } from './disk-folder.ts';
import type { Disk, DiskFormatter } from './disk-format.ts';
import { changeName, parseName, snapshotName, volumeName, type DiskFormat } from './disk-names.ts';
import { failingAs } from './file-failure.ts';
import { refuseOpen } from './machine-locks.ts';
import { isAlive, makerName } from './maker.ts';
import { qcow2Disks } from './qcow2-disks.ts';
import { findQemuImg, type QemuImg } from './qemu-img.ts';
import { canShareBlocks, rawDisks } from './raw-disks.ts';

export interface FileBackendOptions {
  readonly name: string;
  /** Absolute. Made where it is missing. */
  readonly folder: string;
  /** Of new disks. `auto`: raw where the file system shares blocks between files; else qcow2 where there is qemu-img; else raw, without snapshots. */
  readonly format: DiskFormat | 'auto';
  /** The program; a name is looked for in PATH. */
  readonly qemuImg: string;
  /** A new UUID each time. */
  readonly uniqueName: () => string;
}

interface FoundDisk extends Disk {
  readonly format: DiskFormat;
}

const gib = 1024 ** 3;

/** Fails as `unsupported` where qcow2 is asked for and there is no qemu-img. */
export async function openFileBackend({ name, folder: path, format: wanted, qemuImg: program, uniqueName }: FileBackendOptions): Promise<VolumeBackend> {
  return failingAs(`open the folder of disks ${path}`, async () => {
    const folder = await openDiskFolder(path, uniqueName);
    const canShare = await canShareBlocks(folder, await makerName(), uniqueName);
    const qemuImg = await findQemuImg(program);
    const format = wanted === 'auto' ? (canShare || qemuImg === undefined ? 'raw' : 'qcow2') : wanted;
    if (format === 'qcow2' && qemuImg === undefined) throw new BackendFailure('unsupported', `disks in the format qcow2 need the program ${program}: install qemu-utils`);
    return fileBackend(name, folder, format, canShare, qemuImg);
  });
}

function fileBackend(name: string, folder: DiskFolder, format: DiskFormat, canShare: boolean, qemuImg: QemuImg | undefined): VolumeBackend {
  const raw = rawDisks(folder, canShare);
  const qcow2 = qemuImg === undefined ? undefined : qcow2Disks(folder, qemuImg);

  function formatterOf(of: DiskFormat): DiskFormatter {
    if (of === 'raw') return raw;
    if (qcow2 === undefined) throw new BackendFailure('unavailable', 'this disk is qcow2, and there is no qemu-img here: install qemu-utils');
    return qcow2;
  }

  async function find(id: VolumeId): Promise<FoundDisk | undefined> {
    for (const is of ['raw', 'qcow2'] as const) {
      const path = await folder.find(volumeName(id, is));
      if (path !== undefined) return { id, path, format: is };
    }
    return undefined;
  }

  async function existing(id: VolumeId): Promise<FoundDisk> {
    const disk = await find(id);
    if (disk === undefined) throw new BackendFailure('absent', `the data of disk ${id} is not there`, { detail: `in ${folder.path}` });
    return disk;
  }

  async function fill(path: string, from: CreateFrom, size: number, signal: AbortSignal): Promise<void> {
    if (from.kind === 'blank') return formatterOf(format).makeBlank(path, size);
    const disk = await existing(from.kind === 'volume' ? from.volume.id : from.snapshot.volume.id);
    const source = await formatterOf(disk.format).sourceOf(disk, from.kind === 'snapshot' ? from.snapshot.id : undefined);
    await copyDisk(source, { path, format, size }, { canShare, qemuImg, signal });
  }

  async function removeDisk(id: VolumeId): Promise<void> {
    const disk = await find(id);
    if (disk !== undefined) {
      await refuseOpen(disk);
      await folder.remove(volumeName(id, disk.format));
    }
    await folder.remove(changeName(id));
    for await (const file of folder.names()) {
      const known = parseName(file);
      if (known?.kind === 'snapshot' && known.volume === id) await folder.remove(file);
    }
  }

  async function removeSnapshot(volume: VolumeId, id: SnapshotId): Promise<void> {
    const disk = await find(volume);
    if (disk === undefined) await folder.remove(snapshotName(volume, id));
    else await formatterOf(disk.format).removeSnapshot(disk, id);
  }

  async function* items(): AsyncIterable<BackendItem> {
    for await (const file of folder.names()) {
      const known = parseName(file);
      if (known?.kind === 'snapshot') yield known;
      else if (known?.kind === 'volume') yield* itemsOf({ id: known.id, path: join(folder.path, file), format: known.format });
      else if (known?.kind === 'unfinished' && !await isAlive(known.maker)) yield { kind: 'debris', name: file };
      else if (known?.kind === 'change' && await find(known.volume) === undefined) yield { kind: 'debris', name: file };
    }
  }

  async function* itemsOf(disk: FoundDisk): AsyncIterable<BackendItem> {
    const disks = formatterOf(disk.format);
    const found = await disks.inspect(disk).catch((error: unknown) => {
      if (error instanceof BackendFailure && error.kind === 'refused') return { size: 0, snapshots: [] };
      throw error;
    });
    yield { kind: 'volume', id: disk.id, sizeGiB: Math.ceil(found.size / gib) };
    for (const id of found.snapshots) yield { kind: 'snapshot', id, volume: disk.id };
  }

  return {
    name,
    snapshots: formatterOf(format).snapshots,
    create: ({ id, sizeGiB }, from, signal) => failingAs(`create disk ${id}`, async () => {
      signal.throwIfAborted();
      if (await find(id) === undefined) await folder.publish(volumeName(id, format), 'keep', (path) => fill(path, from, sizeGiB * gib, signal));
      return { ref: basename((await existing(id)).path) };
    }),
    remove: ({ id }) => failingAs(`remove disk ${id}`, () => removeDisk(id)),
    extend: ({ id, sizeGiB }) => failingAs(`extend disk ${id}`, async () => {
      const disk = await existing(id);
      await formatterOf(disk.format).grow(disk, sizeGiB * gib);
    }),
    createSnapshot: ({ id, volume }) => failingAs(`create snapshot ${id}`, async () => {
      const disk = await existing(volume.id);
      await formatterOf(disk.format).createSnapshot(disk, id);
      return { ref: id };
    }),
    removeSnapshot: ({ id, volume }) => failingAs(`remove snapshot ${id}`, () => removeSnapshot(volume.id, id)),
    rollback: ({ id, volume }) => failingAs(`roll disk ${volume.id} back`, async () => {
      const disk = await existing(volume.id);
      await formatterOf(disk.format).rollback(disk, id, volume.sizeGiB * gib);
    }),
    items,
    sweep: (item) => failingAs('sweep', async () => {
      if (item.kind === 'volume') await removeDisk(item.id);
      else if (item.kind === 'snapshot') await removeSnapshot(item.volume, item.id);
      else if (['unfinished', 'change'].includes(parseName(item.name)?.kind ?? '')) await folder.remove(item.name);
    }),
    locate: ({ id }) => failingAs(`find disk ${id}`, async () => {
      const disk = await existing(id);
      await formatterOf(disk.format).mend(disk);
      return { path: disk.path, format: disk.format };
    }),
  };
}
