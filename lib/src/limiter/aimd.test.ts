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

/** A clock that is moved by hand. */
let time = 0;
const now = (): number => time;

/** Successes while all permits are in use, as many as the limit was, that take so many milliseconds together. */
function round(limiter: AimdLimiter, ms: number): void {
  const { limit } = limiter;
  takeAll(limiter);
  for (let i = 0; i <= limit; i++) {
    limiter.release(0, 'ok');
    if (limiter.limit !== limit) break;
    takeAll(limiter);
    time += ms / limit;
  }
  while (limiter.inUse > 0) limiter.release(0, 'neutral');
}

test('doubles after each round of successes with all in use, until the first refusal, and then gives one more', () => {
  const limiter = new AimdLimiter({ initial: 4, min: 1, max: 40, now });
  for (const expected of [8, 16, 32, 40, 40]) {
    round(limiter, 20);
    expect(limiter.limit).toBe(expected);
  }
  for (const permit of takeAll(limiter)) limiter.release(permit, 'throttled');
  for (const expected of [21, 22, 23]) {
    round(limiter, 20);
    expect(limiter.limit).toBe(expected);
  }
});

test('tries twice as many ever more seldom where they only wait longer, and takes them back', () => {
  const limiter = new AimdLimiter({ initial: 4, min: 1, max: 1000, now });
  const limits = Array.from({ length: 200 }, () => {
    round(limiter, 5 * limiter.limit);
    return limiter.limit;
  });
  expect(limits.slice(0, 9)).toEqual([8, 4, 4, 4, 8, 4, 4, 4, 4]);
  expect(new Set(limits)).toEqual(new Set([4, 8]));
  expect(limits.filter((limit) => limit === 8).length).toBeLessThan(10);
});

test('does not grow while this process has no time to spare', () => {
  let busy = true;
  const limiter = new AimdLimiter({ initial: 4, min: 1, max: 1000, now, busy: () => busy });
  round(limiter, 20);
  expect(limiter.limit).toBe(4);
  busy = false;
  round(limiter, 20);
  expect(limiter.limit).toBe(8);
});

test('gives back what it has grown by while this process has no time to spare', () => {
  let busy = false;
  const limiter = new AimdLimiter({ initial: 4, min: 1, max: 1000, now, busy: () => busy });
  for (let i = 0; i < 5; i++) round(limiter, 20);
  expect(limiter.limit).toBe(128);
  busy = true;
  for (let i = 0; i < 5; i++) round(limiter, 20);
  expect(limiter.limit).toBeLessThan(80);
  for (let i = 0; i < 50; i++) round(limiter, 20);
  expect(limiter.limit).toBe(4);
});

test('a shorter round than chance allows tells nothing', () => {
  const limiter = new AimdLimiter({ initial: 4, min: 1, max: 1000, now });
  round(limiter, 9);
  expect(limiter.limit).toBe(4);
});

test('grows again when what was slow for a while has become the rule', () => {
  const limiter = new AimdLimiter({ initial: 4, min: 1, max: 1000, now });
  round(limiter, 10);
  for (let i = 0; i < 1000; i++) round(limiter, 100);
  expect(limiter.limit).toBeGreaterThan(20);
});

test('does not grow while it is not what limits', () => {
  const limiter = new AimdLimiter({ initial: 4, min: 1, max: 100, now });
  for (let i = 0; i < 1000; i++) limiter.release(take(limiter), 'ok');
  expect(limiter.limit).toBe(4);
});

test('one burst of refusals halves once, the next burst again', () => {
  const limiter = new AimdLimiter({ initial: 32, min: 3, max: 100, now });
  for (const expected of [16, 8, 4, 3, 3]) {
    for (const permit of takeAll(limiter)) limiter.release(permit, 'throttled');
    expect(limiter.limit).toBe(expected);
  }
});

test('an abort frees the place in the queue', async () => {
  const limiter = new AimdLimiter({ initial: 1, min: 1, max: 1, now });
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
    const limiter = new AimdLimiter({ initial: 5, min: 2, max: 9, now });
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
