/**
 * What an object has beside its bytes: its ETag and metadata.
 *
 * Each version of an object has a file of its own, named after its key and the size and modification time of the data
 * file that it belongs to. It is durable before the data file gets its name, and removed after the next version has:
 * whatever a crash leaves at the key's place, its record is there. A file that people put there or edit has none.
 */
import { createHash } from 'node:crypto';
import { open, readFile, rm } from 'node:fs/promises';
import type { BigIntStats } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import type { ObjectMetadata } from '../../object-store/object-store.ts';
import { parentOf, type DurableFolders } from './durable-folder.ts';
import { hasCode } from './fs-failure.ts';
import { fromBytes, fsPath, toBytes } from './key-path.ts';

export interface VersionRecord {
  readonly etag: string;
  readonly metadata: ObjectMetadata;
}

export interface VersionRecords {
  read(key: string, stat: BigIntStats): Promise<VersionRecord | undefined>;
  /** Writes the record of a data file that is complete and has no name yet. May set the file's time forward to be unique. */
  create(key: string, data: FileHandle, record: VersionRecord): Promise<BigIntStats>;
  remove(key: string, stat: BigIntStats): Promise<void>;
}

export function versionRecords(folder: string, folders: DurableFolders): VersionRecords {
  const pathOf = (key: string, stat: BigIntStats): string => {
    const hash = createHash('sha256').update(key, 'latin1').digest('hex');
    return `${folder}/${hash.slice(0, 2)}/${hash.slice(2)}.${stat.mtimeNs.toString(36)}-${stat.size.toString(36)}`;
  };

  async function createAt(path: string, text: string): Promise<boolean> {
    const file = await openNew(path, folders);
    if (file === undefined) return false;
    try {
      await file.writeFile(text);
      await file.datasync();
    } finally {
      await file.close();
    }
    await folders.sync(parentOf(path));
    return true;
  }

  return {
    async read(key, stat) {
      try {
        return parseRecord(await readFile(fsPath(pathOf(key, stat)), 'utf8'), key);
      } catch (error) {
        if (hasCode(error, 'ENOENT', 'ENOTDIR', 'EACCES')) return undefined;
        throw error;
      }
    },
    async create(key, data, record) {
      const text = JSON.stringify({ key: fromBytes(key), etag: record.etag, metadata: record.metadata });
      for (let step = 1; ; step *= 2) {
        const stat = await data.stat({ bigint: true });
        if (await createAt(pathOf(key, stat), text)) return stat;
        const later = new Date(Number(stat.mtimeMs) + step);
        await data.utimes(later, later);
      }
    },
    async remove(key, stat) {
      await rm(fsPath(pathOf(key, stat)), { force: true });
    },
  };
}

/** Undefined when the file is there already. */
async function openNew(path: string, folders: DurableFolders): Promise<FileHandle | undefined> {
  for (;;) {
    try {
      return await open(fsPath(path), 'wx');
    } catch (error) {
      if (hasCode(error, 'EEXIST')) return undefined;
      if (!hasCode(error, 'ENOENT')) throw error;
      await folders.ensure(parentOf(path));
    }
  }
}

/** The record if it is whole and this key's; a torn one belongs to no data file. */
function parseRecord(text: string, key: string): VersionRecord | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return undefined;
  }
  return isRecord(parsed) && toBytes(parsed.key) === key ? { etag: parsed.etag, metadata: parsed.metadata } : undefined;
}

function isRecord(value: unknown): value is VersionRecord & { readonly key: string } {
  return typeof value === 'object' && value !== null && 'key' in value && typeof value.key === 'string' && 'etag' in value && typeof value.etag === 'string'
    && 'metadata' in value && typeof value.metadata === 'object' && value.metadata !== null && 'user' in value.metadata;
}
