import { expect, test } from 'vitest';
import { retry, type RetryPolicy, type Verdict } from './retry.ts';
import { VirtualClock } from './virtual-clock.ts';

const policy: RetryPolicy = { attempts: 4, baseMs: 100, capMs: 1000, maxElapsedMs: 60_000 };
const never = new AbortController().signal;
const always = (): Verdict => ({ again: true });

/** Runs an operation that fails so many times; tells its result and when each attempt was made. */
async function attemptsOf(failures: number, options: { judge?: (error: unknown) => Verdict; policy?: Partial<RetryPolicy>; signal?: AbortSignal } = {}) {
  const clock = new VirtualClock();
  const times: number[] = [];
  const operation = (): Promise<string> => {
    times.push(clock.now());
    return times.length <= failures ? Promise.reject(new Error(`failure ${times.length}`)) : Promise.resolve('done');
  };
  const result = retry(operation, options.judge ?? always, { ...policy, ...options.policy }, { clock, random: () => 0.5 }, options.signal ?? never).catch((error: unknown) => error);
  await clock.advance(1_000_000);
  return { result: await result, times };
}

test('waits longer after each failure', async () => {
  expect(await attemptsOf(3)).toEqual({ result: 'done', times: [0, 50, 150, 350] });
});

test('gives up after the attempts with the last error', async () => {
  const { result, times } = await attemptsOf(99);
  expect(result).toMatchObject({ message: 'failure 4' });
  expect(times).toHaveLength(4);
});

test('a final error is not tried again', async () => {
  expect((await attemptsOf(1, { judge: () => ({ again: false }) })).times).toEqual([0]);
});

test('waits as long as the other side asks', async () => {
  expect((await attemptsOf(1, { judge: () => ({ again: true, afterMs: 7000 }) })).times).toEqual([0, 7000]);
});

test('begins no wait that ends too late', async () => {
  expect((await attemptsOf(99, { policy: { attempts: 99, maxElapsedMs: 300 } })).times).toEqual([0, 50, 150]);
  expect((await attemptsOf(99, { judge: () => ({ again: true, afterMs: 61_000 }) })).times).toEqual([0]);
});

test('an abort ends the wait with its reason', async () => {
  const reason = new Error('enough');
  expect((await attemptsOf(99, { signal: AbortSignal.abort(reason) })).result).toBe(reason);
});
