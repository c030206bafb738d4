/**
 * Reports of progress: thousands of agents send them at once. One that only tells of progress is a question and a statement, without
 * a transaction around them: it is written when nobody else has written since. One that moves the life of the task is written with
 * the move, under the lock of the pair.
 */
import { sql } from 'kysely';
import type { Kysely, Transaction } from 'kysely';
import { afterReport, reportedEvents, reportedSubtask, type TaskProgress } from '../../server-migration/progress.ts';
import { nextMove, taskStateOf, type AgentReport, type Position } from '../../server-migration/server-life-cycle.ts';
import type { ProgressReport } from '../../server-migration/server-migration.ts';
import type { DomainId, MigrationCycle, ServerTaskId, ServerTaskState, SourceState } from '../../server-migration/server.ts';
import type { Reported } from '../../server-migration/server-task-store.ts';
import type { SpeedLimit } from '../../server-migration/speed-windows.ts';
import { phaseOf } from '../../server-migration/subtask-plan.ts';
import { exceededLimit, type LimitedTask } from '../../server-migration/task-contents.ts';
import type { Database } from '../schema.ts';
import { heard } from './heard.ts';
import { moveServer, withServer, type LockedServer } from './move-server.ts';
import { readProgress, writeProgress } from './server-task-rows.ts';

export async function reportProgress(db: Kysely<Database>, domain: DomainId, id: ServerTaskId, report: ProgressReport): Promise<Reported> {
  const taken = await takeReport(db, domain, id, report);
  if (typeof taken === 'string') return taken;
  if (taken.exceeded !== undefined) await stopForSpeed(db, domain, id, report.speed ?? 0, taken.exceeded);
  return 'taken';
}

/** With the limit that the report exceeds so far that the task is to be stopped. */
type Taken = 'absent' | 'unknown-subtask' | { readonly exceeded: SpeedLimit | undefined };

async function takeReport(db: Kysely<Database>, domain: DomainId, id: ServerTaskId, report: ProgressReport): Promise<Taken> {
  let copyRun: number | undefined;
  for (;;) {
    const row = await readReported(db, domain, id);
    if (row === undefined) return 'absent';
    const before = readProgress(row.progress, row.progress_run, row.copy_run);
    if (reportedSubtask(before, report.subtask) === undefined) return 'unknown-subtask';
    // A report that was sent before the copy began anew is none of it; nor is one of a task that has not begun.
    copyRun ??= row.copy_run;
    if (copyRun !== row.copy_run || row.task_state === 'READY') return late;
    const after = afterReport(before, report, row.read_at.getTime());
    if (movesOf({ state: row.state, cycle: row.cycle }, after, report).length > 0) return await reportUnderLock(db, domain, id, report, copyRun);
    // What is not the end of a step is told anew by the next report.
    if (after === before || await writeUnlessWritten(db, id, row, after, report.progress < 100)) return { exceeded: exceededOf(row, report) };
  }
}

const late = { exceeded: undefined } as const;

interface ReportedRow {
  readonly task_state: ServerTaskState;
  readonly copy_run: number;
  readonly state: SourceState;
  readonly cycle: MigrationCycle;
  readonly progress: string;
  readonly progress_run: number;
  readonly version: number;
  readonly limits: string | null;
  readonly read_at: Date;
}

async function readReported(db: Kysely<Database>, domain: DomainId, id: ServerTaskId): Promise<ReportedRow | undefined> {
  const { rows: [row] } = await sql<ReportedRow>`
    with ${heard(sql`(select source_id from server_task where id = ${id} and domain_id = ${domain})`)}
    select t.state as task_state, t.copy_run, s.state, s.cycle, p.state as progress, p.copy_run as progress_run, p.version, p.limits, clock_timestamp() as read_at
    from server_task t join source_server s on s.id = t.source_id join server_task_progress p on p.task_id = t.id
    where t.id = ${id} and t.domain_id = ${domain}
  `.execute(db);
  return row;
}

/** The events of a report that its task's life follows, one after the other. */
function movesOf(from: Position, after: TaskProgress, report: ProgressReport): readonly AgentReport[] {
  let position = from;
  return reportedEvents(after, report, isSyncing(after)).filter((event) => {
    const move = nextMove(position, true, event);
    if (move.kind === 'moved') position = move.position;
    return move.kind === 'moved';
  });
}

/** Its plan has a step of synchronising. */
function isSyncing({ subtasks }: TaskProgress): boolean {
  return subtasks.some(({ name }) => phaseOf[name] === 'repeated' && name !== 'CLONE_VM');
}

/**
 * The task's row is locked first, as by everybody who locks both.
 *
 * @param soon the disk is not waited for: a power failure within the next second, though no crash of ours or of PostgreSQL's, takes it back.
 */
async function writeUnlessWritten(db: Kysely<Database>, id: ServerTaskId, { copy_run: copyRun, version }: ReportedRow, after: TaskProgress, soon: boolean): Promise<boolean> {
  const { rows } = await sql`
    with task as materialized (select id from server_task where id = ${id} and copy_run = ${copyRun} for no key update),
    written as (
      update server_task_progress p set state = ${writeProgress(after)}, copy_run = ${copyRun}, version = version + 1
      from task where p.task_id = task.id and p.version = ${version} returning p.task_id
    ),
    counted as (update server_task t set ${countsOf(after)} from written where t.id = written.task_id and ${differs(after)})
    select ${soon ? sql`set_config('synchronous_commit', 'off', true)` : sql`1`} from written
  `.execute(db);
  return rows.length > 0;
}

function countsOf({ copied, total }: TaskProgress) {
  return sql`copied = ${copied}::bigint, total = ${total}::bigint`;
}

function differs({ copied, total }: TaskProgress) {
  return sql`(t.copied, t.total) is distinct from (${copied}::bigint, ${total}::bigint)`;
}

async function reportUnderLock(db: Kysely<Database>, domain: DomainId, id: ServerTaskId, report: ProgressReport, copyRun: number): Promise<Taken> {
  const taken = await withServer(db, domain, { task: id }, async (trx, server): Promise<Taken> => {
    const row = await readReported(trx, domain, id);
    if (row === undefined) return 'absent';
    if (row.copy_run !== copyRun) return late;
    const after = afterReport(readProgress(row.progress, row.progress_run, row.copy_run), report, row.read_at.getTime());
    await write(trx, id, copyRun, after);
    await moveAlong(trx, server, movesOf(server.position, after, report));
    return { exceeded: exceededOf(row, report) };
  });
  return taken ?? 'absent';
}

async function write(trx: Transaction<Database>, id: ServerTaskId, copyRun: number, after: TaskProgress): Promise<void> {
  await sql`update server_task_progress set state = ${writeProgress(after)}, copy_run = ${copyRun}, version = version + 1 where task_id = ${id}`.execute(trx);
  await sql`update server_task t set ${countsOf(after)} where t.id = ${id} and ${differs(after)}`.execute(trx);
}

async function moveAlong(trx: Transaction<Database>, from: LockedServer, events: readonly AgentReport[]): Promise<void> {
  let server = from;
  for (const event of events) {
    const move = await moveServer(trx, server, event);
    if (move.kind !== 'moved') return;
    server = { ...server, position: move.position, task: server.task && { ...server.task, state: taskStateOf(move.position) } };
  }
}

/** What `stoppingLimits` of the task said when they were written. */
function exceededOf({ limits }: ReportedRow, report: ProgressReport): SpeedLimit | undefined {
  return limits === null ? undefined : exceededLimit(JSON.parse(limits) as LimitedTask, report);
}

/**
 * The documents' protection of what shares the line with a migration: it is stopped as by a person, and says why. One that is being
 * stopped already, or launched, is left alone.
 */
async function stopForSpeed(db: Kysely<Database>, domain: DomainId, id: ServerTaskId, speed: number, limit: SpeedLimit): Promise<void> {
  const error = `The migration was stopped: it ran at ${speed} Mbit/s, beyond its limit of ${limit.speed} Mbit/s and the threshold of that. Start it again, or raise the limit first.`;
  await withServer(db, domain, { task: id }, async (trx, server) => {
    const move = await moveServer(trx, server, 'stop');
    if (move.kind === 'moved') await trx.updateTable('server_task').set({ error }).where('id', '=', id).execute();
  });
}
