/**
 * Consistency checks as a file: CSV (RFC 4180) with a header, one line for each directory of each check. The documents show no
 * format: that it is CSV is ours.
 */
import type { ServerTasks } from '../../server-migration/server-migration.ts';

const header = ['task_id', 'source_id', 'source_name', 'finished_time', 'check_result', 'dir_check', 'num_total_files', 'num_different_files', 'num_target_miss_files', 'num_target_more_files'];

export function consistencyCsv(exported: Awaited<ReturnType<ServerTasks['exportConsistency']>>): string {
  const rows = exported.flatMap(({ task, source, checks }) => checks.flatMap(({ finishedAt, consistent, results }) => results.map((result) => [
    task.id, source.id, source.name, new Date(finishedAt).toISOString(), consistent ? 'consistent' : 'inconsistent',
    result.directory, result.files, result.different, result.missing, result.more,
  ])));
  return [header, ...rows].map((row) => `${row.map(field).join(',')}\r\n`).join('');
}

/** Spreadsheets take what begins like a formula for one: an apostrophe keeps names and paths text. */
function field(value: string | number | bigint): string {
  if (typeof value !== 'string') return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
