/** The file with the key of an installation: every machine of it has a copy, and whoever has it can read its secrets. */
import { randomBytes } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { createDurableFile } from '@haulier/lib/durable-file/durable-file.ts';
import { keyBytes, SealingKey } from './sealing-key.ts';

/** The key file cannot be used. The message says what is wrong with which file and what to do. */
export class KeyFileError extends Error {
  override readonly name = 'KeyFileError';
}

/** Makes a key file with a new key, readable by its owner alone; a file that is there already is kept. */
export function createKeyFile(file: string): void {
  createDurableFile(file, `${randomBytes(keyBytes).toString('hex')}\n`, 0o600);
}

/** @throws {@link KeyFileError} when it is missing, open to others, or holds no key. */
export function readKeyFile(file: string): SealingKey {
  let text: string;
  try {
    text = readFileSync(file, 'latin1').trim();
  } catch (error) {
    if (isCode(error, 'ENOENT')) throw new KeyFileError(`There is no key file ${file}. Run "haulier init", or copy the file from a machine of the installation.`);
    throw new KeyFileError(`The key file ${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  const mode = statSync(file).mode & 0o777;
  if ((mode & 0o077) !== 0) throw new KeyFileError(`The key file ${file} is open to other users (mode ${mode.toString(8)}). Run chmod 600 on it.`);
  if (!new RegExp(`^[0-9a-f]{${2 * keyBytes}}$`, 'i').test(text)) throw new KeyFileError(`The key file ${file} does not hold a key: expected ${2 * keyBytes} hex digits. Restore it from a backup.`);
  return new SealingKey(Buffer.from(text, 'hex'));
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
