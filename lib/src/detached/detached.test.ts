import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { detached } from './detached.ts';

test('is the same string, whatever is in it', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), fc.array(fc.nat({ max: 0xffff })), (text, units) => {
    const any = text + String.fromCharCode(...units);
    expect(detached(any)).toBe(any);
  }));
});

test('lets go of what it was cut from', () => {
  setFlagsFromString('--expose-gc');
  const heapWith = (keep: (slice: string) => string): number => {
    const kept = Array.from({ length: 50 }, () => keep(Buffer.alloc(500_000, 'page ').toString('latin1').slice(5, 45)));
    runInNewContext('gc()');
    return process.memoryUsage().heapUsed + kept.length;
  };
  expect(heapWith((slice) => slice) - heapWith(detached)).toBeGreaterThan(20_000_000);
});
