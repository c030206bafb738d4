/** Task groups as people read them. */
import type { GroupStatus, TaskGroupResp } from '@haulier/wire/oms/task-groups.ts';
import { shareDone, type Progress } from '../progress-view.ts';
import { formatBytes, formatDuration } from '../units.ts';
import { alignedRows, details } from './task-text.ts';

const statusNames: Readonly<Record<GroupStatus, string>> = {
  0: 'waiting', 1: 'creating', 2: 'running', 3: 'paused', 4: 'creation failed', 5: 'failed', 6: 'succeeded', 7: 'pausing', 8: 'waiting for deletion', 9: 'deleting',
};

export function groupStatusName(status: GroupStatus): string {
  return statusNames[status];
}

/** The number of a status by its name; undefined for a name that is none. */
export function groupStatusNumber(name: string): string | undefined {
  return Object.entries(statusNames).find(([, known]) => known === name)?.[0];
}

export const allGroupStatusNames: readonly string[] = Object.values(statusNames);

/** Whether the group goes on by itself no further. */
export function isGroupOver(status: GroupStatus): boolean {
  return status >= 3 && status <= 6;
}

/** The totals grow until all tasks are made. */
export function groupProgress(group: TaskGroupResp): Progress {
  return {
    objects: group.success_num + group.fail_num + group.skip_num,
    bytes: group.complete_size,
    total: group.create_task_num > 0 && group.create_task_num === group.total_task_num ? { objects: group.total_num, bytes: group.total_size } : undefined,
    failed: group.fail_num,
    rate: group.migrate_speed,
    secondsLeft: group.migrate_speed > 0 ? Math.max(0, group.total_size - group.complete_size) / group.migrate_speed : undefined,
  };
}

export function groupTable(groups: readonly TaskGroupResp[]): string {
  return alignedRows([['ID', 'STATUS', 'DONE', 'TASKS', 'OBJECTS', 'SIZE', 'FAILED', 'SOURCE', 'DESTINATION'], ...groups.map(tableRow)]);
}

function tableRow(group: TaskGroupResp): string[] {
  const progress = groupProgress(group);
  return [
    group.group_id, groupStatusName(group.status), doneText(group), `${group.complete_task_num}/${group.total_task_num}`, `${progress.objects}/${group.total_num}`,
    formatBytes(group.complete_size), String(group.fail_num), sourceText(group), destinationText(group),
  ];
}

/** A group that has succeeded is done, also when it had nothing to do. */
function doneText(group: TaskGroupResp): string {
  return `${group.status === 6 ? 100 : Math.min(99, Math.floor(shareDone(groupProgress(group)) * 100))}%`;
}

function sourceText({ src_node: source }: TaskGroupResp): string {
  return `${source.cloud_type.toLowerCase()}:${source.region}/${source.bucket}`;
}

function destinationText({ dst_node: destination }: TaskGroupResp): string {
  return `${destination.region}/${destination.bucket}${destination.save_prefix === '' ? '' : `/${destination.save_prefix}`}`;
}

export function groupDetails(group: TaskGroupResp): string {
  const { objects, secondsLeft } = groupProgress(group);
  const { failed_object_record: record } = group;
  return details([
    ['group', group.group_id],
    ['description', group.description === '' ? undefined : group.description],
    ['status', `${groupStatusName(group.status)}, ${doneText(group)} done`],
    ['error', group.error_reason === null ? undefined : `${group.error_reason.error_msg} (${group.error_reason.error_code})`],
    ['source', sourceText(group)],
    ['selection', selectionText(group)],
    ['destination', destinationText(group)],
    ['tasks', tasksText(group)],
    ['objects', `${objects} of ${group.total_num}: ${group.success_num} migrated, ${group.skip_num} skipped, ${group.fail_num} failed`],
    ['size', `${formatBytes(group.complete_size)} of ${formatBytes(group.total_size)}`],
    ['time', `${formatDuration(group.total_time / 1000)}${isGroupOver(group.status) ? '' : `, ${formatDuration(secondsLeft)} left at ${formatBytes(group.migrate_speed)}/s`}`],
    ['failed lists', record.list_file_key ?? undefined],
  ]);
}

function tasksText(group: TaskGroupResp): string {
  const parts: readonly (readonly [number, string])[] = [
    [group.complete_task_num, 'succeeded'], [group.executing_task_num, 'at work'], [group.waiting_task_num, 'waiting'], [group.paused_task_num, 'paused'],
    [group.failed_task_num, 'failed'], [group.total_task_num - group.create_task_num, 'at least to be created'],
  ];
  return `${group.total_task_num}: ${parts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`).join(', ')}`;
}

function selectionText({ task_type: type, src_node: { object_key: keys, list_file: list } }: TaskGroupResp): string {
  if (list !== null) return `${type === 'LIST' ? 'list' : 'url_list'} ${list.obs_bucket}/${list.list_file_key}, ${list.list_file_num ?? '?'} files`;
  if (keys.length === 1 && keys[0] === '') return 'whole bucket';
  return `prefix ${keys.slice(0, 5).map((key) => JSON.stringify(key)).join(', ')}${keys.length > 5 ? ` and ${keys.length - 5} more` : ''}`;
}
