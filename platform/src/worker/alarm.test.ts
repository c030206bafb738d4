import { describe, expect, it } from 'vitest';
import type { Clock } from '../engine/transfer/transfer.ts';
import { createAlarm } from './alarm.ts';

/** Sleeps until the signal aborts, as long as that takes. */
const endless: Clock = {
  now: () => 0,
  sleep: (_ms, signal) => new Promise((_resolve, reject) => {
    const end = () => reject(new Error('woken'));
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  }),
};
const never = new AbortController().signal;

describe('the alarm', () => {
  it('ends a wait when it rings', async () => {
    const alarm = createAlarm(endless);
    const waiting = alarm.wait(1_000, never);
    alarm.ring();
    await waiting;
  });

  it('remembers that it rang while nobody waited, once', async () => {
    const alarm = createAlarm(endless);
    alarm.ring();
    alarm.ring();
    await alarm.wait(1_000, never);
    let over = false;
    const waiting = alarm.wait(1_000, never).then(() => { over = true; });
    await Promise.resolve();
    expect(over).toBe(false);
    alarm.ring();
    await waiting;
  });

  it('ends a wait when the signal aborts', async () => {
    const stop = new AbortController();
    const waiting = createAlarm(endless).wait(1_000, stop.signal);
    stop.abort();
    await waiting;
  });
});
