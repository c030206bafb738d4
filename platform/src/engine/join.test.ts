import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Joiner } from './join.ts';
import type { RangeScope } from './ledger/ledger.ts';
import { KeyPages } from './listing/key-pages.ts';
import { justBefore } from './listing/destination-walk.ts';
import { RunFailure } from './patience.ts';
import { contentOf, LONG_AGO, never } from './testing/migration-setting.ts';
import { listedStore, type ListedStore, type ListedStoreOptions } from './testing/listed-store.ts';
import { quickClock } from './testing/quick-clock.ts';
import { basicPlan } from './transfer/testing/setting.ts';
import type { MigrationPlan } from './plan.ts';

const clock = quickClock();
const key = fc.string({ unit: fc.constantFrom('a', 'b', '/', ' ', '\ud7ff', '\ue000', '\uffff', '\u{10000}', '\u{1f600}'), minLength: 1, maxLength: 4 });

function filled(keys: readonly string[], options: ListedStoreOptions, prefix = ''): ListedStore {
  const store = listedStore(options);
  for (const name of keys) store.memory.put(prefix + name, contentOf(name, 3), { lastModified: LONG_AGO });
  return store;
}

/** Source key → whether it met its destination, over all pages of the range. */
async function joinAll(source: ListedStore, destination: ListedStore, scope: RangeScope & { readonly kind: 'keys' }, plan: Partial<MigrationPlan> = {}): Promise<ReadonlyMap<string, boolean>> {
  const pages = new KeyPages(source, clock, scope, { kind: 'start' });
  const joiner = new Joiner({ source, destination, plan: { ...basicPlan, ...plan }, clock }, scope, { kind: 'start' });
  const met = new Map<string, boolean>();
  for (let last = false; !last; ) {
    const page = await pages.next(never);
    const { sources, destinations } = await joiner.join(page, never);
    for (const [index, object] of sources.entries()) met.set(object.key, destinations[index]?.key === (plan.savePrefix ?? '') + object.key);
    last = page.last;
  }
  return met;
}

describe('a join', () => {
  const pageSize = fc.integer({ min: 1, max: 5 });
  const keys = fc.uniqueArray(key, { maxLength: 30 });
  const order = fc.constantFrom('bytes' as const, 'opaque' as const);
  const savePrefix = fc.constantFrom('', 'x', '\u{1f600}/');

  test('finds for each source key what the destination has, whatever is around it', async () => {
    await fc.assert(fc.asyncProperty(keys, keys, savePrefix, pageSize, pageSize, order, async (here, there, prefix, sourcePage, destinationPage, listOrder) => {
      const destination = filled(there, { pageSize: destinationPage, traits: { listOrder } }, prefix);
      destination.memory.put('somewhere else', contentOf('else', 1));
      const met = await joinAll(filled(here, { pageSize: sourcePage }), destination, { kind: 'keys', prefix: '' }, { savePrefix: prefix });
      expect(met).toEqual(new Map([...met.keys()].map((name) => [name, there.includes(name)])));
      expect([...met.keys()].sort()).toEqual([...here].sort());
    }));
  });

  test('keeps to the interval of its range', async () => {
    await fc.assert(fc.asyncProperty(keys, fc.option(key, { nil: undefined }), fc.option(key, { nil: undefined }), pageSize, async (here, after, until, size) => {
      const scope = { kind: 'keys' as const, prefix: '', ...(after === undefined ? {} : { after }), ...(until === undefined ? {} : { until }) };
      const met = await joinAll(filled(here, { pageSize: size }), filled(here, { pageSize: size }), scope);
      const bytes = (text: string) => Buffer.from(text);
      const inside = here.filter((name) => (after === undefined || bytes(name).compare(bytes(after)) > 0) && (until === undefined || bytes(name).compare(bytes(until)) <= 0));
      expect(met).toEqual(new Map(inside.sort((a, b) => bytes(a).compare(bytes(b))).map((name) => [name, true])));
    }));
  });

  test('leaps over what only the destination has', async () => {
    const many = Array.from({ length: 5_000 }, (_, i) => `m${String(i).padStart(5, '0')}`);
    const destination = filled([...many, 'z'], { pageSize: 10 });
    expect(await joinAll(filled(['a', 'm04000', 'z'], {}), destination, { kind: 'keys', prefix: '' })).toEqual(new Map([['a', false], ['m04000', true], ['z', true]]));
    expect(destination.listings.length).toBeLessThan(8);
  });

  test('does not ask a destination whose objects are overwritten anyway', async () => {
    const destination = filled(['a'], {});
    await joinAll(filled(['a', 'b'], {}), destination, { kind: 'keys', prefix: '' }, { overwrite: 'always' });
    expect([destination.listings, destination.memory.calls]).toEqual([[], []]);
  });

  test.each(['source', 'destination'] as const)('refuses a %s that lists out of order', async (side) => {
    const stores = { source: filled(['a', 'b', 'c'], {}), destination: filled(['a', 'b', 'c'], {}) };
    const list = stores[side].list.bind(stores[side]);
    const disordered: ListedStore = { ...stores[side], list: async (query, signal) => ({ ...(await list(query, signal)), objects: [...(await list(query, signal)).objects].reverse() }) };
    const joining = joinAll(side === 'source' ? disordered : stores.source, side === 'destination' ? disordered : stores.destination, { kind: 'keys', prefix: '' });
    await expect(joining).rejects.toThrow(RunFailure);
    await expect(joining).rejects.toMatchObject({ side, failure: { kind: 'protocol' } });
  });

  test('looks at checksums only where they decide', async () => {
    const crc64 = (bytes: Uint8Array) => String(bytes.byteLength);
    const source = filled(['changed', 'new', 'same', 'sized'], { crc64 });
    const destination = filled(['changed', 'same', 'sized'], { crc64 });
    destination.memory.put('sized', contentOf('sized', 4));
    const pages = new KeyPages(source, clock, { kind: 'keys', prefix: '' }, { kind: 'start' });
    const joiner = new Joiner({ source, destination, plan: { ...basicPlan, overwrite: 'crc64' }, clock }, { kind: 'keys', prefix: '' }, { kind: 'start' });
    await joiner.join(await pages.next(never), never);
    expect(source.memory.calls.map((call) => call.key).sort()).toEqual(['changed', 'same']);
    expect(destination.memory.calls.map((call) => call.key).sort()).toEqual(['changed', 'same']);
  });
});

test('the point before a key leaves next to nothing in between', () => {
  fc.assert(fc.property(key, (name) => {
    expect(Buffer.from(justBefore(name)).compare(Buffer.from(name))).toBe(-1);
    expect(justBefore(name).isWellFormed()).toBe(true);
  }));
});
