/** The names of a folder in the order of keys, a bounded number at a time. */
import { opendir } from 'node:fs/promises';
import { hasCode } from './fs-failure.ts';
import { decodeName, fsPath } from './key-path.ts';

/** Something below a folder: an object, or the folder of longer keys, whose name then ends in `/`. */
export interface FolderEntry {
  /** The rest of the key, as bytes. */
  readonly name: string;
  /** Where it is on disk; a folder of keys can be in several places. */
  readonly paths: readonly string[];
}

export interface FolderWindow {
  /** Ascending. */
  readonly entries: readonly FolderEntry[];
  /** False when the folder has more names after the last of these. */
  readonly complete: boolean;
  /** How many names had to be read for it. */
  readonly scanned: number;
}

/** Which names are wanted. */
export interface NameRange {
  /** Without a slash. */
  readonly startsWith: string;
  /** Exclusive; a folder is wanted while keys below it can come after. */
  readonly after: string | undefined;
}

/**
 * Reads the first `limit` names of the range, holding at most twice as many in memory.
 *
 * Symbolic links, devices, pipes and sockets are no objects: they are left out, as are our own files.
 */
export async function readWindow(paths: readonly string[], range: NameRange, limit: number): Promise<FolderWindow> {
  const candidates: Candidate[] = [];
  let bound: string | undefined;
  let scanned = 0;
  for (const path of paths) {
    for await (const candidate of namesIn(path, '')) {
      scanned++;
      if (!isWanted(candidate.name, range) || (bound !== undefined && candidate.name > bound)) continue;
      candidates.push(candidate);
      if (candidates.length >= 2 * limit) bound = keepLowest(candidates, limit) ?? bound;
    }
  }
  candidates.sort(byName);
  const entries = mergeEqual(candidates);
  return { entries: entries.slice(0, limit), complete: bound === undefined && entries.length <= limit, scanned };
}

interface Candidate {
  readonly name: string;
  readonly path: string;
  readonly natural: boolean;
}

/** The names on disk, with those of `.haulier~c` folders joined to full ones. */
async function* namesIn(path: string, start: string): AsyncGenerator<Candidate> {
  let folder;
  try {
    folder = await opendir(fsPath(path), { encoding: 'latin1', bufferSize: 1024 });
  } catch (error) {
    // A folder that was removed while its parent was listed.
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return;
    throw error;
  }
  for await (const entry of folder) {
    const isFolder = entry.isDirectory();
    const decoded = isFolder || entry.isFile() ? decodeName(entry.name, isFolder) : undefined;
    if (decoded === undefined) continue;
    const at = `${path}/${entry.name}`;
    if (decoded.joined) yield* namesIn(at, start + decoded.segment);
    else yield { name: start + decoded.segment + (isFolder ? '/' : ''), path: at, natural: decoded.natural };
  }
}

/** Whether a key at or below a name can be in the range. */
function isWanted(name: string, { startsWith, after }: NameRange): boolean {
  if (!name.startsWith(startsWith)) return false;
  return after === undefined || lastKeyOf(name) > after;
}

/** The file's own, or a bound of all keys in the folder: none has the byte FF. */
export function lastKeyOf(name: string): string {
  return name.endsWith('/') ? `${name}\u00ff` : name;
}

/** Drops all but the lowest names; returns the highest that was kept. */
function keepLowest(candidates: Candidate[], limit: number): string | undefined {
  candidates.sort(byName);
  candidates.length = limit;
  return candidates.at(-1)?.name;
}

function byName(a: Candidate, b: Candidate): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : Number(b.natural) - Number(a.natural);
}

/** Folders of one name become one entry; of files of one name the first counts, as it does for a read. */
function mergeEqual(sorted: readonly Candidate[]): FolderEntry[] {
  const entries: FolderEntry[] = [];
  for (const { name, path } of sorted) {
    const last = entries.at(-1);
    if (last?.name !== name) entries.push({ name, paths: [path] });
    else if (name.endsWith('/')) entries.splice(-1, 1, { name, paths: [...last.paths, path] });
  }
  return entries;
}

