import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { StoreFailure } from '../../object-store/failure.ts';
import { addressOfUrl, redirected } from './web-address.ts';

describe('a URL', () => {
  test.each([
    ['http://host/a/b.txt', 'http://host', '/a/b.txt'],
    ['HTTPS://Host.Example:443/x', 'https://host.example', '/x'],
    ['http://host:8080', 'http://host:8080', '/'],
    ['http://host?q=1', 'http://host', '/?q=1'],
    ['http://host/a/../b//./%2e%2E/c%2Fd%20?x=%2f&y=../', 'http://host', '/a/../b//./%2e%2E/c%2Fd%20?x=%2f&y=../'],
    ['http://host/a b/ü/\u{1f4a9}%', 'http://host', '/a%20b/%C3%BC/%F0%9F%92%A9%'],
    ['http://host/a\\b|c', 'http://host', '/a\\b|c'],
    ['http://host/user@place:1', 'http://host', '/user@place:1'],
    ['http://[::1]:81/x', 'http://[::1]:81', '/x'],
    ['http://bücher.example/', 'http://xn--bcher-kva.example', '/'],
  ])('%s is sent as it stands', (url, origin, target) => {
    expect(addressOfUrl(url)).toMatchObject({ origin, target });
  });

  test.each([
    ['ftp://host/a', 'not an http or https URL'],
    ['file:///etc/passwd', 'not an http or https URL'],
    ['host/a', 'not an http or https URL'],
    ['', 'not an http or https URL'],
    [' http://host/a', 'not an http or https URL'],
    ['http://name:secret@host/a', 'user name or password'],
    ['http://name@host/a', 'user name or password'],
    ['http://host/a#b', 'fragment'],
    ['http:///a', 'valid host'],
    ['http://host:99999/a', 'valid host'],
    ['http://ho st/a', 'valid host'],
    ['http://host\\evil/a', 'valid host'],
    ['http://host/a\rb', 'control character'],
  ])('%j is refused', (url, what) => {
    const refusal = failureOf(() => addressOfUrl(url));
    expect(refusal.kind).toBe('bad-key');
    expect(refusal.message).toContain(what);
    expect(refusal.message).not.toContain('secret');
  });

  test('shows no query', () => {
    expect(addressOfUrl('https://host/a?signature=secret').shown).toBe('https://host/a');
  });

  test('of any text is refused, or makes a request line of one line', () => {
    const text = fc.array(fc.oneof(fc.integer({ min: 0, max: 0x7f }), fc.integer({ min: 0, max: 0x10ffff }))).map((points) => String.fromCodePoint(...points));
    fc.assert(fc.property(text, text, (path, query) => {
      try {
        expect(addressOfUrl(`http://host/${path}?${query}`).target).toMatch(/^\/[\x21-\x7e]*$/);
      } catch (error) {
        expect(error).toMatchObject({ kind: 'bad-key' });
      }
    }));
  });
});

describe('a redirect', () => {
  const from = addressOfUrl('https://host/dir/../a?signature=secret');

  test.each([
    ['https://other/x/../y?z', 'https://other', '/x/../y?z'],
    ['//other:444/x', 'https://other:444', '/x'],
    ['/x//y', 'https://host', '/x//y'],
    ['x/y', 'https://host', '/x/y'],
    ['?again', 'https://host', '/a?again'],
    ['/x#part', 'https://host', '/x'],
    ['/\xc3\xbc', 'https://host', '/%C3%BC'],
  ])('to %s leads on', (location, origin, target) => {
    expect(redirected(from, location)).toMatchObject({ origin, target });
  });

  test.each(['http://host/a', 'ftp://host/a', 'https://name:hidden@host/', 'javascript:alert(1)', 'https://'])('to %s is not followed', (location) => {
    const refusal = failureOf(() => redirected(from, location));
    expect(refusal.kind).toBe('protocol');
    expect(refusal.message).not.toMatch(/secret|hidden/);
  });

  test('from http to https is followed', () => {
    expect(redirected(addressOfUrl('http://host/a'), 'https://host/a').origin).toBe('https://host');
  });
});

function failureOf(operation: () => unknown): StoreFailure {
  try {
    operation();
  } catch (error) {
    if (error instanceof StoreFailure) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}
