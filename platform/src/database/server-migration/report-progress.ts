/**
 * Reports of progress: thousands of agents send them at once. One that only tells of progress is a question and a statement, without
 * a transaction around them: it is written when nobody else has written since. Both are asked about all reports that come meanwhile.
 * One that moves the life of the task is written with the move, under the lock of the pair.
 */
import { gathered } from '@haulier/lib/gather/gather.ts';
import { sql } from 'kysely';
import type { Kysely, Transaction } from 'kysely';
import { afterReport, reportedEvents, reportedSubtask, type TaskProgress } from '../../server-migration/progress.ts';
import { nextMove, taskStateOf, type AgentReport, type Position } from '../../server-migration/server-life-cycle.ts';
import type { ProgressReport } from '../../server-migration/server-migration.ts';
import type { DomainId, MigrationCycle, ServerTaskId, ServerTaskState, SourceState } from '../../server-migration/server.ts';
import type { Reported } from '../../server-migration/server-task-store.ts';
import type { SpeedLimit } from '../../server-migration/speed-windows.ts';
import { phaseOf } from '../../server-migration/subtask-plan.ts';
import { exceededLimit } from '../../server-migration/task-contents.ts';
import { prepared } from '../prepared.ts';
import type { Database } from '../schema.ts';
import { heard } from './heard.ts';
import { moveServer, withServer, type LockedServer } from './move-server.ts';
import { readProgress } from './server-task-rows.ts';
import { limitsColumn, progressColumn } from './task-columns.ts';

type Report = (domain: DomainId, id: ServerTaskId, report: ProgressReport) => Promise<Reported>;

export function progressReports(db: Kysely<Database>): Report {
  const many: Gathered = {
    read: gathered({ askAll: (tasks) => readReported(db, tasks, { hearing: true }), ...gathering }),
    write: gathered({ askAll: (changes) => writeUnlessWritten(db, changes, { soon: true, waiting: false }), ...gathering }),
  };
  return async (domain, id, report) => {
    const taken = await takeReport(db, many, domain, id, report);
    if (typeof taken === 'string') return taken;
    if (taken.exceeded !== undefined) await stopForSpeed(db, domain, id, report.speed ?? 0, taken.exceeded);
    return 'taken';
  };
}

const gathering = { atOnce: 2, most: 100 } as const;

interface Gathered {
  readonly read: (task: TaskKey) => Promise<ReportedRow | undefined>;
  /** Whether it was written: not when somebody else has written since, or is at it. */
  readonly write: (change: ProgressChange) => Promise<boolean>;
}

/** With the limit that the report exceeds so far that the task is to be stopped. */
type Taken = 'absent' | 'unknown-subtask' | { readonly exceeded: SpeedLimit | undefined };

async function takeReport(db: Kysely<Database>, many: Gathered, domain: DomainId, id: ServerTaskId, report: ProgressReport): Promise<Taken> {
  let copyRun: number | undefined;
  for (let tries = 0; ; tries += 1) {
    const row = await many.read({ domain, id });
    if (row === undefined) return 'absent';
    const before = readProgress(id, row.progress, row.progress_run, row.copy_run);
    if (reportedSubtask(before, report.subtask) === undefined) return 'unknown-subtask';
    // A report that was sent before the copy began anew is none of it; nor is one of a task that has not begun.
    copyRun ??= row.copy_run;
    if (copyRun !== row.copy_run || isOfBefore(row, report)) return late;
    const after = afterReport(before, report, row.read_at.getTime());
    if (movesOf({ state: row.state, cycle: row.cycle }, after, report).length > 0) return await reportUnderLock(db, domain, id, report, copyRun);
    const change: ProgressChange = { id, copyRun, version: row.version, after };
    // What is not the end of a step is told anew by the next report.
    const soon = report.progress < 100;
    const written = after === before || (soon && tries === 0 ? await many.write(change) : await writeAlone(db, change, soon));
    if (written) return { exceeded: exceededOf(id, row, report) };
  }
}

const late = { exceeded: undefined } as const;

/** Of a run, or of a clone, that the agent has not been told of yet it can report nothing: what comes meanwhile is of the one before. */
function isOfBefore({ task_state, run_untold, sync_untold }: ReportedRow, { subtask }: ProgressReport): boolean {
  return task_state === 'READY' || run_untold || sync_untold && subtask === 'CLONE_VM';
}

interface TaskKey {
  readonly domain: DomainId;
  readonly id: ServerTaskId;
}

interface ReportedRow {
  readonly task_state: ServerTaskState;
  readonly copy_run: number;
  readonly state: SourceState;
  readonly cycle: MigrationCycle;
  readonly progress: string;
  readonly progress_run: number;
  readonly version: number;
  readonly limits: string | null;
  /** The agent has not been given START since the run began, which is not the task's first. */
  readonly run_untold: boolean;
  /** SYNC waits, and has never been delivered. */
  readonly sync_untold: boolean;
  readonly read_at: Date;
}

/** @param hearing the agents are marked as heard of, which a power failure may take back. */
async function readReported(db: Kysely<Database>, tasks: readonly TaskKey[], { hearing }: { readonly hearing: boolean }): Promise<readonly (ReportedRow | undefined)[]> {
  const { rows } = await sql<ReportedRow & { readonly place: number }>`${prepared}
    with task as materialized (
      select asked.place, t.id, t.source_id, t.state, t.copy_run, t.run > 1 and t.told_run < t.run as run_untold
      from unnest(${tasks.map(({ id }) => id)}::text[], ${tasks.map(({ domain }) => domain)}::text[]) with ordinality as asked (id, domain_id, place)
      join server_task t on t.id = asked.id and t.domain_id = asked.domain_id
    )${hearing ? sql`, ${heard(sql`any(array(select source_id from task))`)}` : sql``}
    select task.place, task.state as task_state, task.copy_run, s.state, s.cycle, p.state as progress, p.copy_run as progress_run, p.version, p.limits, clock_timestamp() as read_at,
      task.run_untold, exists(select from agent_command where source_id = s.id and name = 'SYNC' and deliveries = 0) as sync_untold
      ${hearing ? sql`, set_config('synchronous_commit', 'off', true)` : sql``}
    from task join source_server s on s.id = task.source_id join server_task_progress p on p.task_id = task.id
  `.execute(db);
  const found = new Map(rows.map((row) => [row.place, row]));
  return tasks.map((_, index) => found.get(index + 1));
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

interface ProgressChange {
  readonly id: ServerTaskId;
  readonly copyRun: number;
  /** Which it follows. */
  readonly version: number;
  readonly after: TaskProgress;
}

interface Writing {
  /** The disk is not waited for: a power failure within the next second, though no crash of ours or of PostgreSQL's, takes it back. */
  readonly soon: boolean;
  /** For whoever holds a task. A statement about several must not: it would hold the others meanwhile. */
  readonly waiting: boolean;
}

async function writeAlone(db: Kysely<Database>, change: ProgressChange, soon: boolean): Promise<boolean> {
  const [written = false] = await writeUnlessWritten(db, [change], { soon, waiting: true });
  return written;
}

/** Whether each was written. The task's row is locked first, as by everybody who locks both; of two changes of one task one is written. */
async function writeUnlessWritten(db: Kysely<Database>, changes: readonly ProgressChange[], { soon, waiting }: Writing): Promise<readonly boolean[]> {
  const { rows } = await sql<{ readonly place: number }>`${prepared}
    with change as materialized (
      select * from unnest(
        ${changes.map(({ id }) => id)}::text[], ${changes.map(({ copyRun }) => copyRun)}::integer[], ${changes.map(({ version }) => version)}::bigint[],
        ${changes.map(({ after }) => progressColumn.write(after))}::text[], ${changes.map(({ after }) => after.copied)}::bigint[], ${changes.map(({ after }) => after.total)}::bigint[]
      ) with ordinality as change (id, copy_run, version, state, copied, total, place)
    ),
    task as materialized (
      select t.id, change.place from change join server_task t on t.id = change.id and t.copy_run = change.copy_run for no key update of t ${waiting ? sql`` : sql`skip locked`}
    ),
    written as (
      update server_task_progress p set state = change.state, copy_run = change.copy_run, version = p.version + 1
      from task join change on change.place = task.place where p.task_id = task.id and p.version = change.version returning change.place
    ),
    counted as (
      update server_task t set copied = change.copied, total = change.total
      from written join change on change.place = written.place where t.id = change.id and (t.copied, t.total) is distinct from (change.copied, change.total)
    )
    select place, ${soon ? sql`set_config('synchronous_commit', 'off', true)` : sql`1`} from written
  `.execute(db);
  const written = new Set(rows.map(({ place }) => place));
  return changes.map((_, index) => written.has(index + 1));
}

function countsOf({ copied, total }: TaskProgress) {
  return sql`copied = ${copied}::bigint, total = ${total}::bigint`;
}

function differs({ copied, total }: TaskProgress) {
  return sql`(t.copied, t.total) is distinct from (${copied}::bigint, ${total}::bigint)`;
}

async function reportUnderLock(db: Kysely<Database>, domain: DomainId, id: ServerTaskId, report: ProgressReport, copyRun: number): Promise<Taken> {
  const taken = await withServer(db, domain, { task: id }, async (trx, server): Promise<Taken> => {
    const [row] = await readReported(trx, [{ domain, id }], { hearing: false });
    if (row === undefined) return 'absent';
    if (row.copy_run !== copyRun || isOfBefore(row, report)) return late;
    const after = afterReport(readProgress(id, row.progress, row.progress_run, row.copy_run), report, row.read_at.getTime());
    await write(trx, id, copyRun, after);
    await moveAlong(trx, server, movesOf(server.position, after, report));
    return { exceeded: exceededOf(id, row, report) };
  });
  return taken ?? 'absent';
}

async function write(trx: Transaction<Database>, id: ServerTaskId, copyRun: number, after: TaskProgress): Promise<void> {
  await sql`update server_task_progress set state = ${progressColumn.write(after)}, copy_run = ${copyRun}, version = version + 1 where task_id = ${id}`.execute(trx);
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
function exceededOf(id: ServerTaskId, { limits }: ReportedRow, report: ProgressReport): SpeedLimit | undefined {
  return limits === null ? undefined : exceededLimit(limitsColumn.read(limits, id), report);
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
