import { readFileSync } from 'node:fs';
import { StoreFailure } from '../../object-store/failure.ts';

/** The certificates of an entry's CA file, as PEM. Throws {@link StoreFailure} `unreachable`. */
export function readCa(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new StoreFailure('unreachable', `the CA file ${file} cannot be read`, { cause });
  }
}
