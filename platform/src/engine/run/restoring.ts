/** Archived objects: asked to be made readable, looked at from time to time, and copied once they are. */
import { StoreFailure, isFailure } from '../../object-store/failure.ts';
import { failed } from '../transfer/severity.ts';
import type { FailedTransfer } from './failing.ts';
import type { RunState } from './run-state.ts';

/** Looks at one object before it fails: some ten days, where the slowest restore of a cloud takes two. */
const MOST_LOOKS = 1_000;
/** The longest wait between two looks, in first waits. */
const LONGEST_WAIT = 30;

/** Whether waiting for a restore may help against this failure. */
export function isRestorable({ deps: { plan, source } }: RunState, { failure }: FailedTransfer): boolean {
  return failure === 'archived' && plan.restoreDays !== undefined && source.restore !== undefined;
}

/** `readable`: copy it now. `waiting`: look again later. */
export type Restoring = 'readable' | 'waiting' | FailedTransfer;

/** @param looks so far */
export async function restoreObject(run: RunState, key: string, looks: number): Promise<Restoring> {
  const { source, plan } = run.deps;
  if (source.restore === undefined || plan.restoreDays === undefined) return 'readable';
  if (looks >= MOST_LOOKS) return failed(new StoreFailure('archived', `${key} is archived, and its restore has not ended after ${looks} looks`), 'source');
  try {
    // Asking costs one request; looking before it would cost another.
    if (looks > 0) {
      const { archived, restoring } = await source.stat(key, run.intake);
      if (!archived) return 'readable';
      if (restoring === true) return 'waiting';
    }
    await source.restore.request(key, plan.restoreDays, run.intake);
    return 'waiting';
  } catch (error) {
    run.intake.throwIfAborted();
    if (!isFailure(error)) throw error;
    return failed(error.kind === 'denied' || error.kind === 'unsupported' ? notRestorable(key, error) : error, 'source');
  }
}

/** The object fails because it is archived; the store's refusal says why that did not change. */
function notRestorable(key: string, refusal: StoreFailure): StoreFailure {
  return new StoreFailure('archived', `${key} is archived and cannot be restored: ${refusal.message}`, { cause: refusal });
}

/** When to look again, in milliseconds since the epoch: soon at first, since a fast restore takes minutes. */
export function nextLookAt({ clock, tuning, deps }: RunState, looks: number): number {
  const wait = tuning.restoreLookMs * Math.min(LONGEST_WAIT, 1.5 ** looks);
  return Math.round(clock.now() + wait * (0.75 + 0.5 * deps.random()));
}
