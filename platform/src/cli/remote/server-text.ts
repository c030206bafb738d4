/** Source servers and their migration tasks as people read them. */
import type { ListServersResponse, ShowOverviewResponse, ShowServerResponse } from '@haulier/wire/sms/source-answers.ts';
import type { ListTasksResponse, ShowTaskResponse } from '@haulier/wire/sms/task-answers.ts';
import { formatBytes, formatDuration } from '../units.ts';
import { alignedRows, details } from './task-text.ts';

export function serverTable({ source_servers: servers, count }: ListServersResponse): string {
  const rows = servers.map((server) => [
    server.id, server.name, server.state, server.migration_cycle, server.connected ? 'yes' : 'no', server.os_version, server.ip, doneText(server.current_task?.progress), sizeText(server), speedText(server.current_task?.migrate_speed),
  ]);
  return `${alignedRows([['ID', 'NAME', 'STATE', 'STAGE', 'CONNECTED', 'SYSTEM', 'IP', 'DONE', 'COPIED', 'SPEED'], ...rows])}${servers.length} of ${count}\n`;
}

/** Those that there are none of too: the eye finds its place again. */
export function overviewTable(overview: ShowOverviewResponse): string {
  return alignedRows([['STATE', 'SERVERS'], ...Object.entries(overview).map(([state, count]) => [state, String(count)])]);
}

export function serverDetails(server: ShowServerResponse): string {
  const { current_task: task } = server;
  const bad = server.checks.filter(({ result }) => result !== 'OK');
  return details([
    ['server', `${server.name} (${server.id})`],
    ['address', `${server.ip}${server.hostname === '' ? '' : `, ${server.hostname}`}`],
    ['system', `${server.os_type} ${server.os_version}, agent ${server.agent_version}`],
    ['state', `${server.state}, ${server.migration_cycle}, since ${timeText(server.state_action_time)}`],
    ['agent', server.connected ? 'connected' : `last heard of ${timeText(server.last_visit_time)}`],
    ['checks', bad.length === 0 ? `${server.checks.length} are well` : undefined],
    ...bad.map(({ name, result, error_params: why }): readonly [string, string] => ['check', `${result} ${name}${why === null ? '' : `: ${why}`}`]),
    ['task', task === null ? undefined : `${task.id} (${task.name}): ${task.state}, ${doneText(task.progress)}`],
    ['copied', task === null ? undefined : sizeText(server)],
  ]);
}

export function serverTaskTable({ tasks, count }: ListTasksResponse): string {
  const rows = tasks.map((task) => [task.id, task.name, task.state, doneText(task.progress), speedText(task.migrate_speed), task.source_server.name, task.target_server.name ?? '', task.error_json]);
  return `${alignedRows([['ID', 'NAME', 'STATE', 'DONE', 'SPEED', 'SOURCE', 'TARGET', 'ERROR'], ...rows])}${tasks.length} of ${count}\n`;
}

export function serverTaskDetails(task: ShowTaskResponse): string {
  const { source_server: source, target_server: target } = task;
  return details([
    ['task', `${task.name} (${task.id})`],
    ['state', `${task.state}, ${doneText(task.progress)} done`],
    ['error', task.error_json === '' ? undefined : task.error_json],
    ['type', `${task.type}, ${task.syncing ? 'synchronising until the cutover' : 'launched after the copy'}`],
    ['source', `${source.name} (${source.id}): ${source.state}, ${task.connected ? 'connected' : 'not connected'}`],
    ['target', [target.name, target.vm_id, target.ip].filter((each) => each !== null && each !== '').join(', ') || `from template ${task.vm_template_id ?? ''}`],
    ['speed', [speedText(task.migrate_speed), task.speed_limit === 0 ? 'no limit' : `at most ${task.speed_limit} Mbit/s`].filter((each) => each !== '').join(', ')],
    ['time', `${formatDuration(task.total_time)}${task.remain_seconds === null ? '' : `, ${formatDuration(Number(task.remain_seconds))} left`}`],
  ]);
}

const barCells = 20;

export function stepsText(task: ShowTaskResponse): string {
  const steps = task.sub_tasks.map(({ name, progress, migrate_speed: speed, process_trace: trace }) => [
    name, '█'.repeat(Math.round((progress / 100) * barCells)).padEnd(barCells, '░'), `${progress}%`, speed === null ? '' : `${speed} Mbit/s`, trace.split('\n', 1)[0] ?? '',
  ]);
  return `${serverTaskDetails(task)}\n${alignedRows([['STEP', '', 'DONE', 'SPEED', 'AT'], ...steps])}`;
}

function doneText(progress: number | undefined): string {
  return progress === undefined ? '' : `${progress}%`;
}

function sizeText({ replicatesize, totalsize }: Pick<ShowServerResponse, 'replicatesize' | 'totalsize'>): string {
  return Number(totalsize) === 0 ? '' : `${formatBytes(Number(replicatesize))} of ${formatBytes(Number(totalsize))}`;
}

/** The wire has MB/s. */
function speedText(speed: number | undefined): string {
  return speed === undefined || speed === 0 ? '' : `${speed} MB/s`;
}

function timeText(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
