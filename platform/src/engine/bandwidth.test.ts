import { expect, test } from 'vitest';
import { Bandwidth } from './bandwidth.ts';
import type { Clock } from './transfer/transfer.ts';

/** Time that stands still until it is moved. */
class HandClock implements Clock {
  #now = 0;
  readonly #sleepers = new Set<{ readonly until: number; readonly wake: () => void }>();

  now(): number {
    return this.#now;
  }

  sleep(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const sleeper = { until: this.#now + ms, wake: resolve };
      this.#sleepers.add(sleeper);
      signal.addEventListener('abort', () => {
        this.#sleepers.delete(sleeper);
        reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
      }, { once: true });
    });
  }

  async move(ms: number): Promise<void> {
    this.#now += ms;
    for (const sleeper of this.#sleepers) {
      if (sleeper.until > this.#now) continue;
      this.#sleepers.delete(sleeper);
      sleeper.wake();
    }
    await new Promise(setImmediate);
  }
}

const never = new AbortController().signal;

function setUp(share: number | undefined) {
  const clock = new HandClock();
  const bandwidth = new Bandwidth(clock, { bytes() {} });
  bandwidth.set(share);
  const passed: number[] = [];
  const take = (bytes: number, name: number, signal = never): void => {
    const wait = bandwidth.take(bytes, signal);
    if (wait === undefined) passed.push(name);
    else void wait.then(() => passed.push(name), () => passed.push(-name));
  };
  return { clock, bandwidth, passed, take };
}

test('without a limit nothing waits', () => {
  const { take, passed } = setUp(undefined);
  take(1e12, 1);
  expect(passed).toEqual([1]);
});

test('bytes pass in turn, each after the time of those before it', async () => {
  const { clock, take, passed } = setUp(1000);
  take(1000, 1);
  take(1000, 2);
  await clock.move(1000);
  expect(passed).toEqual([1]);
  await clock.move(500);
  expect(passed).toEqual([1]);
  await clock.move(500);
  expect(passed).toEqual([1, 2]);
});

test('a share of nothing holds everything until it rises', async () => {
  const { clock, bandwidth, take, passed } = setUp(0);
  take(10, 1);
  await clock.move(100_000);
  expect(passed).toEqual([]);
  bandwidth.set(1000);
  await clock.move(10);
  expect(passed).toEqual([1]);
});

test('a small first share does not hold what came under it when the share rises', async () => {
  const { clock, bandwidth, take, passed } = setUp(1);
  take(100_000, 1);
  await clock.move(1000);
  bandwidth.set(1_000_000);
  await clock.move(100);
  expect(passed).toEqual([1]);
});

test('idle time is not saved up', async () => {
  const { clock, take, passed } = setUp(1000);
  await clock.move(60_000);
  take(1000, 1);
  expect(passed).toEqual([]);
});

test('whoever waits can be called off', async () => {
  const { clock, take, passed } = setUp(1000);
  const controller = new AbortController();
  take(5000, 1, controller.signal);
  controller.abort(new Error('off'));
  await clock.move(1);
  expect(passed).toEqual([-1]);
});
