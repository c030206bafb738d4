import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Selection } from '../engine/plan.ts';
import { overlaps } from './overlap.ts';

const prefixes = (...list: readonly string[]): Selection => ({ kind: 'prefixes', prefixes: list });
const names = (...list: readonly string[]): Selection => ({ kind: 'names', names: list });

describe('source and destination in one bucket', () => {
  it.each<[string, Selection, string, boolean]>([
    ['the whole bucket into itself', prefixes(''), '', true],
    ['the whole bucket into a folder of it', prefixes(''), 'backup/', true],
    ['a folder onto itself', prefixes('a/'), '', true],
    ['a folder into a folder of it', prefixes('a/'), 'a/copy/', true],
    ['a folder beside itself', prefixes('a/'), 'b/', false],
    ['a folder beside one that is read too', prefixes('a/', 'b/'), 'b/', true],
    ['a prefix that the copies of another prefix fall under', prefixes('x', 'sx1'), 's', true],
    ['names into a folder', names('one', 'two'), 'b/', false],
    ['a name whose copy is another name', names('one', 'b/one'), 'b/', true],
    ['a name whose copy falls into a folder that is read', names('one', 'b/'), 'b/', true],
    ['a folder whose copy covers a name', names('a/', 'b/a/x'), 'b/', true],
    ['names onto themselves', names('one'), '', true],
    ['a list onto itself', { kind: 'list-file', bucket: 'l', key: 'k' }, '', true],
    ['a list into a folder', { kind: 'list-file', bucket: 'l', key: 'k' }, 'b/', false],
    ['an interval, as all of its prefix', { kind: 'interval', prefix: 'a/', after: 'a/x' }, 'a/copy/', true],
    ['an interval beside its prefix', { kind: 'interval', prefix: 'a/', until: 'a/x' }, 'b/', false],
    ['urls', { kind: 'url-list', bucket: 'l', key: 'k' }, '', false],
  ])('%s', (_name, selection, savePrefix, expected) => {
    expect(overlaps(selection, savePrefix)).toBe(expected);
  });

  it('finds every pair of keys that would meet', () => {
    const key = fc.string({ unit: fc.constantFrom('a', 'b', '/'), maxLength: 4 });
    fc.assert(
      fc.property(fc.array(key, { minLength: 1, maxLength: 3 }), key, key, fc.nat(2), (list, savePrefix, rest, index) => {
        const read = (list[index % list.length] ?? '') + rest;
        const meets = list.some((prefix) => (savePrefix + read).startsWith(prefix));
        if (meets) expect(overlaps(prefixes(...list), savePrefix)).toBe(true);
      }),
    );
  });
});
