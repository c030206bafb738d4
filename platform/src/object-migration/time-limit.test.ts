import { expect, test } from 'vitest';
import { VirtualClock } from '@haulier/lib/retry/virtual-clock.ts';
import { withinLimit } from './time-limit.ts';

test('an answer in time is the answer', async () => {
  expect(await withinLimit(new VirtualClock(), 1000, () => Promise.resolve('yes'))).toBe('yes');
  await expect(withinLimit(new VirtualClock(), 1000, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
});

test('a question without an answer is aborted, and unreachable even if it goes on', async () => {
  let signal: AbortSignal | undefined;
  const clock = new VirtualClock();
  const asked = expect(withinLimit(clock, 1000, (given) => {
    signal = given;
    return new Promise<never>(() => undefined);
  })).rejects.toMatchObject({ kind: 'unreachable', message: 'the store did not answer within 1 s' });
  await clock.advance(1000);
  await asked;
  expect(signal?.aborted).toBe(true);
});
