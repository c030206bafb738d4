/**
 * What is on disk of an upload in parts:
 *
 *     .haulier/uploads/<hash of the key>/<upload id>/upload.json      metadata
 *                                                   /part-<number>    where the part's bytes are, their number and MD5
 *                                                   /slots-<size>, …  bytes, see part-files.ts
 *                                       /<upload id>.<unique name>/   the same once its completion has begun
 *
 * Each small file gets its name when it is complete.
 */
import { createHash } from 'node:crypto';
import { open, readFile, readdir, rename, rm } from 'node:fs/promises';
import { StoreFailure } from '../../object-store/failure.ts';
import type { ObjectMetadata, Upload, UploadedPart } from '../../object-store/object-store.ts';
import type { BucketFolder } from './bucket-folder.ts';
import { lstatIfThere, parentOf } from './durable-folder.ts';
import { hasCode } from './fs-failure.ts';
import { fsPath } from './key-path.ts';

export interface PartFile extends UploadedPart {
  /** Name in the upload's folder. */
  readonly file: string;
  /** Offset of the part's first byte in it. */
  readonly at: number;
}

export interface FoundUpload {
  readonly folder: string;
  /** True when a completion has begun, which may have been broken off or be under way still. */
  readonly isCompleting: boolean;
}

/** All uploads of a key are in one folder. */
export function uploadsFolder(bucket: BucketFolder, key: string): string {
  return `${bucket.uploads}/${createHash('sha256').update(key).digest('hex')}`;
}

/** Fails as `absent` when the upload is gone. */
export async function findUpload(bucket: BucketFolder, { key, uploadId }: Upload): Promise<FoundUpload> {
  const [name] = await foldersOfUpload(bucket, { key, uploadId });
  const folder = `${uploadsFolder(bucket, key)}/${name ?? ''}`;
  if (name === undefined || await lstatIfThere(`${folder}/upload.json`) === undefined) throw uploadGone(uploadId);
  return { folder, isCompleting: name !== uploadId };
}

/** Takes the upload for a completion: from now on no part can be added, and no other completion goes on with it. */
export async function takeUpload(bucket: BucketFolder, found: FoundUpload, upload: Upload, uniqueName: string): Promise<string> {
  const taken = `${uploadsFolder(bucket, upload.key)}/${upload.uploadId}.${uniqueName}`;
  try {
    await rename(fsPath(found.folder), fsPath(taken));
  } catch (error) {
    throw hasCode(error, 'ENOENT') ? uploadGone(upload.uploadId) : error;
  }
  return taken;
}

/** Removes all there is of an upload. First what makes it one, so that half a removal leaves none. */
export async function removeUpload(bucket: BucketFolder, upload: Upload): Promise<void> {
  for (const name of await foldersOfUpload(bucket, upload)) {
    const folder = `${uploadsFolder(bucket, upload.key)}/${name}`;
    await rm(fsPath(`${folder}/upload.json`), { force: true });
    await rm(fsPath(folder), { recursive: true, force: true });
  }
}

async function foldersOfUpload(bucket: BucketFolder, { key, uploadId }: Upload): Promise<string[]> {
  return (await namesOf(uploadsFolder(bucket, key))).filter((name) => idOf(name) === uploadId).sort();
}

function idOf(name: string): string {
  return name.split('.', 1)[0] ?? '';
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

export function writePartInfo(bucket: BucketFolder, folder: string, part: PartFile, uniqueName: string): Promise<void> {
  return writeSmallFile(bucket, `${folder}/part-${part.number}`, JSON.stringify(part), `${folder}/${uniqueName}.new`);
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
  for (const name of await namesOf(folder)) {
    const stat = await lstatIfThere(`${folder}/${name}/upload.json`);
    if (stat !== undefined) uploads.push({ uploadId: idOf(name), initiated: Number(stat.mtimeMs) });
  }
  return uploads.sort((a, b) => a.initiated - b.initiated);
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
  if (typeof value === 'object' && value !== null && 'number' in value && 'etag' in value && 'size' in value && 'file' in value && 'at' in value
    && typeof value.number === 'number' && typeof value.etag === 'string' && typeof value.size === 'number' && typeof value.file === 'string' && typeof value.at === 'number') {
    return { number: value.number, etag: value.etag, size: value.size, file: value.file, at: value.at };
  }
  throw new StoreFailure('corrupt', 'the record of a part cannot be read');
}

function isMetadata(value: unknown): value is ObjectMetadata {
  return typeof value === 'object' && value !== null && 'user' in value && typeof value.user === 'object' && value.user !== null;
}
