import fc from 'fast-check';
import { expect, test } from 'vitest';
import { splitPoint, type KeyScope } from './split.ts';
import { contentOf, never } from './testing/migration-setting.ts';
import { listedStore, type ListedStore } from './testing/listed-store.ts';

function filled(keys: readonly string[]): ListedStore {
  const store = listedStore();
  for (const key of keys) store.memory.put(key, contentOf(key, 1));
  return store;
}

const key = fc.string({ unit: fc.constantFrom('a', 'b', 'z', '/', '0', '9', '\uffff', '\u{10000}', '\u{1f600}'), minLength: 1, maxLength: 5 });
const bytes = (text: string) => Buffer.from(text);
const before = (a: string, b: string) => bytes(a).compare(bytes(b)) < 0;

test('a split leaves keys on both sides and takes nothing that was claimed', async () => {
  await fc.assert(fc.asyncProperty(fc.uniqueArray(key, { maxLength: 20 }), fc.option(key, { nil: undefined }), fc.option(key, { nil: undefined }), fc.constantFrom('', 'a', 'b/'), async (keys, claimed, until, prefix) => {
    const scope: KeyScope = { kind: 'keys', prefix, ...(until === undefined ? {} : { until }) };
    const left = keys.filter((name) => name.startsWith(prefix) && (claimed === undefined || before(claimed, name)) && (until === undefined || !before(until, name)));
    const at = await splitPoint(filled(keys), scope, claimed === undefined ? { kind: 'start' } : { kind: 'after', key: claimed }, never);
    if (at === undefined) expect(left.length).toBeLessThan(2);
    else {
      expect(left.some((name) => !before(at, name))).toBe(true);
      expect(left.some((name) => before(at, name))).toBe(true);
      expect(at.isWellFormed()).toBe(true);
      expect(until === undefined || before(at, until)).toBe(true);
    }
  }), { numRuns: 500 });
});

test('splits one flat prefix near its middle with few listings', async () => {
  const keys = Array.from({ length: 10_000 }, (_, i) => `data/2024/07/event-${String(i).padStart(8, '0')}.json`);
  const store = filled(keys);
  const at = await splitPoint(store, { kind: 'keys', prefix: 'data/' }, { kind: 'after', key: keys[999] ?? '' }, never);
  const right = keys.filter((name) => at !== undefined && before(at, name)).length;
  expect(right).toBeGreaterThan(3_000);
  expect(right).toBeLessThan(7_000);
  expect(store.listings.length).toBeLessThan(20);
  expect(store.listings.every(({ limit }) => limit === 1)).toBe(true);
});
