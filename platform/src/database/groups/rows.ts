/** Rows of the table `task_group` to groups. */
import { sql } from 'kysely';
import type { Kysely, Selectable } from 'kysely';
import { groupId } from '../../object-migration/groups/group-id.ts';
import type { StoredGroup } from '../../object-migration/groups/group-repository.ts';
import type { Database } from '../schema.ts';
import { noticeResultOf, priorityOf, projectId, type NoticeColumns } from '../tasks/rows.ts';

/** All columns of the groups that are not deleted, with the database's time and what became of the message about the latest end. */
export function selectGroups(db: Kysely<Database>) {
  return db
    .selectFrom('task_group')
    .leftJoinLateral(noticeOf, (join) => join.onTrue())
    .selectAll('task_group')
    .select(['told.state as notice_state', 'told.error_code as notice_error'])
    .select(sql<Date>`clock_timestamp()`.as('read_at'))
    .where('task_group.deleted_at', 'is', null);
}

function noticeOf() {
  return sql<{ state: NonNullable<NoticeColumns['notice_state']>; error_code: NoticeColumns['notice_error'] }>`(
    select n.state, n.error_code from notice n
    where task_group.state in ('succeeded', 'failed', 'creation-failed') and n.subject = 'group/' || task_group.id order by n.created_at desc limit 1
  )`.as('told');
}

type GroupRow = Selectable<Database['task_group']> & NoticeColumns & { readonly read_at: Date };

export function groupOf(row: GroupRow): StoredGroup {
  return {
    ...row.spec,
    id: groupId(row.id),
    project: projectId(row.project_id),
    state: row.state,
    priority: priorityOf(row.priority),
    bandwidth: row.bandwidth,
    listFiles: row.list_files ?? undefined,
    startedAt: row.started_at?.getTime(),
    accumulatedMs: row.accumulated_ms,
    runningSince: row.running_since?.getTime(),
    split: { cursor: row.split_cursor ?? undefined, over: row.split_over, made: row.tasks_made, left: row.tasks_left },
    order: { number: row.order_number, kind: row.order_kind },
    error: row.error_code === null ? undefined : { code: row.error_code, message: row.error_message ?? '' },
    noticeResult: noticeResultOf(row),
    readAt: row.read_at.getTime(),
  };
}
