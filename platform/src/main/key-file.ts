import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { SecretBox } from '../identity/identity-store.ts';
import { StartProblem } from './start-problem.ts';

export interface InstallationKey {
  readonly id: string;
  readonly box: SecretBox;
}

export function createKeyFile(file: string): void {
  if (!existsSync(file)) writeFileSync(file, `${randomBytes(32).toString('hex')}\n`, { mode: 0o600, flag: 'wx' });
}

export function readKeyFile(file: string): InstallationKey {
  if (!existsSync(file)) throw new StartProblem(`There is no key file ${file}.`);
  const key = Buffer.from(readFileSync(file, 'utf8').trim(), 'hex');
  return {
    id: createHash('sha256').update(key).digest('hex').slice(0, 16),
    box: {
      seal(plain, purpose) {
        const nonce = randomBytes(12);
        const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(purpose));
        return Buffer.concat([nonce, cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()]);
      },
      open(sealed, purpose) {
        const bytes = Buffer.from(sealed);
        const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12)).setAAD(Buffer.from(purpose)).setAuthTag(bytes.subarray(-16));
        return Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]).toString('utf8');
      },
    },
  };
}
