/** Disks in QEMU's own format, which keeps snapshots inside the file. docs/decisions/0015 says why inside. */
import { BackendFailure } from '../../volumes/volume-backend.ts';
import type { SnapshotId } from '../../volumes/volume.ts';
import { syncFile, type DiskFolder } from './disk-folder.ts';
import type { Disk, DiskFormatter } from './disk-format.ts';
import { changeName } from './disk-names.ts';
import { refuseOpen } from './machine-locks.ts';
import { readQcow2 } from './qcow2-contents.ts';
import type { QemuImg } from './qemu-img.ts';

export function qcow2Disks(folder: DiskFolder, qemuImg: QemuImg): DiskFormatter {
  /**
   * What changes the inside of a disk is noted before and forgotten after, so that a disk whose change was cut off is mended before anything
   * else is done to it; also when nothing is left to do of the change but that. No signal breaks off a change: it takes moments.
   */
  async function change(disk: Disk, ...steps: readonly (() => Promise<void>)[]): Promise<void> {
    await refuseOpen(disk);
    await mend(disk);
    await folder.note(changeName(disk.id));
    for (const step of steps) await step();
    await syncFile(disk.path);
    await folder.remove(changeName(disk.id));
  }

  async function mend(disk: Disk): Promise<void> {
    if (await folder.find(changeName(disk.id)) === undefined) return;
    await qemuImg.repair(disk.path);
    await syncFile(disk.path);
    await folder.remove(changeName(disk.id));
  }

  async function has(disk: Disk, id: SnapshotId): Promise<boolean> {
    return (await readQcow2(disk.path)).snapshots.includes(id);
  }

  async function need(disk: Disk, id: SnapshotId): Promise<void> {
    if (!await has(disk, id)) throw new BackendFailure('absent', `disk ${disk.id} has no snapshot ${id}`);
  }

  return {
    snapshots: true,
    makeBlank: (path, size) => qemuImg.create(path, size),
    async grow(disk, size) {
      const isDone = (await readQcow2(disk.path)).size >= size;
      await (isDone ? mend(disk) : change(disk, () => qemuImg.resize(disk.path, size)));
    },
    async createSnapshot(disk, id) {
      await (await has(disk, id) ? mend(disk) : change(disk, () => qemuImg.snapshot(disk.path, 'create', id)));
    },
    async removeSnapshot(disk, id) {
      await (await has(disk, id) ? change(disk, () => qemuImg.snapshot(disk.path, 'delete', id)) : mend(disk));
    },
    async rollback(disk, id, size) {
      await need(disk, id);
      // The disk has the snapshot's size then.
      await change(disk, () => qemuImg.snapshot(disk.path, 'apply', id), () => qemuImg.resize(disk.path, size));
    },
    async sourceOf(disk, snapshot) {
      await mend(disk);
      if (snapshot === undefined) return { ...disk, format: 'qcow2' };
      await need(disk, snapshot);
      return { ...disk, format: 'qcow2', within: snapshot };
    },
    mend,
  };
}
