import { setTimeout as pass } from 'node:timers/promises';
import type { Clock } from '../transfer/transfer.ts';

const FASTER = 1_000;

/** A clock on which a second passes in a millisecond, from a time that is well after that of any object. */
export function quickClock(start = 1_800_000_000_000): Clock {
  const begun = performance.now();
  return {
    now: () => Math.floor(start + (performance.now() - begun) * FASTER),
    async sleep(ms, signal) {
      try {
        await pass(ms / FASTER, undefined, { signal });
      } catch (error) {
        signal.throwIfAborted();
        throw error;
      }
    },
  };
}
