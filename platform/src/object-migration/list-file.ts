/** What the documents ask of the file of a selection by list, before a line of it is read. */
import type { StoredObject } from '../object-store/object-store.ts';

/** TRF.0014: "a .txt file, and is no larger than 100 MB". */
const maxBytes = 100 * 1024 * 1024;

export function isListFile({ key, size }: Pick<StoredObject, 'key' | 'size'>): boolean {
  return isListFileName(key) && isListFileSize(size);
}

export function isListFileName(key: string): boolean {
  return key.toLowerCase().endsWith('.txt');
}

/** @param size in bytes. */
export function isListFileSize(size: number): boolean {
  return size <= maxBytes;
}

/** TRF.0019: the type is text/plain, and no encoding is set. A store that keeps no types, such as a folder, tells none. */
export function isPlainText({ metadata: { contentType, contentEncoding } }: Pick<StoredObject, 'metadata'>): boolean {
  const isText = contentType === undefined || /^text\/plain\s*(;|$)/i.test(contentType);
  return isText && (contentEncoding === undefined || contentEncoding === '');
}
