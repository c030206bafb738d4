import { retry, type RetryDeps, type RetryPolicy } from '@haulier/lib/retry/retry.ts';
import { isFailure, isRetryable } from '../failure.ts';
import type { ObjectAccount } from '../object-account.ts';

/** Asks again where that may help; whatever an account is asked, it only tells. */
export function withAccountRetry(account: ObjectAccount, policy: RetryPolicy, deps: RetryDeps): ObjectAccount {
  const patiently = <T>(run: () => Promise<T>, signal: AbortSignal): Promise<T> => retry(run, (error) => (
    isFailure(error) && isRetryable(error.kind) ? { again: true, afterMs: error.retryAfterMs } : { again: false }
  ), policy, deps, signal);
  return {
    listBuckets: (signal) => patiently(() => account.listBuckets(signal), signal),
    regionOf: (bucket, signal) => patiently(() => account.regionOf(bucket, signal), signal),
    close: () => account.close(),
  };
}
