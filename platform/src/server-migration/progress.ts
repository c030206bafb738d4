/**
 * What the reports of an agent come to, as pure functions. Within a run nothing goes backwards: a report that comes late or again
 * leaves everything as it is. A new run begins at 0.
 */
import { pacedOn, remainingAt, startPace, type Pace } from './pace.ts';
import type { AgentReport } from './server-life-cycle.ts';
import type { ProgressReport, SubtaskChange } from './server-migration.ts';
import type { Facts, Int64, Subtask, SubtaskName } from './server.ts';
import { phaseOf, plannedName, withClone } from './subtask-plan.ts';

export interface TaskProgress {
  readonly subtasks: readonly Subtask[];
  /** Bytes of the task. Of a round of synchronising, while one goes on. */
  readonly copied: Int64;
  readonly total: Int64;
  /** Of the latest report of copying: Mbit/s, told or else measured; 0 when that told of its end. */
  readonly speed: number;
  readonly compressRate: number | undefined;
  readonly remainingSeconds: Int64 | undefined;
  readonly usage: Facts;
  /** Of the latest report of copying that changed something; milliseconds since the epoch. Speed and remaining time are of that moment. */
  readonly reportedAt: number | undefined;
  /** As the agent told it last. */
  readonly agentTime: string | undefined;
  /** Measured from the bytes that reports tell. */
  readonly pace: Pace | undefined;
}

/** @param ids of the subtasks, in the plan's order, ascending. */
export function newProgress(plan: readonly SubtaskName[], ids: readonly number[]): TaskProgress {
  return {
    subtasks: plan.map((name, index) => untouched(ids[index] ?? index + 1, name)),
    copied: 0, total: 0, speed: 0, compressRate: undefined, remainingSeconds: undefined, usage: {}, reportedAt: undefined, agentTime: undefined, pace: undefined,
  };
}

/** What is known at the beginning of another run: the steps, and nothing of them. */
export function newRun({ subtasks }: TaskProgress): TaskProgress {
  const kept = subtasks.filter(({ name }) => name !== 'CLONE_VM');
  return newProgress(kept.map(({ name }) => name), kept.map(({ id }) => id));
}

/** A clone is about to be made; one that was made before counts no more. */
export function newClone(progress: TaskProgress, id: number): TaskProgress {
  const plan = withClone(progress.subtasks.map(({ name }) => name));
  const known = new Map(progress.subtasks.map((subtask) => [subtask.name, subtask]));
  return { ...progress, subtasks: plan.map((name) => (name === 'CLONE_VM' ? untouched(known.get(name)?.id ?? id, name) : known.get(name) ?? untouched(id, name))) };
}

/** The user operation of the documents' example; what another one is called they do not say. */
const userOp = 'REPLICATE';

function untouched(id: number, name: SubtaskName): Subtask {
  return { id, name, progress: 0, startedAt: undefined, endedAt: undefined, speed: undefined, userOp: name === 'CLONE_VM' ? undefined : userOp, processTrace: '' };
}

/**
 * The task's progress, 0 to 100: configuration up to 21 %, data up to 80 %, launching up to 100 %, steps of a part in equal shares.
 * What is done again and again beside it, synchronising and cloning, does not count. 100 only when all the rest is done.
 */
export function taskProgress(subtasks: readonly Subtask[]): number {
  const share = (phase: string, percent: number) => {
    const steps = subtasks.filter(({ name }) => phaseOf[name] === phase);
    return percent * steps.reduce((sum, { progress }) => sum + progress, 0) / (100 * Math.max(1, steps.length));
  };
  // What is left below a whole number is either nothing, or far more than what floating point adds to it.
  return Math.floor(share('configuration', 21) + share('data', 59) + share('launch', 20) + 1e-6);
}

/** The step that a report is about; undefined: the task has none like it. */
export function reportedSubtask(progress: TaskProgress, name: SubtaskName): Subtask | undefined {
  const planned = plannedName(progress.subtasks.map((subtask) => subtask.name), name);
  return progress.subtasks.find((subtask) => subtask.name === planned);
}

/** `before` itself when the report changes nothing, which includes one of a step that the task does not have. */
export function afterReport(before: TaskProgress, report: ProgressReport, at: number): TaskProgress {
  const subtask = reportedSubtask(before, report.subtask);
  if (subtask === undefined || isOfEarlierRound(before, subtask, report)) return before;
  const round = beginsRound(before, subtask, report);
  if (!round && isLate(before, subtask, report)) return before;
  const copies = movesData(subtask.name);
  const copying = copies ? copyingAfter(before, report, round || subtask.startedAt === undefined, at) : notedBytes(before, report);
  const isCopied = copies && report.progress === 100;
  const after: TaskProgress = {
    ...before, ...copying, ...isCopied ? { speed: 0, remainingSeconds: 0 } : {},
    subtasks: replaced(before.subtasks, steppedOn(round ? untouched(subtask.id, subtask.name) : subtask, report, copying.speed ?? report.speed, at)),
    usage: { ...before.usage, ...report.usage },
    agentTime: report.agentTime ?? before.agentTime,
  };
  if (isSame(before, after)) return before;
  return copies ? { ...after, reportedAt: at } : after;
}

/** Whether the bytes of the task are moved in this step. */
function movesData(name: SubtaskName): boolean {
  return phaseOf[name] === 'data' || phaseOf[name] === 'repeated' && name !== 'CLONE_VM';
}

/**
 * Synchronising and cloning repeat: what tells the first report of a new round from a late one of the last is that the agent's clock
 * has gone on; or, after the end of a round, that it begins at 0 or has another amount to copy.
 */
function beginsRound(before: TaskProgress, subtask: Subtask, report: ProgressReport): boolean {
  if (phaseOf[subtask.name] !== 'repeated' || report.progress >= subtask.progress) return false;
  if (isLater(report.agentTime, before.agentTime)) return true;
  return subtask.progress === 100 && (report.progress === 0 || !isEqual(report.total, before.total));
}

function isLater(agentTime: string | undefined, than: string | undefined): boolean {
  return msBetween(than, agentTime) > 0;
}

/** A clock that shows much less has been set back, for summer time for instance, and says nothing of late reports. */
const longestDelayMs = 10 * 60_000;

/** Or of earlier in this one. A step that is done once needs no clock: there it is late when it tells of less. */
function isOfEarlierRound(before: TaskProgress, { name }: Subtask, { agentTime }: ProgressReport): boolean {
  const ms = msBetween(agentTime, before.agentTime);
  return phaseOf[name] === 'repeated' && movesData(name) && ms > 0 && ms <= longestDelayMs;
}

/** NaN where one of them is not told, or shows no date. */
function msBetween(from: string | undefined, to: string | undefined): number {
  return Date.parse(to ?? '') - Date.parse(from ?? '');
}

function isLate(before: TaskProgress, subtask: Subtask, report: ProgressReport): boolean {
  if (report.progress !== subtask.progress) return report.progress < subtask.progress;
  return movesData(subtask.name) && subtask.startedAt !== undefined && BigInt(report.copied) < BigInt(before.copied);
}

/** Of a step that moves no data: the bytes are the task's, and none are taken back. */
function notedBytes(before: TaskProgress, { copied, total }: ProgressReport): Pick<TaskProgress, 'copied' | 'total'> & { readonly speed?: number } {
  return { copied: larger(before.copied, copied), total: larger(before.total, total) };
}

/**
 * @param begins the first report of a copy, or of a round: it says how much there is. After that nothing that was copied is taken back,
 * and a total of 0 is one that was not told.
 */
function copyingAfter(before: TaskProgress, report: ProgressReport, begins: boolean, at: number) {
  const copied = begins ? report.copied : larger(before.copied, report.copied);
  const total = begins || !isEqual(report.total, 0) ? report.total : before.total;
  const pace = begins || before.pace === undefined ? startPace(copied, at) : pacedOn(before.pace, copied, at);
  const measured = pace.bytesPerSecond === undefined ? undefined : pace.bytesPerSecond / bytesPerMbit;
  const remaining = report.remainingSeconds ?? remainingAt((measured ?? report.speed ?? 0) * bytesPerMbit, copied, total);
  return {
    copied, total, pace,
    speed: report.speed ?? measured ?? 0,
    compressRate: report.compressRate ?? before.compressRate,
    remainingSeconds: remaining,
  };
}

const bytesPerMbit = 1e6 / 8;

function steppedOn(subtask: Subtask, { progress, processTrace }: ProgressReport, speed: number | undefined, at: number): Subtask {
  return {
    ...subtask, progress, processTrace,
    speed: speed ?? subtask.speed,
    startedAt: subtask.startedAt ?? at,
    endedAt: progress === 100 ? subtask.endedAt ?? at : undefined,
  };
}

/** What an update says of subtasks: it tells more of them, and raises their progress. */
export function afterUpdate(before: TaskProgress, changes: readonly SubtaskChange[]): TaskProgress {
  return changes.reduce((progress, change) => {
    const subtask = reportedSubtask(progress, change.name);
    return subtask === undefined ? progress : { ...progress, subtasks: replaced(progress.subtasks, changed(subtask, change)) };
  }, before);
}

function changed(subtask: Subtask, change: SubtaskChange): Subtask {
  const progress = Math.max(subtask.progress, change.progress);
  return {
    ...subtask, progress,
    startedAt: subtask.startedAt ?? change.startedAt,
    endedAt: progress === 100 ? subtask.endedAt ?? change.endedAt : undefined,
    speed: change.speed ?? subtask.speed,
    userOp: change.userOp ?? subtask.userOp,
    processTrace: change.processTrace ?? subtask.processTrace,
  };
}

/**
 * What a report says of the task's life, in order. It says so each time it comes: where the life has gone on, that is ignored, and
 * where an answer was lost, nothing is.
 */
export function reportedEvents(after: TaskProgress, report: ProgressReport, syncing: boolean): readonly AgentReport[] {
  const subtask = reportedSubtask(after, report.subtask);
  if (subtask === undefined) return [];
  const done = subtask.progress === 100 && report.progress === 100;
  const flows: readonly AgentReport[] = movesData(subtask.name) && (report.progress > 0 || BigInt(report.copied) > 0n) ? ['flow'] : [];
  if (!done) return flows;
  if (phaseOf[subtask.name] === 'data') return [...flows, syncing ? 'copy-and-sync' : 'copy-and-launch'];
  if (phaseOf[subtask.name] === 'launch') return isLaunched(after.subtasks) ? ['launch-done'] : [];
  return subtask.name === 'CLONE_VM' ? ['clone-done'] : flows;
}

/** The copy is whole, and all of its launch is done. */
function isLaunched(subtasks: readonly Subtask[]): boolean {
  return subtasks.every(({ name, progress }) => progress === 100 || phaseOf[name] !== 'data' && phaseOf[name] !== 'launch');
}

/** When it is expected to be copied; undefined when nothing is known, or it is beyond what a date holds. */
export function estimatedEnd({ reportedAt, remainingSeconds }: Pick<TaskProgress, 'reportedAt' | 'remainingSeconds'>): number | undefined {
  if (reportedAt === undefined || remainingSeconds === undefined) return undefined;
  const end = reportedAt + Number(remainingSeconds) * 1000;
  return Number.isSafeInteger(end) ? end : undefined;
}

function replaced(subtasks: readonly Subtask[], by: Subtask): readonly Subtask[] {
  return subtasks.map((subtask) => (subtask.name === by.name ? by : subtask));
}

function larger(a: Int64, b: Int64): Int64 {
  return BigInt(a) >= BigInt(b) ? a : b;
}

function isEqual(a: Int64, b: Int64): boolean {
  return BigInt(a) === BigInt(b);
}

function isSame(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return Object.is(a, b);
  const [entries, others] = [Object.entries(a), new Map<string, unknown>(Object.entries(b))];
  return entries.length === others.size && entries.every(([name, value]) => others.has(name) && isSame(value, others.get(name)));
}
