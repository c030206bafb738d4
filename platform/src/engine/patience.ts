/** Requests that the whole run depends on: a passing failure is waited out, any other names the store it came from. */
import { isFailure, isRetryable, type StoreFailure } from '../object-store/failure.ts';
import type { Clock } from './transfer/transfer.ts';

export type StoreSide = 'source' | 'destination' | 'list-file';

/** A failure that ends the run, with the store it came from. */
export class RunFailure extends Error {
  override readonly name = 'RunFailure';
  readonly failure: StoreFailure;
  readonly side: StoreSide;

  constructor(failure: StoreFailure, side: StoreSide) {
    super(failure.message, { cause: failure });
    this.failure = failure;
    this.side = side;
  }
}

const TRIES = 5;
const FIRST_WAIT_MS = 1_000;

/**
 * Resolves with what one of the tries resolves with; about half a minute passes before the last one.
 *
 * @throws {RunFailure} when the last try failed, or any with what no waiting mends; the signal's reason as it is.
 */
export async function patiently<T>(side: StoreSide, clock: Clock, signal: AbortSignal, request: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await request();
    } catch (error) {
      if (!isFailure(error)) throw error;
      if (tries === TRIES || !isRetryable(error.kind)) throw new RunFailure(error, side);
      await clock.sleep(Math.max(error.retryAfterMs ?? 0, FIRST_WAIT_MS * 2 ** (tries - 1)), signal);
    }
  }
}
