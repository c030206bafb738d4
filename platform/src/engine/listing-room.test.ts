/** How the runs of one process share what they list. */
import { setTimeout } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Ledger } from './ledger/ledger.ts';
import { ListingRoom, type ListingShare } from './listing-room.ts';
import { LONG_AGO, MigrationSetting } from './testing/migration-setting.ts';

test('shares of all add up to the whole, and nobody has more than one more than another', () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 40 }), fc.array(fc.nat(), { maxLength: 20 }), (whole, leaving) => {
    const room = new ListingRoom();
    const all = Array.from({ length: 20 }, () => room.enter());
    for (const one of leaving) all.splice(one % all.length, 1)[0]?.leave();
    const parts = all.map((share) => share.of(whole));
    if (all.length > 0 && all.length <= whole) expect(parts.reduce((sum, part) => sum + part, 0)).toBe(whole);
    expect(Math.max(...parts) - Math.min(...parts)).toBeLessThanOrEqual(all.length === 0 ? NaN : 1);
  }), { numRuns: 200 });
});

const FOLDERS = 4;
const sizes = Object.fromEntries(Array.from({ length: 400 }, (_, i) => [`${i % FOLDERS}/file-${String(i).padStart(4, '0')}`, 1]));

/** Four ranges of many small pages, all of which is there already. */
function nothingToDo(listingRoom: ListingRoom): MigrationSetting {
  const setting = new MigrationSetting({
    source: { pageSize: 2 }, destination: { pageSize: 2 }, limits: { ranges: FOLDERS }, tuning: { heartbeatMs: 1 }, listingRoom,
    plan: { selection: { kind: 'prefixes', prefixes: Array.from({ length: FOLDERS }, (_, i) => `${i}/`) } },
  }).fill(sizes);
  for (const [key, stored] of setting.source.memory.objects) setting.destination.memory.objects.set(key, { ...stored, lastModified: LONG_AGO + 1 });
  return setting;
}

interface Leases {
  readonly held: Set<string>;
  /** Most that were held at once. */
  most: number;
  readonly ledger: Ledger;
}

/** Which ranges a worker has. */
function watched(setting: MigrationSetting, onClaim: () => void): Leases {
  const ledger = setting.ledger.forWorker('worker');
  const held = new Set<string>();
  const leases: Leases = {
    held,
    most: 0,
    ledger: {
      ...ledger,
      async claimRange() {
        const lease = await ledger.claimRange();
        if (lease !== undefined) held.add(lease.rangeId);
        leases.most = Math.max(leases.most, held.size);
        onClaim();
        return lease;
      },
      async releaseRange(lease) {
        await ledger.releaseRange(lease);
        held.delete(lease.rangeId);
      },
      async commitPage(lease, commit) {
        await ledger.commitPage(lease, commit);
        if (commit.done) held.delete(lease.rangeId);
      },
    },
  };
  return leases;
}

test('a run gives ranges back when another one begins, takes them again when it is over, and loses nothing', async () => {
  const room = new ListingRoom();
  const setting = nothingToDo(room);
  let other: ListingShare | undefined;
  let otherIsOver = false;
  let again = 0;
  const leases = watched(setting, () => {
    if (otherIsOver) again = Math.max(again, leases.held.size);
    else if (leases.held.size === FOLDERS) other ??= room.enter();
  });
  setting.source.beforeList = async () => {
    await setTimeout(1);
    if (other === undefined || leases.held.size > FOLDERS / 2) return;
    other.leave();
    otherIsOver = true;
  };
  expect(await setting.run('worker', { ledger: leases.ledger })).toEqual({ kind: 'finished' });
  expect(again).toBe(FOLDERS);
  expect(await leases.ledger.tally()).toMatchObject({ skipped: { objects: 400 }, failed: { objects: 0 } });
  expect((await setting.segmentLines()).map(({ key }) => key).sort()).toEqual(Object.keys(sizes).sort());
});

test('two runs that share a room work on no more ranges than one alone, and both end', async () => {
  const room = new ListingRoom();
  const settings = [nothingToDo(room), nothingToDo(room)];
  const leases = settings.map((setting) => watched(setting, () => {}));
  const ends = await Promise.all(settings.map((setting, i) => setting.run('worker', { ledger: leases[i]?.ledger ?? setting.ledger.forWorker('worker') })));
  expect(ends).toEqual([{ kind: 'finished' }, { kind: 'finished' }]);
  for (const [i, setting] of settings.entries()) {
    expect(leases[i]?.most).toBe(FOLDERS / 2);
    expect(new Set((await setting.segmentLines()).map(({ key }) => key)).size).toBe(400);
  }
});
