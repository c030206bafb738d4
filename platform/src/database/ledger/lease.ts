/** Leases: a row for each worker, on which everything that it holds depends. */
import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';

/** One worker's place in one task's ledger. */
export interface WorkerScope {
  readonly taskId: number;
  readonly workerId: string;
  /** How long a worker that no longer says anything keeps what it holds, in milliseconds. */
  readonly leaseMs: number;
}

/**
 * Statement part: makes or extends the worker's lease. Time is the database's, so that workers' clocks do not matter.
 */
export function extendLease({ taskId, workerId, leaseMs }: WorkerScope): RawBuilder<unknown> {
  return sql`
    insert into ledger_worker (task_id, worker_id, lease_until)
    values (${taskId}, ${workerId}, now() + ${leaseMs} * interval '1 millisecond')
    on conflict (task_id, worker_id) do update set lease_until = excluded.lease_until`;
}

/** Condition: nobody holds this row of `table`, or its holder's lease has ended. */
export function isFree(table: 'ledger_range' | 'ledger_item'): RawBuilder<boolean> {
  const row = sql.table(table);
  return sql<boolean>`(${row}.worker_id is null or not exists (
    select from ledger_worker w
    where w.task_id = ${row}.task_id and w.worker_id = ${row}.worker_id and w.lease_until > now()))`;
}

/**
 * How many free rows a claim looks at. It locks the first that nobody else is claiming at this moment, so this bounds
 * how many workers can claim at one instant without one of them finding nothing.
 */
export const candidates = 64;
