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
  const { rows: [row] } = await sql<BeatRow>`
    with alive as (${extendLease(worker)} returning in_use)
    select desired, run, bandwidth_windows as windows, bandwidth_pool as pool, in_use, (extract(epoch from now()) * 1000)::bigint as now
    from ledger_state, alive where task_id = ${worker.taskId}
  `.execute(db);
  if (row === undefined) return undefined;
  const limit = limitAt(row.windows, zone, row.now) ?? Infinity;
  const granted = limit === Infinity && row.in_use === null ? Infinity : await takeShare(db, worker, row.pool, confirmed, limit);
  return { desired: row.desired, run: row.run, granted };
}

interface BeatRow {
  readonly desired: 'run' | 'pause';
  readonly run: number;
  readonly windows: readonly BandwidthWindow[];
  readonly pool: string | null;
  readonly in_use: number | null;
  readonly now: number;
}

/** The lock puts the heartbeats of all who share in order; each sees what all others may be using. */
function takeShare(db: Db, worker: WorkerScope, pool: string | null, confirmed: number, limit: number): Promise<number> {
  return db.transaction().execute(async (trx) => {
    await (pool === null ? lockTask(trx, worker) : lockPool(trx, pool));
    const others = await (pool === null ? othersOfTask(trx, worker) : othersOfPool(trx, worker, pool));
    const { granted, inUse } = regrant(limit, confirmed, others.map((other) => other.in_use ?? Infinity));
    await sql`
      update ledger_worker set in_use = ${inUse === Infinity ? null : inUse} where task_id = ${worker.taskId} and worker_id = ${worker.workerId}
    `.execute(trx);
    return granted;
  });
}

interface Other {
  readonly in_use: number | null;
}

async function lockTask(trx: Db, { taskId }: WorkerScope): Promise<void> {
  await sql`select from ledger_state where task_id = ${taskId} for no key update`.execute(trx);
}

async function othersOfTask(trx: Db, { taskId, workerId }: WorkerScope): Promise<readonly Other[]> {
  const { rows } = await sql<Other>`
    select in_use from ledger_worker where task_id = ${taskId} and worker_id <> ${workerId} and lease_until > now()
  `.execute(trx);
  return rows;
}

/** Names the locks of pools among all advisory locks: "pool" in ASCII. */
const poolLocks = 0x706f6f6c;

async function lockPool(trx: Db, pool: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(${poolLocks}::integer, hashtext(${pool}))`.execute(trx);
}

/** A task that was given windows of its own shares with those of its pool that have the same, which is nobody as a rule. */
async function othersOfPool(trx: Db, { taskId, workerId }: WorkerScope, pool: string): Promise<readonly Other[]> {
  const { rows } = await sql<Other>`
    select w.in_use from ledger_state own
    join ledger_state s on s.bandwidth_pool = own.bandwidth_pool and s.bandwidth_windows = own.bandwidth_windows
    join ledger_worker w on w.task_id = s.task_id
    where own.task_id = ${taskId} and s.bandwidth_pool = ${pool} and w.lease_until > clock_timestamp() and not (w.task_id = ${taskId} and w.worker_id = ${workerId})
  `.execute(trx);
  return rows;
}
