import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseExactJson, parseWrittenJson, stringifyExactJson } from './exact-json.ts';

const parse = (text: string) => parseExactJson(Buffer.from(text));

/** How a number is written, and what it is. */
const numbers: readonly (readonly [string, number | bigint])[] = [
  ['0', 0],
  ['-0', 0],
  ['1.0', 1],
  ['5e7', 50_000_000],
  ['5E+7', 50_000_000],
  ['1500e-2', 15],
  ['12.50e1', 125],
  ['9007199254740991', 9_007_199_254_740_991],
  ['9007199254740992', 9_007_199_254_740_992n],
  ['9007199254740993', 9_007_199_254_740_993n],
  ['9007199254740993.0', 9_007_199_254_740_993n],
  ['9223372036854775807', 9_223_372_036_854_775_807n],
  ['-9223372036854775809', -9_223_372_036_854_775_809n],
  ['1.5', 1.5],
  ['1e-3', 0.001],
  ['-0.0', 0],
  ['-0e1', 0],
  ['900719925474099', 900_719_925_474_099],
  ...['1.00000000000000000001', '9007199254740993.5', '999999999999999.99', '1e400', '-1e400', `1${'0'.repeat(60)}`].map((text) => [text, NaN] as const),
];

describe('parseExactJson', () => {
  it.each(numbers)('reads %s as %s, wherever it stands', (text, value) => {
    expect(parse(text)).toEqual(value);
    expect(parse(`[${text}]`)).toEqual([value]);
    expect(parse(`[ ${text}\t, 1]`)).toEqual([value, 1]);
    expect(parse(`{"a":${text}}`)).toEqual({ a: value });
    expect(parse(`{"a":\r\n${text}\r\n}`)).toEqual({ a: value });
    expect(parse(`[["1e5",${text}],"text"]`)).toEqual([['1e5', value], 'text']);
    expect(parse(` ${text}\n`)).toEqual(value);
  });

  it('keeps every 64-bit integer', () => {
    fc.assert(fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (value) => {
      const read = parse(`{"a":[${value}]}`);
      expect(read).toEqual({ a: [Number.isSafeInteger(Number(value)) ? Number(value) : value] });
    }));
  });

  it('reads what was written with all digits', () => {
    fc.assert(fc.property(fc.array(fc.oneof(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.string(), fc.boolean())), (values) => {
      expect(parse(stringifyExactJson({ values }))).toEqual({ values: values.map((value) => (typeof value === 'bigint' && Number.isSafeInteger(Number(value)) ? Number(value) : value)) });
    }));
  });

  it('agrees with JSON.parse on everything else', () => {
    fc.assert(fc.property(fc.json({ maxDepth: 4 }), (text) => {
      const plain: unknown = JSON.parse(text);
      fc.pre(!/[eE]|\d{16}/.test(text));
      expect(parse(text)).toEqual(normalise(plain));
    }));
  });

  it.each(['', '{', '{"a":1,}', 'undefined', '[1 2]', '\u00a0{}', '{"a":01}'])('refuses %j', (text) => {
    expect(() => parse(text)).toThrow(SyntaxError);
  });

  it('refuses bytes that are not UTF-8 instead of replacing them', () => {
    expect(() => parseExactJson(Buffer.from([0x22, 0xff, 0x22]))).toThrow(SyntaxError);
  });

  it.each([201, 2000, 1_000_000])('refuses a body nested %i deep instead of breaking', (depth) => {
    expect(() => parse('['.repeat(depth) + ']'.repeat(depth))).toThrow(SyntaxError);
    expect(() => parse(`${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`)).toThrow(SyntaxError);
    expect(() => parse(`["\\\\",${'['.repeat(depth)}`)).toThrow(SyntaxError);
  });

  it('counts no bracket in a string, and none that is closed', () => {
    for (const text of [`"${'['.repeat(900)}"`, `["\\"${'['.repeat(900)}","\\\\"]`, `[${'[{}],'.repeat(900)}0]`, '['.repeat(200) + ' '.repeat(900) + ']'.repeat(200)]) expect(parse(text)).toEqual(JSON.parse(text));
  });
});

/** JSON.parse tells -0 from 0; an integer field does not. */
function normalise(value: unknown): unknown {
  if (Object.is(value, -0)) return 0;
  if (Array.isArray(value)) return value.map(normalise);
  if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, normalise(inner)]));
  return value;
}

it('parseWrittenJson reads what was written with all digits', () => {
  const value = fc.oneof(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.integer(), fc.string(), fc.boolean(), fc.constant(null));
  const read = (each: unknown) => (typeof each === 'bigint' && Number.isSafeInteger(Number(each)) ? Number(each) : each);
  fc.assert(fc.property(fc.array(value), (list) => {
    expect(parseWrittenJson(stringifyExactJson({ list }))).toEqual({ list: list.map(read) });
  }), { numRuns: 2000 });
});
