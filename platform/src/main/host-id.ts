/** Which machine a data folder is on, for what only that machine has. */
import { closeSync, fsyncSync, linkSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** The id in the file; makes one at the first start, which outlives a loss of power. Two processes that start at once come to the same. */
export function readHostId(file: string, newId: () => string): string {
  const id = newId();
  const draft = `${file}.${id}`;
  writeFileSync(draft, `${id}\n`, { mode: 0o644, flush: true });
  try {
    linkSync(draft, file);
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || error.code !== 'EEXIST') throw error;
  } finally {
    rmSync(draft);
  }
  syncFolder(dirname(file));
  return readFileSync(file, 'utf8').trim();
}

function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
