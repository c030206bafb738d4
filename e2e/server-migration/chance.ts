/** Chance that a seed repeats. */

export interface Chance {
  /** From 0 up to, not including, 1. */
  fraction(): number;
  /** A whole number from 0 up to, not including, `end`. */
  below(end: number): number;
  /** True so often of 1. */
  hits(share: number): boolean;
  pick<T>(items: readonly [T, ...T[]]): T;
  /** Another stream that this one's later draws do not change. */
  fork(): Chance;
}

/** The generator mulberry32. */
export function createChance(seed: number): Chance {
  let state = seed >>> 0;
  const fraction = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (end: number): number => Math.floor(fraction() * end);
  return {
    fraction, below,
    hits: (share) => fraction() < share,
    pick: (items) => items[below(items.length)] ?? items[0],
    fork: () => createChance(below(2 ** 31)),
  };
}
