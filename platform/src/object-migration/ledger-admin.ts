/**
 * The port to the ledgers of all tasks, for the one who owns the tasks: the engine sees one task's {@link Ledger} and
 * moves its objects; this one creates, starts, steers, reads and drops them.
 */
import type { Count, CountingState, Ledger, Tally } from '../engine/ledger/ledger.ts';
import type { BandwidthWindow, TaskId } from './task.ts';

export interface LedgerReading {
  /** Runs from nothing so far; 0 before the first. */
  readonly run: number;
  /** Starts so far, retries of the failed ones included; see `number` of {@link LedgerAdmin.beginRun}. */
  readonly starts: number;
  readonly desired: 'run' | 'pause';
  /** Committed counters of this run. */
  readonly tally: Tally;
  /** Objects in work items that no column of the tally holds yet. */
  readonly pending: Count;
  /** Every range is finished: what there is to migrate is the tally's sum and `pending`, and grows no more. */
  readonly listed: boolean;
  readonly counting: CountingState;
  /** Bytes per second over all live workers, as they last reported. */
  readonly speed: number;
  readonly liveWorkers: number;
}

export interface LedgerAdmin {
  /** An empty ledger that wants to be paused. A second call for the same task changes nothing. */
  create(taskId: TaskId): Promise<void>;

  /**
   * Starts over: `failedOnly: false` drops what is left of the previous run and sets all counters to 0;
   * `failedOnly: true` makes a work item, counted `as-failed`, of each failure and keeps counters, lists and whatever
   * was still open, which goes on. Uploads that nothing will go on with are left to the janitor. What workers of a dropped
   * run still commit is fenced off, and their next heartbeat says pause.
   *
   * A paused task goes on without it. With `number` it is the start of that number: where so many have begun already,
   * also by somebody else at the same moment, nothing changes.
   */
  beginRun(taskId: TaskId, options: { readonly failedOnly: boolean; readonly number?: number }): Promise<void>;

  /** What workers read at their next heartbeat. */
  setDesired(taskId: TaskId, desired: 'run' | 'pause'): Promise<void>;
  /** Replaces the windows; workers follow within two heartbeats. Empty is unlimited. */
  setBandwidth(taskId: TaskId, windows: readonly BandwidthWindow[]): Promise<void>;

  /**
   * The engine's view of a task for one worker. `workerId` names one attempt to work on it: it is used for one
   * `runMigration` and never again, also not by the same process, or what a broken attempt held would look held for ever.
   */
  ledgerFor(taskId: TaskId, workerId: string): Ledger;
  /** Gives up at once all that this attempt still holds, instead of when its lease ends. Called when its run is over, however it ended. */
  endWorker(taskId: TaskId, workerId: string): Promise<void>;
  /** Bytes per second over the last seconds, told by the worker itself: committed counters stand still during a large object. */
  reportSpeed(taskId: TaskId, workerId: string, bytesPerSecond: number): Promise<void>;
  /** Workers whose lease has not ended. */
  liveWorkers(taskId: TaskId): Promise<number>;

  /** One query for all; unknown tasks are missing from the result. */
  readTally(taskIds: readonly TaskId[]): Promise<ReadonlyMap<TaskId, LedgerReading>>;

  /** Forgets the task but for its abandoned uploads, which `ledgerFor(…).abandonedUploads` still shows until they are forgotten one by one. */
  drop(taskId: TaskId): Promise<void>;
  /** Leaves every upload that a work item still has open to the janitor: the run is over and nothing goes on with them. */
  abandonOpenUploads(taskId: TaskId): Promise<void>;
  /** Whether an upload of this task still waits for the janitor; its credentials are needed until then. */
  hasAbandonedUploads(taskId: TaskId): Promise<boolean>;
}
