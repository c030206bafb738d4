import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import { isActive } from '../../object-migration/life-cycle.ts';
import type { TaskId, TaskState } from '../../object-migration/task.ts';
import type { Fence, TaskChange } from '../../object-migration/task-repository.ts';
import { addNotice } from '../notices/pg-notices.ts';
import type { Database } from '../schema.ts';

/** State, times, run, reason, secrets and the message about them change together or not at all. */
export async function moveTask(db: Kysely<Database>, id: TaskId, from: TaskState, change: TaskChange, fence: Fence | undefined): Promise<boolean> {
  const { notice } = change;
  if (notice === undefined) return move(db, id, from, change, fence);
  return db.transaction().execute(async (trx) => {
    const moved = await move(trx, id, from, change, fence);
    if (moved) await addNotice(trx, `task/${id}`, notice);
    return moved;
  });
}

async function move(db: Kysely<Database>, id: TaskId, from: TaskState, change: TaskChange, fence: Fence | undefined): Promise<boolean> {
  const moved = await db
    .updateTable('task')
    .set(timesOf(from, change))
    .set(runOf(change))
    .set(outcomeOf(change))
    .set({ state: change.to, not_before: null, help_after: null, crashes: 0 })
    .where('id', '=', id)
    .where('state', '=', from)
    .where('deleted_at', 'is', null)
    .where(fence === undefined ? sql<boolean>`true` : fenced(id, fence))
    .executeTakeFirst();
  return moved.numUpdatedRows === 1n;
}

const now = sql<Date>`clock_timestamp()`;

function timesOf(from: TaskState, { to, newRun }: TaskChange) {
  const before = newRun === 'all' ? sql<number>`0` : sql<number>`accumulated_ms`;
  if (isActive(to)) return isActive(from) ? {} : { started_at: now, running_since: now, accumulated_ms: before };
  const more = isActive(from) ? sql<number>`(extract(epoch from clock_timestamp() - running_since) * 1000)::bigint` : sql<number>`0`;
  return { running_since: null, accumulated_ms: sql<number>`${before} + greatest(0, ${more})` };
}

function runOf({ newRun, runOver, complete }: TaskChange) {
  return {
    ...(newRun === undefined ? {} : { run_number: sql<number>`run_number + 1`, run_kind: newRun, run_over: false }),
    ...(newRun === 'all' ? { run_base: sql<number>`run_number + 1`, records_broken: false } : {}),
    ...(runOver === true ? { run_over: true, cleanup_at: now, cleanup_turns: 0 } : {}),
    ...(complete === undefined ? {} : { complete }),
  };
}

function outcomeOf(change: TaskChange) {
  const { sealedCredentials, error, records } = change;
  return {
    ...(sealedCredentials === undefined ? {} : { credentials: Buffer.from(sealedCredentials) }),
    ...('error' in change ? { error_code: error?.code ?? null, error_message: error?.message ?? null } : {}),
    ...('records' in change ? { records: records === undefined ? null : JSON.stringify(records) } : {}),
  };
}

/** The worker still leads the run that it claimed: a process that slept past its lease changes nothing. */
function fenced(id: TaskId, { workerId, run, alone }: Fence) {
  const others = sql<boolean>`not exists (
    select from ledger_worker where task_id = ${id} and worker_id <> ${workerId} and lease_until > clock_timestamp()
  )`;
  return sql<boolean>`run_number = ${run} and exists (
    select from ledger_worker where task_id = ${id} and worker_id = ${workerId} and lease_until > clock_timestamp()
  ) and ${alone ? others : sql<boolean>`true`}`;
}
