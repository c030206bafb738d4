import { expect, test } from 'vitest';
import { spaceLeft } from './key-space.ts';

const keys = { kind: 'keys', prefix: '' } as const;
const start = { kind: 'start' } as const;

test('a range that has come further has less left', () => {
  expect(spaceLeft(keys, start)).toBeGreaterThan(spaceLeft(keys, { kind: 'after', key: 'a' }));
  expect(spaceLeft(keys, { kind: 'after', key: 'a' })).toBeGreaterThan(spaceLeft(keys, { kind: 'after', key: 'b' }));
});

test('a split leaves less than there was, on both sides', () => {
  const whole = { ...keys, prefix: 'photos/2024/', after: 'photos/2024/c', until: 'photos/2024/x' };
  const [left, right] = [{ ...whole, until: 'photos/2024/m' }, { ...whole, after: 'photos/2024/m' }];
  expect(spaceLeft(left, start) + spaceLeft(right, start)).toBe(spaceLeft(whole, start));
  expect(spaceLeft(left, start)).toBeGreaterThan(0n);
});

test('an endless range ends with its prefix', () => {
  expect(spaceLeft({ ...keys, prefix: 'a/' }, start)).toBeLessThan(spaceLeft(keys, start));
  expect(spaceLeft({ ...keys, prefix: 'a/' }, { kind: 'after', key: 'a/\u{10ffff}' })).toBeGreaterThan(0n);
});

test('a range at its end has nothing left', () => {
  expect(spaceLeft({ ...keys, until: 'm' }, { kind: 'after', key: 'm' })).toBe(0n);
  expect(spaceLeft({ ...keys, until: 'm' }, { kind: 'after', key: 'z' })).toBe(0n);
});
