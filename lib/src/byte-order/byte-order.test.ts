import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareUtf8, utf8Length } from './byte-order.ts';

/** Mixes the units around the surrogates with plain text, and gives pairs that share a start. */
const text = fc.string({ unit: fc.oneof(fc.constantFrom('a', '/', '\u07ff', '\ud7ff', '\ue000', '\uffff', '\u{10000}', '\u{1f4a9}', '\u{10ffff}'), fc.string({ unit: 'binary', minLength: 1, maxLength: 1 })) });
const pair = fc.tuple(text, text, text).map(([start, a, b]) => [start + a, start + b] as const);

test('orders as the UTF-8 bytes do', () => {
  fc.assert(fc.property(pair, ([a, b]) => {
    expect(Math.sign(compareUtf8(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
  }), { numRuns: 2000 });
});

test.each([
  ['', '', 0],
  ['', 'a', -1],
  ['a', 'a/', -1],
  ['dir-2/', 'dir/', -1],
  ['a/b', 'a0', -1],
  ['\uffff', '\u{10000}', -1],
  ['\ue000', '\u{1f600}', -1],
  ['\u{1f600}', '\u{1f601}', -1],
  ['é', 'e\u0301', 1],
])('compares %j with %j', (a, b, sign) => {
  expect(Math.sign(compareUtf8(a, b))).toBe(sign);
  expect(Math.sign(compareUtf8(b, a))).toBe(sign === 0 ? 0 : -sign);
});

test('counts bytes of UTF-8', () => {
  fc.assert(fc.property(text, (value) => {
    expect(utf8Length(value)).toBe(Buffer.from(value).byteLength);
  }));
});
