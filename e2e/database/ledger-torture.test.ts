/** Many workers claim, split, commit and die at random over one migration; in the end every object is counted once. */
import { randomInt } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PgLedgerAdmin } from '@haulier/platform/database/ledger/pg-ledger-admin.ts';
import { commitTo, failedObject, newItem, tallyOf } from '@haulier/platform/engine/ledger/contract/samples.ts';
import { FencedError } from '@haulier/platform/engine/ledger/ledger.ts';
import type { ItemLease, Ledger, RangeLease, RangeScope } from '@haulier/platform/engine/ledger/ledger.ts';
import type { TaskId } from '@haulier/platform/object-migration/task.ts';
import { newTaskId } from './ledger-samples.ts';
import { createTestDatabase } from './test-database.ts';
import type { TestDatabase } from './test-database.ts';

const objects = 6_000;
const pageSize = 40;
const workers = 6;
const keyOf = (index: number) => `k${String(index).padStart(5, '0')}`;
const indexOf = (key: string) => Number(key.slice(1));
const totalBytes = (objects * (objects + 1)) / 2;

let database: TestDatabase;
beforeAll(async () => { database = await createTestDatabase(); });
afterAll(() => database.drop());

test.each([randomInt(2 ** 31), randomInt(2 ** 31)])('seed %i', async (seed) => {
  const task = await newTask(seed);
  await Promise.all(Array.from({ length: workers }, (_, place) => work(task, place)));
  const ledger = task.admin.ledgerFor(task.id, 'reader');
  const { succeeded, failed, skipped } = await ledger.tally();
  expect(await ledger.remaining()).toEqual({ openRanges: 0, openItems: 0, nextItemAt: undefined, pending: { objects: 0, bytes: 0 } });
  expect({ objects: succeeded.objects + failed.objects, bytes: succeeded.bytes + failed.bytes, skipped: skipped.objects }).toEqual({ objects, bytes: totalBytes, skipped: 0 });
  expect((await ledger.failures(undefined, objects)).length).toBe(failed.objects);
  expect(task.deaths).toBeGreaterThan(0);
  expect(task.fenced).toBeGreaterThan(0);
  expect(task.splits).toBeGreaterThan(0);
});

interface Task {
  readonly admin: PgLedgerAdmin;
  readonly id: TaskId;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** What a live worker believes to hold. */
  readonly held: Map<string, Worker>;
  deaths: number;
  fenced: number;
  splits: number;
}

interface Worker {
  readonly name: string;
  readonly ledger: Ledger;
  alive: boolean;
}

async function newTask(seed: number): Promise<Task> {
  const id = newTaskId();
  const admin = new PgLedgerAdmin({ db: database.open(workers), zone: 'UTC', largeFrom: 1e9, leaseMs: 60_000 });
  await admin.create(id);
  await admin.beginRun(id, { failedOnly: false });
  await admin.ledgerFor(id, 'seeder').seed([{ kind: 'keys', prefix: 'k' }]);
  return { admin, id, random: generator(seed), held: new Map(), deaths: 0, fenced: 0, splits: 0 };
}

/** One machine: when its worker dies, another begins, while the dead one may still say something. */
async function work(task: Task, place: number): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    const name = `${place}-${attempt}`;
    const worker: Worker = { name, ledger: task.admin.ledgerFor(task.id, name), alive: true };
    if (await workUntilDeath(task, worker) === 'finished') return;
  }
}

async function workUntilDeath(task: Task, worker: Worker): Promise<'finished' | 'dead'> {
  for (;;) {
    const range = await worker.ledger.claimRange();
    if (range !== undefined) {
      hold(task, worker, `range ${range.rangeId}`);
      if (await copyRange(task, worker, range) === 'dead') return 'dead';
    } else {
      await trySplit(task, worker);
    }
    const item = await worker.ledger.claimItem();
    if (item !== undefined) {
      hold(task, worker, `item ${item.itemId}`);
      if (await copyItem(task, worker, item) === 'dead') return 'dead';
    }
    const { openRanges, openItems } = await worker.ledger.remaining();
    if (openRanges + openItems === 0) return 'finished';
  }
}

function hold(task: Task, worker: Worker, what: string): void {
  const other = task.held.get(what);
  if (other?.alive === true) throw new Error(`${worker.name} was given ${what}, which ${other.name} holds`);
  task.held.set(what, worker);
}

async function copyRange(task: Task, worker: Worker, lease: RangeLease): Promise<'alive' | 'dead'> {
  const what = `range ${lease.rangeId}`;
  let { cursor, scope } = lease;
  for (;;) {
    const listed = list(scope, cursor.kind === 'after' ? cursor.key : undefined);
    const last = listed.at(-1);
    if (last !== undefined) scope = await worker.ledger.claimPage(lease, { to: { kind: 'after', key: last }, matched: Buffer.alloc(0) });
    const page = listed.filter((key) => scope.kind === 'keys' && (scope.until === undefined || key <= scope.until));
    const end = page.at(-1);
    if (end !== undefined) cursor = { kind: 'after', key: end };
    const done = page.length < pageSize;
    const commit = () => worker.ledger.commitPage(lease, commitTo(cursor, { done, ...outcomesOf(task, page) }));
    if (task.random() < 0.03) return die(task, worker, commit);
    if (done) task.held.delete(what);
    await commit();
    if (done) return 'alive';
    if (task.random() < 0.05) {
      task.held.delete(what);
      await worker.ledger.releaseRange(lease);
      return 'alive';
    }
  }
}

function list(scope: RangeScope, cursor: string | undefined): readonly string[] {
  if (scope.kind !== 'keys') throw new Error('only keys were seeded');
  const first = cursor ?? scope.after;
  const keys: string[] = [];
  for (let index = first === undefined ? 1 : indexOf(first) + 1; index <= objects && keys.length < pageSize; index++) {
    if (scope.until !== undefined && keyOf(index) > scope.until) break;
    keys.push(keyOf(index));
  }
  return keys;
}

function outcomesOf(task: Task, page: readonly string[]) {
  const fates = page.map((key) => ({ key, size: indexOf(key), fate: task.random() }));
  const again = fates.filter(({ fate }) => fate < 0.05);
  const failed = fates.filter(({ fate }) => fate >= 0.05 && fate < 0.08);
  const succeeded = fates.filter(({ fate }) => fate >= 0.08);
  const count = (rows: readonly { readonly size: number }[]) => [rows.length, rows.reduce((sum, { size }) => sum + size, 0)] as const;
  return {
    tally: tallyOf({ succeeded: count(succeeded), failed: count(failed) }),
    failures: failed.map(({ key, size }) => failedObject(key, { size })),
    items: again.map(({ key, size }) => newItem(key, { kind: 'again', object: { key, size, lastModified: 1 } })),
  };
}

async function copyItem(task: Task, worker: Worker, lease: ItemLease): Promise<'alive' | 'dead'> {
  const { key, size } = lease.object;
  const fate = task.random();
  const outcome = [1, size] as const;
  const commit = (): Promise<void> => {
    if (fate < 0.2) return worker.ledger.commitItem(lease, { kind: 'later', as: lease.kind, notBefore: 0, attempts: lease.attempts + 1, object: lease.object });
    const failure = fate < 0.3 ? failedObject(key, { size }) : undefined;
    const tally = failure === undefined ? tallyOf({ succeeded: outcome }) : tallyOf({ failed: outcome });
    return worker.ledger.commitItem(lease, { kind: 'done', tally, failure, segment: undefined });
  };
  if (task.random() < 0.03) return die(task, worker, commit);
  task.held.delete(`item ${lease.itemId}`);
  await commit();
  return 'alive';
}

/** The lease ends; what the dead worker had on its tongue is said later and must be taken wholly or not at all. */
async function die(task: Task, worker: Worker, lastWords: () => Promise<void>): Promise<'dead'> {
  task.deaths++;
  worker.alive = false;
  await sql`update ledger_worker set lease_until = now() where task_id = ${task.id} and worker_id = ${worker.name}`.execute(database.db);
  await new Promise((resolve) => setTimeout(resolve, task.random() * 20));
  await lastWords().catch((error: unknown) => {
    if (!(error instanceof FencedError)) throw error;
    task.fenced++;
  });
  return 'dead';
}

async function trySplit(task: Task, worker: Worker): Promise<void> {
  const found = await worker.ledger.splittableRange();
  if (found === undefined) return;
  const from = found.claimedTo.kind === 'after' ? indexOf(found.claimedTo.key) : 0;
  const to = found.scope.until === undefined ? objects : indexOf(found.scope.until);
  const middle = Math.floor((from + to) / 2);
  if (middle <= from || to - from < 2 * pageSize) return;
  if (await worker.ledger.splitRange(found.rangeId, keyOf(middle))) task.splits++;
}

/** mulberry32: a seed that failed can be run again, as far as the order of answers allows. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
