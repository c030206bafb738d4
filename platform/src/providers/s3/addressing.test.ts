import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addressOf, encodeKey, encodeQuery } from './addressing.ts';

describe('a key in a path', () => {
  test.each([
    ['plain/key-1_2.~x', 'plain/key-1_2.~x'],
    ['../a/./b//c', '../a/./b//c'],
    ['/leading', '/leading'],
    ['a b+c%2F', 'a%20b%2Bc%252F'],
    ["!'()*$&,:;=@?#[]", '%21%27%28%29%2A%24%26%2C%3A%3B%3D%40%3F%23%5B%5D'],
    ['ü/日/🎈', '%C3%BC/%E6%97%A5/%F0%9F%8E%88'],
    ['\u0001\n\\', '%01%0A%5C'],
  ])('%j is sent as %s', (key, path) => {
    expect(encodeKey(key)).toBe(path);
  });

  test('decodes to itself, byte for byte', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', minLength: 1 }), (key) => {
      const path = encodeKey(key);
      expect(path).toMatch(/^[A-Za-z0-9\-._~/%]*$/);
      expect(decodeURIComponent(path)).toBe(key);
    }));
  });

  test('is refused when it is no Unicode', () => {
    expect(() => encodeKey('\ud800')).toThrow(expect.objectContaining({ kind: 'bad-key' }));
  });

  test('is refused when it is empty: the path would be the bucket’s', () => {
    expect(() => encodeKey('')).toThrow(expect.objectContaining({ kind: 'bad-key' }));
  });
});

test('a query encodes slashes too', () => {
  expect(encodeQuery([['prefix', 'a/b c'], ['uploads', '']])).toBe('prefix=a%2Fb%20c&uploads=');
});

const inPath = { bucketPath: '/b.c', keyPrefix: '/b.c/', resourcePrefix: '' };
test.each([
  ['path', 'https://s3.example.com', 'b.c', { origin: 'https://s3.example.com', ...inPath }],
  ['virtual-host', 'https://s3.example.com', 'b-c', { origin: 'https://b-c.s3.example.com', bucketPath: '/', keyPrefix: '/', resourcePrefix: '/b-c' }],
  ['virtual-host', 'http://s3.example.com:81', 'b.c', { origin: 'http://b.c.s3.example.com:81', bucketPath: '/', keyPrefix: '/', resourcePrefix: '/b.c' }],
  // No wildcard certificate covers the dots of a bucket.
  ['virtual-host', 'https://s3.example.com', 'b.c', { origin: 'https://s3.example.com', ...inPath }],
] as const)('%s addressing of %s and %s', (style, endpoint, bucket, address) => {
  expect(addressOf(endpoint, bucket, style)).toEqual(address);
});
