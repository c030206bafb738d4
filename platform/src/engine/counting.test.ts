import { expect, test } from 'vitest';
import { countAhead, settleTotals } from './counting.ts';
import { NO_TALLY } from './ledger/counts.ts';
import { MemoryLedger } from './ledger/memory-ledger.ts';
import type { Selection } from './plan.ts';
import { listedStore } from './testing/listed-store.ts';
import { contentOf, never } from './testing/migration-setting.ts';
import { quickClock } from './testing/quick-clock.ts';

const clock = quickClock();

function filled(keys: readonly string[], pageSize = 2) {
  const source = listedStore({ pageSize });
  for (const key of keys) source.memory.put(key, contentOf(key, 10));
  return source;
}

test.each<{ selection: Selection; objects: number; bytes: number }>([
  { selection: { kind: 'prefixes', prefixes: [''] }, objects: 6, bytes: 60 },
  { selection: { kind: 'prefixes', prefixes: ['b', 'a', 'a/'] }, objects: 5, bytes: 50 },
  { selection: { kind: 'names', names: ['a/', 'a/1', 'c', 'missing'] }, objects: 5, bytes: 40 },
  { selection: { kind: 'interval', prefix: 'a/', after: 'a/1', until: 'a/3' }, objects: 2, bytes: 20 },
  { selection: { kind: 'interval', prefix: '', after: 'a/1', until: 'a/2x' }, objects: 1, bytes: 10 },
  { selection: { kind: 'interval', prefix: '', after: 'b' }, objects: 3, bytes: 30 },
  { selection: { kind: 'interval', prefix: '', until: 'b1' }, objects: 4, bytes: 40 },
])('counts $selection', async ({ selection, objects, bytes }) => {
  const source = filled(['a/1', 'a/2', 'a/3', 'b1', 'b2', 'c', 'oms/t/manifest.haulier.json']);
  const ledger = new MemoryLedger({ now: () => clock.now() }).forWorker('w');
  await countAhead({ source, selection, ledger, clock }, never);
  expect(await ledger.counting()).toMatchObject({ done: true, found: { objects, bytes } });
});

test('goes on where the furthest worker was', async () => {
  const keys = Array.from({ length: 40 }, (_, i) => `k${String(i).padStart(2, '0')}`);
  const source = filled(keys);
  const ledger = new MemoryLedger({ now: () => clock.now() }).forWorker('w');
  const stop = new AbortController();
  source.beforeList = async (query) => {
    await clock.sleep(2_500, never);
    if (query.from.kind === 'after' && query.from.key > 'k20') {
      stop.abort();
      stop.signal.throwIfAborted();
    }
  };
  await expect(countAhead({ source, selection: { kind: 'prefixes', prefixes: [''] }, ledger, clock }, stop.signal)).rejects.toThrow();
  const halfWay = await ledger.counting();
  expect(halfWay.done).toBe(false);
  expect(halfWay.found.objects).toBeGreaterThan(10);
  source.beforeList = undefined;
  const before = source.listings.length;
  await countAhead({ source, selection: { kind: 'prefixes', prefixes: [''] }, ledger, clock }, never);
  expect(await ledger.counting()).toMatchObject({ done: true, found: { objects: 40, bytes: 400 } });
  expect(source.listings.length - before).toBeLessThan(15);
});

test('does not count ahead what a list names', async () => {
  const ledger = new MemoryLedger({ now: () => clock.now() }).forWorker('w');
  await countAhead({ source: filled(['a']), selection: { kind: 'list-file', bucket: 'b', key: 'k' }, ledger, clock }, never);
  expect((await ledger.counting()).done).toBe(false);
});

test('totals are those of the columns and of the items that are in none', async () => {
  const ledger = new MemoryLedger({ now: () => clock.now() }).forWorker('w');
  await ledger.seed([{ kind: 'keys', prefix: '' }]);
  expect(await settleTotals(ledger)).toBe(false);
  const lease = await ledger.claimRange();
  if (lease === undefined) throw new Error('there is a range');
  const item = { kind: 'large' as const, object: { key: 'l', size: 500, lastModified: 1 }, destinationKey: 'l', notBefore: 0, attempts: 0 };
  await ledger.commitPage(lease, { cursor: { kind: 'start' }, done: true, tally: { ...NO_TALLY, succeeded: { objects: 2, bytes: 20 }, skipped: { objects: 1, bytes: 3 } }, failures: [], items: [item], segment: undefined });
  expect(await settleTotals(ledger)).toBe(true);
  expect(await ledger.counting()).toMatchObject({ done: true, found: { objects: 4, bytes: 523 } });
});
