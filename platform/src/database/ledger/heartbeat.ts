/** The heartbeat in SQL: one statement for an unlimited task, a short transaction for one with a bandwidth limit. */
import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import type { BandwidthWindow } from '../../object-migration/task.ts';
import type { Database } from '../schema.ts';
import { limitAt } from './bandwidth-window.ts';
import { regrant } from './bandwidth.ts';
import { extendLease } from './lease.ts';
import type { WorkerScope } from './lease.ts';

type Db = Kysely<Database>;

export interface Beat {
  readonly desired: 'run' | 'pause';
  readonly run: number;
  /** Bytes per second; Infinity is unlimited. */
  readonly granted: number;
}

/**
 * @param confirmed the share that this worker keeps to since its last heartbeat, in bytes per second.
 * @param zone where the bandwidth windows' wall clock hangs.
 * @returns undefined when there is no such task any more.
 */
export async function beat(db: Db, worker: WorkerScope, confirmed: number, zone: string): Promise<Beat | undefined> {
  const { rows: [row] } = await sql<{ desired: 'run' | 'pause'; run: number; windows: readonly BandwidthWindow[]; in_use: number | null; now: number }>`
    with alive as (${extendLease(worker)} returning in_use)
    select desired, run, bandwidth_windows as windows, in_use, (extract(epoch from now()) * 1000)::bigint as now
    from ledger_state, alive where task_id = ${worker.taskId}
  `.execute(db);
  if (row === undefined) return undefined;
  const limit = limitAt(row.windows, zone, row.now) ?? Infinity;
  const granted = limit === Infinity && row.in_use === null ? Infinity : await takeShare(db, worker, confirmed, limit);
  return { desired: row.desired, run: row.run, granted };
}

/** The lock on the task's row puts the workers' heartbeats in order; each sees what all others may be using. */
function takeShare(db: Db, { taskId, workerId }: WorkerScope, confirmed: number, limit: number): Promise<number> {
  return db.transaction().execute(async (trx) => {
    await sql`select from ledger_state where task_id = ${taskId} for no key update`.execute(trx);
    const { rows: others } = await sql<{ in_use: number | null }>`
      select in_use from ledger_worker where task_id = ${taskId} and worker_id <> ${workerId} and lease_until > now()
    `.execute(trx);
    const { granted, inUse } = regrant(limit, confirmed, others.map((other) => other.in_use ?? Infinity));
    await sql`
      update ledger_worker set in_use = ${inUse === Infinity ? null : inUse} where task_id = ${taskId} and worker_id = ${workerId}
    `.execute(trx);
    return granted;
  });
}
