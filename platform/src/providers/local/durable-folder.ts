import type { BigIntStats } from 'node:fs';
import { lstat, mkdir, open, realpath, rename } from 'node:fs/promises';
import { StoreFailure } from '../../object-store/failure.ts';
import { hasCode } from './fs-failure.ts';
import { fsPath, pathAside } from './key-path.ts';

/** Makes folders and the names in them outlive a loss of power. */
export interface DurableFolders {
  /** Resolves when every name that was in the folder before the call is on disk. Calls that meet share one fsync. */
  sync(folder: string): Promise<void>;
  /**
   * Makes a folder below `base` and those above it. An object's file in its way goes aside, under the name that
   * `placesOf` gives second. Fails as `no-bucket` when `base` is gone, as `denied` at a symbolic link.
   */
  ensure(folder: string): Promise<void>;
}

export function durableFolders(base: string, folding: () => boolean): DurableFolders {
  const sync = sharedSync();

  async function ensure(folder: string): Promise<void> {
    if (folder.length <= base.length) throw new StoreFailure('no-bucket', 'the folder of the bucket is gone');
    for (;;) {
      try {
        await refuseLinks(parentOf(folder));
        await mkdir(fsPath(folder));
        await sync(parentOf(folder));
        return;
      } catch (error) {
        if (hasCode(error, 'EEXIST')) {
          if (await isUsable(folder)) return;
        } else if (hasCode(error, 'ENOENT', 'ENOTDIR')) {
          await ensure(parentOf(folder));
        } else throw error;
      }
    }
  }

  /** True when it is a folder; false after whatever was there has gone aside. */
  async function isUsable(folder: string): Promise<boolean> {
    const found = await lstatIfThere(folder);
    if (found === undefined) return false;
    if (found.isDirectory()) return true;
    if (!found.isFile()) throw new StoreFailure('denied', 'a symbolic link or special file is in the way of the key');
    const aside = pathAside(folder, folding());
    if (parentOf(aside) !== parentOf(folder)) await ensure(parentOf(aside));
    await rename(fsPath(folder), fsPath(aside)).catch((error: unknown) => {
      if (!hasCode(error, 'ENOENT')) throw error;
    });
    await sync(parentOf(aside));
    return false;
  }

  return { sync, ensure };
}

/** Fails as `denied` when a symbolic link is on the way to the path, with ENOENT when there is nothing. */
export async function refuseLinks(path: string): Promise<void> {
  if (await realpath(fsPath(path), 'latin1') !== path) throw new StoreFailure('denied', 'a symbolic link is on the way to the key');
}

/** Whether something is there and no symbolic link leads to it. */
export async function isThereWithoutLinks(path: string): Promise<boolean> {
  try {
    return await realpath(fsPath(path), 'latin1') === path;
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG')) return false;
    throw error;
  }
}

/** Undefined where there is nothing. */
export async function lstatIfThere(path: string): Promise<BigIntStats | undefined> {
  try {
    return await lstat(fsPath(path), { bigint: true });
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR', 'ENAMETOOLONG')) return undefined;
    throw error;
  }
}

export function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}

/** An fsync that begins after the call settles it; one that was under way does not count. */
function sharedSync(): (folder: string) => Promise<void> {
  const waiting = new Map<string, Promise<void>>();
  const running = new Map<string, Promise<void>>();

  return (folder) => {
    const joined = waiting.get(folder);
    if (joined !== undefined) return joined;
    const turn = (running.get(folder) ?? Promise.resolve()).then(() => {
      waiting.delete(folder);
      const run = syncOnce(folder);
      const settled = run.catch(() => {}).then(() => {
        if (running.get(folder) === settled) running.delete(folder);
      });
      running.set(folder, settled);
      return run;
    });
    waiting.set(folder, turn);
    return turn;
  };
}

async function syncOnce(folder: string): Promise<void> {
  const handle = await open(fsPath(folder), 'r');
  try {
    await handle.sync();
  } catch (error) {
    // Some network file systems have no fsync of folders: their names are durable when the call returns.
    if (!hasCode(error, 'EINVAL', 'ENOTSUP', 'EBADF')) throw error;
  } finally {
    await handle.close();
  }
}
