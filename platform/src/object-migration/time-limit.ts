import type { Clock } from '../engine/transfer/transfer.ts';
import { StoreFailure } from '../object-store/failure.ts';

/**
 * Resolves as the question does. One that has no answer after `limitMs` is aborted and counts as `unreachable`, also when it
 * pays the abort no attention.
 */
export async function withinLimit<T>(clock: Clock, limitMs: number, question: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const over = new AbortController();
  const timer = new AbortController();
  const late = new StoreFailure('unreachable', `the store did not answer within ${limitMs / 1000} s`);
  const limit = clock.sleep(limitMs, timer.signal).then(() => {
    over.abort(late);
    throw late;
  });
  try {
    return await Promise.race([question(over.signal), limit]);
  } finally {
    timer.abort();
    limit.catch(() => undefined);
  }
}
