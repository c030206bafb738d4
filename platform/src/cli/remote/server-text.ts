/** Source servers and their migration tasks as people read them. */
import { Type, type Static } from 'typebox';
import { Value } from 'typebox/value';
import type { ListErrorServersResponse, ListServersResponse, ShowOverviewResponse, ShowServerResponse } from '@haulier/wire/sms/source-answers.ts';
import type { ListTasksResponse, ShowTaskResponse } from '@haulier/wire/sms/task-answers.ts';
import { printable } from '../printable.ts';
import { formatBytes, formatDuration } from '../units.ts';
import { columnsThatFit, type Column } from './screen.ts';
import { alignedRows, details } from './task-text.ts';

/** @param width of the terminal, on which columns are left out that have no room */
export function serverTable({ source_servers: servers, count }: ListServersResponse, width?: number): string {
  const column = (heading: string, cellOf: (server: ListServersResponse['source_servers'][number]) => string, more: Pick<Column, 'leave' | 'shrink'> = {}): Column =>
    ({ heading, cells: servers.map((server) => printable(cellOf(server))), ...more });
  return `${tableOf([
    column('ID', ({ id }) => id, { leave: 3 }),
    column('NAME', ({ name }) => name, { shrink: true }),
    column('STATE', ({ state }) => state),
    column('STAGE', (server) => server.migration_cycle, { leave: 4 }),
    column('CONNECTED', ({ connected }) => (connected ? 'yes' : 'no'), { leave: 6 }),
    column('SYSTEM', (server) => server.os_version, { leave: 1 }),
    column('IP', ({ ip }) => ip, { leave: 2 }),
    column('DONE', ({ current_task: task }) => doneText(task?.progress)),
    column('COPIED', sizeText, { leave: 5 }),
    column('SPEED', ({ current_task: task }) => speedText(task?.migrate_speed), { leave: 8 }),
    column('LEFT', ({ current_task: task }) => leftText(task?.remain_seconds), { leave: 7 }),
  ], width)}${countText(servers.length, count)}`;
}

function tableOf(columns: readonly Column[], width: number | undefined): string {
  const shown = columnsThatFit(columns, width);
  const rows = Array.from({ length: columns[0]?.cells.length ?? 0 }, (_, row) => shown.map(({ cells }) => cells[row] ?? ''));
  return alignedRows([shown.map(({ heading }) => heading), ...rows]);
}

function countText(shown: number, count: number): string {
  return `${shown} of ${count}${shown < count ? ': --all shows the rest, --offset the next' : ''}\n`;
}

export function failureTable({ migration_errors: failed, count }: ListErrorServersResponse): string {
  return `${alignedRows([['SERVER', 'NAME', 'IP', 'ERROR'], ...failed.map((each) => [each.source_id, each.name, each.source_ip, each.error_json])])}${countText(failed.length, count)}`;
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
    ...disksOf(server).map((disk): readonly [string, string] => ['disk', diskText(disk)]),
    ['task', task === null ? undefined : `${task.id} (${task.name}): ${task.state}, ${doneText(task.progress)}`],
    ['copied', task === null || sizeText(server) === '' ? undefined : sizeText(server)],
    ['next', nextStep(server)],
  ]);
}

const Size = Type.Union([Type.Number(), Type.BigInt()]);

/** What an agent told of a disk is kept as it came. */
const ShownDisk = Type.Object({ name: Type.String(), size: Size, used_size: Size, partition_style: Type.Optional(Type.Unknown()) });

function disksOf({ disks }: ShowServerResponse): readonly Static<typeof ShownDisk>[] {
  return Array.isArray(disks) ? disks.filter((disk) => Value.Check(ShownDisk, disk)) : [];
}

function diskText({ name, size, used_size: used, partition_style: style }: Static<typeof ShownDisk>): string {
  return `${name}: ${formatBytes(Number(used))} of ${formatBytes(Number(size))} used${typeof style === 'string' ? `, ${style}` : ''}`;
}

/** What a person does about it, where something has to be done. */
function nextStep({ id, state, current_task: task, connected }: ShowServerResponse): string | undefined {
  if (state === 'unavailable') return 'mend what the checks found and start the agent again';
  if (state === 'error' && task !== null) return `haulier server task show ${task.id} says why; haulier server task start ${task.id} goes on where it was`;
  if (task !== null && !connected) return 'start the agent: its task waits for it';
  return state === 'waiting' && task === null ? `haulier server task create ${id} --template ID` : undefined;
}

export function serverTaskTable({ tasks, count }: ListTasksResponse, width?: number): string {
  const column = (heading: string, cellOf: (task: ListTasksResponse['tasks'][number]) => string, more: Pick<Column, 'leave' | 'shrink'> = {}): Column =>
    ({ heading, cells: tasks.map((task) => printable(cellOf(task))), ...more });
  return `${tableOf([
    column('ID', ({ id }) => id, { leave: 3 }),
    column('NAME', ({ name }) => name, { shrink: true }),
    column('STATE', ({ state }) => state),
    column('DONE', ({ progress }) => doneText(progress)),
    column('SPEED', (task) => speedText(task.migrate_speed), { leave: 4 }),
    column('SOURCE', (task) => task.source_server.name, { leave: 2 }),
    column('TARGET', (task) => task.target_server.name ?? '', { leave: 1 }),
    column('ERROR', (task) => task.error_json, { shrink: true }),
  ], width)}${countText(tasks.length, count)}`;
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
    ['time', `${formatDuration(task.total_time)}${task.remain_seconds === null ? '' : `, ${leftText(task.remain_seconds)} left`}`],
  ]);
}

const barCells = 20;

export function stepsText(task: ShowTaskResponse): string {
  const steps = task.sub_tasks.map(({ name, progress, migrate_speed: speed, process_trace: trace }) => [
    name, '█'.repeat(Math.round((progress / 100) * barCells)).padEnd(barCells, '░'), `${progress}%`, speed === null ? '' : `${shortNumber(speed)} Mbit/s`, trace.split('\n', 1)[0] ?? '',
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
  return speed === undefined || speed === 0 ? '' : `${shortNumber(speed)} MB/s`;
}

/** With one digit behind the point, where there is something behind it. */
function shortNumber(value: number): string {
  return String(Math.round(value * 10) / 10);
}

function leftText(seconds: number | bigint | null | undefined): string {
  return seconds === null || seconds === undefined ? '' : formatDuration(Number(seconds));
}

function timeText(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
