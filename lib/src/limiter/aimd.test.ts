import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AimdLimiter, type Permit, type PermitOutcome } from './aimd.ts';

const never = new AbortController().signal;

function take(limiter: AimdLimiter): Permit {
  const permit = limiter.acquire(never);
  if (typeof permit !== 'number') throw new Error('no permit is free');
  return permit;
}

function takeAll(limiter: AimdLimiter): Permit[] {
  const permits: Permit[] = [];
  while (limiter.inUse < limiter.limit) permits.push(take(limiter));
  return permits;
}

test('gives one more after a round of successes with all in use', () => {
  const limiter = new AimdLimiter({ initial: 4, min: 1, max: 6 });
  for (const expected of [5, 6, 6]) {
    takeAll(limiter);
    for (let i = 0; i < expected; i++) {
      limiter.release(0, 'ok');
      takeAll(limiter);
    }
    expect(limiter.limit).toBe(expected);
    while (limiter.inUse > 0) limiter.release(0, 'neutral');
  }
});

test('does not grow while it is not what limits', () => {
  const limiter = new AimdLimiter({ initial: 4, min: 1, max: 100 });
  for (let i = 0; i < 1000; i++) limiter.release(take(limiter), 'ok');
  expect(limiter.limit).toBe(4);
});

test('one burst of refusals halves once, the next burst again', () => {
  const limiter = new AimdLimiter({ initial: 32, min: 3, max: 100 });
  for (const expected of [16, 8, 4, 3, 3]) {
    for (const permit of takeAll(limiter)) limiter.release(permit, 'throttled');
    expect(limiter.limit).toBe(expected);
  }
});

test('an abort frees the place in the queue', async () => {
  const limiter = new AimdLimiter({ initial: 1, min: 1, max: 1 });
  const permit = take(limiter);
  const abort = new AbortController();
  const reason = new Error('enough');
  const given: string[] = [];
  const waiting = [limiter.acquire(abort.signal), limiter.acquire(never)];
  const results = waiting.map((wait, index) => Promise.resolve(wait).then(() => given.push(`permit ${index}`), (error: unknown) => given.push(error === reason ? `abort ${index}` : 'wrong')));
  abort.abort(reason);
  limiter.release(permit, 'ok');
  await Promise.all(results);
  expect(given.toSorted()).toEqual(['abort 0', 'permit 1']);
  await expect(limiter.acquire(abort.signal)).rejects.toBe(reason);
});

test('keeps its bounds and its order under any sequence', async () => {
  const step = fc.oneof(fc.constant('acquire' as const), fc.constantFrom<PermitOutcome>('ok', 'throttled', 'neutral'));
  await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 300 }), async (steps) => {
    const limiter = new AimdLimiter({ initial: 5, min: 2, max: 9 });
    const held: Permit[] = [];
    const order: number[] = [];
    let asked = 0;
    for (const next of steps) {
      if (next === 'acquire') {
        const ticket = asked++;
        void Promise.resolve(limiter.acquire(never)).then((permit) => {
          order.push(ticket);
          held.push(permit);
        });
      } else {
        const permit = held.shift();
        if (permit !== undefined) limiter.release(permit, next);
      }
      await Promise.resolve().then(() => {}).then(() => {});
      expect(limiter.limit).toBeGreaterThanOrEqual(2);
      expect(limiter.limit).toBeLessThanOrEqual(9);
      expect(limiter.inUse).toBe(held.length);
      // Nobody waits while a permit is free.
      if (order.length < asked) expect(limiter.inUse).toBeGreaterThanOrEqual(limiter.limit);
    }
    expect(order).toEqual(order.toSorted((a, b) => a - b));
  }));
});
