/**
 * What is on disk of an upload in parts:
 *
 *     .haulier/uploads/<hash of the key>/<upload id>/upload.json       key and metadata
 *                                                   /part-<number>     which file the part is, its size and MD5
 *                                                   /<unique name>     the bytes of one part
 *
 * Each small file gets its name when it is complete. A part that is written again has a new file of bytes; the old one
 * goes with the upload.
 */
import { createHash } from 'node:crypto';
import { open, readFile, readdir, rename, rm } from 'node:fs/promises';
import { StoreFailure } from '../../object-store/failure.ts';
import type { ObjectMetadata, Upload, UploadedPart } from '../../object-store/object-store.ts';
import type { BucketFolder } from './bucket-folder.ts';
import { lstatIfThere, parentOf } from './durable-folder.ts';
import { hasCode } from './fs-failure.ts';
import { fsPath, toBytes } from './key-path.ts';

export interface PartFile extends UploadedPart {
  /** Name in the upload's folder. */
  readonly file: string;
}

/** All uploads of a key are in one folder. */
export function uploadsFolder(bucket: BucketFolder, key: string): string {
  return `${bucket.uploads}/${createHash('sha256').update(key).digest('hex')}`;
}

/** The folder of an upload in progress. Fails as `absent` when it is gone. */
export async function uploadFolder(bucket: BucketFolder, { key, uploadId }: Upload): Promise<string> {
  const folder = `${uploadsFolder(bucket, key)}/${toBytes(uploadId)}`;
  if (!/^[\w-]+$/.test(uploadId) || await lstatIfThere(`${folder}/upload.json`) === undefined) throw uploadGone(uploadId);
  return folder;
}

export function uploadGone(uploadId: string): StoreFailure {
  return new StoreFailure('absent', `there is no upload ${JSON.stringify(uploadId)}`);
}

export async function writeUploadInfo(bucket: BucketFolder, folder: string, metadata: ObjectMetadata): Promise<void> {
  await bucket.folders.ensure(folder);
  await writeSmallFile(bucket, `${folder}/upload.json`, JSON.stringify(metadata), `${folder}/upload.json.new`);
}

export async function readUploadInfo(folder: string): Promise<ObjectMetadata> {
  const parsed: unknown = JSON.parse(await readFile(fsPath(`${folder}/upload.json`), 'utf8'));
  if (!isMetadata(parsed)) throw new StoreFailure('corrupt', 'the record of the upload cannot be read');
  return parsed;
}

export function writePartInfo(bucket: BucketFolder, folder: string, part: PartFile): Promise<void> {
  return writeSmallFile(bucket, `${folder}/part-${part.number}`, JSON.stringify(part), `${folder}/${part.file}.new`);
}

/** Ascending by number. */
export async function readParts(folder: string): Promise<PartFile[]> {
  const names = (await readdir(fsPath(folder))).filter((name) => /^part-\d+$/.test(name));
  const parts: PartFile[] = [];
  for (const name of names) parts.push(parsePart(await readFile(fsPath(`${folder}/${name}`), 'utf8')));
  return parts.sort((a, b) => a.number - b.number);
}

/** Uploads of one key with the times they were created, oldest first. */
export async function readUploads(folder: string): Promise<{ readonly uploadId: string; readonly initiated: number }[]> {
  const uploads: { readonly uploadId: string; readonly initiated: number }[] = [];
  for (const uploadId of await namesOf(folder)) {
    const stat = await lstatIfThere(`${folder}/${uploadId}/upload.json`);
    if (stat !== undefined) uploads.push({ uploadId, initiated: Number(stat.mtimeMs) });
  }
  return uploads.sort((a, b) => a.initiated - b.initiated);
}

/** First what makes it an upload, so that half a removal is none. */
export async function removeUpload(folder: string): Promise<void> {
  await rm(fsPath(`${folder}/upload.json`), { force: true });
  await rm(fsPath(folder), { recursive: true, force: true });
}

async function namesOf(folder: string): Promise<string[]> {
  try {
    return await readdir(fsPath(folder), 'latin1');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return [];
    throw error;
  }
}

async function writeSmallFile(bucket: BucketFolder, path: string, text: string, temporary: string): Promise<void> {
  const file = await open(fsPath(temporary), 'w');
  try {
    await file.writeFile(text);
    await file.datasync();
  } finally {
    await file.close();
  }
  await rename(fsPath(temporary), fsPath(path));
  await bucket.folders.sync(parentOf(path));
}

function parsePart(text: string): PartFile {
  const value: unknown = JSON.parse(text);
  if (typeof value === 'object' && value !== null && 'number' in value && 'etag' in value && 'size' in value && 'file' in value
    && typeof value.number === 'number' && typeof value.etag === 'string' && typeof value.size === 'number' && typeof value.file === 'string') {
    return { number: value.number, etag: value.etag, size: value.size, file: value.file };
  }
  throw new StoreFailure('corrupt', 'the record of a part cannot be read');
}

function isMetadata(value: unknown): value is ObjectMetadata {
  return typeof value === 'object' && value !== null && 'user' in value && typeof value.user === 'object' && value.user !== null;
}
