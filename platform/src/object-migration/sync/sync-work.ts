/**
 * The port through which workers take accepted events and settle them.
 *
 * A lease is a row's epoch, raised by every claim, with a time until which nobody else claims it. Every write of a lease
 * throws `FencedError` when somebody has claimed the row since, or it is gone; nothing was written then.
 */
import type { AbandonedUpload, UploadRecord } from '../../engine/ledger/ledger.ts';
import type { SyncTask, SyncTaskId } from './sync-task.ts';

export interface SyncAssignment {
  readonly task: SyncTask;
  /** Starts so far: another number means other credentials. */
  readonly starts: number;
  readonly sealedCredentials: Uint8Array;
}

/** The order to look at one key again. */
export interface SyncLease {
  readonly eventId: number;
  readonly epoch: number;
  readonly key: string;
  /** Tries so far that are to be repeated. */
  readonly attempts: number;
  /** A copy was begun under this or an earlier lease: what matches now may be ours. */
  readonly begun: boolean;
  readonly upload: UploadRecord | undefined;
}

export type SyncOutcome =
  | { readonly kind: 'succeeded'; readonly bytes: number }
  | { readonly kind: 'skipped' }
  | { readonly kind: 'failed' };

export interface Settled {
  /** Names that this outcome settled: one, and one more for each time the key was named again before it was looked at. */
  readonly names: number;
  /** Since the first of them was accepted. */
  readonly waitedMs: number;
}

export interface SyncWork {
  /** Tasks that are synchronizing and have an event that is due and that nobody holds. */
  tasksWithWork(): Promise<readonly SyncTaskId[]>;
  /** Undefined unless the task is synchronizing. */
  assignment(id: SyncTaskId): Promise<SyncAssignment | undefined>;

  /** At most `limit` events of a task that is synchronizing, those due for longest first. */
  claim(id: SyncTaskId, limit: number, leaseMs: number): Promise<readonly SyncLease[]>;
  /** Those of the leases that are still held, which last `leaseMs` from now on. */
  extend(leases: readonly SyncLease[], leaseMs: number): Promise<readonly SyncLease[]>;
  /** Written before the first byte of a copy is. */
  begin(lease: SyncLease): Promise<void>;
  recordUpload(lease: SyncLease, upload: UploadRecord): Promise<void>;
  /** Leaves the upload to the janitor. */
  abandonUpload(lease: SyncLease): Promise<void>;
  /**
   * Counts the outcome and ends the event in one transaction. An event whose key was named again since the claim stays and is
   * due at once.
   */
  settle(lease: SyncLease, outcome: SyncOutcome): Promise<Settled>;
  /** To be tried again so much later. */
  putOff(lease: SyncLease, ms: number): Promise<void>;
  /** Gives it back as it is. */
  release(lease: SyncLease): Promise<void>;

  /** Oldest first. */
  abandonedUploads(id: SyncTaskId, limit: number): Promise<readonly AbandonedUpload[]>;
  forgetUpload(uploadId: string): Promise<void>;

  /** Takes the janitor's turn at a deleted task for `ms`; undefined when none is due. */
  takeCleanup(ms: number): Promise<{ readonly assignment: SyncAssignment; readonly turn: number } | undefined>;
  postponeCleanup(id: SyncTaskId, ms: number): Promise<void>;
  /** Forgets a deleted task. */
  purge(id: SyncTaskId): Promise<void>;

  /** Events that are not settled, with the age of the oldest; those of stopped tasks are left out. */
  backlog(): Promise<{ readonly events: number; readonly oldestMs: number }>;
}
