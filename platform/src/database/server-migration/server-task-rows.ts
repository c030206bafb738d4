/** Rows of a server's task and of its progress, to tasks and back. */
import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import { estimatedEnd, newProgress, newRun, taskProgress, type TaskProgress } from '../../server-migration/progress.ts';
import { domainId, serverTaskId, sourceId } from '../../server-migration/server-id.ts';
import type { ServerTask, ServerTaskState } from '../../server-migration/server.ts';
import type { Database } from '../schema.ts';
import { contentsColumn, progressColumn, type KeptProgress } from './task-columns.ts';

/** All that {@link serverTaskOf} needs, with the database's time. */
export function selectServerTasks(db: Kysely<Database>) {
  return db.selectFrom('server_task')
    .innerJoin('server_task_progress', 'server_task_progress.task_id', 'server_task.id')
    .select([
      'server_task.id', 'server_task.domain_id', 'server_task.source_id', 'server_task.enterprise_project', 'server_task.name', 'server_task.state', 'server_task.spec',
      'server_task.copy_run', 'server_task.error', 'server_task.created_at', 'server_task.started_at', 'server_task.finished_at', 'server_task.running_since',
      'server_task.accumulated_ms', 'server_task_progress.copy_run as progress_run', 'server_task_progress.state as progress',
    ])
    .select(sql<Date>`clock_timestamp()`.as('read_at'));
}

export interface ServerTaskRow {
  readonly id: string;
  readonly domain_id: string;
  readonly source_id: string;
  readonly enterprise_project: string;
  readonly name: string;
  readonly state: ServerTaskState;
  readonly spec: string;
  readonly copy_run: number;
  readonly error: string | null;
  readonly created_at: Date;
  readonly started_at: Date | null;
  readonly finished_at: Date | null;
  readonly running_since: Date | null;
  readonly accumulated_ms: number;
  readonly progress_run: number;
  readonly progress: string;
  readonly read_at: Date;
}

export function serverTaskOf(row: ServerTaskRow): ServerTask {
  const contents = contentsColumn.read(row.spec, row.id);
  const progress = readProgress(row.id, row.progress, row.progress_run, row.copy_run);
  const copying = (row.state === 'RUNNING' || row.state === 'SYNCING') && isOfThisRun(row, progress);
  return {
    ...contents,
    id: serverTaskId(row.id),
    domain: domainId(row.domain_id),
    source: sourceId(row.source_id),
    enterpriseProject: row.enterprise_project,
    name: row.name,
    state: row.state,
    subtasks: progress.subtasks,
    progress: taskProgress(progress.subtasks),
    speed: copying ? progress.speed / bitsPerByte : 0,
    compressRate: progress.compressRate,
    copied: progress.copied,
    total: progress.total,
    remainingSeconds: copying ? progress.remainingSeconds : undefined,
    estimatedEndAt: copying ? estimatedEnd(progress) : undefined,
    createdAt: row.created_at.getTime(),
    startedAt: row.started_at?.getTime(),
    finishedAt: row.finished_at?.getTime(),
    totalTime: row.accumulated_ms + (row.running_since === null ? 0 : Math.max(0, row.read_at.getTime() - row.running_since.getTime())),
    error: row.error ?? undefined,
    facts: { ...contents.facts, ...progress.usage },
  };
}

/** Speed and remaining time that were told before the task was stopped say nothing of what it does since it was started again. */
function isOfThisRun({ running_since: since }: Pick<ServerTaskRow, 'running_since'>, { reportedAt }: TaskProgress): boolean {
  return since !== null && reportedAt !== undefined && reportedAt >= since.getTime();
}

const bitsPerByte = 8;

/** Of the copy that the task is at: one that has not been reported yet begins at 0. */
export function readProgress(id: string, text: string, progressRun: number, copyRun: number): TaskProgress {
  const { pace, ...kept } = progressColumn.read(text, id);
  const progress = { ...newProgress([], []), ...kept, subtasks: kept.subtasks.map((subtask) => ({ ...absent, ...subtask })), pace: pace && exactPace(pace) };
  return progressRun === copyRun ? progress : newRun(progress);
}

/** What JSON leaves out of a subtask. */
const absent = { startedAt: undefined, endedAt: undefined, speed: undefined, userOp: undefined };

function exactPace({ copied, at, bytesPerSecond }: NonNullable<KeptProgress['pace']>): TaskProgress['pace'] {
  return { copied, at, bytesPerSecond: bytesPerSecond === undefined ? undefined : Number(bytesPerSecond) };
}
