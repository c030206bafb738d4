/** A bucket's folder: the fixed paths in it and what its file system can do. */
import { lstat, open, opendir, realpath, rm } from 'node:fs/promises';
import { StoreFailure } from '../../object-store/failure.ts';
import { durableFolders, lstatIfThere, parentOf, type DurableFolders } from './durable-folder.ts';
import { hasCode } from './fs-failure.ts';
import { fsPath, reservedFolder, toBytes } from './key-path.ts';
import { versionRecords, type VersionRecords } from './version-record.ts';

export interface BucketFolder {
  /** Absolute, without symbolic links, as bytes. */
  readonly base: string;
  /** Files that are being written; never listed. */
  readonly unfinished: string;
  readonly uploads: string;
  readonly folders: DurableFolders;
  readonly records: VersionRecords;
  /** True where the file system takes names for equal that differ in case or normal form; see {@link prepare}. */
  folds(): boolean;
  /**
   * Makes our own folder and learns how the file system compares names. Needed before the first write; a bucket that
   * is only read is left as it is, and its names, all given by people, are told apart as they stand.
   */
  prepare(): Promise<void>;
  /** False when a name on the way exists in another case or normal form only. Costs a scan of each folder. */
  hasExactNames(path: string): Promise<boolean>;
  /** Runs one after the other what must not meet. */
  inTurn<T>(run: () => Promise<T>): Promise<T>;
}

/** Fails as `no-bucket` unless `root` has a folder of that name, not a link to one. */
export async function openBucketFolder(root: string, bucket: string, uniqueName: () => string): Promise<BucketFolder> {
  const base = await findBase(root, bucket);
  const ours = `${base}/${reservedFolder}`;
  const marker = `${ours}/names-fold`;
  let folding = await lstatIfThere(marker) !== undefined;
  const folders = durableFolders(base, () => folding);
  let turn: Promise<unknown> = Promise.resolve();
  return {
    base, folders,
    unfinished: `${ours}/unfinished`,
    uploads: `${ours}/uploads`,
    records: versionRecords(`${ours}/records`, folders),
    folds: () => folding,
    async prepare() {
      await folders.ensure(`${ours}/unfinished`);
      folding = await foldsNames(ours, uniqueName());
      if (folding) await (await open(fsPath(marker), 'w')).close();
      else await rm(fsPath(marker), { force: true });
    },
    inTurn(run) {
      const next = turn.then(run);
      turn = next.catch(() => {});
      return next;
    },
    async hasExactNames(path) {
      for (let at = path; at.length > base.length; at = parentOf(at)) if (!await hasName(parentOf(at), at.slice(at.lastIndexOf('/') + 1))) return false;
      return true;
    },
  };
}

async function findBase(root: string, bucket: string): Promise<string> {
  if (!/^[^./\0][^/\0]*$/.test(bucket)) throw new StoreFailure('no-bucket', `${JSON.stringify(bucket)} is no name of a bucket`);
  try {
    const base = `${await realpath(fsPath(toBytes(root)), 'latin1')}/${toBytes(bucket)}`;
    if ((await lstat(fsPath(base))).isDirectory()) return base;
  } catch (error) {
    if (!hasCode(error, 'ENOENT', 'ENOTDIR', 'ENAMETOOLONG')) throw error;
  }
  throw new StoreFailure('no-bucket', `there is no folder for the bucket ${bucket}`);
}

/** Looks for a name under its twins: one in the other case, one in the other normal form. */
async function foldsNames(ours: string, unique: string): Promise<boolean> {
  const probe = (name: string): string => `${ours}/probe-${toBytes(name)}-${unique}`;
  await (await open(fsPath(probe('a\u00e9')), 'wx')).close();
  try {
    const twins = await Promise.all(['A\u00e9', 'ae\u0301'].map((name) => lstatIfThere(probe(name))));
    return twins.some((found) => found !== undefined);
  } finally {
    await rm(fsPath(probe('a\u00e9')), { force: true });
  }
}

async function hasName(folder: string, name: string): Promise<boolean> {
  for await (const entry of await opendir(fsPath(folder), { encoding: 'latin1', bufferSize: 1024 })) if (entry.name === name) return true;
  return false;
}
