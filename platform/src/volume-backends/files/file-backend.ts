/** Disks as sparse files in a folder of this machine. */
import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { BackendFailure, type BackendItem, type CreateFrom, type VolumeBackend } from '../../volumes/volume-backend.ts';
import type { SnapshotId, VolumeId } from '../../volumes/volume.ts';
import { parseSnapshotId } from '../../volumes/volume-ids.ts';
import { copyDisk } from './copy-disk.ts';
import { openDiskFolder, type DiskFolder } from './disk-folder.ts';
import type { Disk, DiskFormatter } from './disk-format.ts';
import { changeName, parseName, snapshotName, volumeName, type DiskFormat } from './disk-names.ts';
import { failingAs, hasCode } from './file-failure.ts';
import { takeFolder, type OwnerCheck } from './folder-owner.ts';
import { refuseOpen } from './machine-locks.ts';
import { isAbandoned, makerName } from './maker.ts';
import { readQcow2, type Qcow2Contents } from './qcow2-contents.ts';
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
  /** Whose disks these are, e.g. an installation's id and the name of its backend; a folder of another's is refused. */
  readonly owner: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

interface FoundDisk extends Disk {
  readonly format: DiskFormat;
}

const gib = 1024 ** 3;

/** Fails as `unsupported` where qcow2 is asked for and there is no qemu-img. */
export async function openFileBackend({ name, folder: path, format: wanted, qemuImg: program, uniqueName, owner, now }: FileBackendOptions): Promise<VolumeBackend> {
  return failingAs(`open the folder of disks ${path}`, async () => {
    const folder = await openDiskFolder(path, uniqueName);
    const checkOwner = await takeFolder(folder, owner);
    const canShare = await canShareBlocks(folder, await makerName(), uniqueName);
    const qemuImg = await findQemuImg(program);
    const format = wanted === 'auto' ? (canShare || qemuImg === undefined ? 'raw' : 'qcow2') : wanted;
    if (format === 'qcow2' && qemuImg === undefined) throw new BackendFailure('unsupported', `disks in the format qcow2 need the program ${program}: install qemu-utils`);
    return fileBackend({ name, folder, checkOwner, format, canShare, qemuImg, now });
  });
}

interface OpenedFolder {
  readonly name: string;
  readonly folder: DiskFolder;
  readonly checkOwner: OwnerCheck;
  readonly format: DiskFormat;
  readonly canShare: boolean;
  readonly qemuImg: QemuImg | undefined;
  readonly now: () => number;
}

function fileBackend({ name, folder, checkOwner, format, canShare, qemuImg, now }: OpenedFolder): VolumeBackend {
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
    if (disk !== undefined) await refuseOpen(disk);
    const names = disk === undefined ? [] : [volumeName(id, disk.format)];
    for await (const file of folder.names()) {
      const known = parseName(file);
      if (known?.kind === 'snapshot' && known.volume === id) names.push(file);
    }
    await folder.remove(...names, changeName(id));
  }

  async function removeSnapshot(volume: VolumeId, id: SnapshotId): Promise<void> {
    const disk = await find(volume);
    if (disk === undefined) await folder.remove(snapshotName(volume, id));
    else await formatterOf(disk.format).removeSnapshot(disk, id);
  }

  async function* items(): AsyncIterable<BackendItem> {
    await checkOwner();
    for await (const file of folder.names()) {
      const known = parseName(file);
      if (known?.kind === 'snapshot') yield known;
      else if (known?.kind === 'volume') yield* itemsOf({ id: known.id, path: join(folder.path, file), format: known.format });
      else if (known?.kind === 'unfinished' && await isAbandoned(known.maker, join(folder.path, file), now())) yield { kind: 'debris', name: file };
      else if (known?.kind === 'change' && await find(known.volume) === undefined) yield { kind: 'debris', name: file };
    }
  }

  async function* itemsOf(disk: FoundDisk): AsyncIterable<BackendItem> {
    const found = await inspect(disk);
    if (found === undefined) return;
    yield { kind: 'volume', id: disk.id, sizeGiB: Math.ceil(found.size / gib) };
    for (const name of found.snapshots) {
      const id = parseSnapshotId(name);
      if (id !== undefined) yield { kind: 'snapshot', id, volume: disk.id };
    }
  }

  /** A step at the backend; none is taken while the folder is not there. */
  function step<T>(doing: string, work: () => Promise<T>): Promise<T> {
    return failingAs(doing, async () => {
      await checkOwner();
      return work();
    });
  }

  return {
    name,
    snapshots: formatterOf(format).snapshots,
    create: ({ id, sizeGiB }, from, signal) => step(`create disk ${id}`, async () => {
      signal.throwIfAborted();
      if (await find(id) === undefined) await folder.publish(volumeName(id, format), 'keep', (path) => fill(path, from, sizeGiB * gib, signal));
      else await folder.sync();
      return { ref: basename((await existing(id)).path) };
    }),
    remove: ({ id }) => step(`remove disk ${id}`, () => removeDisk(id)),
    extend: ({ id, sizeGiB }) => step(`extend disk ${id}`, async () => {
      const disk = await existing(id);
      await formatterOf(disk.format).grow(disk, sizeGiB * gib);
    }),
    createSnapshot: ({ id, volume }) => step(`create snapshot ${id}`, async () => {
      const disk = await existing(volume.id);
      await formatterOf(disk.format).createSnapshot(disk, id);
      return { ref: id };
    }),
    removeSnapshot: ({ id, volume }) => step(`remove snapshot ${id}`, () => removeSnapshot(volume.id, id)),
    rollback: ({ id, volume }) => step(`roll disk ${volume.id} back`, async () => {
      const disk = await existing(volume.id);
      await formatterOf(disk.format).rollback(disk, id, volume.sizeGiB * gib);
    }),
    items,
    sweep: (item) => step('sweep', async () => {
      if (item.kind === 'volume') await removeDisk(item.id);
      else if (item.kind === 'snapshot') await removeSnapshot(item.volume, item.id);
      else if (['unfinished', 'change'].includes(parseName(item.name)?.kind ?? '')) await folder.remove(item.name);
    }),
    locate: ({ id }) => step(`find disk ${id}`, async () => {
      const disk = await existing(id);
      await formatterOf(disk.format).mend(disk);
      return { path: disk.path, format: disk.format };
    }),
  };
}

/** Undefined when somebody has removed it meanwhile. A damaged one is there all the same. */
async function inspect({ path, format }: FoundDisk): Promise<Qcow2Contents | undefined> {
  try {
    return format === 'qcow2' ? await readQcow2(path) : { size: (await stat(path)).size, snapshots: [] };
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    if (error instanceof BackendFailure) return { size: 0, snapshots: [] };
    throw error;
  }
}
