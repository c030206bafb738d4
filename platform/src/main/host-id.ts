/** Which machine a data folder is on, for what only that machine has. */
import { readFileSync } from 'node:fs';
import { createDurableFile } from '@haulier/lib/durable-file/durable-file.ts';

/** The id in the file; makes one at the first start, which outlives a loss of power. Two processes that start at once come to the same. */
export function readHostId(file: string, newId: () => string): string {
  createDurableFile(file, `${newId()}\n`, 0o644);
  return readFileSync(file, 'utf8').trim();
}
