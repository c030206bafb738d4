import { sql } from 'kysely';
import type { Kysely, Transaction } from 'kysely';
import { nothingCounted } from '../../object-migration/sync/statistics.ts';
import type { SyncState, SyncTaskId } from '../../object-migration/sync/sync-task.ts';
import type { Database } from '../schema.ts';
import { count } from './counting.ts';

/** Rows of one statement. */
const batch = 1_000;

/** One transaction: the events and the count of their requests. False, and nothing kept, when the task is in none of these states. */
export async function acceptEvents(db: Kysely<Database>, id: SyncTaskId, keys: readonly string[], states: readonly SyncState[]): Promise<boolean> {
  const named = timesNamed(keys);
  return db.transaction().execute(async (trx) => {
    // Who deletes the task waits for this lock, and then finds the events.
    const task = await trx.selectFrom('sync_task').select('id').where('id', '=', id).where('deleted_at', 'is', null).where('state', 'in', states).forShare().executeTakeFirst();
    if (task === undefined) return false;
    for (let first = 0; first < named.length; first += batch) await insertEvents(trx, id, named.slice(first, first + batch));
    await count(trx, id, { ...nothingCounted, requests: keys.length });
    return true;
  });
}

interface Named {
  readonly key: Buffer;
  readonly times: number;
}

/** In one order for everybody, so that two who name the same keys do not wait for each other in a circle. */
function timesNamed(keys: readonly string[]): readonly Named[] {
  const times = new Map<string, number>();
  for (const key of keys) times.set(key, (times.get(key) ?? 0) + 1);
  return [...times].map(([key, count]) => ({ key: Buffer.from(key), times: count })).sort((a, b) => Buffer.compare(a.key, b.key));
}

/** A key that is named again while it waits to be tried again gets all its tries anew, and is not tried earlier. */
async function insertEvents(trx: Transaction<Database>, id: SyncTaskId, named: readonly Named[]): Promise<void> {
  await trx.insertInto('sync_event')
    .values(named.map(({ key, times }) => ({ task_id: id, key, waiting: times, accepted_at: sql<Date>`clock_timestamp()`, not_before: sql<Date>`clock_timestamp()` })))
    .onConflict((conflict) => conflict.expression(sql`task_id, sha256(key)`).doUpdateSet({
      waiting: sql<number>`sync_event.waiting + excluded.waiting`,
      attempts: 0,
    }))
    .execute();
}
