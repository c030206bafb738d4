import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { insertStartedLedger } from '@haulier/platform/database/ledger/started-ledger.ts';
import { PgLedgerAdmin } from '@haulier/platform/database/ledger/pg-ledger-admin.ts';
import { FencedError } from '@haulier/platform/engine/ledger/ledger.ts';
import type { Ledger, UploadRecord } from '@haulier/platform/engine/ledger/ledger.ts';
import { after, claimedItem, claimedRange, commitTo, failedObject, newItem, tallyOf, wholeBucket } from '@haulier/platform/engine/ledger/contract/samples.ts';
import type { TaskId } from '@haulier/platform/object-migration/task.ts';
import { newTaskId } from './ledger-samples.ts';
import { createTestDatabase } from './test-database.ts';
import type { TestDatabase } from './test-database.ts';

const open: UploadRecord = { state: 'open', sourceEtag: 'e', size: 50, partBytes: 10, uploadId: 'u-1' };
const allDay = (bytesPerSecond: number) => [{ startMinute: 0, endMinute: 1439, bytesPerSecond }];

let database: TestDatabase;
let admin: PgLedgerAdmin;
let taskId: TaskId;

beforeAll(async () => { database = await createTestDatabase(); });
afterAll(() => database.drop());
beforeEach(async () => {
  taskId = newTaskId();
  admin = new PgLedgerAdmin({ db: database.db, zone: 'UTC', largeFrom: 100 });
  await admin.create(taskId);
  await admin.beginRun(taskId, { failedOnly: false });
  await admin.setDesired(taskId, 'run');
});

describe('a run', () => {
  test('that begins from nothing drops what was left, but not uploads', async () => {
    const ledger = admin.ledgerFor(taskId, 'a');
    const lease = await runHalfWay(ledger);
    await ledger.recordCounting({ position: 'p', found: { objects: 3, bytes: 30 }, done: true });
    await admin.beginRun(taskId, { failedOnly: false });

    const fresh = admin.ledgerFor(taskId, 'b');
    expect(await fresh.isSeeded()).toBe(false);
    expect(await fresh.tally()).toEqual(tallyOf({}));
    expect(await fresh.counting()).toEqual({ position: undefined, found: { objects: 0, bytes: 0 }, done: false });
    expect(await fresh.remaining()).toMatchObject({ openRanges: 0, openItems: 0 });
    expect(await fresh.failures(undefined, 10)).toEqual([]);
    expect(await fresh.abandonedUploads(10)).toMatchObject([{ destinationKey: 'to/large', uploadId: 'u-1' }]);
    await expect(ledger.commitPage(lease, commitTo(after('z')))).rejects.toThrow(FencedError);
  });

  test('is not disturbed by a worker of the one before', async () => {
    const old = admin.ledgerFor(taskId, 'old');
    expect(await old.heartbeat()).toEqual({ desired: 'run', bandwidth: undefined });
    await admin.beginRun(taskId, { failedOnly: false });
    await old.recordCounting({ position: undefined, found: { objects: 9, bytes: 9 }, done: true });
    expect(await admin.ledgerFor(taskId, 'new').counting()).toMatchObject({ done: false });
    expect(await old.heartbeat()).toMatchObject({ desired: 'pause' });
  });

  test('of the failed ones keeps counters and goes on with what is open', async () => {
    const ledger = admin.ledgerFor(taskId, 'a');
    const lease = await runHalfWay(ledger);
    await admin.endWorker(taskId, 'a');
    await admin.beginRun(taskId, { failedOnly: true });

    const retry = admin.ledgerFor(taskId, 'b');
    expect(await retry.tally()).toEqual(tallyOf({ succeeded: [2, 14], failed: [2, 207] }));
    expect(await retry.failures(undefined, 10)).toHaveLength(2);
    expect(await claimedRange(retry)).toMatchObject({ rangeId: lease.rangeId, cursor: after('m') });
    const claimed = [await claimedItem(retry), await claimedItem(retry), await claimedItem(retry)];
    expect(claimed.map(({ object, kind, counted }) => [object.key, kind, counted]).sort()).toEqual([
      ['big', 'large', 'as-failed'], ['large', 'large', 'not-yet'], ['small', 'again', 'as-failed'],
    ]);
  });

  test('of the failed ones that broke off is begun again without doubling an item', async () => {
    const ledger = admin.ledgerFor(taskId, 'a');
    await runHalfWay(ledger);
    await admin.beginRun(taskId, { failedOnly: true });
    await admin.beginRun(taskId, { failedOnly: true });
    expect((await ledger.remaining()).openItems).toBe(3);
  });

  test.each([{ failedOnly: false, run: 2 }, { failedOnly: true, run: 1 }])('of one number begins once: %o', async ({ failedOnly, run }) => {
    await Promise.all([1, 2, 3].map(() => admin.beginRun(taskId, { failedOnly, number: 2 })));
    await admin.beginRun(taskId, { failedOnly, number: 2 });
    expect((await admin.readTally([taskId])).get(taskId)?.run).toBe(run);
    await admin.beginRun(taskId, { failedOnly: false, number: 3 });
    expect((await admin.readTally([taskId])).get(taskId)?.run).toBe(run + 1);
  });
});

describe('a reading', () => {
  test('tells everything at once, of all tasks asked for', async () => {
    const ledger = admin.ledgerFor(taskId, 'a');
    const lease = await runHalfWay(ledger);
    await admin.reportSpeed(taskId, 'a', 1_000.4);
    const unknown = newTaskId();
    const readings = await admin.readTally([taskId, unknown]);
    expect([...readings.keys()]).toEqual([taskId]);
    expect(readings.get(taskId)).toEqual({
      run: 1, starts: 1, desired: 'run', listed: false, liveWorkers: 1, speed: 1_000,
      tally: tallyOf({ succeeded: [2, 14], failed: [2, 207] }),
      pending: { objects: 1, bytes: 7 },
      counting: { position: undefined, found: { objects: 0, bytes: 0 }, done: false },
    });
    await ledger.commitPage(lease, commitTo(after('z'), { done: true }));
    await admin.endWorker(taskId, 'a');
    expect((await admin.readTally([taskId])).get(taskId)).toMatchObject({ listed: true, liveWorkers: 0, speed: 0 });
  });

  test('of no tasks is empty', async () => {
    expect(await admin.readTally([])).toEqual(new Map());
  });
});

describe('a worker', () => {
  test('that ends gives up what it holds at once', async () => {
    const ledger = admin.ledgerFor(taskId, 'a');
    const lease = await runHalfWay(ledger);
    await claimedItem(ledger);
    expect(await admin.liveWorkers(taskId)).toBe(1);
    await admin.endWorker(taskId, 'a');
    expect(await admin.liveWorkers(taskId)).toBe(0);
    const next = admin.ledgerFor(taskId, 'b');
    expect((await claimedRange(next)).rangeId).toBe(lease.rangeId);
    expect(await claimedItem(next)).toMatchObject({ reclaimed: true });
    await expect(ledger.releaseRange(lease)).rejects.toThrow(FencedError);
  });

  test('that is silent loses what it holds when its lease ends', async () => {
    const brief = new PgLedgerAdmin({ db: database.db, zone: 'UTC', largeFrom: 100, leaseMs: 10 });
    const silent = brief.ledgerFor(taskId, 'silent');
    await silent.seed([wholeBucket]);
    const lost = await claimedRange(silent);
    await sleep(20);
    expect(await brief.liveWorkers(taskId)).toBe(0);
    expect((await claimedRange(admin.ledgerFor(taskId, 'other'))).rangeId).toBe(lost.rangeId);
  });

  test('that has heartbeats keeps what it holds', async () => {
    const ledger = admin.ledgerFor(taskId, 'a');
    await ledger.seed([wholeBucket]);
    const kept = await claimedRange(ledger);
    await sql`update ledger_worker set lease_until = now() + interval '1 millisecond' where task_id = ${taskId}`.execute(database.db);
    await ledger.heartbeat();
    await sleep(20);
    expect(await admin.ledgerFor(taskId, 'other').claimRange()).toBeUndefined();
    await ledger.commitPage(kept, commitTo(after('z'), { done: true }));
  });

  test('reads its orders', async () => {
    const ledger = admin.ledgerFor(taskId, 'a');
    await admin.setDesired(taskId, 'pause');
    expect(await ledger.heartbeat()).toEqual({ desired: 'pause', bandwidth: undefined });
    await admin.setDesired(taskId, 'run');
    expect(await ledger.heartbeat()).toEqual({ desired: 'run', bandwidth: undefined });
    await admin.drop(taskId);
    expect(await ledger.heartbeat()).toMatchObject({ desired: 'pause' });
  });
});

describe('the bandwidth of a pool', () => {
  const shareOf = async (ledger: Ledger) => (await ledger.heartbeat()).bandwidth;
  const windows = allDay(4_000_000);

  async function member(pool: string): Promise<TaskId> {
    const id = newTaskId();
    await insertStartedLedger(database.db, { taskId: id, bandwidth: windows, found: undefined, pool });
    return id;
  }

  test('is shared by the workers of all its tasks, and by nobody else', async () => {
    const [one, two, other] = [await member('g1'), await member('g1'), await member('g2')];
    const [a, b, c] = [admin.ledgerFor(one, 'a'), admin.ledgerFor(two, 'b'), admin.ledgerFor(other, 'c')];
    expect(await shareOf(a)).toBe(4_000_000);
    expect(await shareOf(c)).toBe(4_000_000);
    expect(await shareOf(b), 'nothing is free before the other has confirmed').toBe(0);
    expect(await shareOf(a)).toBe(2_000_000);
    expect(await shareOf(b)).toBe(0);
    expect(await shareOf(a)).toBe(2_000_000);
    expect(await shareOf(b)).toBe(2_000_000);
    await admin.endWorker(one, 'a');
    expect(await shareOf(b)).toBe(4_000_000);
  });

  test('is never exceeded, however many workers beat at once', async () => {
    const ledgers = await Promise.all(Array.from({ length: 6 }, async (_, index) => admin.ledgerFor(await member('g3'), `w${index}`)));
    for (let round = 0; round < 8; round++) {
      await Promise.all(ledgers.map(shareOf));
      const { rows: [row] } = await sql<{ sum: number }>`
        select coalesce(sum(in_use), 0)::bigint as sum from ledger_worker w join ledger_state s using (task_id) where s.bandwidth_pool = 'g3'
      `.execute(database.db);
      expect(row?.sum).toBeLessThanOrEqual(4_000_000);
    }
    for (const ledger of ledgers) expect(await shareOf(ledger)).toBe(Math.floor(4_000_000 / 6));
  });

  test('does not hold for a task with windows of its own', async () => {
    const [one, two] = [await member('g4'), await member('g4')];
    const [a, b] = [admin.ledgerFor(one, 'a'), admin.ledgerFor(two, 'b')];
    expect(await shareOf(a)).toBe(4_000_000);
    await admin.setBandwidth(two, allDay(1_048_576));
    expect(await shareOf(b)).toBe(1_048_576);
    expect(await shareOf(a)).toBe(4_000_000);
  });
});

describe('bandwidth', () => {
  const shareOf = async (ledger: Ledger) => (await ledger.heartbeat()).bandwidth;

  test('is shared without ever passing the limit', async () => {
    await admin.setBandwidth(taskId, allDay(1_000));
    const [a, b] = [admin.ledgerFor(taskId, 'a'), admin.ledgerFor(taskId, 'b')];
    expect(await shareOf(a)).toBe(1_000);
    expect(await shareOf(b)).toBe(0);
    expect(await shareOf(b)).toBe(0);
    expect(await shareOf(a)).toBe(500);
    expect(await shareOf(b)).toBe(0);
    expect(await shareOf(a)).toBe(500);
    expect(await shareOf(b)).toBe(500);
  });

  test('of a dead worker goes to the others when its lease ends', async () => {
    await admin.setBandwidth(taskId, allDay(1_000));
    const [a, b] = [admin.ledgerFor(taskId, 'a'), admin.ledgerFor(taskId, 'b')];
    for (const ledger of [a, b, a, a, b]) await ledger.heartbeat();
    expect(await shareOf(b)).toBe(500);
    await sql`update ledger_worker set lease_until = now() where task_id = ${taskId} and worker_id = 'a'`.execute(database.db);
    expect(await shareOf(b)).toBe(1_000);
  });

  test('follows its windows while the task runs', async () => {
    const ledger = admin.ledgerFor(taskId, 'a');
    expect(await shareOf(ledger)).toBeUndefined();
    await admin.setBandwidth(taskId, allDay(700));
    expect(await shareOf(ledger)).toBe(700);
    await admin.setBandwidth(taskId, []);
    expect(await shareOf(ledger)).toBeUndefined();
  });

  test('hangs on the wall clock of the zone', async () => {
    const windows = [{ startMinute: 0, endMinute: 719, bytesPerSecond: 5 }, { startMinute: 720, endMinute: 1439, bytesPerSecond: 9 }];
    await admin.setBandwidth(taskId, windows);
    const shares = new Set<number | undefined>();
    for (const zone of ['Etc/GMT-6', 'Etc/GMT+6']) {
      const local = new PgLedgerAdmin({ db: database.db, zone, largeFrom: 100 });
      shares.add(await shareOf(local.ledgerFor(taskId, zone)));
      await local.endWorker(taskId, zone);
    }
    expect(shares).toEqual(new Set([5, 9]));
  });
});

describe('a task that is dropped', () => {
  test('leaves only uploads for the janitor', async () => {
    await runHalfWay(admin.ledgerFor(taskId, 'a'));
    expect(await admin.hasAbandonedUploads(taskId)).toBe(false);
    await admin.drop(taskId);
    expect((await admin.readTally([taskId])).size).toBe(0);
    expect(await admin.hasAbandonedUploads(taskId)).toBe(true);
    const janitor = admin.ledgerFor(taskId, 'janitor');
    for (const { id } of await janitor.abandonedUploads(10)) await janitor.forgetUpload(id);
    expect(await admin.hasAbandonedUploads(taskId)).toBe(false);
    const tables = ['ledger_state', 'ledger_worker', 'ledger_range', 'ledger_item', 'ledger_failure', 'ledger_segment'];
    for (const table of tables) {
      const { rows } = await sql`select from ${sql.table(table)} where task_id = ${taskId}`.execute(database.db);
      expect([table, rows.length]).toEqual([table, 0]);
    }
  });

  test('may be created again', async () => {
    await admin.drop(taskId);
    await admin.create(taskId);
    await admin.create(taskId);
    expect((await admin.readTally([taskId])).get(taskId)).toMatchObject({ run: 0, desired: 'pause' });
  });
});

test('open uploads are left to the janitor when nothing goes on with them', async () => {
  const ledger = admin.ledgerFor(taskId, 'a');
  await runHalfWay(ledger);
  await admin.abandonOpenUploads(taskId);
  await admin.abandonOpenUploads(taskId);
  expect(await ledger.abandonedUploads(10)).toMatchObject([{ uploadId: 'u-1' }]);
  expect((await claimedItem(ledger, 'large')).upload).toBeUndefined();
});

test('keys and words of any kind are kept', async () => {
  const key = 'nul\0 \u{1f600} \ufffe \n "quoted" \\ {}';
  const long = `long/${'\u{10348}'.repeat(1_500)}`;
  const ledger = admin.ledgerFor(taskId, 'a');
  await ledger.seed([{ kind: 'keys', prefix: 'nul\0', after: key, until: `${key}\0` }, { kind: 'names', names: [key, ''] }]);
  const lease = await claimedRange(ledger);
  expect(lease.scope).toEqual({ kind: 'keys', prefix: 'nul\0', after: key, until: `${key}\0` });
  const failures = [failedObject(key, { destinationKey: key, reason: `at ${key}`, etag: key }), failedObject(long, { destinationKey: long }), failedObject(`${long}2`, { destinationKey: `${long}2` })];
  await ledger.commitPage(lease, commitTo(after(key), { failures, items: [newItem(key, { destinationKey: key, notBefore: 0 })] }));
  expect(await ledger.failures(undefined, 10)).toEqual([failures[1], failures[2], failures[0]]);
  expect(await ledger.failures(long, 1)).toEqual([failures[2]]);
  expect(await claimedItem(ledger)).toMatchObject({ destinationKey: key, object: { key } });
  await ledger.recordCounting({ position: key, found: { objects: 0, bytes: 0 }, done: false });
  expect((await ledger.counting()).position).toBe(key);
});

/** Two objects done, a small and a big one failed, one large item with an open upload, the rest of the bucket ahead. */
async function runHalfWay(ledger: Ledger) {
  await ledger.seed([wholeBucket]);
  const lease = await claimedRange(ledger);
  await ledger.commitPage(lease, commitTo(after('m'), {
    tally: tallyOf({ succeeded: [2, 14], failed: [2, 207] }),
    failures: [failedObject('small'), failedObject('big', { size: 200 })],
    items: [newItem('large')],
    segment: { key: 'oms/s/1', sha256: 'ab', lines: 4 },
  }));
  const item = await claimedItem(ledger);
  await ledger.recordUpload(item, open);
  await ledger.releaseItem(item);
  return lease;
}
