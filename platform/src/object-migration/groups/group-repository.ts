/**
 * The ports to the kept task groups: for the use cases, and for the steward that looks after them. All times are the
 * database's clock, in milliseconds since the epoch.
 */
import type { Count } from '../../engine/ledger/ledger.ts';
import type { Selection } from '../../engine/plan.ts';
import type { NewNotice, NoticeResult } from '../notices/notice.ts';
import type { ErrorReason, Priority, ProjectId, TaskId, TaskState } from '../task.ts';
import type { StoredTask } from '../task-repository.ts';
import type { GroupLifeState } from './group-life-cycle.ts';
import type { GroupFilter, GroupId, GroupNumbers, GroupState, GroupUpdate, NewGroup, TaskCounts } from './group.ts';
import type { SplitCursor } from './split/split.ts';

/** What all tasks of a group are told to do; each task is told once. */
export interface GroupOrder {
  /** From 0, the creation, which asks nothing of tasks that are there. */
  readonly number: number;
  /** `resume`: start where paused. `retry`: start where failed. `retry-failed`: the same, for the failed objects alone where they are known. */
  readonly kind: 'none' | 'resume' | 'retry' | 'retry-failed';
}

export interface Splitting {
  /** How far the making of tasks has come; undefined before it has begun. */
  readonly cursor: SplitCursor | undefined;
  readonly over: boolean;
  /** Tasks made so far: the number of the next one. */
  readonly made: number;
  /** Tasks that are still to be made, as far as is known. */
  readonly left: number;
}

/** A group as it is kept: all but its secrets and what its tasks count. */
export interface StoredGroup extends Omit<NewGroup, 'credentials'> {
  readonly id: GroupId;
  readonly state: GroupState;
  readonly priority: Priority;
  readonly startedAt: number | undefined;
  /** Running time up to `runningSince`, in milliseconds. */
  readonly accumulatedMs: number;
  /** Undefined unless the group is active. */
  readonly runningSince: number | undefined;
  readonly split: Splitting;
  readonly order: GroupOrder;
  readonly error: ErrorReason | undefined;
  readonly noticeResult: NoticeResult | undefined;
  /** When this was read. */
  readonly readAt: number;
}

export interface NewStoredGroup extends Omit<NewGroup, 'credentials'> {
  readonly id: GroupId;
  readonly sealedCredentials: Uint8Array;
  /** Tasks that there will be at least. */
  readonly left: number;
}

/** What changes along with the state. Absent fields stay. */
export interface GroupChange {
  readonly to: GroupState;
  readonly sealedCredentials?: Uint8Array;
  /** The order's number goes up by one. */
  readonly order?: Exclude<GroupOrder['kind'], 'none'>;
  readonly error?: ErrorReason | undefined;
  /** Told along with the change. */
  readonly notice?: NewNotice | undefined;
  /** Nothing needs the credentials any more. */
  readonly dropCredentials?: boolean;
}

export interface GroupRepository {
  /** Checks and takes the quota of a day in one step. */
  insert(group: NewStoredGroup, perDay: number): Promise<'inserted' | 'quota-groups'>;
  /** Groups created in the last 24 hours, deleted ones included. */
  createdToday(project: ProjectId): Promise<number>;
  find(project: ProjectId, id: string): Promise<StoredGroup | undefined>;
  /** Undefined once they were dropped. */
  sealedCredentials(id: GroupId): Promise<Uint8Array | undefined>;
  /** Newest first. */
  list(project: ProjectId, filter: GroupFilter): Promise<{ readonly groups: readonly StoredGroup[]; readonly count: number }>;
  /** One query for all. */
  numbers(ids: readonly GroupId[]): Promise<ReadonlyMap<GroupId, GroupNumbers>>;
  /** False when the group is no longer in `from`. The group wants the steward at once. */
  move(id: GroupId, from: GroupState, change: GroupChange): Promise<boolean>;
  /**
   * Changes the group, and its tasks as far as their states allow it, in one step. When the group is in a state outside of
   * `states` nothing changes, and that state is the answer.
   */
  update(project: ProjectId, id: string, change: GroupUpdate, states: readonly GroupState[]): Promise<GroupLifeState | undefined>;
}

/** The right to look after a group for a while; a higher epoch fences an older one off. */
export interface Turn {
  readonly group: StoredGroup;
  readonly sealedCredentials: Uint8Array | undefined;
  readonly epoch: number;
}

export interface NewMember {
  readonly id: TaskId;
  readonly name: string;
  readonly selection: Selection;
  /** What it is to deal with, where splitting found out. */
  readonly found: Count | undefined;
  readonly sealedCredentials: Uint8Array;
}

/** Tasks, and how far the making has come with them: both are kept, or none. */
export interface SplitCommit {
  readonly members: readonly NewMember[];
  /** Undefined: all tasks are made. */
  readonly cursor: SplitCursor | undefined;
  readonly left: number;
}

export interface GroupWork {
  /** Groups that want the steward now and have none, the longest waiting first. */
  wanting(limit: number): Promise<readonly GroupId[]>;
  /** Undefined when somebody else has it, or it is gone. */
  take(id: GroupId, leaseMs: number): Promise<Turn | undefined>;
  /** Keeps the turn; the group's state, or undefined when the turn is lost. */
  extend(id: GroupId, epoch: number, leaseMs: number): Promise<GroupState | undefined>;
  /** Ends the turn; the group wants no other for so long. */
  rest(id: GroupId, epoch: number, ms: number): Promise<void>;
  /**
   * Adds the next tasks of the group that is being created. The number of each is unique in its group, so none is made twice.
   * False, and nothing changes, when the turn is lost or the group is no longer being created.
   */
  commitSplit(id: GroupId, epoch: number, commit: SplitCommit): Promise<boolean>;
  tasks(id: GroupId): Promise<TaskCounts>;
  /** Tasks of the group in one of these states, the oldest first. */
  membersIn(id: GroupId, states: readonly TaskState[], limit: number): Promise<readonly StoredTask[]>;
  /** Tasks that have not been told this order, the oldest first. */
  untold(id: GroupId, order: number, limit: number): Promise<readonly StoredTask[]>;
  markTold(task: TaskId, order: number): Promise<void>;
  /** Of the first task that failed. */
  firstError(id: GroupId): Promise<ErrorReason | undefined>;
  /** Hides the group that has no tasks any more, and drops its credentials. */
  forget(id: GroupId): Promise<void>;
  /** Forgets deleted groups that no longer count for the quota of a day. */
  purge(): Promise<void>;
}
