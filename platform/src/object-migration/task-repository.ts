/**
 * The port to the kept tasks. Every change of state is a compare-and-set: it says in which state the task was read, and
 * changes nothing when it is in another by now. All times are the database's clock, in milliseconds since the epoch.
 */
import type { Count } from '../engine/ledger/ledger.ts';
import type { NewNotice, NoticeResult } from './notices/notice.ts';
import type { GroupId } from './groups/group.ts';
import type { LifeState } from './life-cycle.ts';
import type { BandwidthWindow, ErrorReason, NewTask, Priority, ProjectId, TaskFilter, TaskId, TaskState } from './task.ts';

/** One start of a task. Going on after a pause or a crash is still the same run. */
export interface Run {
  /** From 1. */
  readonly number: number;
  readonly kind: 'all' | 'failed-only';
  /** The number of the last run of kind `all`: a retry adds to its lists. */
  readonly base: number;
  /** It came to an end, whichever. */
  readonly over: boolean;
}

/** What became of the lists that a run writes at its end. */
export interface RecordResults {
  readonly failedListKey: string | undefined;
  readonly failedError: string | undefined;
  readonly successError: string | undefined;
  readonly skipError: string | undefined;
}

/** A task as it is kept: all but its secrets and what its ledger counts. */
export interface StoredTask extends Omit<NewTask, 'credentials'> {
  readonly id: TaskId;
  readonly groupId: GroupId | undefined;
  readonly name: string;
  readonly state: TaskState;
  readonly createdAt: number;
  readonly startedAt: number | undefined;
  /** Running time up to `runningSince`, in milliseconds. */
  readonly accumulatedMs: number;
  /** Undefined unless the task is active. */
  readonly runningSince: number | undefined;
  readonly run: Run;
  /** Every object of the selection has an outcome; a retry of the failed ones keeps it. */
  readonly complete: boolean;
  readonly error: ErrorReason | undefined;
  readonly records: RecordResults | undefined;
  /** A list of outcomes of this run could not be written. */
  readonly recordsBroken: boolean;
  /** Of the run's message, once it has ended. */
  readonly noticeResult: NoticeResult | undefined;
  /** In a retry of the failed objects that is not over: those that have not been dealt with again. */
  readonly toRetry: Count | undefined;
  /** When this was read. */
  readonly readAt: number;
}

export interface Quotas {
  /** Tasks created in the last 24 hours, deleted ones included. The tasks of groups count for no quota: groups have their own. */
  readonly perDay: number;
  readonly waiting: number;
}

export type QuotaRefusal = 'quota-per-day' | 'quota-waiting';

export interface NewStoredTask extends Omit<NewTask, 'credentials'> {
  readonly id: TaskId;
  readonly name: string;
  readonly sealedCredentials: Uint8Array;
}

/** What changes along with the state. Absent fields stay. */
export interface TaskChange {
  readonly to: TaskState;
  readonly sealedCredentials?: Uint8Array;
  /** The run's number goes up by one; `prepareRun` makes the ledger ready for it. */
  readonly newRun?: Run['kind'];
  /** The run came to its end; its janitor is due. */
  readonly runOver?: boolean;
  readonly complete?: boolean;
  readonly error?: ErrorReason | undefined;
  readonly records?: RecordResults | undefined;
  /** Told to the task's topic; kept together with the change or not at all. */
  readonly notice?: NewNotice | undefined;
}

/** Who may write on behalf of a run: a worker whose lease is alive, of the run that it claimed. */
export interface Fence {
  readonly workerId: string;
  readonly run: number;
  /** Only when no other worker of the task is alive. */
  readonly alone: boolean;
}

export interface TaskRepository {
  /** Checks and takes the quotas in one step. */
  insert(task: NewStoredTask, quotas: Quotas): Promise<'inserted' | 'id-taken' | QuotaRefusal>;
  exceededQuota(project: ProjectId, quotas: Quotas): Promise<QuotaRefusal | undefined>;
  find(project: ProjectId, id: TaskId): Promise<StoredTask | undefined>;
  /** Newest first. */
  list(project: ProjectId, filter: TaskFilter): Promise<{ readonly tasks: readonly StoredTask[]; readonly count: number }>;
  /** False when the task is no longer in `from`, or the fence does not hold. */
  move(id: TaskId, from: TaskState, change: TaskChange, fence?: Fence): Promise<boolean>;
  /** Hides the task; its janitor is due, and what is kept of it goes when that has ended. False when it is no longer in `from`. */
  remove(id: TaskId, from: TaskState): Promise<boolean>;
  /**
   * Changes all of these tasks or, when one is missing or in a state outside of `states`, none; then the first such one
   * is the answer.
   */
  update(project: ProjectId, ids: readonly TaskId[], change: TaskUpdate, states: readonly TaskState[]): Promise<UpdateProblem | undefined>;
}

export interface TaskUpdate {
  readonly bandwidth: readonly BandwidthWindow[];
  readonly priority?: Priority | undefined;
}

export interface UpdateProblem {
  readonly id: TaskId;
  readonly state: LifeState;
}
