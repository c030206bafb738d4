/** One level of a bucket's folder, as people browse it. */
import { StoreFailure } from '../../object-store/failure.ts';
import type { FolderPage, ListQuery } from '../../object-store/object-store.ts';
import type { BucketFolder } from './bucket-folder.ts';
import { readWindow, lastKeyOf, type FolderEntry } from './folder-window.ts';
import { fromBytes, toBytes } from './key-path.ts';
import { foldersOf, holdsObjects, statAll } from './list-objects.ts';

const defaultLimit = 1000;
const windowNames = 50_000;

/** Folders on disk with no object below them are no folders of keys. Of objects, the page carries what a listing does. */
export async function listFolder(bucket: BucketFolder, { prefix, from, limit = defaultLimit }: ListQuery, signal: AbortSignal): Promise<FolderPage> {
  if (from.kind === 'marker') throw new StoreFailure('protocol', 'a local listing goes on after a key, not at a marker');
  const bytes = toBytes(prefix);
  const top = bytes.slice(0, bytes.lastIndexOf('/') + 1);
  const start = from.kind === 'after' ? toBytes(from.key) : undefined;
  const isWithin = start?.startsWith(top) === true;
  if (start !== undefined && !isWithin && start > top) return { folders: [], objects: [], next: undefined };
  const level: Level = { top, paths: await foldersOf(bucket, top), startsWith: bytes.slice(top.length) };
  return pageOf(level, isWithin ? start.slice(top.length) : undefined, limit, signal);
}

interface Level {
  readonly top: string;
  readonly paths: readonly string[];
  readonly startsWith: string;
}

interface LevelEntry extends FolderEntry {
  /** The name of an object may end in a slash as well. */
  readonly isFolder: boolean;
}

async function pageOf(level: Level, after: string | undefined, limit: number, signal: AbortSignal): Promise<FolderPage> {
  const found: LevelEntry[] = [];
  for await (const entry of entriesAfter(level, after, signal)) {
    if (entry.isFolder && !await holdsObjects(entry, signal)) continue;
    if (found.length >= limit) return toPage(found, true, signal);
    found.push(entry);
  }
  return toPage(found, false, signal);
}

/** In the order of keys, under their full names. */
async function* entriesAfter({ top, paths, startsWith }: Level, from: string | undefined, signal: AbortSignal): AsyncGenerator<LevelEntry> {
  for (let after = from; ;) {
    signal.throwIfAborted();
    const { entries, complete } = await readWindow(paths, { startsWith, after }, windowNames);
    for (const { name, paths: places } of entries) {
      if (from === undefined || name > from) yield { name: top + name, paths: places, isFolder: name.endsWith('/') };
    }
    const last = entries.at(-1);
    if (complete || last === undefined) return;
    after = lastKeyOf(last.name);
  }
}

async function toPage(found: readonly LevelEntry[], more: boolean, signal: AbortSignal): Promise<FolderPage> {
  const last = found.at(-1);
  return {
    folders: found.filter(({ isFolder }) => isFolder).map(({ name }) => fromBytes(name)),
    objects: await statAll(found.filter(({ isFolder }) => !isFolder), signal),
    next: more && last !== undefined ? { kind: 'after', key: fromBytes(last.name) } : undefined,
  };
}
