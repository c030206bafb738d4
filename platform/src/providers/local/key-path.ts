/**
 * Where a key is kept below its bucket's folder, and back.
 *
 * A key that a file system can hold as a path is kept at that path, so that an ordinary file is an object and an
 * object is an ordinary file. Any other segment gets a name of ours, which starts with `.haulier~`:
 *
 *     .haulier~f<segment>   the file of an object whose natural place is taken or impossible
 *     .haulier~d<segment>   a folder that stands for a segment such as `..` or the nothing between `//`
 *     .haulier~c<start>     a folder that holds the rest of a segment of more than 255 bytes
 *
 * with `%XX` for the bytes a name cannot have. A file system that folds case or normalises (SMB, FAT) cannot tell twins
 * apart: there, every segment with a letter that has one is written with `%XX`.
 *
 * Keys and paths are handled as byte strings (one character for each byte of UTF-8, Node's `latin1`): names on disk
 * may be any bytes, and `<` on byte strings is the order of the bytes.
 */
import { isUtf8 } from 'node:buffer';

export const reservedFolder = '.haulier';

const reserved = /^\.haulier/i;
const escaped = /^\.haulier~([fdc])(.*)$/s;
const maxName = 255;
const maxEscapedBytes = maxName - '.haulier~f'.length;

/** The UTF-8 bytes of a text as a byte string. */
export function toBytes(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

export function fromBytes(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

/** A path of bytes in the form that `node:fs` takes as it is. */
export function fsPath(path: string): Buffer {
  return Buffer.from(path, 'latin1');
}

/**
 * The paths, relative to the bucket's folder, at which an object may be found, the most likely first.
 *
 * An object is written to the first, or to the second where a folder has the first. The others are for buckets whose
 * files came from a file system of the other kind, and for names that are no UTF-8.
 */
export function placesOf(key: string, folding: boolean): readonly [string, string, ...string[]] {
  const places = (mode: boolean): [string, string] => [pathOf(key, mode, false), pathOf(key, mode, true)];
  const raw = key.replace(/%([89A-F][0-9A-F])/g, (_, hex: string) => byteOf(hex));
  return [...places(folding), ...places(!folding), ...(raw === key ? [] : [pathOf(raw, false, false)])];
}

/** The folders, relative to the bucket's, that may hold the keys which start with `prefix`; it ends in `/`. */
export function folderPlacesOf(prefix: string, folding: boolean): string[] {
  const files = placesOf(`${prefix}x`, folding);
  return [...new Set(files.map((file) => file.slice(0, file.lastIndexOf('/'))))];
}

/** What a name on disk stands for. */
export interface DecodedName {
  /** Bytes of the key's segment, or its start where `joined`. */
  readonly segment: string;
  /** True for a folder whose entries go on within the same segment. */
  readonly joined: boolean;
  readonly natural: boolean;
}

/** Reads a name on disk; undefined for what is ours and no object, such as the folder of records. */
export function decodeName(name: string, isFolder: boolean): DecodedName | undefined {
  if (!reserved.test(name)) return { segment: isUtf8(fsPath(name)) ? name : escapeInvalid(name), joined: false, natural: true };
  const [, kind, rest] = escaped.exec(name) ?? [];
  if (rest === undefined || isFolder === (kind === 'f')) return undefined;
  return { segment: unescapeBytes(rest), joined: kind === 'c', natural: false };
}

/** Where the file at the natural path `path` goes when a folder of its name is needed. */
export function pathAside(path: string, folding: boolean): string {
  const slash = path.lastIndexOf('/');
  return [path.slice(0, slash), ...escape(path.slice(slash + 1), 'f', folding)].join('/');
}

function pathOf(key: string, folding: boolean, aside: boolean): string {
  const segments = key.split('/');
  const last = segments.pop() ?? '';
  const names = segments.flatMap((segment) => isNatural(segment, folding) ? [segment] : escape(segment, 'd', folding));
  return [...names, ...(isNatural(last, folding) && !aside ? [last] : escape(last, 'f', folding))].join('/');
}

/** What file systems that fold case forbid or change, beside letters. */
const unsafeWhenFolding = /[A-Z\x80-\xff\x01-\x1f%:*?"<>|\\]|[. ]$/;

function isNatural(segment: string, folding: boolean): boolean {
  if (segment === '' || segment === '.' || segment === '..' || segment.length > maxName) return false;
  if (segment.includes('\0') || reserved.test(segment)) return false;
  return !folding || !unsafeWhenFolding.test(segment);
}

function escape(segment: string, kind: 'f' | 'd', folding: boolean): string[] {
  const names: string[] = [];
  let rest = segment;
  for (let text = encodeBytes(rest, folding); text.length > maxEscapedBytes; text = encodeBytes(rest, folding)) {
    const cut = cutAt(rest, folding);
    names.push(`.haulier~c${encodeBytes(rest.slice(0, cut), folding)}`);
    rest = rest.slice(cut);
  }
  return [...names, `.haulier~${kind}${encodeBytes(rest, folding)}`];
}

/** The most bytes whose escaped form fits a name, without parting a character. */
function cutAt(segment: string, folding: boolean): number {
  let cut = 0;
  for (let room = maxEscapedBytes; cut < segment.length; cut++) {
    room -= encodeBytes(segment.charAt(cut), folding).length;
    if (room < 0) break;
  }
  while (cut > 1 && (segment.charCodeAt(cut) & 0xc0) === 0x80) cut--;
  return cut;
}

function encodeBytes(segment: string, folding: boolean): string {
  return segment.replace(folding ? /[A-Z\x80-\xff\x00-\x1f%:*?"<>|\\. ]/g : /[\0%]/g, percent);
}

function unescapeBytes(text: string): string {
  return text.replace(/%([0-9A-F]{2})/g, (_, hex: string) => byteOf(hex));
}

/** Writes each byte that belongs to no character as `%XX`, which {@link placesOf} finds again. */
function escapeInvalid(name: string): string {
  const characters = /[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}|[\x80-\xff]/g;
  return name.replace(characters, (bytes) => isUtf8(fsPath(bytes)) ? bytes : bytes.replace(/./g, percent));
}

function byteOf(hex: string): string {
  return String.fromCharCode(Number.parseInt(hex, 16));
}

function percent(byte: string): string {
  return `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
}
