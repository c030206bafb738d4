/** Gives a finished file its key, atomically and for good. */
import { link, open, rename, unlink, type FileHandle } from 'node:fs/promises';
import { StoreFailure } from '../../object-store/failure.ts';
import type { BucketFolder } from './bucket-folder.ts';
import { lstatIfThere, parentOf, refuseLinks } from './durable-folder.ts';
import { filesOf } from './find-object.ts';
import { hasCode } from './fs-failure.ts';
import { fromBytes, fsPath, placesOf } from './key-path.ts';
import type { VersionRecord } from './version-record.ts';

/** Opens a file under `unfinished`, which is removed when `use` fails. */
export async function withUnfinished<T>(bucket: BucketFolder, name: string, use: (handle: FileHandle, path: string) => Promise<T>): Promise<T> {
  const path = `${bucket.unfinished}/${name}`;
  const handle = await open(fsPath(path), 'wx+');
  try {
    return await use(handle, path);
  } catch (error) {
    await removeFile(path);
    throw error;
  } finally {
    await handle.close();
  }
}

/**
 * Moves the file at `path`, opened as `handle`, to the place of `key`, over what is there unless `ifAbsent`.
 * When this resolves, the object outlives a loss of power.
 */
export async function publish(bucket: BucketFolder, key: string, path: string, handle: FileHandle, record: VersionRecord, ifAbsent: boolean): Promise<void> {
  const old = await filesOf(bucket, key);
  if (ifAbsent && old.length > 0) throw present(key);
  await handle.datasync();
  const stat = await bucket.records.create(key, handle, record);
  let target: string;
  try {
    target = await place(bucket, key, path, ifAbsent);
  } catch (error) {
    await bucket.records.remove(key, stat);
    throw error;
  }
  const others = old.filter((file) => file.path !== target).map((file) => file.path);
  for (const other of others) await removeFile(other);
  await Promise.all(Array.from(new Set([target, ...others].map(parentOf)), (folder) => bucket.folders.sync(folder)));
  for (const file of old) await bucket.records.remove(key, file.stat);
}

/** Takes the object away; nothing happens when it is not there. The folders above stay. */
export async function removeObject(bucket: BucketFolder, key: string): Promise<void> {
  for (const file of await filesOf(bucket, key)) {
    await removeFile(file.path);
    await bucket.folders.sync(parentOf(file.path));
    await bucket.records.remove(key, file.stat);
  }
}

/** Leaves alone what has become a folder in the meantime. */
async function removeFile(path: string): Promise<void> {
  try {
    await unlink(fsPath(path));
  } catch (error) {
    if (!hasCode(error, 'ENOENT', 'ENOTDIR', 'EISDIR')) throw error;
  }
}

/** Moves to the natural place of the key, or beside it where a folder has it. */
async function place(bucket: BucketFolder, key: string, path: string, ifAbsent: boolean): Promise<string> {
  const [natural, aside] = placesOf(key, bucket.folds());
  for (const relative of [natural, aside]) {
    const target = `${bucket.base}/${relative}`;
    if (await moveTo(bucket, path, target, ifAbsent)) return target;
    if ((await lstatIfThere(target))?.isDirectory() !== true) throw present(key);
  }
  throw new StoreFailure('bad-key', `folders have every place of the key ${JSON.stringify(fromBytes(key))}`);
}

/** False when something has the name that must not be replaced. */
async function moveTo(bucket: BucketFolder, path: string, target: string, ifAbsent: boolean): Promise<boolean> {
  for (;;) {
    try {
      await checkWay(bucket, target);
      await (ifAbsent ? moveIfAbsent(bucket, path, target) : rename(fsPath(path), fsPath(target)));
      return true;
    } catch (error) {
      if (hasCode(error, 'EISDIR', 'ENOTEMPTY', 'EEXIST')) return false;
      if (!hasCode(error, 'ENOENT', 'ENOTDIR') || await lstatIfThere(path) === undefined) throw error;
    }
    await bucket.folders.ensure(parentOf(target));
  }
}

/** Fails with ENOENT when the folder is not there yet. */
async function checkWay(bucket: BucketFolder, target: string): Promise<void> {
  const parent = parentOf(target);
  await refuseLinks(parent);
  if (!bucket.folds()) return;
  const known = await lstatIfThere(target) === undefined ? parent : target;
  if (!await bucket.hasExactNames(known)) throw new StoreFailure('bad-key', 'a file or folder has this name in another case, and the file system cannot hold both');
}

/**
 * Exclusive by link(2). On a file system without hard links it is so among the writers of this store only: another
 * process can be replaced between the look and the move.
 */
async function moveIfAbsent(bucket: BucketFolder, path: string, target: string): Promise<void> {
  try {
    await link(fsPath(path), fsPath(target));
    await unlink(fsPath(path));
  } catch (error) {
    if (!hasCode(error, 'EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK')) throw error;
    await bucket.inTurn(async () => {
      if (await lstatIfThere(target) !== undefined) throw Object.assign(new Error('the name is taken'), { code: 'EEXIST' });
      await rename(fsPath(path), fsPath(target));
    });
  }
}

function present(key: string): StoreFailure {
  return new StoreFailure('changed', `there is an object ${JSON.stringify(fromBytes(key))} already`);
}
