/** Tasks as people read them. */
import type { TaskResp } from '@haulier/wire/oms/task.ts';
import type { TaskStatus } from '@haulier/wire/oms/task-enums.ts';
import type { Progress } from '../progress-view.ts';
import { printable } from '../printable.ts';
import { formatBytes, formatDuration } from '../units.ts';

const statusNames: Readonly<Record<TaskStatus, string>> = { 1: 'waiting', 2: 'migrating', 3: 'paused', 4: 'failed', 5: 'succeeded', 6: 'retrying', 7: 'pausing' };

export function statusName(status: TaskStatus): string {
  return statusNames[status];
}

/** The number of a status by its name; undefined for a name that is none. */
export function statusNumber(name: string): string | undefined {
  return Object.entries(statusNames).find(([, known]) => known === name)?.[0];
}

export const allStatusNames: readonly string[] = Object.values(statusNames);

/** Whether the task goes on by itself no further. */
export function isOver(status: TaskStatus): boolean {
  return status === 3 || status === 4 || status === 5;
}

export function progressOf(task: TaskResp): Progress {
  return {
    objects: task.successful_num + task.failed_num + task.skipped_num,
    bytes: task.complete_size,
    total: task.is_query_over ? { objects: task.total_num, bytes: task.total_size } : undefined,
    failed: task.failed_num,
    rate: task.migrate_speed,
    secondsLeft: task.left_time === 0 ? undefined : task.left_time / 1000,
  };
}

export function taskTable(tasks: readonly TaskResp[]): string {
  return alignedRows([['ID', 'STATUS', 'DONE', 'OBJECTS', 'SIZE', 'FAILED', 'SOURCE', 'DESTINATION'], ...tasks.map(tableRow)]);
}

/** The first row is the heading. */
export function alignedRows(texts: readonly (readonly string[])[]): string {
  const rows = texts.map((row) => row.map(printable));
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ').trimEnd()).map((line) => `${line}\n`).join('');
}

function tableRow(task: TaskResp): string[] {
  const { objects } = progressOf(task);
  return [
    String(task.id), statusName(task.status), `${Math.floor(task.progress * 100)}%`, task.is_query_over ? `${objects}/${task.total_num}` : String(objects),
    formatBytes(task.complete_size), String(task.failed_num), sourceText(task), destinationText(task),
  ];
}

function sourceText({ src_node: source }: TaskResp): string {
  return `${source.cloud_type.toLowerCase()}:${source.region}/${source.bucket}`;
}

function destinationText({ dst_node: destination }: TaskResp): string {
  return `${destination.region}/${destination.bucket}${destination.save_prefix === '' ? '' : `/${destination.save_prefix}`}`;
}

export function taskDetails(task: TaskResp): string {
  const { objects } = progressOf(task);
  const lines: readonly (readonly [string, string | undefined])[] = [
    ['task', `${task.id} (${task.name})`],
    ['description', task.description === '' ? undefined : task.description],
    ['status', `${statusName(task.status)}, ${Math.floor(task.progress * 100)}% done`],
    ['error', task.error_reason === null ? undefined : `${task.error_reason.error_msg} (${task.error_reason.error_code})`],
    ['source', sourceText(task)],
    ['selection', selectionText(task)],
    ['destination', destinationText(task)],
    ['objects', `${objects}${task.is_query_over ? ` of ${task.total_num}` : ', still counting'}: ${task.successful_num} migrated, ${task.skipped_num} skipped, ${task.failed_num} failed`],
    ['size', `${formatBytes(task.complete_size)}${task.is_query_over ? ` of ${formatBytes(task.total_size)}` : ''}, ${formatBytes(task.real_size)} migrated`],
    ['time', `${formatDuration(task.total_time / 1000)}${isOver(task.status) ? '' : `, ${formatDuration(progressOf(task).secondsLeft)} left at ${formatBytes(task.migrate_speed)}/s`}`],
    ['failed list', task.failed_object_record === null || task.failed_object_record.list_file_key === '' ? undefined : task.failed_object_record.list_file_key],
  ];
  return details(lines);
}

/** A line of each that has a text. */
export function details(lines: readonly (readonly [name: string, text: string | undefined])[]): string {
  return lines.filter(([, text]) => text !== undefined).map(([name, text]) => `${name.padEnd(12)} ${printable(text ?? '')}\n`).join('');
}

function selectionText({ task_type: type, src_node: { object_key: keys, list_file: list } }: TaskResp): string {
  if (list !== undefined) return `${type} ${list.obs_bucket}/${list.list_file_key}`;
  if (keys.length === 1 && keys[0] === '') return 'whole bucket';
  return `${type} ${keys.slice(0, 5).map((key) => JSON.stringify(key)).join(', ')}${keys.length > 5 ? ` and ${keys.length - 5} more` : ''}`;
}
