/** The port through which workers find the tasks that want one, and settle what is between them and the queue. */
import type { TaskId, TaskState } from './task.ts';
import type { StoredTask } from './task-repository.ts';

export interface WantingTask {
  readonly id: TaskId;
  /** Higher first: HIGH before MEDIUM before LOW, and a first worker for any task before a second one for another. */
  readonly urgency: number;
  /** Its ledger has not begun the task's run: `prepareRun` is due. */
  readonly unprepared: boolean;
}

export interface Assignment {
  readonly task: StoredTask;
  readonly deleted: boolean;
  /** Undefined once they were dropped. */
  readonly sealedCredentials: Uint8Array | undefined;
}

export interface TaskWork {
  /** Says that the process is alive; returns how many are. */
  checkIn(processId: string): Promise<number>;
  checkOut(processId: string): Promise<void>;
  /**
   * At most `limit` tasks, the most urgent first, that are in a runnable state and have no live worker, or have fewer
   * live workers than `workersPerTask` and are being worked on, or whose janitor is due.
   */
  wanting(limit: number, workersPerTask: number): Promise<readonly WantingTask[]>;
  assignment(id: TaskId): Promise<Assignment | undefined>;
  /** The state and the run that a worker checks its own against; undefined when the task was deleted. */
  stateOf(id: TaskId): Promise<{ readonly state: TaskState; readonly run: number } | undefined>;
  /** The task wants no first worker for so long, unless it is to be paused. */
  postpone(id: TaskId, ms: number): Promise<void>;
  /** The task wants no second worker for so long. */
  postponeHelp(id: TaskId, ms: number): Promise<void>;
  /** Counts errors of our own that ended a worker's attempt, since the last attempt that ended well; returns the count. */
  countCrash(id: TaskId): Promise<number>;
  forgetCrashes(id: TaskId): Promise<void>;

  /** A list of outcomes of the task's run could not be written: its records are not whole. */
  noteBrokenRecords(id: TaskId): Promise<void>;

  /** Takes the janitor's turn for `ms`; the number of turns so far, this one included, or undefined when it is not due. */
  takeCleanup(id: TaskId, ms: number): Promise<number | undefined>;
  /** The next turn is due after so long. */
  postponeCleanup(id: TaskId, ms: number): Promise<void>;
  /** Nothing is left to clean of a run that is over: credentials are dropped. Changes nothing when another run has begun. */
  endCleanup(id: TaskId, run: number): Promise<void>;
  /** Forgets deleted tasks that are clean and no longer count for the quota of a day. */
  purge(): Promise<void>;
}
