/** Accepted events and their leases in a real PostgreSQL. */
import { randomUUID } from 'node:crypto';
import { createPgSyncTaskRepository } from '@haulier/platform/database/sync/pg-sync-task-repository.ts';
import { createPgSyncWork } from '@haulier/platform/database/sync/pg-sync-work.ts';
import type { Database } from '@haulier/platform/database/schema.ts';
import { FencedError } from '@haulier/platform/engine/ledger/ledger.ts';
import { syncTaskId } from '@haulier/platform/object-migration/sync/sync-task-id.ts';
import type { SyncCounts, SyncTaskId } from '@haulier/platform/object-migration/sync/sync-task.ts';
import type { SyncTaskRepository } from '@haulier/platform/object-migration/sync/sync-task-repository.ts';
import type { SyncLease, SyncOutcome, SyncWork } from '@haulier/platform/object-migration/sync/sync-work.ts';
import fc from 'fast-check';
import { sql, type Kysely } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../database/test-database.ts';
import { projectId } from '../worker/tasks.ts';

const project = projectId('p1');
const running = ['synchronizing'] as const;
const leaseMs = 60_000;
const ever = { from: 0, to: Number.MAX_SAFE_INTEGER };

let database: TestDatabase;
let db: Kysely<Database>;
let tasks: SyncTaskRepository;
let work: SyncWork;
let id: SyncTaskId;

beforeAll(async () => {
  database = await createTestDatabase();
  ({ db } = database);
  tasks = createPgSyncTaskRepository(db);
  work = createPgSyncWork(db);
});

afterAll(() => database.drop());

async function newTask(limit = 1_000_000): Promise<SyncTaskId | undefined> {
  const made = syncTaskId(randomUUID());
  const inserted = await tasks.insert({
    id: made, project, description: 'with a NUL \0', sealedCredentials: new Uint8Array([1]),
    source: { cloud: 'Local', region: 'here', bucket: 'source', appId: undefined }, destination: { region: 'here', bucket: 'destination' },
    options: { check: 'size-and-time', carryMetadata: false, enableKms: false, enableRestore: false, storagePolicy: 'STANDARD' },
  }, limit);
  return inserted ? made : undefined;
}

beforeEach(async () => {
  await sql`truncate sync_task cascade`.execute(db);
  id = await newTask() ?? id;
});

async function claimOne(): Promise<SyncLease> {
  const [lease] = await work.claim(id, 1, leaseMs);
  if (lease === undefined) throw new Error('nothing to claim');
  return lease;
}

const counts = async () => {
  const { requests, successes, failures, skips, bytes } = await tasks.total(id, ever);
  return [requests, successes, failures, skips, bytes];
};
const endLeases = () => sql`update sync_event set lease_until = clock_timestamp() - interval '1 second' where lease_until is not null`.execute(db);

describe('accepting', () => {
  it('keeps an event for each key and counts each name', async () => {
    expect(await tasks.accept(id, ['a', 'b', 'a', 'nul\0', 'x'.repeat(4000)], running)).toBe(true);
    expect(await tasks.accept(id, ['a'], running)).toBe(true);
    expect(await counts()).toEqual([6, 0, 0, 0, 0]);
    expect((await work.claim(id, 10, leaseMs)).map(({ key }) => key).sort()).toEqual(['a', 'b', 'nul\0', 'x'.repeat(4000)]);
    expect(await work.backlog()).toMatchObject({ events: 4 });
  });

  it('takes thousands at once, from many at once', async () => {
    const keys = Array.from({ length: 2500 }, (_, index) => `key-${index}`);
    await Promise.all([tasks.accept(id, keys, running), tasks.accept(id, keys.toReversed(), running), tasks.accept(id, keys, running)]);
    expect(await counts()).toEqual([7500, 0, 0, 0, 0]);
    expect(await work.backlog()).toMatchObject({ events: 2500 });
  });

  it('refuses whole in another state, and after a deletion', async () => {
    expect(await tasks.accept(id, ['a'], ['stopped'])).toBe(false);
    await tasks.move(id, 'synchronizing', 'stopped');
    expect(await tasks.accept(id, ['a'], running)).toBe(false);
    expect(await tasks.accept(id, ['a'], ['stopped', 'synchronizing'])).toBe(true);
    expect(await work.tasksWithWork()).toEqual([]);
    expect(await work.claim(id, 1, leaseMs)).toEqual([]);
    expect(await tasks.remove(id, 'stopped')).toBe(true);
    expect(await tasks.accept(id, ['b'], ['stopped', 'synchronizing'])).toBe(false);
    expect((await sql`select from sync_event`.execute(db)).rows).toEqual([]);
  });
});

describe('a lease', () => {
  it('is of one worker, until it ends', async () => {
    await tasks.accept(id, ['a'], running);
    const first = await claimOne();
    expect(await work.claim(id, 1, leaseMs)).toEqual([]);
    expect(await work.extend([first], leaseMs)).toEqual([first]);
    await endLeases();
    const second = await claimOne();
    expect(await work.extend([first, second], leaseMs)).toEqual([second]);
    const upload = { state: 'intended', sourceEtag: 'e', size: 1, partBytes: 1 } as const;
    const writes = [() => work.begin(first), () => work.settle(first, { kind: 'failed' }), () => work.putOff(first, 1), () => work.release(first), () => work.abandonUpload(first), () => work.recordUpload(first, upload)];
    for (const write of writes) await expect(write()).rejects.toBeInstanceOf(FencedError);
    await work.settle(second, { kind: 'skipped' });
    await expect(work.settle(second, { kind: 'skipped' })).rejects.toBeInstanceOf(FencedError);
    expect(await counts()).toEqual([1, 0, 0, 1, 0]);
  });

  it('of one of many who claim at once', async () => {
    await tasks.accept(id, Array.from({ length: 40 }, (_, index) => `key-${index}`), running);
    const claimed = (await Promise.all(Array.from({ length: 10 }, () => work.claim(id, 8, leaseMs)))).flat();
    const rest = await work.claim(id, 100, leaseMs);
    expect([...claimed, ...rest].map(({ key }) => key).sort()).toEqual(Array.from({ length: 40 }, (_, index) => `key-${index}`).sort());
  });

  it('remembers what was begun and uploaded, over a crash and over a try again', async () => {
    await tasks.accept(id, ['a'], running);
    const first = await claimOne();
    await work.begin(first);
    const upload = { state: 'open', sourceEtag: undefined, size: 9, partBytes: 5, uploadId: 'u' } as const;
    await work.recordUpload(first, upload);
    await endLeases();
    const second = await claimOne();
    expect(second).toMatchObject({ begun: true, upload, attempts: 0 });
    await work.putOff(second, 0);
    const third = await claimOne();
    expect(third).toMatchObject({ begun: true, upload, attempts: 1 });
    await work.abandonUpload(third);
    const [abandoned] = await work.abandonedUploads(id, 10);
    expect(abandoned).toMatchObject({ destinationKey: 'a', uploadId: 'u' });
    await work.forgetUpload(abandoned?.id ?? '');
    expect(await work.abandonedUploads(id, 10)).toEqual([]);
  });

  it('ends in another look where the key was named while it lasted', async () => {
    await tasks.accept(id, ['a', 'a'], running);
    const first = await claimOne();
    await work.begin(first);
    await tasks.accept(id, ['a'], running);
    expect(await work.settle(first, { kind: 'succeeded', bytes: 7 })).toMatchObject({ names: 2 });
    expect(await counts()).toEqual([3, 1, 0, 1, 7]);
    const again = await claimOne();
    expect(again).toMatchObject({ key: 'a', begun: false, attempts: 0, upload: undefined });
    await work.settle(again, { kind: 'skipped' });
    expect(await counts()).toEqual([3, 1, 0, 2, 7]);
    expect(await work.claim(id, 1, leaseMs)).toEqual([]);
  });
});

describe('a deleted task', () => {
  it('leaves its uploads to the janitor, and then nothing', async () => {
    await tasks.accept(id, ['a'], running);
    const lease = await claimOne();
    await work.recordUpload(lease, { state: 'open', sourceEtag: 'e', size: 9, partBytes: 5, uploadId: 'u' });
    await tasks.move(id, 'synchronizing', 'stopped');
    await tasks.remove(id, 'stopped');
    expect(await tasks.find(project, id)).toBeUndefined();
    expect(await tasks.count(project)).toBe(0);
    expect(await work.takeCleanup(60_000), 'workers may still be letting go').toBeUndefined();
    await sql`update sync_task set cleanup_at = clock_timestamp()`.execute(db);
    expect(await work.takeCleanup(60_000)).toMatchObject({ turn: 1, assignment: { task: { id } } });
    expect(await work.takeCleanup(60_000)).toBeUndefined();
    expect(await work.abandonedUploads(id, 1)).toHaveLength(1);
    await work.purge(id);
    expect((await sql`select from sync_task`.execute(db)).rows).toEqual([]);
  });
});

it('has room for so many tasks of a project, also when they are created at once', async () => {
  const made = await Promise.all(Array.from({ length: 8 }, () => newTask(5)));
  expect(made.filter((one) => one !== undefined)).toHaveLength(4);
  expect((await tasks.list(project, { limit: 3, offset: 1 })).tasks).toHaveLength(3);
  expect((await tasks.list(project, { limit: 10, offset: 0, state: 'stopped' })).count).toBe(0);
});

it('sums the steps of a range', async () => {
  const step = 300_000;
  for (const [time, successes] of [[0, 1], [step, 2], [2 * step, 4]] as const) {
    await db.insertInto('sync_statistic').values({ task_id: id, step: time, successes, bytes: successes * 2 ** 40 }).execute();
  }
  expect(await tasks.total(id, { from: step, to: 2 * step - 1 })).toMatchObject({ successes: 2, bytes: 2 * 2 ** 40 });
  expect((await tasks.steps(id, { from: 0, to: step })).map((one) => [one.time, one.successes])).toEqual([[0, 1], [step, 2]]);
});

type Step = { readonly kind: 'accept'; readonly keys: readonly string[] } | { readonly kind: 'claim' } | { readonly kind: 'settle'; readonly outcome: SyncOutcome } | { readonly kind: 'crash' | 'put-off' | 'release' };

describe('whatever happens in whatever order', () => {
  it('every accepted name is settled once, by a claim that began after it was accepted', async () => {
    const step: fc.Arbitrary<Step> = fc.oneof(
      fc.record({ kind: fc.constant('accept' as const), keys: fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 4 }) }),
      fc.constant({ kind: 'claim' as const }),
      fc.record({ kind: fc.constant('settle' as const), outcome: fc.constantFrom<SyncOutcome>({ kind: 'succeeded', bytes: 10 }, { kind: 'skipped' }, { kind: 'failed' }) }),
      fc.record({ kind: fc.constantFrom('crash' as const, 'put-off' as const, 'release' as const) }),
    );
    await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
      await sql`truncate sync_task cascade`.execute(db);
      id = await newTask() ?? id;
      const held: SyncLease[] = [];
      let accepted = 0;
      /** By key: names that no claim has seen. */
      const unseen = new Map<string, number>();
      for (const now of steps) {
        switch (now.kind) {
          case 'accept':
            await tasks.accept(id, now.keys, running);
            accepted += now.keys.length;
            for (const key of now.keys) unseen.set(key, (unseen.get(key) ?? 0) + 1);
            break;
          case 'claim':
            for (const lease of await work.claim(id, 1, leaseMs)) {
              held.push(lease);
              unseen.delete(lease.key);
            }
            break;
          case 'crash':
            held.length = 0;
            await endLeases();
            break;
          default: {
            const lease = held.shift();
            if (lease === undefined) break;
            if (now.kind === 'settle') await work.settle(lease, now.outcome);
            else if (now.kind === 'put-off') await work.putOff(lease, 0);
            else await work.release(lease);
          }
        }
        await expectBalance(accepted, unseen);
      }
      await endLeases();
      for (const lease of await work.claim(id, 10, leaseMs)) await work.settle(lease, { kind: 'skipped' });
      expect(settledOf(await tasks.total(id, ever))).toBe(accepted);
    }), { numRuns: 40 });
  });
});

const settledOf = ({ successes, failures, skips }: SyncCounts): number => successes + failures + skips;

async function expectBalance(accepted: number, unseen: ReadonlyMap<string, number>): Promise<void> {
  const rows = await db.selectFrom('sync_event').select(['key', 'waiting', 'taken']).where('task_id', '=', id).execute();
  const open = rows.reduce((sum, { waiting, taken }) => sum + waiting + taken, 0);
  const total = await tasks.total(id, ever);
  expect([total.requests, settledOf(total) + open]).toEqual([accepted, accepted]);
  for (const [key, names] of unseen) expect(rows.find((row) => row.key.toString() === key)?.waiting, key).toBe(names);
}
