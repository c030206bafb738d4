/** Refuses a migration that would read what it writes. */
import { realpath } from 'node:fs/promises';
import { basename, dirname, join, sep } from 'node:path';
import { UsageError } from '../usage-error.ts';
import type { End } from './end.ts';

/**
 * Two folders overlap when one is the other or lies in it; two prefixes of one bucket when a key could be read under the
 * one and written under the other.
 *
 * @throws UsageError
 */
export async function refuseOverlap(src: End, dst: End): Promise<void> {
  if (await overlap(src, dst)) throw new UsageError('SRC and DST overlap: what is written would be read again; choose a DST that is not within SRC, nor around it');
}

async function overlap({ location: src, store: { location: from } }: End, { location: dst, store: { location: to } }: End): Promise<boolean> {
  if (src.kind === 'local' && dst.kind === 'local') {
    const [read, written] = await Promise.all([folderOf(src), folderOf(dst)]);
    return read.startsWith(written) || written.startsWith(read);
  }
  if (from.endpoint !== to.endpoint || from.bucket !== to.bucket) return false;
  const writtenPrefix = dst.prefix + src.prefix;
  return writtenPrefix.startsWith(src.prefix) || src.prefix.startsWith(writtenPrefix);
}

/** With a slash at its end. */
async function folderOf({ root, bucket }: { readonly root: string; readonly bucket: string }): Promise<string> {
  return `${await resolved(join(root, bucket))}${sep}`;
}

/** Links resolved as far as the path is there. */
async function resolved(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    return path === dirname(path) ? path : join(await resolved(dirname(path)), basename(path));
  }
}
