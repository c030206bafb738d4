/** Disks that are plain bytes in a sparse file. A snapshot is a file that shares the disk's blocks, where the file system can. */
import { constants } from 'node:fs';
import { copyFile, open, rm } from 'node:fs/promises';
import { BackendFailure } from '../../volumes/volume-backend.ts';
import type { SnapshotId, VolumeId } from '../../volumes/volume.ts';
import type { DiskFolder } from './disk-folder.ts';
import type { DiskFormatter } from './disk-format.ts';
import { snapshotName, unfinishedName, volumeName } from './disk-names.ts';
import { hasCode } from './file-failure.ts';
import { refuseOpen } from './machine-locks.ts';

/** `canShare`: whether the file system lets two files share blocks ({@link canShareBlocks}). */
export function rawDisks(folder: DiskFolder, canShare: boolean): DiskFormatter {
  async function snapshotPath(volume: VolumeId, id: SnapshotId): Promise<string> {
    const path = await folder.find(snapshotName(volume, id));
    if (path === undefined) throw new BackendFailure('absent', `disk ${volume} has no snapshot ${id}`);
    return path;
  }

  return {
    snapshots: canShare,
    async makeBlank(path, size) {
      const handle = await open(path, 'wx', 0o600);
      try {
        await handle.truncate(size);
      } finally {
        await handle.close();
      }
    },
    grow: ({ path }, size) => growFile(path, size),
    /** The blocks are shared in one step, so that a machine may write meanwhile: the snapshot has what it had written before. */
    async createSnapshot({ id: volume, path }, id) {
      if (!canShare) throw new BackendFailure('unsupported', `disk ${volume} is raw and its file system shares no blocks: no snapshot of it can be kept`);
      const name = snapshotName(volume, id);
      if (await folder.find(name) === undefined) await folder.publish(name, 'keep', (to) => shareBlocks(path, to));
      else await folder.sync();
    },
    removeSnapshot: ({ id: volume }, id) => folder.remove(snapshotName(volume, id)),
    async rollback(disk, id, size) {
      const from = await snapshotPath(disk.id, id);
      await refuseOpen(disk);
      await folder.publish(volumeName(disk.id, 'raw'), 'replace', async (to) => {
        await shareBlocks(from, to);
        await growFile(to, size);
      });
    },
    async sourceOf({ id, path }, snapshot) {
      return { id, format: 'raw', path: snapshot === undefined ? path : await snapshotPath(id, snapshot) };
    },
    mend: () => Promise.resolve(),
  };
}

/** Tries it out. Btrfs, XFS and some others can. */
export async function canShareBlocks(folder: DiskFolder, maker: string, uniqueName: () => string): Promise<boolean> {
  const [from, to] = [uniqueName(), uniqueName()].map((unique) => `${folder.path}/${unfinishedName(maker, unique)}`);
  if (from === undefined || to === undefined) return false;
  try {
    const handle = await open(from, 'wx', 0o600);
    await handle.writeFile(Buffer.alloc(65_536, 1));
    await handle.close();
    await shareBlocks(from, to);
    return true;
  } catch (error) {
    if (isNoSharing(error)) return false;
    throw error;
  } finally {
    await Promise.all([from, to].map((path) => rm(path, { force: true })));
  }
}

async function growFile(path: string, size: number): Promise<void> {
  const handle = await open(path, constants.O_RDWR | constants.O_NOFOLLOW);
  try {
    if ((await handle.stat()).size < size) await handle.truncate(size);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Makes a file at `to` that has the blocks of another. */
export function shareBlocks(from: string, to: string): Promise<void> {
  return copyFile(from, to, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE_FORCE);
}

function isNoSharing(error: unknown): boolean {
  return hasCode(error, 'ENOTSUP', 'EOPNOTSUPP', 'ENOTTY', 'ENOSYS', 'EXDEV', 'EINVAL');
}
