/** What the tasks of groups come to together, in one statement for all groups. */
import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import { activeStates } from '../../object-migration/life-cycle.ts';
import { groupId } from '../../object-migration/groups/group-id.ts';
import type { GroupId, GroupNumbers } from '../../object-migration/groups/group.ts';
import type { Database } from '../schema.ts';

interface NumbersRow {
  readonly group_id: string;
  readonly waiting: number;
  readonly executing: number;
  readonly paused: number;
  readonly failed: number;
  readonly succeeded: number;
  readonly succeeded_objects: number;
  readonly succeeded_bytes: number;
  readonly skipped_objects: number;
  readonly skipped_bytes: number;
  readonly failed_objects: number;
  readonly failed_bytes: number;
  readonly total_objects: number;
  readonly total_bytes: number;
  readonly speed: number;
  readonly failures_listed: boolean;
  readonly failed_list_error: string | null;
}

/**
 * As one task's answer counts (`object-migration/show-task.ts`): a ledger of an earlier run is empty, and a run that has come
 * to its end has as much to deal with as it has dealt with. Where a total is not known yet, it is what has been found so far.
 */
export async function readGroupNumbers(db: Kysely<Database>, ids: readonly GroupId[]): Promise<ReadonlyMap<GroupId, GroupNumbers>> {
  if (ids.length === 0) return new Map();
  const { rows } = await sql<NumbersRow>`
    with member as (
      select t.id, t.group_id, t.state, t.complete, t.records, s.task_id, s.counting_done, s.counting_objects, s.counting_bytes,
        s.succeeded_objects, s.succeeded_bytes, s.skipped_objects, s.skipped_bytes, s.failed_objects, s.failed_bytes,
        s.succeeded_objects + s.skipped_objects + s.failed_objects as dealt_objects,
        s.succeeded_bytes + s.skipped_bytes + s.failed_bytes as dealt_bytes
      from task t left join ledger_state s on s.task_id = t.id and s.starts >= t.run_base
      where t.group_id in (${sql.join(ids)}) and t.deleted_at is null
    )
    select member.group_id,
      count(*) filter (where state = 'waiting') as waiting,
      count(*) filter (where state in (${sql.join(activeStates)})) as executing,
      count(*) filter (where state = 'paused') as paused,
      count(*) filter (where state = 'failed') as failed,
      count(*) filter (where state = 'succeeded') as succeeded,
      ${sumOf('succeeded_objects')}, ${sumOf('succeeded_bytes')}, ${sumOf('skipped_objects')}, ${sumOf('skipped_bytes')},
      ${sumOf('failed_objects')}, ${sumOf('failed_bytes')},
      coalesce(sum(case when complete then dealt_objects else greatest(counting_objects, dealt_objects + pending.objects) end), 0)::bigint as total_objects,
      coalesce(sum(case when complete then dealt_bytes else greatest(counting_bytes, dealt_bytes + pending.bytes) end), 0)::bigint as total_bytes,
      coalesce(sum(live.speed), 0)::bigint as speed,
      coalesce(bool_or(records->>'failedListKey' is not null), false) as failures_listed,
      min(records->>'failedError') as failed_list_error
    from member
    left join lateral (
      select count(*) as objects, coalesce(sum(i.size), 0)::bigint as bytes from ledger_item i
      where i.task_id = member.task_id and i.counted = 'not-yet' and not member.complete
    ) pending on true
    left join lateral (
      select sum(w.speed) as speed from ledger_worker w
      where member.state in (${sql.join(activeStates)}) and w.task_id = member.task_id and w.lease_until > now()
    ) live on true
    group by member.group_id
  `.execute(db);
  return new Map(rows.map((row) => [groupId(row.group_id), numbersOf(row)]));
}

function sumOf(column: string) {
  return sql`coalesce(sum(${sql.ref(column)}), 0)::bigint as ${sql.ref(column)}`;
}

function numbersOf(row: NumbersRow): GroupNumbers {
  const { waiting, executing, paused, failed, succeeded } = row;
  return {
    tasks: { waiting, executing, paused, failed, succeeded },
    tally: {
      succeeded: { objects: row.succeeded_objects, bytes: row.succeeded_bytes },
      skipped: { objects: row.skipped_objects, bytes: row.skipped_bytes },
      failed: { objects: row.failed_objects, bytes: row.failed_bytes },
    },
    total: { objects: row.total_objects, bytes: row.total_bytes },
    speed: row.speed,
    failuresListed: row.failures_listed,
    failedListError: row.failed_list_error ?? undefined,
  };
}
