/** Finds the file of a key and what is known of it. */
import { constants, type BigIntStats } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { StoreFailure } from '../../object-store/failure.ts';
import type { StoredObject } from '../../object-store/object-store.ts';
import type { BucketFolder } from './bucket-folder.ts';
import { isThereWithoutLinks, lstatIfThere, parentOf } from './durable-folder.ts';
import { hasCode } from './fs-failure.ts';
import { fromBytes, fsPath, placesOf } from './key-path.ts';
import type { VersionRecord } from './version-record.ts';

export interface FoundFile {
  readonly path: string;
  readonly stat: BigIntStats;
}

export interface OpenedFile extends FoundFile {
  /** Closed by the caller. */
  readonly handle: FileHandle;
  readonly object: StoredObject;
}

/** The regular files that stand for a key: one, or after a crash several, of which the first counts. */
export async function filesOf(bucket: BucketFolder, key: string): Promise<FoundFile[]> {
  const found: FoundFile[] = [];
  for (const place of new Set(placesOf(key, bucket.folds()))) {
    const path = `${bucket.base}/${place}`;
    const stat = await lstatIfThere(path);
    if (stat?.isFile() === true && await isOurs(bucket, path)) found.push({ path, stat });
  }
  return found;
}

/** Fails as `absent`. `key` is bytes, as everywhere below the door of this provider. */
export async function statObject(bucket: BucketFolder, key: string): Promise<StoredObject> {
  for (;;) {
    const [file] = await filesOf(bucket, key);
    if (file === undefined) throw absent(key);
    const object = await describe(bucket, key, file);
    if (object !== undefined) return object;
  }
}

/** Opens the version that is there now. Fails as `absent`. */
export async function openObject(bucket: BucketFolder, key: string): Promise<OpenedFile> {
  for (;;) {
    const opened = await openFirst(bucket, key);
    if (opened === undefined) throw absent(key);
    let object: StoredObject | undefined;
    try {
      object = await describe(bucket, key, opened);
      if (object !== undefined) return { ...opened, object };
    } finally {
      if (object === undefined) await opened.handle.close();
    }
  }
}

async function openFirst(bucket: BucketFolder, key: string): Promise<(FoundFile & { readonly handle: FileHandle }) | undefined> {
  for (const place of new Set(placesOf(key, bucket.folds()))) {
    const path = `${bucket.base}/${place}`;
    const opened = await isOurs(bucket, path) ? await tryOpen(path) : undefined;
    if (opened !== undefined) return opened;
  }
  return undefined;
}

/** Without following a link, and without waiting for the writer of a pipe. Undefined where there is no regular file. */
async function tryOpen(path: string): Promise<(FoundFile & { readonly handle: FileHandle }) | undefined> {
  let handle: FileHandle;
  try {
    handle = await open(fsPath(path), constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR', 'ELOOP', 'ENXIO', 'ENAMETOOLONG')) return undefined;
    throw error;
  }
  const stat = await handle.stat({ bigint: true });
  if (stat.isFile()) return { path, stat, handle };
  await handle.close();
  return undefined;
}

/** False when a symbolic link leads to the path, or its names are only nearly those asked for. */
async function isOurs(bucket: BucketFolder, path: string): Promise<boolean> {
  const parent = parentOf(path);
  if (parent.length > bucket.base.length && !await isThereWithoutLinks(parent)) return false;
  return !bucket.folds() || bucket.hasExactNames(path);
}

/** Undefined when another version has taken the file's place in the meantime, and its record with it. */
async function describe(bucket: BucketFolder, key: string, file: FoundFile): Promise<StoredObject | undefined> {
  const record = await bucket.records.read(key, file.stat);
  if (record === undefined) {
    const now = await lstatIfThere(file.path);
    if (now?.ino !== file.stat.ino || !isSameContent(now, file.stat)) return undefined;
  }
  return toObject(key, file.stat, record ?? { etag: derivedEtag(file.stat), metadata: { user: {} } });
}

function toObject(key: string, stat: BigIntStats, { etag, metadata }: VersionRecord): StoredObject {
  return { key: fromBytes(key), size: Number(stat.size), lastModified: Number(stat.mtimeMs), etag, metadata, archived: false, keyEncrypted: false };
}

/** Whether nobody has written to a file between two looks at it. */
export function isSameContent(a: BigIntStats, b: BigIntStats): boolean {
  return a.size === b.size && a.mtimeNs === b.mtimeNs;
}

/**
 * Names the version of a file that has no record. The dash keeps it from being taken for an MD5, as that of a
 * multipart upload does. No inode number: those of network file systems may change by themselves.
 */
function derivedEtag(stat: BigIntStats): string {
  return `${createHash('md5').update(`${stat.size} ${stat.mtimeNs} ${stat.ctimeNs}`).digest('hex')}-f`;
}

export function absent(key: string): StoreFailure {
  return new StoreFailure('absent', `there is no object ${JSON.stringify(fromBytes(key))}`);
}
