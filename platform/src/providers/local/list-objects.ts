/** Listings: the tree of a bucket's folder walked in the order of its keys. */
import { StoreFailure } from '../../object-store/failure.ts';
import type { ListedObject, ListPage, ListQuery } from '../../object-store/object-store.ts';
import type { BucketFolder } from './bucket-folder.ts';
import { isThereWithoutLinks, lstatIfThere } from './durable-folder.ts';
import { lastKeyOf, readWindow, type FolderEntry, type FolderWindow } from './folder-window.ts';
import { folderPlacesOf, fromBytes, toBytes } from './key-path.ts';

const defaultLimit = 1000;
/** Names of one folder held at once. A folder with more is read again for each further window. */
const windowNames = 50_000;
/** Smaller folders are read anew for each page, so that a page shows what is there. */
const rememberFrom = 5_000;
const rememberedWindows = 16;
const statsAtOnce = 64;

export type List = (query: ListQuery, signal: AbortSignal) => Promise<ListPage>;

/**
 * A page carries no ETags: they would cost a file each. Of a folder with thousands of names, later pages come from one
 * reading; names that were added meanwhile may be missing from them, as with readdir(3).
 */
export function createList(bucket: BucketFolder): List {
  const remembered = new Map<string, FolderWindow>();
  return async ({ prefix, from, limit = defaultLimit }, signal) => {
    if (from.kind === 'marker') throw new StoreFailure('protocol', 'a local listing goes on after a key, not at a marker');
    signal.throwIfAborted();
    if (await lstatIfThere(bucket.base) === undefined) throw new StoreFailure('no-bucket', 'the folder of the bucket is gone');
    const bytes = toBytes(prefix);
    const top = bytes.slice(0, bytes.lastIndexOf('/') + 1);
    const walk: Walk = { prefix: bytes, limit, found: [], signal, remembered };
    const start = from.kind === 'after' ? toBytes(from.key) : undefined;
    const isWithin = start?.startsWith(top) === true;
    if (start !== undefined && !isWithin && start > top) return { objects: [], next: undefined };
    const more = await collect(walk, { name: top, paths: await foldersOf(bucket, top) }, isWithin ? start.slice(top.length) : undefined);
    const last = walk.found.at(-1);
    return { objects: await statAll(walk.found, signal), next: more && last !== undefined ? { kind: 'after', key: fromBytes(last.name) } : undefined };
  };
}

interface Walk {
  readonly prefix: string;
  readonly limit: number;
  /** Files, by their full keys. */
  readonly found: FolderEntry[];
  readonly signal: AbortSignal;
  readonly remembered: Map<string, FolderWindow>;
}

/** Whether a folder of keys has any object below it. */
export async function holdsObjects(folder: FolderEntry, signal: AbortSignal): Promise<boolean> {
  const walk: Walk = { prefix: folder.name, limit: 1, found: [], signal, remembered: new Map() };
  await collect(walk, folder, undefined);
  return walk.found.length > 0;
}

/** Adds the files below one folder of keys until the page is full. Returns whether there may be more. */
async function collect(walk: Walk, folder: FolderEntry, from: string | undefined): Promise<boolean> {
  const startsWith = walk.prefix.slice(folder.name.length);
  for (let after = from; ;) {
    walk.signal.throwIfAborted();
    const window = takeWindow(walk, folder.name, after) ?? await readWindow(folder.paths, { startsWith, after }, windowNames);
    for (const [index, entry] of window.entries.entries()) {
      const isFull = walk.found.length >= walk.limit || await take(walk, folder.name, entry, after);
      if (isFull) {
        keepWindow(walk, folder.name, { ...window, entries: window.entries.slice(index) });
        return true;
      }
    }
    const last = window.entries.at(-1);
    if (window.complete || last === undefined) return false;
    after = lastKeyOf(last.name);
  }
}

/** Adds a file, or what is below a folder. Returns true when the page was full before the end of it. */
async function take(walk: Walk, parent: string, { name, paths }: FolderEntry, after: string | undefined): Promise<boolean> {
  const below = { name: parent + name, paths };
  if (name.endsWith('/')) return collect(walk, below, after?.startsWith(name) === true ? after.slice(name.length) : undefined);
  walk.found.push(below);
  return false;
}

function windowId(walk: Walk, folder: string, after: string): string {
  return JSON.stringify([walk.prefix, folder, after]);
}

function takeWindow(walk: Walk, folder: string, after: string | undefined): FolderWindow | undefined {
  if (after === undefined) return undefined;
  const id = windowId(walk, folder, after);
  const window = walk.remembered.get(id);
  walk.remembered.delete(id);
  return window;
}

/** Keeps the rest of a costly reading for the page that goes on where this one ends. */
function keepWindow(walk: Walk, folder: string, window: FolderWindow): void {
  const last = walk.found.at(-1)?.name;
  if (window.scanned < rememberFrom || last?.startsWith(folder) !== true) return;
  walk.remembered.set(windowId(walk, folder, last.slice(folder.length)), window);
  const [oldest] = walk.remembered.keys();
  if (walk.remembered.size > rememberedWindows && oldest !== undefined) walk.remembered.delete(oldest);
}

/** The folders on disk that hold the keys below `name`, without those a symbolic link leads to. */
export async function foldersOf(bucket: BucketFolder, name: string): Promise<string[]> {
  if (name === '') return [bucket.base];
  const paths = folderPlacesOf(name, bucket.folds()).map((place) => `${bucket.base}/${place}`);
  const isReal = await Promise.all(paths.map(isThereWithoutLinks));
  return paths.filter((_, index) => isReal[index]);
}

/** What vanished since its name was read is left out. */
export async function statAll(files: readonly FolderEntry[], signal: AbortSignal): Promise<ListedObject[]> {
  const objects: ListedObject[] = [];
  for (let first = 0; first < files.length; first += statsAtOnce) {
    signal.throwIfAborted();
    const batch = await Promise.all(files.slice(first, first + statsAtOnce).map(statListed));
    for (const object of batch) if (object !== undefined) objects.push(object);
  }
  return objects;
}

async function statListed({ name, paths: [path] }: FolderEntry): Promise<ListedObject | undefined> {
  const stat = path === undefined ? undefined : await lstatIfThere(path);
  return stat?.isFile() === true ? { key: fromBytes(name), size: Number(stat.size), lastModified: Number(stat.mtimeMs) } : undefined;
}
