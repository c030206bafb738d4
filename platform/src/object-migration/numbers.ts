/**
 * The numbers of a task's answer, from what is committed and what its workers measure.
 *
 * `work` is the measure behind progress and time left: bytes, plus a fixed cost for every object, since a million empty
 * objects take time too.
 */
import type { Count, Tally } from '../engine/ledger/ledger.ts';
import type { TaskState } from './task.ts';
import { isActive } from './life-cycle.ts';

/** What one object costs besides its bytes, in bytes. */
export const objectWork = 64 * 1024;

/** Below 1 by more than a rounding to three decimals can hide. */
const almostDone = 0.999;

export function workOf(count: Count): number {
  return count.bytes + count.objects * objectWork;
}

/** Everything that has an outcome. */
export function processed(tally: Tally): Count {
  return {
    objects: tally.succeeded.objects + tally.skipped.objects + tally.failed.objects,
    bytes: tally.succeeded.bytes + tally.skipped.bytes + tally.failed.bytes,
  };
}

export interface RunFacts {
  readonly tally: Tally;
  /** What there is to deal with, as the counting pass or the listing found; undefined until one of them is over. */
  readonly expected: Count | undefined;
  /** Every object of the selection has an outcome; a retry of the failed ones keeps it. */
  readonly complete: boolean;
  /** In a retry of the failed objects: those that have not been looked at again. */
  readonly toRetry: Count | undefined;
}

/**
 * The totals of the task: what was expected, and from the end of the run exactly what was dealt with, since a
 * bucket may change while it is migrated. Undefined while neither is known.
 */
export function totalOf(facts: RunFacts): Count | undefined {
  if (facts.complete) return processed(facts.tally);
  if (facts.expected === undefined) return undefined;
  const dealt = processed(facts.tally);
  return { objects: Math.max(facts.expected.objects, dealt.objects), bytes: Math.max(facts.expected.bytes, dealt.bytes) };
}

/** Work with and without an outcome; undefined while the total is unknown. */
function share(facts: RunFacts): { readonly done: number; readonly all: number } | undefined {
  const dealt = workOf(processed(facts.tally));
  if (facts.toRetry !== undefined) return { done: Math.max(0, dealt - workOf(facts.toRetry)), all: dealt };
  if (facts.expected === undefined) return undefined;
  return { done: dealt, all: Math.max(dealt, workOf(facts.expected)) };
}

/**
 * 0 to 1. Never falls within a run: it is 0 until the total is known, and from then on a monotone measure over a fixed
 * one. It is 1 when, and only when, the run has come to its end.
 */
export function progressOf(state: TaskState, facts: RunFacts): number {
  if (facts.complete && facts.toRetry === undefined && !isActive(state)) return 1;
  const known = share(facts);
  if (known === undefined || known.all === 0) return 0;
  return Math.min(known.done / known.all, almostDone);
}

/**
 * Milliseconds to go at the speed of the last seconds (bytes per second), or at the run's average where nothing moved in
 * them; 0 at the end, undefined while unknown.
 */
export function leftMsOf(state: TaskState, facts: RunFacts, speed: number, activeMs: number): number | undefined {
  if (facts.complete && facts.toRetry === undefined) return 0;
  const known = share(facts);
  if (known === undefined || !isActive(state)) return undefined;
  const moved = facts.tally.succeeded.bytes;
  const now = moved > 0 ? speed * (known.done / moved) : speed;
  const average = activeMs > 0 ? known.done / (activeMs / 1000) : 0;
  const pace = now > 0 ? now : average;
  return pace > 0 ? Math.ceil(((known.all - known.done) / pace) * 1000) : undefined;
}

/** Running time without the paused time, in milliseconds. `runningSince` is undefined unless the task is active. */
export function activeMsOf(accumulatedMs: number, runningSince: number | undefined, now: number): number {
  return accumulatedMs + (runningSince === undefined ? 0 : Math.max(0, now - runningSince));
}
