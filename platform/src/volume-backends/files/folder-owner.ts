/**
 * Keeps installations off each other's folders. Each would take the other's disks for data that no row knows, and remove them after a while. The note that says whose
 * a folder is also shows that it is there: the empty place where it was to be mounted has none.
 */
import { open, readFile } from 'node:fs/promises';
import { BackendFailure } from '../../volumes/volume-backend.ts';
import type { DiskFolder } from './disk-folder.ts';
import { ownerNote } from './disk-names.ts';
import { hasCode } from './file-failure.ts';

/** Throws while the folder is not there, or has become another one's. */
export type OwnerCheck = () => Promise<void>;

/** Makes a folder of nobody's this owner's. Fails as `refused` where it is another's. */
export async function takeFolder(folder: DiskFolder, owner: string): Promise<OwnerCheck> {
  if (await ownerOf(folder) === undefined) {
    await folder.publish(ownerNote, 'keep', async (path) => {
      await using file = await open(path, 'wx', 0o600);
      await file.writeFile(`${owner}\n`);
    });
  }
  const check = async (): Promise<void> => {
    const found = await ownerOf(folder);
    if (found === undefined) throw new BackendFailure('unavailable', 'the folder of the disks is gone, or is not the one that was there', { detail: `${folder.path}: is it mounted?` });
    if (found !== owner) throw foreign(folder, found, owner);
  };
  await check();
  return check;
}

function foreign({ path }: DiskFolder, found: string, owner: string): BackendFailure {
  const what = `${path} is that of the installation and backend ${found}, and this is ${owner}: each needs a folder of its own`;
  const how = `Where this installation has lost its file "host", write that id into it; where the other one is gone for good and this one is to have its disks, remove ${path}/${ownerNote}`;
  return new BackendFailure('refused', 'the folder of the disks is another installation\'s', { detail: `${what}. ${how}` });
}

async function ownerOf({ path }: DiskFolder): Promise<string | undefined> {
  try {
    return (await readFile(`${path}/${ownerNote}`, 'utf8')).trim();
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}
