/** What a range holds of the pages that wait for their commit. */
import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import type { ListedObject } from '../object-store/object-store.ts';
import type { Ledger } from './ledger/ledger.ts';
import type { ListedStore } from './testing/listed-store.ts';
import { LONG_AGO, MigrationSetting } from './testing/migration-setting.ts';

const PAGE = 20;
const keys = Array.from({ length: 1_000 }, (_, i) => `file-${String(i).padStart(4, '0')}`);
const sizes = Object.fromEntries(keys.map((key, i) => [key, i % 7]));

/** Everything is there already, and it takes `commitObjects` to make a commit. */
function nothingToDo(commitObjects: number): MigrationSetting {
  const setting = new MigrationSetting({
    source: { pageSize: PAGE }, destination: { pageSize: PAGE }, limits: { ranges: 1 },
    tuning: { commitObjects, windowObjects: 1_000, commitMs: 1_000_000_000 },
  }).fill(sizes);
  for (const [key, stored] of setting.source.memory.objects) setting.destination.memory.objects.set(key, { ...stored, lastModified: LONG_AGO + 1 });
  return setting;
}

/** Refers to each object that the store lists, and keeps none. */
function refersToListed(store: ListedStore): () => number {
  const list = store.list.bind(store);
  const listed: WeakRef<ListedObject>[] = [];
  store.list = async (query, signal) => {
    const page = await list(query, signal);
    listed.push(...page.objects.map((object) => new WeakRef(object)));
    return page;
  };
  return () => listed.filter((ref) => ref.deref() !== undefined).length;
}

test('objects that needed no copy are let go of long before their commit', async () => {
  setFlagsFromString('--expose-gc');
  const setting = nothingToDo(800);
  const alive = [refersToListed(setting.source), refersToListed(setting.destination)];
  const held: number[] = [];
  const ledger = setting.ledger.forWorker('worker');
  const watching: Ledger = {
    ...ledger,
    async commitPage(lease, commit) {
      await setImmediate();
      runInNewContext('gc()');
      held.push(...alive.map((count) => count()));
      await ledger.commitPage(lease, commit);
    },
  };
  await setting.run('worker', { ledger: watching });
  expect(await ledger.tally()).toMatchObject({ skipped: { objects: 1_000 } });
  // The page at hand and the next one of either side, and one that a call under way may still refer to.
  expect(Math.max(...held.slice(0, 2))).toBeLessThanOrEqual(3 * PAGE);
});

test('a split may take a part of a page whose objects were let go of', async () => {
  const setting = nothingToDo(500);
  const [owner, other] = [setting.ledger.forWorker('worker'), setting.ledger.forWorker('other')];
  let isSplit = false;
  const split: Ledger = {
    ...owner,
    async claimPage(lease, claim) {
      if (!isSplit) isSplit = await other.splitRange(lease.rangeId, 'file-0307');
      return owner.claimPage(lease, claim);
    },
  };
  await setting.run('worker', { ledger: split });
  expect(isSplit).toBe(true);
  const bytes = Object.values(sizes).reduce((sum, size) => sum + size, 0);
  expect(await owner.tally()).toEqual({ succeeded: { objects: 0, bytes: 0 }, skipped: { objects: 1_000, bytes }, failed: { objects: 0, bytes: 0 } });
  expect(setting.observed.outcomes).toEqual({ succeeded: 0, skipped: 1_000, failed: 0 });
  expect((await setting.segmentLines()).map(({ key }) => key)).toEqual(keys);
});
