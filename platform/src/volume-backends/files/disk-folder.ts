/** The folder of all disks. A file in it has its final name only when it is complete and on disk. */
import type { BigIntStats } from 'node:fs';
import { constants } from 'node:fs';
import { link, lstat, mkdir, open, opendir, realpath, rename, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { BackendFailure } from '../../volumes/volume-backend.ts';
import { unfinishedName } from './disk-names.ts';
import { hasCode } from './file-failure.ts';
import { makerName } from './maker.ts';

export interface DiskFolder {
  /** Absolute, without symbolic links. */
  readonly path: string;
  /** The path of a file; undefined where there is none. Refuses whatever is no regular file. */
  find(name: string): Promise<string | undefined>;
  /**
   * `make` writes a new file at a path of nobody, which then gets the name. Where a file has that name already, `taken` decides:
   * it stays and the new one is dropped, or the new one takes its place at once.
   */
  publish(name: string, taken: 'keep' | 'replace', make: (path: string) => Promise<void>): Promise<void>;
  /** Nothing happens where there is none. When this resolves they stay removed, also those that an earlier try removed that was cut off. */
  remove(...names: readonly string[]): Promise<void>;
  /** Names given and taken so far outlive a loss of power when this resolves. */
  sync(): Promise<void>;
  /** Makes an empty file that outlives a loss of power. */
  note(name: string): Promise<void>;
  names(): AsyncIterable<string>;
}

/** Makes the folder where it is missing, closed to other users. `uniqueName` gives a new UUID each time. */
export async function openDiskFolder(folder: string, uniqueName: () => string): Promise<DiskFolder> {
  const first = await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = await realpath(folder);
  if (first !== undefined) await syncParents(path, await realpath(first));
  const maker = await makerName();
  const at = (name: string) => join(path, name);

  async function find(name: string): Promise<string | undefined> {
    const found = await lstatIfThere(at(name));
    if (found === undefined) return undefined;
    if (!found.isFile()) throw new BackendFailure('refused', `${name} is not a regular file`, { detail: at(name) });
    return at(name);
  }

  async function publish(name: string, taken: 'keep' | 'replace', make: (path: string) => Promise<void>): Promise<void> {
    const unfinished = at(unfinishedName(maker, uniqueName()));
    try {
      await make(unfinished);
      await settle(unfinished);
      await (taken === 'replace' ? rename(unfinished, at(name)) : moveIfAbsent(unfinished, at(name)));
    } finally {
      await removeFile(unfinished);
    }
    await syncFile(path);
  }

  return {
    path, find, publish,
    async remove(...names) {
      for (const name of names) if (await find(name) !== undefined) await removeFile(at(name));
      await syncFile(path);
    },
    sync: () => syncFile(path),
    async note(name) {
      const handle = await open(at(name), constants.O_WRONLY | constants.O_CREAT | constants.O_NOFOLLOW, 0o600);
      try {
        await handle.sync();
      } finally {
        await handle.close();
      }
      await syncFile(path);
    },
    async *names() {
      for await (const entry of await opendir(path)) if (entry.isFile()) yield entry.name;
    },
  };
}

/** The names of new folders, from `path` up to `first`, are on disk when this resolves. */
async function syncParents(path: string, first: string): Promise<void> {
  for (let made = path; ; made = dirname(made)) {
    await syncFile(dirname(made));
    if (made === first || made === dirname(made)) return;
  }
}

/** Its bytes, size and mode are on disk when this resolves. */
export async function syncFile(path: string): Promise<void> {
  const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function settle(path: string): Promise<void> {
  const handle = await open(path, constants.O_RDWR | constants.O_NOFOLLOW);
  try {
    await handle.chmod(0o600);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** What is at `target` stays, also when it comes at the same moment; where the file system has no hard links, only what was there before. */
async function moveIfAbsent(path: string, target: string): Promise<void> {
  try {
    await link(path, target);
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return;
    if (!hasCode(error, 'EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS')) throw error;
    if (await lstatIfThere(target) === undefined) await rename(path, target);
  }
}

async function removeFile(path: string): Promise<void> {
  await unlink(path).catch((error: unknown) => {
    if (!hasCode(error, 'ENOENT')) throw error;
  });
}

async function lstatIfThere(path: string): Promise<BigIntStats | undefined> {
  try {
    return await lstat(path, { bigint: true });
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}
