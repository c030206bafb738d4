/** Tables 5-62 and 5-67: changes of bandwidth and priority. */
import { maxBatchIds } from '@haulier/wire/oms/change-task.ts';
import { taskPriorities } from '@haulier/wire/oms/task-enums.ts';
import type { GroupUpdate } from '../../object-migration/groups/group.ts';
import { MigrationRefusal, type BandwidthWindow, type BatchUpdate, type TaskId } from '../../object-migration/task.ts';
import { priorities } from './enums.ts';
import { brokenRule, fieldRules, taskRules } from './errors.ts';
import { checkedInteger, type Fields } from './fields.ts';
import { requiredBandwidthPolicy } from './parse-bandwidth.ts';
import { requestFields } from './parse-create.ts';
import { taskIdOf } from './parse-task-id.ts';

export function parseBandwidthUpdate(body: unknown): readonly BandwidthWindow[] {
  return requiredBandwidthPolicy(requestFields(body));
}

/** A change of all tasks of a group, or of those with these ids. */
export type ParsedBatchUpdate = { readonly groupId: string; readonly update: GroupUpdate } | { readonly groupId: undefined; readonly update: BatchUpdate };

/** Either group_id or ids. An id in the table's range that no task can have is found missing after all fields are read. */
export function parseBatchUpdate(body: unknown): ParsedBatchUpdate {
  const fields = requestFields(body);
  const groupId = fields.text('group_id', { min: 1, max: 36 });
  const ids = parseIds(fields);
  if (groupId === undefined && ids.length === 0) throw brokenRule(fieldRules.missing, 'ids');
  if (groupId !== undefined && ids.length > 0) throw brokenRule(fieldRules.constraint, 'ids');
  const bandwidth = requiredBandwidthPolicy(fields);
  const wanted = fields.choice('task_priority', taskPriorities);
  const priority = wanted === undefined ? undefined : priorities[wanted];
  if (groupId !== undefined) return { groupId, update: { bandwidth, priority } };
  return { groupId, update: { ids: ids.map(existingId), bandwidth, priority } };
}

const maxLong = 2n ** 63n - 1n;

function parseIds(fields: Fields): readonly bigint[] {
  const ids = fields.list('ids') ?? [];
  if (ids.length > maxBatchIds) throw brokenRule(fieldRules.constraint, 'ids');
  return ids.map((value, index) => {
    const id = checkedInteger(value, `ids[${index}]`);
    if (id < 0n || id > maxLong) throw brokenRule(taskRules.taskId, `ids[${index}]`);
    return id;
  });
}

function existingId(id: bigint): TaskId {
  const taskId = taskIdOf(id.toString());
  if (taskId === undefined) throw new MigrationRefusal({ kind: 'no-such-task', id: id.toString() });
  return taskId;
}
