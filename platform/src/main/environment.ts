/** The only place that reads the clock, makes randomness and looks at the program; everything else is given these. */
import { randomBytes, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../engine/transfer/transfer.ts';

export const clock: Clock = {
  now: Date.now,
  async sleep(ms, signal) {
    await sleep(ms, undefined, { signal }).catch((error: unknown) => {
      signal.throwIfAborted();
      throw error;
    });
  },
};

export const randomness = {
  bytes: (count: number): Uint8Array => randomBytes(count),
  /** Uniform in [0, 1). */
  fraction: Math.random,
  /** 32 lower-case hex digits. */
  id: (): string => randomUUID().replaceAll('-', ''),
  uuid: (): string => randomUUID(),
};

/** Of the package that this file is in. */
export function productVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  const version = typeof manifest === 'object' && manifest !== null && 'version' in manifest ? manifest.version : undefined;
  return typeof version === 'string' ? version : 'unknown';
}
