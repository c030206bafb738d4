/** The statistics of a synchronisation task over time (section 5.3.5). */
import type { SyncCounts } from './sync-task.ts';

/** What was counted from `time` on, for as long as a step is. Times are milliseconds since the epoch; steps begin at its multiples. */
export interface SyncStep extends SyncCounts {
  readonly time: number;
}

export type StepWidth = 'five-minutes' | 'one-hour';

/** In milliseconds. What is counted is kept by the shorter ones. */
export const stepMs: Readonly<Record<StepWidth, number>> = { 'five-minutes': 5 * 60_000, 'one-hour': 60 * 60_000 };

/** The longest array of table 5-98. */
export const maxPoints = 1000;

export interface TimeRange {
  readonly from: number;
  /** Inclusive. */
  readonly to: number;
}

/**
 * The documents name both widths and no rule: the shorter one as long as the answer has room for every step of the range,
 * which is for 83 hours.
 */
export function stepWidthOf({ from, to }: TimeRange): StepWidth {
  const short = stepMs['five-minutes'];
  return (stepBegin(to, short) - stepBegin(from, short)) / short + 1 <= maxPoints ? 'five-minutes' : 'one-hour';
}

/** All steps that the range touches, the first and the last one whole. */
export function wholeSteps({ from, to }: TimeRange, width: StepWidth): TimeRange {
  const ms = stepMs[width];
  return { from: stepBegin(from, ms), to: stepBegin(to, ms) + ms - 1 };
}

/** Short steps, in order, as steps of this width; a step in which nothing was counted is left out. */
export function sumSteps(steps: readonly SyncStep[], width: StepWidth): readonly SyncStep[] {
  const sums = new Map<number, SyncStep>();
  for (const step of steps) {
    const time = stepBegin(step.time, stepMs[width]);
    sums.set(time, { time, ...addCounts(sums.get(time) ?? nothingCounted, step) });
  }
  return [...sums.values()];
}

export const nothingCounted: SyncCounts = { requests: 0, successes: 0, failures: 0, skips: 0, bytes: 0 };

function addCounts(a: SyncCounts, b: SyncCounts): SyncCounts {
  return {
    requests: a.requests + b.requests,
    successes: a.successes + b.successes,
    failures: a.failures + b.failures,
    skips: a.skips + b.skips,
    bytes: a.bytes + b.bytes,
  };
}

function stepBegin(time: number, ms: number): number {
  return Math.floor(time / ms) * ms;
}
