import fc from 'fast-check';
import { compareUtf8 } from '@haulier/lib/byte-order/byte-order.ts';
import { expect, test } from 'vitest';
import { claimOf, recoveryOf } from './claims.ts';
import type { RangePosition } from './ledger/ledger.ts';

const key = fc.oneof(
  fc.string({ unit: fc.constantFrom('a', 'b', '/', '\u{1f600}', '\uffff'), minLength: 1, maxLength: 6 }),
  fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => text.isWellFormed()),
);
const page = fc.uniqueArray(fc.record({ key, matches: fc.boolean() }), { selector: (entry) => entry.key, minLength: 1, maxLength: 40 })
  .map((entries) => entries.sort((a, b) => compareUtf8(a.key, b.key)));
const after = (text: string): RangePosition => ({ kind: 'after', key: text });

test('a claim tells exactly which objects of its page were to be copied, and of no other', () => {
  fc.assert(fc.property(page, page, fc.constantFrom('', 'to/'), fc.boolean(), (before, entries, savePrefix, ordered) => {
    const [first, last] = [before.at(-1)?.key ?? '', entries.at(-1)?.key ?? ''];
    fc.pre(entries.every((entry) => compareUtf8(entry.key, first) > 0));
    const keysOf = (matches: boolean) => entries.filter((entry) => entry.matches === matches).map((entry) => savePrefix + entry.key);
    const claim = claimOf({ from: ordered ? after(first) : undefined, to: after(last), matched: keysOf(true), toCopy: keysOf(false) });
    const recovery = recoveryOf([claim]);
    for (const entry of entries) expect(recovery?.wasToCopy(entry.key, savePrefix + entry.key)).toBe(!entry.matches);
    for (const entry of before) expect(recovery?.wasToCopy(entry.key, savePrefix + entry.key)).toBe(false);
    expect(recovery?.wasToCopy(`${last}a`, `${savePrefix}${last}a`)).toBe(false);
  }));
});

test('any of several claims may tell it', () => {
  const claims = [
    claimOf({ from: { kind: 'start' }, to: after('c'), matched: ['b'], toCopy: ['a', 'c'] }),
    claimOf({ from: after('c'), to: after('f'), matched: ['d', 'e'], toCopy: ['f'] }),
    claimOf({ from: { kind: 'start' }, to: after('b'), matched: ['a'], toCopy: ['b'] }),
  ];
  const recovery = recoveryOf(claims);
  expect(['a', 'b', 'c', 'd', 'e', 'f', 'g'].filter((name) => recovery?.wasToCopy(name, name))).toEqual(['a', 'b', 'c', 'f']);
});

test('a page of which all is to be copied costs a few bytes, one with little to copy as much as that', () => {
  const keys = Array.from({ length: 1000 }, (_, i) => `data/2024/file-${i}.bin`);
  expect(claimOf({ from: after('data/2024/'), to: after('data/2025'), matched: [], toCopy: keys }).matched.byteLength).toBeLessThan(20);
  expect(claimOf({ from: after('data/2024/'), to: after('data/2025'), matched: keys, toCopy: ['data/2024/new'] }).matched.byteLength).toBeLessThan(20);
  expect(claimOf({ from: after('data/2024/'), to: after('data/2025'), matched: keys.slice(500), toCopy: keys.slice(0, 500) }).matched.byteLength).toBeLessThan(3000);
});

test('no claims tell nothing', () => {
  expect(recoveryOf([])).toBeUndefined();
});
