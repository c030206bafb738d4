import { BackendFailure } from '../../volumes/volume-backend.ts';

export interface Clock {
  now(): number;
  /** Rejects with the signal's reason when it aborts. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** Whoever asks again later goes on waiting for the same thing. */
const longestMs = 60 * 60_000;
const firstWaitMs = 250;
const longestWaitMs = 5_000;

/** Looks again and again, ever more seldom, until there is something to say. Fails as `unavailable` after an hour. */
export async function settled<T>(clock: Clock, what: string, look: () => Promise<T | undefined>, signal: AbortSignal): Promise<T> {
  const end = clock.now() + longestMs;
  for (let wait = firstWaitMs; ; wait = Math.min(wait * 1.5, longestWaitMs)) {
    const found = await look();
    if (found !== undefined) return found;
    if (clock.now() >= end) throw new BackendFailure('unavailable', `${what} has not settled at the cloud for an hour`);
    await clock.sleep(wait, signal);
  }
}
