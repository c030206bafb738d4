/**
 * A synchronisation task (section 5.3) as the product knows it: it copies an object whenever it is told to look at its key
 * again. The wire's names are in `api/oms`.
 */
import type { DestinationNode, NewTask, ProjectId, SourceNode, TaskCredentials, TaskOptions } from '../task.ts';

declare const brand: unique symbol;
/** A UUID in lower case. */
export type SyncTaskId = string & { readonly [brand]: 'SyncTaskId' };

/** The allowed moves are the table in `sync-life-cycle.ts`. */
export type SyncState = 'synchronizing' | 'stopped';

export type SyncSource = Omit<SourceNode, 'selection'>;
export type SyncDestination = Omit<DestinationNode, 'savePrefix'>;
export type SyncOptions = Omit<TaskOptions, 'overwrite' | 'migrateSince' | 'recordFailures' | 'enableRequesterPays'>;

export interface NewSyncTask {
  readonly project: ProjectId;
  readonly description: string;
  readonly source: SyncSource;
  readonly destination: SyncDestination;
  readonly credentials: TaskCredentials;
  readonly options: SyncOptions;
}

export interface SyncTask extends Omit<NewSyncTask, 'credentials'> {
  readonly id: SyncTaskId;
  readonly state: SyncState;
  /** Milliseconds since the epoch, as the next one. */
  readonly createdAt: number;
  /** Of the latest start; creating is one. */
  readonly startedAt: number;
}

/**
 * What a synchronisation task shares with a migration: its buckets, seen as a migration of everything. The documents give
 * it no object_overwrite_mode; it is always the default, which its answers show.
 */
export function asMigration({ source, destination, options }: Pick<SyncTask, 'source' | 'destination' | 'options'>): Pick<NewTask, 'source' | 'destination' | 'options'> {
  return {
    source: { ...source, selection: { kind: 'prefixes', prefixes: [''] } },
    destination: { ...destination, savePrefix: '' },
    options: { ...options, overwrite: 'size-or-time', migrateSince: undefined, recordFailures: false, enableRequesterPays: false },
  };
}

/**
 * Every name that was accepted counts as a request at once, and once as one of the other three when it has been dealt with.
 */
export interface SyncCounts {
  readonly requests: number;
  readonly successes: number;
  readonly failures: number;
  readonly skips: number;
  /** Of the successes. */
  readonly bytes: number;
}

export interface SyncTaskFilter {
  readonly state?: SyncState;
  readonly limit: number;
  readonly offset: number;
}

/** What a store says of one of its objects. */
export interface BucketEvent {
  readonly bucket: string;
  readonly key: string;
}
