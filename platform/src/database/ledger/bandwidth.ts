/**
 * How the workers of one task, or of all tasks of a pool, share one bandwidth.
 *
 * No worker hears of another's share; each learns its own at its heartbeat and confirms it at the next. So the total
 * stays within the limit only if a share is raised after the others have confirmed that theirs were lowered: until then
 * they may still be using what they had.
 */

export interface Share {
  /** What the worker is told now. All rates are in bytes per second; Infinity is unlimited. */
  readonly granted: number;
  /** The most it may be using until it confirms: what it had, or what it was told where that is more. */
  readonly inUse: number;
}

/**
 * A worker's share at its heartbeat: an equal part of the limit. A part lower than what it has is granted at once; a
 * higher one only as far as the limit has room beside what the others may be using.
 *
 * The sum of `inUse` over all workers never rises above the limit; when the limit falls, the sum follows with each
 * worker's confirmation.
 *
 * @param confirmed what this worker was told last and keeps to; 0 before it was told anything.
 * @param othersInUse `inUse` of each other live worker that shares it.
 */
export function regrant(limit: number, confirmed: number, othersInUse: readonly number[]): Share {
  const fair = limit === Infinity ? Infinity : Math.floor(limit / (othersInUse.length + 1));
  const room = limit === Infinity ? Infinity : limit - othersInUse.reduce((sum, inUse) => sum + inUse, 0);
  const granted = fair <= confirmed ? fair : Math.max(confirmed, Math.min(fair, room));
  return { granted, inUse: Math.max(confirmed, granted) };
}
