/**
 * The port to the kept synchronisation tasks, their accepted events and their statistics. Every change of state is a
 * compare-and-set on the state that the task was read in. All times are the database's clock.
 */
import type { ProjectId } from '../task.ts';
import type { SyncStep, TimeRange } from './statistics.ts';
import type { NewSyncTask, SyncCounts, SyncState, SyncTask, SyncTaskFilter, SyncTaskId } from './sync-task.ts';

export interface NewStoredSyncTask extends Omit<NewSyncTask, 'credentials'> {
  readonly id: SyncTaskId;
  readonly sealedCredentials: Uint8Array;
}

export interface SyncTaskRepository {
  /** False when the project has `limit` tasks already; checked and inserted in one step. */
  insert(task: NewStoredSyncTask, limit: number): Promise<boolean>;
  count(project: ProjectId): Promise<number>;
  find(project: ProjectId, id: SyncTaskId): Promise<SyncTask | undefined>;
  /** Newest first. */
  list(project: ProjectId, filter: SyncTaskFilter): Promise<{ readonly tasks: readonly SyncTask[]; readonly count: number }>;
  /** With credentials it is a new start. False when the task is no longer in `from`. */
  move(id: SyncTaskId, from: SyncState, to: SyncState, sealedCredentials?: Uint8Array): Promise<boolean>;
  /** Hides the task and drops its events; its janitor is due once no worker touches its buckets any more. False when it is no longer in `from`. */
  remove(id: SyncTaskId, from: SyncState): Promise<boolean>;

  /**
   * Keeps an event for each of these names, all of them or none, and counts the requests in the same transaction: when this
   * resolves with true they survive a crash. A name that has an event already makes that one look again. False when the
   * task is in none of these states.
   */
  accept(id: SyncTaskId, keys: readonly string[], states: readonly SyncState[]): Promise<boolean>;

  /** The sum of the steps that begin in the range. */
  total(id: SyncTaskId, range: TimeRange): Promise<SyncCounts>;
  /** Steps of five minutes that begin in the range and in which something was counted, in order. */
  steps(id: SyncTaskId, range: TimeRange): Promise<readonly SyncStep[]>;

  /** Replaces the digest of the task's webhook token; undefined: it has none. */
  setTokenDigest(id: SyncTaskId, digest: Uint8Array | undefined): Promise<void>;
  /** The digest of the token, where the task is there and has one. */
  tokenDigest(project: ProjectId, id: SyncTaskId): Promise<Uint8Array | undefined>;
}
