import { fullJitter, type Backoff } from '../backoff/backoff.ts';

export interface RetryPolicy extends Backoff {
  /** Attempts in all, the first included. */
  readonly attempts: number;
  /** No wait begins that would end later than so many milliseconds after the first failure. */
  readonly maxElapsedMs: number;
}

export interface RetryDeps {
  readonly clock: {
    now(): number;
    sleep(ms: number, signal: AbortSignal): Promise<void>;
  };
  /** Uniform in [0, 1). */
  random(): number;
}

/** What an error means for the next attempt. */
export type Verdict =
  | { readonly again: false }
  /** `afterMs`: how long the other side asked to be left alone. */
  | { readonly again: true; readonly afterMs?: number | undefined };

/**
 * Runs an operation until it succeeds, its error is final, or the policy is exhausted: then it rejects with the last
 * error as it is. An abort while waiting rejects with the signal's reason.
 */
export async function retry<T>(operation: () => Promise<T>, judge: (error: unknown) => Verdict, policy: RetryPolicy, deps: RetryDeps, signal: AbortSignal): Promise<T> {
  let firstFailure: number | undefined;
  for (let failures = 1; ; failures++) {
    try {
      return await operation();
    } catch (error) {
      const verdict = judge(error);
      if (!verdict.again || failures >= policy.attempts) throw error;
      const now = deps.clock.now();
      firstFailure ??= now;
      const wait = Math.max(fullJitter(policy, failures, () => deps.random()), verdict.afterMs ?? 0);
      if (now + wait - firstFailure > policy.maxElapsedMs) throw error;
      await deps.clock.sleep(wait, signal);
    }
  }
}
