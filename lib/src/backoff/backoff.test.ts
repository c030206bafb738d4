import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fullJitter } from './backoff.ts';

test('never waits longer than the doubled base or the cap', () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 10_000 }), fc.integer({ min: 1, max: 100_000 }), fc.integer({ min: 1, max: 2000 }), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (baseMs, capMs, failures, fraction) => {
    const wait = fullJitter({ baseMs, capMs }, failures, () => fraction);
    expect(wait).toBeGreaterThanOrEqual(0);
    expect(wait).toBeLessThanOrEqual(capMs);
    if (failures < 30) expect(wait).toBeLessThanOrEqual(baseMs * 2 ** (failures - 1));
  }));
});

test.each([[1, 50], [2, 100], [3, 200], [4, 400], [5, 500], [60, 500]])('after %i failures half of the bound is %i ms', (failures, expected) => {
  expect(fullJitter({ baseMs: 100, capMs: 1000 }, failures, () => 0.5)).toBe(expected);
});
