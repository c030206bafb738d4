/** Rows of the table `task` to tasks and back. */
import { sql } from 'kysely';
import type { Kysely, Selectable } from 'kysely';
import { taskId } from '../../object-migration/task-id.ts';
import { groupId } from '../../object-migration/groups/group-id.ts';
import type { Priority, ProjectId } from '../../object-migration/task.ts';
import type { NoticeErrorCode, NoticeResult } from '../../object-migration/notices/notice.ts';
import type { StoredTask } from '../../object-migration/task-repository.ts';
import type { Database } from '../schema.ts';

const priorities = ['low', 'medium', 'high'] as const satisfies readonly Priority[];

export function priorityRank(priority: Priority): number {
  return priorities.indexOf(priority);
}

export function priorityOf(rank: number): Priority {
  const priority = priorities[rank];
  if (priority === undefined) throw new RangeError(`${rank} is no priority`);
  return priority;
}

/** All columns of a task, with the database's time and what a retry still has to look at. */
export function selectTasks(db: Kysely<Database>) {
  return db
    .selectFrom('task')
    .leftJoinLateral(retryingOf, (join) => join.onTrue())
    .leftJoinLateral(noticeOf, (join) => join.onTrue())
    .selectAll('task')
    .select(['retrying.objects as retrying_objects', 'retrying.bytes as retrying_bytes', 'told.state as notice_state', 'told.error_code as notice_error'])
    .select(sql<Date>`clock_timestamp()`.as('read_at'));
}

function retryingOf() {
  return sql<{ objects: number; bytes: number }>`(
    select count(*) as objects, coalesce(sum(f.size), 0)::bigint as bytes from ledger_failure f
    where task.run_kind = 'failed-only' and not task.run_over and f.task_id = task.id and f.retrying
  )`.as('retrying');
}

/** Of the latest run; a run that has begun since has none yet. */
function noticeOf() {
  return sql<{ state: NoticeResult['kind']; error_code: NoticeErrorCode | null }>`(
    select n.state, n.error_code from notice n where task.run_over and n.subject = 'task/' || task.id order by n.created_at desc limit 1
  )`.as('told');
}

export interface NoticeColumns {
  readonly notice_state: NoticeResult['kind'] | null;
  readonly notice_error: NoticeErrorCode | null;
}

export type TaskRow = Selectable<Database['task']> & NoticeColumns & {
  readonly retrying_objects: number | null;
  readonly retrying_bytes: number | null;
  readonly read_at: Date;
};

export function taskOf(row: TaskRow): StoredTask {
  const retrying = row.run_kind === 'failed-only' && !row.run_over;
  return {
    ...row.spec,
    id: taskId(row.id),
    groupId: row.group_id === null ? undefined : groupId(row.group_id),
    project: projectId(row.project_id),
    name: row.name,
    state: row.state,
    bandwidth: row.bandwidth,
    priority: priorityOf(row.priority),
    createdAt: row.created_at.getTime(),
    startedAt: row.started_at?.getTime(),
    accumulatedMs: row.accumulated_ms,
    runningSince: row.running_since?.getTime(),
    run: { number: row.run_number, kind: row.run_kind, base: row.run_base, over: row.run_over },
    complete: row.complete,
    error: row.error_code === null ? undefined : { code: row.error_code, message: row.error_message ?? '' },
    records: row.records ?? undefined,
    recordsBroken: row.records_broken,
    noticeResult: noticeResultOf(row),
    toRetry: retrying ? { objects: row.retrying_objects ?? 0, bytes: row.retrying_bytes ?? 0 } : undefined,
    readAt: row.read_at.getTime(),
  };
}

export function noticeResultOf({ notice_state: state, notice_error: error }: NoticeColumns): NoticeResult | undefined {
  switch (state) {
    case null: return undefined;
    case 'delivered': return { kind: state };
    case 'pending': return { kind: state, error: error ?? undefined };
    case 'failed': return { kind: state, error: error ?? 'OMS.0159' };
  }
}

function isProjectId(text: string): text is ProjectId {
  return text !== '';
}

export function projectId(text: string): ProjectId {
  if (!isProjectId(text)) throw new RangeError('a task without a project');
  return text;
}
