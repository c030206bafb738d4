import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maxPoints, nothingCounted, stepMs, stepWidthOf, sumSteps, wholeSteps, type SyncStep } from './statistics.ts';

const { 'five-minutes': short, 'one-hour': hour } = stepMs;
const noon = Date.UTC(2026, 10, 21, 12);
const step = (time: number, successes = 1): SyncStep => ({ ...nothingCounted, time, requests: successes, successes, bytes: 10 * successes });

describe('the width of a step', () => {
  it.each([
    ['one instant', noon, noon, 'five-minutes'],
    ['a day', noon, noon + 24 * hour, 'five-minutes'],
    ['as many steps as an answer has room for', noon, noon + (maxPoints - 1) * short, 'five-minutes'],
    ['the same, to the last millisecond', noon, noon + maxPoints * short - 1, 'five-minutes'],
    ['one step more', noon, noon + maxPoints * short, 'one-hour'],
    ['as long as that, but begun within a step', noon - 1, noon + maxPoints * short - 1, 'one-hour'],
    ['a month', noon, noon + 31 * 24 * hour, 'one-hour'],
  ])('over %s', (_, from, to, width) => {
    expect(stepWidthOf({ from, to })).toBe(width);
  });
});

describe('a range', () => {
  it('takes the steps it begins and ends in whole', () => {
    expect(wholeSteps({ from: noon + 1, to: noon + short }, 'five-minutes')).toEqual({ from: noon, to: noon + 2 * short - 1 });
    expect(wholeSteps({ from: noon + 1, to: noon + short }, 'one-hour')).toEqual({ from: noon, to: noon + hour - 1 });
  });
});

describe('sums', () => {
  it('keep short steps as they are', () => {
    const steps = [step(noon), step(noon + short, 3)];
    expect(sumSteps(steps, 'five-minutes')).toEqual(steps);
  });

  it('put what is on either side of a full hour into two hours', () => {
    expect(sumSteps([step(noon - short, 2), step(noon, 3), step(noon + hour - short, 4), step(noon + hour)], 'one-hour')).toEqual([
      step(noon - hour, 2), step(noon, 7), step(noon + hour),
    ]);
  });

  it('lose nothing and count nothing twice', () => {
    const steps = fc.array(fc.tuple(fc.nat(5000), fc.nat(1000)), { maxLength: 60 })
      .map((pairs) => [...new Map(pairs)].sort(([a], [b]) => a - b).map(([index, count]) => step(noon + index * short, count)));
    fc.assert(fc.property(steps, (short) => {
      const hours = sumSteps(short, 'one-hour');
      const total = (of: readonly SyncStep[]) => of.reduce((sum, { successes }) => sum + successes, 0);
      expect(total(hours)).toBe(total(short));
      expect(new Set(hours.map(({ time }) => time)).size).toBe(hours.length);
      for (const { time } of hours) expect(time % hour).toBe(0);
    }));
  });
});
