import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { percentDecode, percentEncode } from './percent-coding.ts';
import { canonicalRequest, formatSdkDate, parseSdkDate } from './sdk-hmac-sha256.ts';

const canonicalOf = (target: string) => canonicalRequest({
  method: 'GET', target, header: (name) => ` ${name}-value `, signedHeaders: ['host', 'x-sdk-date'], payloadHash: 'hash',
}).split('\n');

describe('percent-coding', () => {
  test('decoding undoes encoding for any bytes', () => {
    fc.assert(fc.property(fc.uint8Array(), (bytes) => {
      expect(percentDecode(percentEncode(bytes))).toEqual(Buffer.from(bytes));
    }));
  });

  test('agrees with encodeURIComponent but for the characters that RFC 3986 reserves', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const expected = encodeURIComponent(text).replaceAll(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
      expect(percentEncode(Buffer.from(text))).toBe(expected);
    }));
  });

  test.each([['%', '%'], ['%4', '%4'], ['%zz', '%zz'], ['%%41', '%A'], ['100%25', '100%'], ['%c3%A4', 'ä']])('decodes %s to %s', (text, expected) => {
    expect(percentDecode(text).toString()).toBe(expected);
  });
});

describe('the canonical request', () => {
  test.each([
    ['/', '/'],
    ['/v2/p/tasks', '/v2/p/tasks/'],
    ['/v2/p/tasks/', '/v2/p/tasks/'],
    ['/a%20b/c%2Fd', '/a%20b/c%2Fd/'],
    ['/a b/ü', '/a%20b/%C3%BC/'],
    ['/%41', '/A/'],
  ])('writes the path %s as %s', (path, expected) => {
    expect(canonicalOf(path)[1]).toBe(expected);
  });

  test.each([
    ['', ''],
    ['b=2&a=1', 'a=1&b=2'],
    ['a=2&a=10&a=1', 'a=1&a=10&a=2'],
    ['flag', 'flag='],
    ['q=a+b%2Bc', 'q=a%20b%2Bc'],
    ['a=b=c&&', 'a=b%3Dc'],
    ['x=%zz', 'x=%25zz'],
  ])('writes the query %s as %s', (query, expected) => {
    expect(canonicalOf(`/?${query}`)[2]).toBe(expected);
  });

  test('trims header values and ends with names and digest', () => {
    expect(canonicalOf('/').slice(3)).toEqual(['host:host-value', 'x-sdk-date:x-sdk-date-value', '', 'host;x-sdk-date', 'hash']);
  });
});

describe('X-Sdk-Date', () => {
  test('round-trips whole seconds', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 253_402_300_799 }), (seconds) => {
      expect(parseSdkDate(formatSdkDate(seconds * 1000))).toBe(seconds * 1000);
    }));
  });

  test.each(['', '20240416T095341', '2024-04-16T09:53:41Z', '20240230T000000Z', '20240101T250000Z', '20240101T000060Z'])('refuses %j', (text) => {
    expect(parseSdkDate(text)).toBeUndefined();
  });
});
