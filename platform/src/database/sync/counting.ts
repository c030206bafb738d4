import { sql, type Transaction } from 'kysely';
import { stepMs } from '../../object-migration/sync/statistics.ts';
import type { SyncCounts } from '../../object-migration/sync/sync-task.ts';
import type { Database } from '../schema.ts';

const width = stepMs['five-minutes'];

/** Adds to the step of this moment, together with what is counted: both are there after a crash, or neither. */
export async function count(trx: Transaction<Database>, taskId: string, counts: SyncCounts): Promise<void> {
  const { requests, successes, failures, skips, bytes } = counts;
  await sql`
    insert into sync_statistic as s (task_id, step, requests, successes, failures, skips, bytes)
    values (${taskId}, floor(extract(epoch from clock_timestamp()) * 1000 / ${width}::bigint)::bigint * ${width}::bigint, ${requests}, ${successes}, ${failures}, ${skips}, ${bytes})
    on conflict (task_id, step) do update set
      requests = s.requests + excluded.requests, successes = s.successes + excluded.successes, failures = s.failures + excluded.failures,
      skips = s.skips + excluded.skips, bytes = s.bytes + excluded.bytes
  `.execute(trx);
}
