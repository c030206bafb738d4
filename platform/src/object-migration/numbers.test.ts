import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Count, Tally } from '../engine/ledger/ledger.ts';
import { activeMsOf, leftMsOf, objectWork, processed, progressOf, totalOf } from './numbers.ts';
import type { RunFacts } from './numbers.ts';

const none: Count = { objects: 0, bytes: 0 };
const count = (objects: number, bytes: number): Count => ({ objects, bytes });
const tally = (succeeded: Count, skipped: Count = none, failed: Count = none): Tally => ({ succeeded, skipped, failed });
const facts = (change: Partial<RunFacts>): RunFacts => ({
  tally: tally(none),
  expected: undefined,
  complete: false,
  toRetry: undefined,
  ...change,
});

describe('totals', () => {
  it('are unknown until the counting pass is over', () => {
    expect(totalOf(facts({ expected: undefined }))).toBeUndefined();
    expect(totalOf(facts({ expected: count(5, 50) }))).toEqual(count(5, 50));
  });

  it('are the sum of all outcomes at the end, whatever was counted', () => {
    const end = facts({ tally: tally(count(3, 30), count(2, 7), count(1, 1)), expected: count(9, 90), complete: true });
    expect(totalOf(end)).toEqual(count(6, 38));
  });

  it('never fall behind what has been dealt with', () => {
    const grown = facts({ tally: tally(count(8, 10)), expected: count(5, 50) });
    expect(totalOf(grown)).toEqual(count(8, 50));
  });
});

describe('progress', () => {
  const half = facts({ tally: tally(count(5, 0)), expected: count(10, 0) });

  it.each<[string, Parameters<typeof progressOf>, number]>([
    ['nothing known', ['migrating', facts({})], 0],
    ['counting is not over', ['migrating', facts({ tally: tally(count(5, 5)), expected: undefined })], 0],
    ['half of the objects, all empty', ['migrating', half], 0.5],
    ['paused half way', ['paused', half], 0.5],
    ['broken half way', ['failed', half], 0.5],
    ['everything dealt with, not closed', ['migrating', facts({ tally: tally(count(10, 0)), expected: count(10, 0) })], 0.999],
    ['closed', ['succeeded', facts({ tally: tally(count(10, 0)), complete: true })], 1],
    ['closed with failures', ['failed', facts({ tally: tally(count(9, 0), none, count(1, 0)), complete: true })], 1],
    ['an empty bucket before its end', ['migrating', facts({ expected: none })], 0],
    ['an empty bucket', ['succeeded', facts({ complete: true })], 1],
    ['a retry of one in four', ['retrying', facts({ tally: tally(count(3, 0), none, count(1, 0)), complete: true, toRetry: count(1, 0) })], 0.75],
    ['a retry that broke', ['failed', facts({ tally: tally(count(3, 0), none, count(1, 0)), complete: true, toRetry: count(1, 0) })], 0.75],
  ])('%s', (_name, args, expected) => {
    expect(progressOf(...args)).toBeCloseTo(expected, 10);
  });

  it('weighs bytes and objects', () => {
    const found = count(2, objectWork * 2);
    expect(progressOf('migrating', facts({ tally: tally(count(1, 0)), expected: found }))).toBeCloseTo(0.25, 10);
  });

  it('never falls within a run and is below 1 until the end', () => {
    const step = fc.record({ objects: fc.nat(5), bytes: fc.nat(1_000_000), kind: fc.constantFrom<keyof Tally>('succeeded', 'skipped', 'failed') });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), fc.nat(60), fc.nat(20_000_000), fc.nat(30), (steps, objects, bytes, countedAt) => {
        let now: Tally = tally(none);
        let before = 0;
        steps.forEach(({ kind, ...more }, index) => {
          now = { ...now, [kind]: count(now[kind].objects + more.objects, now[kind].bytes + more.bytes) };
          const progress = progressOf('migrating', facts({ tally: now, expected: index >= countedAt ? count(objects, bytes) : undefined }));
          expect(progress).toBeGreaterThanOrEqual(before);
          expect(progress).toBeLessThan(1);
          before = progress;
        });
        expect(progressOf('succeeded', facts({ tally: now, complete: true }))).toBe(1);
      }),
    );
  });

  it('never falls within a retry', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 1, maxLength: 20 }), fc.nat(10), (arrives, kept) => {
        let [succeeded, failed, before] = [kept, arrives.length, 0];
        arrives.forEach((arrived, index) => {
          if (arrived) [succeeded, failed] = [succeeded + 1, failed - 1];
          const left = count(arrives.length - index - 1, 0);
          const progress = progressOf('retrying', facts({ tally: tally(count(succeeded, 0), none, count(failed, 0)), complete: true, toRetry: left }));
          expect(progress).toBeGreaterThanOrEqual(before);
          expect(progress).toBeLessThan(1);
          before = progress;
        });
      }),
    );
  });
});

describe('time left', () => {
  const half = facts({ tally: tally(count(10, 10 * objectWork)), expected: count(20, 20 * objectWork) });

  it('is the rest of the work, objects included, at the speed of the last seconds', () => {
    expect(leftMsOf('migrating', half, objectWork, 60_000)).toBe(10_000);
  });

  it('falls back on the average of the run', () => {
    expect(leftMsOf('migrating', half, 0, 60_000)).toBe(60_000);
  });

  it('is unknown before anything is known, and 0 at the end', () => {
    expect(leftMsOf('migrating', facts({}), 1000, 0)).toBeUndefined();
    expect(leftMsOf('migrating', facts({ expected: count(1, 1) }), 0, 0)).toBeUndefined();
    expect(leftMsOf('waiting', half, 0, 1000)).toBeUndefined();
    expect(leftMsOf('succeeded', facts({ complete: true }), 0, 0)).toBe(0);
  });
});

describe('time', () => {
  it('counts up while running only', () => {
    expect(activeMsOf(500, undefined, 9000)).toBe(500);
    expect(activeMsOf(500, 8000, 9000)).toBe(1500);
    expect(activeMsOf(500, 9001, 9000)).toBe(500);
  });

  it('adds what has an outcome', () => {
    expect(processed(tally(count(1, 10), count(2, 20), count(3, 30)))).toEqual(count(6, 60));
  });
});
