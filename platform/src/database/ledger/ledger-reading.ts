import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import type { LedgerReading } from '../../object-migration/ledger-admin.ts';
import type { TaskId } from '../../object-migration/task.ts';
import type { Database } from '../schema.ts';
import { countingOf, tallyOf } from './progress-statements.ts';
import type { CountingRow, TallyRow } from './progress-statements.ts';

interface ReadingRow extends TallyRow, CountingRow {
  readonly task_id: TaskId;
  readonly run: number;
  readonly starts: number;
  readonly desired: 'run' | 'pause';
  readonly listed: boolean;
  readonly pending: number;
  readonly pending_bytes: number;
  readonly speed: number;
  readonly live: number;
}

/** One statement for all tasks, at one moment. */
export async function readLedgers(db: Kysely<Database>, taskIds: readonly TaskId[]): Promise<ReadonlyMap<TaskId, LedgerReading>> {
  const { rows } = await sql<ReadingRow>`
    select s.*, items.*, workers.*,
      s.seeded and not exists (select from ledger_range r where r.task_id = s.task_id) as listed
    from ledger_state s,
    lateral (
      select count(*) as pending, coalesce(sum(size), 0)::bigint as pending_bytes
      from ledger_item i where i.task_id = s.task_id and i.counted = 'not-yet') as items,
    lateral (
      select count(*) as live, coalesce(sum(speed), 0)::bigint as speed
      from ledger_worker w where w.task_id = s.task_id and w.lease_until > now()) as workers
    where s.task_id = any(${[...taskIds]}::bigint[])
  `.execute(db);
  return new Map(rows.map((row) => [row.task_id, {
    run: row.run,
    starts: row.starts,
    desired: row.desired,
    tally: tallyOf(row),
    pending: { objects: row.pending, bytes: row.pending_bytes },
    listed: row.listed,
    counting: countingOf(row),
    speed: row.speed,
    liveWorkers: row.live,
  }]));
}
