/** A migration task group as the product knows it (section 5.4); the wire's names and numbers are in `api/oms`. */
import type { Count, Tally } from '../../engine/ledger/ledger.ts';
import type { Selection } from '../../engine/plan.ts';
import type { NoticeResult } from '../notices/notice.ts';
import type { BandwidthWindow, ErrorReason, NewTask, NodeCredentials, Priority, ProjectId, SourceNode, TaskCredentials } from '../task.ts';

declare const brand: unique symbol;
/** A UUID in lower case. */
export type GroupId = string & { readonly [brand]: 'GroupId' };

/**
 * `creating`: tasks are made, and those that are made run. `monitoring`: all tasks are made. `pausing` ends in `paused` when
 * no task runs any more. The allowed moves are the table in `group-life-cycle.ts`.
 */
export type GroupState =
  | 'waiting' | 'creating' | 'monitoring' | 'paused' | 'creation-failed' | 'failed' | 'succeeded' | 'pausing' | 'to-delete' | 'deleting';

/**
 * What a group splits. The key of a list is the name of one `.txt` file, or what the names of several begin with: a folder,
 * as a rule.
 */
export type GroupSelection = Extract<Selection, { readonly kind: 'prefixes' | 'list-file' | 'url-list' }>;

export interface GroupSource extends SourceNode {
  readonly selection: GroupSelection;
}

export interface NewGroup extends Pick<NewTask, 'project' | 'description' | 'destination' | 'credentials' | 'options' | 'bandwidth' | 'notice'> {
  readonly source: GroupSource;
  /** How many list files there are, as the request says; undefined where it does not. */
  readonly listFiles: number | undefined;
}

/** Tasks of a group by what they are at. `executing` includes those that are pausing or migrate failed objects again. */
export interface TaskCounts {
  readonly waiting: number;
  readonly executing: number;
  readonly paused: number;
  readonly failed: number;
  readonly succeeded: number;
}

/** What the tasks of a group come to together, read at one moment. */
export interface GroupNumbers {
  readonly tasks: TaskCounts;
  readonly tally: Tally;
  /** What the tasks are to deal with, as far as it is known. */
  readonly total: Count;
  /** Bytes per second over the last seconds. */
  readonly speed: number;
  /** A task has written a list of failed objects. */
  readonly failuresListed: boolean;
  readonly failedListError: string | undefined;
}

/** Everything an answer shows, true at the moment it was read. */
export interface Group extends Omit<NewGroup, 'credentials'> {
  readonly id: GroupId;
  readonly state: GroupState;
  /** Of the latest start; undefined while it has never run. Milliseconds since the epoch. */
  readonly startedAt: number | undefined;
  /** Running time without the paused time, in milliseconds. */
  readonly activeMs: number;
  readonly error: ErrorReason | undefined;
  /** Tasks that are still to be made, as far as is known; each prefix and each list file is at least one. */
  readonly toCreate: number;
  readonly numbers: GroupNumbers;
  /** What became of the message about its latest end; undefined while there is none. */
  readonly noticeResult: NoticeResult | undefined;
}

export interface GroupFilter {
  readonly state?: GroupState;
  readonly limit: number;
  readonly offset: number;
}

/** Keys for a retry; what is absent stays as the group has it. */
export interface RetryOptions {
  readonly source: NodeCredentials | undefined;
  readonly destination: NodeCredentials | undefined;
  readonly cdnKey: string | undefined;
  readonly failedObjectsOnly: boolean;
}

export interface GroupUpdate {
  readonly bandwidth: readonly BandwidthWindow[];
  readonly priority?: Priority | undefined;
}

/** The use cases of task groups; each throws `MigrationRefusal`. */
export interface TaskGroups {
  create(group: NewGroup): Promise<GroupId>;
  show(project: ProjectId, id: string): Promise<Group>;
  list(project: ProjectId, filter: GroupFilter): Promise<{ readonly groups: readonly Group[]; readonly count: number }>;
  /** Pauses all tasks of the group, and the making of more. */
  stop(project: ProjectId, id: string): Promise<void>;
  /** Resumes all tasks that are paused, and the making of those that are not made yet. */
  start(project: ProjectId, id: string, credentials: TaskCredentials): Promise<void>;
  /** Starts the failed tasks again. */
  retry(project: ProjectId, id: string, options: RetryOptions): Promise<void>;
  remove(project: ProjectId, id: string): Promise<void>;
  /** A task whose state does not allow a part of the change goes without it. */
  update(project: ProjectId, id: string, change: GroupUpdate): Promise<void>;
}
