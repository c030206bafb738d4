import type { Selectable } from 'kysely';
import type { SyncTask } from '../../object-migration/sync/sync-task.ts';
import { syncTaskId } from '../../object-migration/sync/sync-task-id.ts';
import type { Database } from '../schema.ts';
import { projectId } from '../tasks/rows.ts';

export function syncTaskOf(row: Selectable<Database['sync_task']>): SyncTask {
  return {
    ...row.spec,
    id: syncTaskId(row.id),
    project: projectId(row.project_id),
    state: row.state,
    createdAt: row.created_at.getTime(),
    startedAt: row.started_at.getTime(),
  };
}
