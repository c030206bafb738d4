/**
 * The bytes of parts, laid so that completing an upload moves a file instead of copying it.
 *
 * Parts of one size share a file, `slots-<size>`, in which part n has the n-th slot: when all but the last are of one
 * size, as usual, that file becomes the object once the last part has been copied behind the others. A slot is claimed
 * before it is written, by one writer at a time; whoever finds it claimed uses a file of its own.
 *
 * That file must have no other writer when it becomes the object. Some worker that has been given up may still be
 * writing: then its claim stands and the part, written again by another, is not in its slot. Only a claim whose part is
 * in its slot is done with; with any other the object is put together in a fresh file.
 */
import { constants } from 'node:fs';
import { open, readdir, unlink, type FileHandle } from 'node:fs/promises';
import type { BufferPool } from '@haulier/lib/http/buffer-pool.ts';
import { StoreFailure } from '../../object-store/failure.ts';
import type { ByteSource } from '../../object-store/object-store.ts';
import { fileBody, receiveBody } from './file-body.ts';
import { hasCode } from './fs-failure.ts';
import { fsPath } from './key-path.ts';
import type { PartFile } from './upload-folder.ts';

/** Receives a part and makes its bytes durable. Fails with ENOENT when the upload's folder is gone. */
export async function receivePart(folder: string, number: number, ownFile: string, body: ByteSource, contentMd5: string | undefined, signal: AbortSignal): Promise<PartFile> {
  const claim = body.length === undefined || body.length === 0 ? undefined : await claimSlot(folder, number, body.length);
  const place = claim ?? { file: ownFile, at: 0 };
  try {
    const { size, md5 } = await receiveInto(`${folder}/${place.file}`, place.at, body, signal);
    if (contentMd5 !== undefined && contentMd5 !== md5.toString('base64')) throw new StoreFailure('corrupt', 'the part is not what its MD5 says');
    return { number, etag: md5.toString('hex'), size, file: place.file, at: place.at };
  } catch (error) {
    // Nobody writes there any more: the slot is free again, or the file is of no use.
    await unlink(fsPath(claim?.path ?? `${folder}/${place.file}`)).catch(() => {});
    throw error;
  }
}

/** Copies parts into `target`, each to the place that it has in the object. */
export async function copyParts(folder: string, parts: readonly PartFile[], isWanted: (part: PartFile) => boolean, target: FileHandle, pool: BufferPool, signal: AbortSignal): Promise<void> {
  let position = 0;
  for (const part of parts) {
    if (isWanted(part)) {
      const source = await open(fsPath(`${folder}/${part.file}`), 'r');
      const stat = await source.stat({ bigint: true });
      await receiveBody(fileBody({ handle: source, stat, first: part.at, length: part.size }, pool, signal), target, position, signal);
    }
    position += part.size;
  }
}

/** The file that can become the object; undefined when it has to be put together afresh. */
export async function reusableSlots(folder: string, parts: readonly PartFile[]): Promise<string | undefined> {
  const size = parts[0]?.size ?? 0;
  const slots = slotsOf(size);
  if (parts[0]?.file !== slots) return undefined;
  let position = 0;
  for (const part of parts) {
    if (part.file === slots && part.at !== position) return undefined;
    position += part.size;
  }
  const settled = new Set(parts.filter(({ file }) => file === slots).map(({ number }) => claimOf(number, size)));
  const claims = (await readdir(fsPath(folder), 'latin1')).filter((name) => name.startsWith('claim-') && name.endsWith(`-${size}`));
  return claims.every((claim) => settled.has(claim)) ? slots : undefined;
}

interface Claim {
  readonly path: string;
  readonly file: string;
  readonly at: number;
}

/** Undefined when the slot is somebody else's. */
async function claimSlot(folder: string, number: number, size: number): Promise<Claim | undefined> {
  const path = `${folder}/${claimOf(number, size)}`;
  try {
    await (await open(fsPath(path), 'wx')).close();
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return undefined;
    throw error;
  }
  return { path, file: slotsOf(size), at: (number - 1) * size };
}

function slotsOf(size: number): string {
  return `slots-${size}`;
}

function claimOf(number: number, size: number): string {
  return `claim-${number}-${size}`;
}

async function receiveInto(path: string, at: number, body: ByteSource, signal: AbortSignal): Promise<{ readonly size: number; readonly md5: Buffer }> {
  const handle = await open(fsPath(path), constants.O_WRONLY | constants.O_CREAT);
  try {
    const received = await receiveBody(body, handle, at, signal);
    await handle.datasync();
    return received;
  } finally {
    await handle.close();
  }
}
