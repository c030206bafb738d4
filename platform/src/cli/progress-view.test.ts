import { expect, test } from 'vitest';
import { describeProgress, shareDone } from './progress-view.ts';

const running = { objects: 1234, bytes: 1536, total: { objects: 5000, bytes: 2 ** 20 }, failed: 0, rate: 2 ** 21, secondsLeft: 62 };

test('a counted migration shows what is done of what, the rate and the time left', () => {
  expect(describeProgress(running)).toBe('1,234 of 5,000 objects · 1.5 KiB of 1.0 MiB · 2.0 MiB/s · 1:02 left');
});

test('before everything is counted there is no total and no time left', () => {
  expect(describeProgress({ ...running, total: undefined, failed: 2 })).toBe('1,234 objects · 1.5 KiB · 2.0 MiB/s · counting · 2 failed');
});

test.each([
  [{ ...running, total: undefined }, 0],
  [{ ...running, objects: 50, bytes: 0, total: { objects: 100, bytes: 0 } }, 0.5],
  [{ ...running, objects: 0, bytes: 0, total: { objects: 0, bytes: 0 } }, 1],
  [{ ...running, objects: 100, bytes: 10, total: { objects: 100, bytes: 100 } }, 0.55],
])('share done %#', (progress, share) => expect(shareDone(progress)).toBeCloseTo(share));
