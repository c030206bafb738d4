import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RangePosition } from '../../engine/ledger/ledger.ts';
import { decodePosition, encodePosition } from './position-code.ts';

const key = fc.string({ unit: 'binary' });
const number = fc.maxSafeNat();
const byKind: Record<Exclude<RangePosition['kind'], 'start'>, fc.Arbitrary<RangePosition>> = {
  after: key.map((value): RangePosition => ({ kind: 'after', key: value })),
  marker: key.map((value): RangePosition => ({ kind: 'marker', marker: value })),
  index: number.map((value): RangePosition => ({ kind: 'index', index: value })),
  offset: number.map((value): RangePosition => ({ kind: 'offset', offset: value })),
};

describe('positions as bytes', () => {
  test('decode to what was encoded', () => {
    const any = fc.oneof(fc.constant<RangePosition>({ kind: 'start' }), ...Object.values(byKind));
    fc.assert(fc.property(any, (position) => {
      expect(decodePosition(encodePosition(position))).toEqual(position);
    }));
  });

  test('keep NUL', () => {
    expect(decodePosition(encodePosition({ kind: 'after', key: 'a\0b' }))).toEqual({ kind: 'after', key: 'a\0b' });
  });

  test('sort keys as their UTF-8 bytes do', () => {
    fc.assert(fc.property(key, key, (a, b) => {
      const code = (value: string) => encodePosition({ kind: 'after', key: value });
      expect(Math.sign(Buffer.compare(code(a), code(b)))).toBe(Math.sign(Buffer.compare(Buffer.from(a), Buffer.from(b))));
    }));
  });

  test('sort numbers as numbers', () => {
    fc.assert(fc.property(number, number, fc.constantFrom('index' as const, 'offset' as const), (a, b, kind) => {
      const code = (value: number) => encodePosition(kind === 'index' ? { kind, index: value } : { kind, offset: value });
      expect(Math.sign(Buffer.compare(code(a), code(b)))).toBe(Math.sign(a - b));
    }));
  });

  test('sort the start before everything', () => {
    fc.assert(fc.property(fc.oneof(...Object.values(byKind)), (position) => {
      expect(Buffer.compare(encodePosition({ kind: 'start' }), encodePosition(position))).toBe(-1);
    }));
  });

  test('are refused when they are no code', () => {
    expect(() => decodePosition(Buffer.from('x'))).toThrow(RangeError);
  });
});
