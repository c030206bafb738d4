import { describe, expect, it } from 'vitest';
import { createMeter } from './meter.ts';

function meterAt(start: number) {
  let time = start;
  const meter = createMeter(() => time);
  return { meter, pass: (ms: number) => { time += ms; } };
}

describe('the meter', () => {
  it('is 0 before anything has moved', () => {
    expect(meterAt(1_000).meter.rate()).toBe(0);
  });

  it('finds a steady rate, from the first seconds on', () => {
    const { meter, pass } = meterAt(10_000);
    for (let step = 0; step < 100; step += 1) {
      meter.add(100);
      pass(100);
      if (step > 10) expect(meter.rate(), `after ${step} steps`).toBeGreaterThan(850);
      expect(meter.rate()).toBeLessThan(1_250);
    }
  });

  it('forgets what is older than its window', () => {
    const { meter, pass } = meterAt(10_000);
    meter.add(1_000_000);
    pass(6_000);
    expect(meter.rate()).toBe(0);
  });
});
