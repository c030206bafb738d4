/** Arithmetic of counters. */
import type { Count, Tally } from './ledger.ts';

export const NO_COUNT: Count = { objects: 0, bytes: 0 };
export const NO_TALLY: Tally = { succeeded: NO_COUNT, skipped: NO_COUNT, failed: NO_COUNT };

export function addCounts(a: Count, b: Count): Count {
  return { objects: a.objects + b.objects, bytes: a.bytes + b.bytes };
}

export function addTallies(a: Tally, b: Tally): Tally {
  return {
    succeeded: addCounts(a.succeeded, b.succeeded),
    skipped: addCounts(a.skipped, b.skipped),
    failed: addCounts(a.failed, b.failed),
  };
}

/** What all three columns hold together. */
export function totalOf(tally: Tally): Count {
  return addCounts(addCounts(tally.succeeded, tally.skipped), tally.failed);
}
