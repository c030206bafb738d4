/** What becomes of an object whose copy failed, or that could not even be looked at. */
import type { ListedObject } from '../../object-store/object-store.ts';
import { deferred, type Outcome } from '../outcome.ts';
import type { TransferOutcome } from '../transfer/transfer.ts';
import { isRestorable } from './restoring.ts';
import type { RunState } from './run-state.ts';

export type FailedTransfer = Extract<TransferOutcome, { readonly kind: 'failed' }>;

/** As a work item, an object that could not be looked at is unseen: whether it is to be copied is not decided yet. */
export function asUnseen(object: ListedObject): ListedObject {
  return { ...object, lastModified: 0 };
}

export function isUnseen(object: ListedObject): boolean {
  return object.lastModified === 0;
}

/**
 * The outcome after the first try; undefined when the failure ends the run, and the object is left as if it had not been
 * tried.
 */
export function outcomeOfFailure(run: RunState, object: ListedObject, destinationKey: string, failed: FailedTransfer): Outcome | undefined {
  if (isRestorable(run, failed)) return deferred('restore', object, destinationKey);
  const final: Outcome = { kind: 'failed', failure: failed.failure, message: failed.message };
  switch (failed.severity) {
    case 'fatal':
      run.break(failed.failure, failed.side, failed.message);
      return undefined;
    case 'object':
      return final;
    case 'retryable':
      return run.tuning.attempts > 1 ? deferred('again', object, destinationKey, nextTryAt(run, 1, failed), 1) : final;
  }
}

/** A store that asks for more may not mean it. */
const LONGEST_ASKED_MS = 24 * 3_600_000;

/** Milliseconds since the epoch, not before the store wants to be asked. Spread by a quarter, so that what failed together is not tried together. */
export function nextTryAt(run: RunState, attempts: number, { retryAfterMs = 0 }: Pick<FailedTransfer, 'retryAfterMs'>): number {
  const chance = run.deps.random();
  const ours = run.tuning.retryMs * 3 ** (attempts - 1);
  const asked = Math.min(retryAfterMs, LONGEST_ASKED_MS);
  return Math.round(run.clock.now() + Math.max(ours * (0.75 + 0.5 * chance), asked * (1 + 0.25 * chance)));
}
