/** What a ledger tells about the progress of its run, in SQL. */
import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import type { CountingState, FailedObject, Remaining, SegmentRef, Tally } from '../../engine/ledger/ledger.ts';
import type { ListedObject } from '../../object-store/object-store.ts';
import type { Database } from '../schema.ts';
import { isFree } from './lease.ts';

type Db = Kysely<Database>;

export interface TallyRow {
  readonly succeeded_objects: number;
  readonly succeeded_bytes: number;
  readonly skipped_objects: number;
  readonly skipped_bytes: number;
  readonly failed_objects: number;
  readonly failed_bytes: number;
}

export interface CountingRow {
  readonly counting_position: Buffer | null;
  readonly counting_objects: number;
  readonly counting_bytes: number;
  readonly counting_done: boolean;
}

export function tallyOf(row: TallyRow): Tally {
  return {
    succeeded: { objects: row.succeeded_objects, bytes: row.succeeded_bytes },
    skipped: { objects: row.skipped_objects, bytes: row.skipped_bytes },
    failed: { objects: row.failed_objects, bytes: row.failed_bytes },
  };
}

export function countingOf(row: CountingRow): CountingState {
  return {
    position: row.counting_position?.toString(),
    found: { objects: row.counting_objects, bytes: row.counting_bytes },
    done: row.counting_done,
  };
}

/** @param run the run that has been counted for; a state of another is not taken. */
export async function recordCounting(db: Db, taskId: number, run: number, { position, found, done }: CountingState): Promise<void> {
  await sql`
    update ledger_state
    set counting_position = ${position === undefined ? null : Buffer.from(position)}, counting_objects = ${found.objects}, counting_bytes = ${found.bytes}, counting_done = ${done}
    where task_id = ${taskId} and run = ${run} and not counting_done
  `.execute(db);
}

export async function remaining(db: Db, taskId: number): Promise<Remaining> {
  const { rows: [row] } = await sql<{ ranges: number; items: number; next_at: number | null; pending: number; pending_bytes: number }>`
    select
      (select count(*) from ledger_range where task_id = ${taskId}) as ranges,
      count(*) as items,
      min(not_before) filter (where ${isFree('ledger_item')}) as next_at,
      count(*) filter (where counted = 'not-yet') as pending,
      coalesce(sum(size) filter (where counted = 'not-yet'), 0)::bigint as pending_bytes
    from ledger_item where task_id = ${taskId}
  `.execute(db);
  return {
    openRanges: row?.ranges ?? 0,
    openItems: row?.items ?? 0,
    nextItemAt: row?.next_at ?? undefined,
    pending: { objects: row?.pending ?? 0, bytes: row?.pending_bytes ?? 0 },
  };
}

export async function failures(db: Db, taskId: number, afterKey: string | undefined, limit: number): Promise<readonly FailedObject[]> {
  const after = Buffer.from(afterKey ?? '');
  const { rows } = await sql<{ destination_key: Buffer; object: ListedObject; code: string; reason: Buffer }>`
    select destination_key, object, code, reason from ledger_failure
    where task_id = ${taskId}
      ${afterKey === undefined ? sql`` : sql`and substr(destination_key, 1, 1024) >= substr(${after}::bytea, 1, 1024) and destination_key > ${after}`}
    order by substr(destination_key, 1, 1024), destination_key
    limit ${limit}
  `.execute(db);
  return rows.map(({ destination_key: destinationKey, object, code, reason }) => ({
    sourceKey: object.key,
    destinationKey: destinationKey.toString(),
    size: object.size,
    lastModified: object.lastModified,
    etag: object.etag,
    code,
    reason: reason.toString(),
  }));
}

export async function segments(db: Db, taskId: number, afterKey: string | undefined, limit: number): Promise<readonly SegmentRef[]> {
  const { rows } = await sql<{ key: Buffer; sha256: string; lines: number }>`
    select key, sha256, lines from ledger_segment
    where task_id = ${taskId} ${afterKey === undefined ? sql`` : sql`and key > ${Buffer.from(afterKey)}`}
    order by key limit ${limit}
  `.execute(db);
  return rows.map(({ key, sha256, lines }) => ({ key: key.toString(), sha256, lines }));
}
