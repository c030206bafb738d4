/** How fast bytes are copied, measured from what reports tell: an average in which the last half minute weighs most. */
import type { Int64 } from './server.ts';

export interface Pace {
  /** Up to where it has been measured. */
  readonly copied: Int64;
  readonly at: number;
  /** Undefined until there are two reports to measure between. */
  readonly bytesPerSecond: number | undefined;
}

/** What lies so long before weighs 1/e. */
const memoryMs = 30_000;
/** Reports that follow each other faster are measured together: the time between them would be mostly chance. */
const shortestMs = 1000;
/** After a longer silence, a pause most likely, measuring begins again from there. */
const longestMs = 5 * 60_000;

export function startPace(copied: Int64, at: number): Pace {
  return { copied, at, bytesPerSecond: undefined };
}

/** Without new bytes nothing is measured: a report that comes again must not slow the pace down. */
export function pacedOn(before: Pace, copied: Int64, at: number): Pace {
  const [bytes, ms] = [Number(BigInt(copied) - BigInt(before.copied)), at - before.at];
  if (bytes <= 0 || ms < shortestMs) return before;
  if (ms > longestMs) return { ...before, copied, at };
  const latest = bytes / (ms / 1000);
  const weight = before.bytesPerSecond === undefined ? 1 : 1 - Math.exp(-ms / memoryMs);
  return { copied, at, bytesPerSecond: weight * latest + (1 - weight) * (before.bytesPerSecond ?? 0) };
}

/** Seconds, rounded up; undefined when bytes are left and none move. */
export function remainingAt(bytesPerSecond: number, copied: Int64, total: Int64): Int64 | undefined {
  const left = BigInt(total) - BigInt(copied);
  if (left <= 0n) return 0;
  if (!(bytesPerSecond > 0)) return undefined;
  const seconds = Math.ceil(Number(left) / bytesPerSecond);
  if (Number.isSafeInteger(seconds)) return seconds;
  return seconds < 2 ** 63 ? BigInt(seconds) : undefined;
}
