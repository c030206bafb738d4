/** How long to wait before attempt after attempt. */
export interface Backoff {
  /** Upper bound of the first wait, in milliseconds; each further one doubles. */
  readonly baseMs: number;
  /** No wait is longer, in milliseconds. */
  readonly capMs: number;
}

/**
 * Full jitter: a wait uniform between 0 and the bound, so that clients that failed together do not return together.
 *
 * @param failures attempts that have failed so far, from 1
 * @param random uniform in [0, 1)
 * @returns milliseconds
 */
export function fullJitter({ baseMs, capMs }: Backoff, failures: number, random: () => number): number {
  return random() * Math.min(capMs, baseMs * 2 ** (failures - 1));
}
