/** Small files that a process cannot do without, made once. */
import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, linkSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes a file; one that is there already is kept. It is whole and on the disk when this returns: a crash, or a loss of power, leaves
 * a whole file or none. Of several processes that do this at once one makes it.
 */
export function createDurableFile(file: string, text: string, mode: number): void {
  const unfinished = `${file}.${randomBytes(6).toString('hex')}`;
  writeFileSync(unfinished, text, { mode, flag: 'wx', flush: true });
  try {
    // Unlike a rename, a link never replaces what somebody else has made meanwhile.
    linkSync(unfinished, file);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  } finally {
    rmSync(unfinished);
  }
  syncFolder(dirname(file));
}

function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
