import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { oddKeys } from '../../object-store/contract/odd-keys.ts';
import { decodeName, folderPlacesOf, fromBytes, pathAside, placesOf, toBytes } from './key-path.ts';

const segment = fc.oneof(
  fc.constantFrom('', '.', '..', 'a', 'A', '.haulier', '.HAULIER~fx', '.haulier~d', '%41', '\0', 'dot.', 'CON', 'x'.repeat(255), 'x'.repeat(256), '\u00e9'.repeat(300)),
  fc.string({ unit: 'grapheme', maxLength: 12 }).map((text) => text.replaceAll('/', '')),
);
const anyKey = fc.array(segment, { minLength: 1, maxLength: 5 }).map((segments) => toBytes(segments.join('/')));

/** Reads a path as a listing does. */
function keyAt(path: string): string | undefined {
  const names = path.split('/');
  let key = '';
  for (const [index, name] of names.entries()) {
    const isFolder = index < names.length - 1;
    const decoded = decodeName(name, isFolder);
    if (decoded === undefined) return undefined;
    key += decoded.segment + (isFolder && !decoded.joined ? '/' : '');
  }
  return key;
}

describe.each([false, true])('where names fold: %s', (folding) => {
  test('every place of a key leads back to it', () => {
    fc.assert(fc.property(fc.oneof(anyKey, fc.constantFrom(...oddKeys.map(toBytes))), (key) => {
      const [first, second] = placesOf(key, folding);
      expect([keyAt(first), keyAt(second)]).toEqual([key, key]);
    }), { numRuns: 300 });
  });

  test('no two keys share a place', () => {
    fc.assert(fc.property(anyKey, anyKey, (a, b) => {
      if (a !== b) expect(placesOf(a, folding).slice(0, 2)).not.toContain(placesOf(b, folding)[0]);
    }), { numRuns: 300 });
  });

  test('a place is a plain path whose names a file system can have', () => {
    fc.assert(fc.property(anyKey, (key) => {
      for (const name of placesOf(key, folding).slice(0, 2).flatMap((place) => place.split('/'))) {
        expect(name).not.toMatch(/^\.{0,2}$|\0/);
        expect(name.length).toBeLessThanOrEqual(255);
        expect(name.toLowerCase()).not.toBe('.haulier');
      }
    }), { numRuns: 300 });
  });

  test('a file that goes aside goes where it is looked for', () => {
    fc.assert(fc.property(anyKey, (key) => {
      const [natural, aside] = placesOf(key, folding);
      if (natural !== aside) expect(pathAside(`/base/${natural}`, folding)).toBe(`/base/${aside}`);
    }));
  });
});

test('names that differ in case or normal form get places that do not', () => {
  const twins = ['Case', 'case', 'CASE', 'caf\u00e9', 'cafe\u0301', '\u212b', '\u00c5', 'stra\u00dfe', 'STRASSE', 'dot', 'dot.', 'a:b', 'a*b'];
  const places = twins.map((key) => fromBytes(placesOf(toBytes(key), true)[0]).normalize('NFC').toLowerCase().replace(/[. ]+$/, ''));
  expect(new Set(places).size).toBe(twins.length);
});

test.each([
  ['a/b', ['a/b', 'a/.haulier~fb']],
  ['a//b/', ['a/.haulier~d/b/.haulier~f', 'a/.haulier~d/b/.haulier~f']],
  ['../x', ['.haulier~d../x', '.haulier~d../.haulier~fx']],
  ['.haulier/records', ['.haulier~d.haulier/records', '.haulier~d.haulier/.haulier~frecords']],
])('keeps %j where people can find it', (key, places) => {
  expect(placesOf(key, false).slice(0, 2)).toEqual(places);
});

test('a name that is no UTF-8 is found by the key it is listed under', () => {
  const listed = decodeName('caf\xe9 \xc3\xa9.txt', false)?.segment ?? '';
  expect(fromBytes(listed)).toBe('caf%E9 \u00e9.txt');
  expect(placesOf(listed, false)).toContain('caf\xe9 \xc3\xa9.txt');
});

test('the folders of a prefix are those of its keys', () => {
  expect(folderPlacesOf('a/b/', false)).toEqual(['a/b']);
  expect(folderPlacesOf('A//', false)).toEqual(['A/.haulier~d', '.haulier~d%41/.haulier~d']);
});
