/**
 * The life of a task group: state × event → state, all of it in one table; what is not there is refused. As for tasks, a
 * repository writes each change as a compare-and-set on the state it was read in.
 */
import type { GroupState } from './group.ts';

/** `none` is before its creation and after its deletion. */
export type GroupLifeState = GroupState | 'none';

export const groupLifeStates = [
  'none', 'waiting', 'creating', 'monitoring', 'paused', 'creation-failed', 'failed', 'succeeded', 'pausing', 'to-delete', 'deleting',
] as const satisfies readonly GroupLifeState[];

export const groupEvents = [
  'create',
  /** A worker begins, or goes on, to make tasks. */
  'split',
  /** All tasks are made. */
  'split-over',
  /** What there is to migrate cannot be found out. */
  'split-broken',
  'stop',
  /** No task runs any more, and not all have ended. */
  'drain',
  /** Every task has succeeded. */
  'finish',
  /** Every task has ended and some failed. */
  'finish-with-failures',
  /** Somebody paused the last task that ran, or its credentials expired. */
  'rest',
  /** Somebody started a task of a group at rest. */
  'go-on',
  /** Go on after a pause; tasks are still to be made. */
  'resume-split',
  /** Go on after a pause; all tasks are made. */
  'resume',
  'retry-split',
  'retry',
  'change',
  'delete',
  'begin-delete',
  /** Its last task is deleted. */
  'forget',
] as const;

export type GroupEvent = (typeof groupEvents)[number];

const ends = { finish: 'succeeded', 'finish-with-failures': 'failed' } as const;

export const groupLifeCycle: Readonly<Record<GroupLifeState, Readonly<Partial<Record<GroupEvent, GroupLifeState>>>>> = {
  none: { create: 'waiting' },
  /** "In the Creating or Executing state" a group can be paused (section 5.4.5): one that waits to be created is taken for the former. */
  waiting: { split: 'creating', stop: 'pausing', change: 'waiting' },
  creating: { split: 'creating', 'split-over': 'monitoring', 'split-broken': 'creation-failed', stop: 'pausing', change: 'creating' },
  monitoring: { ...ends, stop: 'pausing', rest: 'paused', change: 'monitoring' },
  pausing: { ...ends, drain: 'paused', change: 'pausing' },
  /** Its tasks are others' to start, too: then it goes on, and may end. */
  paused: { ...ends, 'go-on': 'monitoring', 'resume-split': 'waiting', resume: 'monitoring', change: 'paused', delete: 'to-delete' },
  'creation-failed': { 'retry-split': 'waiting', change: 'creation-failed', delete: 'to-delete' },
  failed: { finish: 'succeeded', 'go-on': 'monitoring', retry: 'monitoring', change: 'failed', delete: 'to-delete' },
  succeeded: { delete: 'to-delete' },
  'to-delete': { 'begin-delete': 'deleting' },
  deleting: { forget: 'none' },
};

/** The next state, or that the event is refused and nothing changes. */
export function nextGroupState(state: GroupLifeState, event: GroupEvent): GroupLifeState | 'refused' {
  return groupLifeCycle[state][event] ?? 'refused';
}

/** States whose time counts as running time. */
export const activeGroupStates = ['creating', 'monitoring', 'pausing'] as const satisfies readonly GroupState[];

/** States in which a group is looked after all the time; in others only when one of its tasks runs. */
export const attendedGroupStates = ['waiting', 'creating', 'monitoring', 'pausing', 'to-delete', 'deleting'] as const satisfies readonly GroupState[];

/** States that a running task takes the group out of. */
export const groupStatesAtRest = ['paused', 'failed'] as const satisfies readonly GroupState[];

export function isActiveGroup(state: GroupState): boolean {
  return activeGroupStates.some((active) => active === state);
}

/** States in which an event is not refused. */
export function groupStatesAllowing(event: GroupEvent): readonly GroupState[] {
  return groupLifeStates.filter((state): state is GroupState => state !== 'none' && nextGroupState(state, event) !== 'refused');
}
