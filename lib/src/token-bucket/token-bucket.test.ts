import fc from 'fast-check';
import { expect, test } from 'vitest';
import { VirtualClock } from '../retry/virtual-clock.ts';
import { TokenBucket } from './token-bucket.ts';

const never = new AbortController().signal;

/** Has takers ask all at once; tells when each was served. */
function servedAt(clock: VirtualClock, bucket: TokenBucket, sizes: readonly number[]): { readonly order: number[]; readonly times: number[] } {
  const order: number[] = [];
  const times: number[] = [];
  for (const [index, size] of sizes.entries()) {
    void (bucket.take(size, never) ?? Promise.resolve()).then(() => {
      order.push(index);
      times[index] = clock.now();
    });
  }
  return { order, times };
}

test('an unlimited bucket never waits', () => {
  const bucket = new TokenBucket(new VirtualClock(), undefined);
  expect([1, 1e9, 1e15].map((size) => bucket.take(size, never))).toEqual([undefined, undefined, undefined]);
});

test('passes the burst, then keeps to the rate', async () => {
  const clock = new VirtualClock();
  const { times } = servedAt(clock, new TokenBucket(clock, 1000, 100), [50, 50, 500, 500, 500]);
  await clock.advance(10_000);
  expect(times).toEqual([0, 0, 0, 500, 1000]);
});

test('a higher rate is felt by those who wait already', async () => {
  const clock = new VirtualClock();
  const bucket = new TokenBucket(clock, 10, 100);
  const { times } = servedAt(clock, bucket, [1000, 1]);
  await clock.advance(1000);
  expect(times).toEqual([0]);
  bucket.setRate(1000);
  await clock.advance(1000);
  expect(times[1]).toBeGreaterThan(1000);
  expect(times[1]).toBeLessThan(2001);
});

test('rate 0 stops, undefined lets all go', async () => {
  const clock = new VirtualClock();
  const bucket = new TokenBucket(clock, 0);
  const { order } = servedAt(clock, bucket, [5, 5]);
  await clock.advance(1_000_000);
  expect(order).toEqual([]);
  bucket.setRate(undefined);
  await clock.advance(1);
  expect(order).toEqual([0, 1]);
});

test('an abort gives up the place', async () => {
  const clock = new VirtualClock();
  const bucket = new TokenBucket(clock, 1000, 100);
  const abort = new AbortController();
  const reason = new Error('enough');
  void bucket.take(1000, never);
  const given = bucket.take(1_000_000, abort.signal);
  const { times } = servedAt(clock, bucket, [1]);
  abort.abort(reason);
  await expect(given).rejects.toBe(reason);
  await clock.advance(2000);
  expect(times).toEqual([900]);
});

test('serves in order and never faster than the rate, whatever is asked', async () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 1, maxLength: 30 });
  await fc.assert(fc.asyncProperty(sizes, fc.integer({ min: 100, max: 10_000 }), fc.integer({ min: 0, max: 500 }), async (asked, rate, burstMs) => {
    const clock = new VirtualClock();
    const { order, times } = servedAt(clock, new TokenBucket(clock, rate, burstMs), asked);
    await clock.advance(3_000_000);
    expect(order).toEqual(asked.map((_, index) => index));
    let passed = 0;
    for (const [index, size] of asked.entries()) {
      const now = times[index] ?? Infinity;
      expect(passed).toBeLessThanOrEqual((rate * (now + burstMs)) / 1000 + 1e-6);
      passed += size;
    }
  }), { numRuns: 50 });
});
