import { retry, type RetryDeps, type RetryPolicy, type Verdict } from '@haulier/lib/retry/retry.ts';
import { isRetryable, StoreFailure, type FailureKind } from '../failure.ts';
import type { ObjectStore } from '../object-store.ts';
import { around, type StoreOperation } from './around.ts';

/**
 * After which failures an operation may be sent again.
 *
 * - `any`: it may have happened already and happens again without harm.
 * - `unbegun`: only when the store has certainly not carried it out. A second upload would be one that nobody aborts; a
 *   second completion would find the upload gone, which its caller has to settle anyway.
 * - `never`: its body is gone; the engine reads it again.
 */
const retried: Readonly<Record<StoreOperation, 'any' | 'unbegun' | 'never'>> = {
  'list': 'any', 'stat': 'any', 'read': 'any', 'remove': 'any', 'check-bucket': 'any',
  'write': 'never', 'write-part': 'never',
  'create-upload': 'unbegun', 'complete-upload': 'unbegun', 'abort-upload': 'any', 'list-uploads': 'any', 'list-parts': 'any',
  'copy': 'any', 'copy-part': 'any', restore: 'any', 'list-folder': 'any',
};

export const defaultRetryPolicy: RetryPolicy = { attempts: 6, baseMs: 200, capMs: 10_000, maxElapsedMs: 60_000 };

export type OnRetry = (operation: StoreOperation, failure: FailureKind) => void;

/** Sends again what may be sent again. A body that breaks off under way is not: the engine retries the part. */
export function withRetry(store: ObjectStore, policy: RetryPolicy, deps: RetryDeps, onRetry?: OnRetry): ObjectStore {
  return around(store, (operation, run, signal) => {
    const mode = retried[operation];
    if (mode === 'never') return run();
    return retry(run, (error) => judge(error, operation, mode, onRetry), policy, deps, signal);
  });
}

function judge(error: unknown, operation: StoreOperation, mode: 'any' | 'unbegun', onRetry: OnRetry | undefined): Verdict {
  if (!(error instanceof StoreFailure)) return { again: false };
  const again = mode === 'any' ? isRetryable(error.kind) : error.kind === 'throttled' || error.kind === 'unreachable';
  if (!again) return { again };
  onRetry?.(operation, error.kind);
  return { again, afterMs: error.retryAfterMs };
}
