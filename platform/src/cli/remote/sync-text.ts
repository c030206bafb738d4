/** Synchronisation tasks as people read them. */
import type { ListSyncTaskStatisticResponse, ShowSyncTaskResponse, StatisticDataType, SyncTaskInfo } from '@haulier/wire/oms/sync-tasks.ts';
import { formatBytes } from '../units.ts';
import { alignedRows } from './task-text.ts';

export function syncTable(tasks: readonly SyncTaskInfo[]): string {
  return alignedRows([['ID', 'STATUS', 'SOURCE', 'DESTINATION', 'DESCRIPTION'], ...tasks.map((task) => [task.sync_task_id, task.status.toLowerCase(), sourceText(task), destinationText(task), task.description])]);
}

type Places = Pick<SyncTaskInfo, 'src_cloud_type' | 'src_region' | 'src_bucket' | 'dst_region' | 'dst_bucket'>;

function sourceText(task: Places): string {
  return `${task.src_cloud_type.toLowerCase()}:${task.src_region}/${task.src_bucket}`;
}

function destinationText(task: Places): string {
  return `${task.dst_region}/${task.dst_bucket}`;
}

export function syncDetails(task: ShowSyncTaskResponse): string {
  const left = task.monthly_acceptance_request - task.monthly_success_object - task.monthly_skip_object - task.monthly_failure_object;
  const lines: readonly (readonly [string, string])[] = [
    ['task', task.sync_task_id],
    ...(task.description === '' ? [] : [['description', task.description] as const]),
    ['status', `${task.status.toLowerCase()}, last started ${new Date(task.last_start_time).toISOString()}`],
    ['source', sourceText(task)],
    ['destination', destinationText(task)],
    ['this month', `${task.monthly_acceptance_request} requested: ${task.monthly_success_object} copied, ${task.monthly_skip_object} skipped, ${task.monthly_failure_object} failed, ${Math.max(0, left)} to do`],
    ['size', `${formatBytes(task.monthly_size)} copied`],
  ];
  return lines.map(([name, text]) => `${name.padEnd(12)} ${text}\n`).join('');
}

const columns = ['REQUEST', 'SUCCESS', 'SKIP', 'FAILURE', 'SIZE'] as const satisfies readonly StatisticDataType[];

export function statisticTable({ statistic_datas: datas }: ListSyncTaskStatisticResponse): string {
  const rows = new Map<number, Map<StatisticDataType, number>>();
  for (const { data_type: type, data } of datas) {
    for (const { time_stamp: time, statistic_num: count } of data) rows.set(time, (rows.get(time) ?? new Map<StatisticDataType, number>()).set(type, count));
  }
  const cell = (counts: ReadonlyMap<StatisticDataType, number>, type: StatisticDataType) => (type === 'SIZE' ? formatBytes(counts.get(type) ?? 0) : String(counts.get(type) ?? 0));
  const times = [...rows].sort(([a], [b]) => a - b);
  return alignedRows([['FROM', ...columns], ...times.map(([time, counts]) => [new Date(time).toISOString(), ...columns.map((type) => cell(counts, type))])]);
}
