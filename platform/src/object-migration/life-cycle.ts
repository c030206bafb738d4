/**
 * The life of a migration task: state × event → state, all of it in one table; what is not there is refused.
 *
 * Everything that changes a task's state goes through {@link nextState}; a repository then writes the change as a
 * compare-and-set on the state it was read in, so two that move one task at once cannot both win.
 */
import type { TaskState } from './task.ts';

/** `none` is before its creation and after its deletion. */
export type LifeState = TaskState | 'none';

export const lifeStates = ['none', 'waiting', 'migrating', 'pausing', 'paused', 'retrying', 'failed', 'succeeded'] as const satisfies readonly LifeState[];

export const lifeEvents = [
  'create',
  /** A worker begins to work on it. */
  'claim',
  'stop',
  /** Nothing is in flight any more. */
  'drain',
  /** Every object has an outcome and none failed. */
  'finish',
  /** Every object has an outcome and some failed. */
  'finish-with-failures',
  /** No object can succeed any more. */
  'break',
  /** A store said that a temporary credential is past its time. */
  'expire-credentials',
  /** Paused: go on where it was. Failed: look at everything again. */
  'start',
  /** Migrate the failed objects alone; also goes on with such a run that was paused. */
  'retry-failed',
  'change-bandwidth',
  'change-priority',
  'delete',
] as const;

export type LifeEvent = (typeof lifeEvents)[number];

/** How the work on a task may end, whatever it was doing; a task that is pausing may reach its end before it has paused. */
const ends = {
  finish: 'succeeded',
  'finish-with-failures': 'failed',
  break: 'failed',
  'expire-credentials': 'paused',
} as const;

export const lifeCycle: Readonly<Record<LifeState, Readonly<Partial<Record<LifeEvent, LifeState>>>>> = {
  none: { create: 'waiting' },
  /** Nothing is in flight: stopping needs no draining, and deleting needs no pause before it. */
  waiting: { claim: 'migrating', stop: 'paused', 'change-bandwidth': 'waiting', 'change-priority': 'waiting', delete: 'none' },
  migrating: { ...ends, claim: 'migrating', stop: 'pausing', 'change-bandwidth': 'migrating' },
  pausing: { ...ends, claim: 'pausing', drain: 'paused', 'change-bandwidth': 'pausing' },
  paused: { start: 'waiting', 'retry-failed': 'retrying', 'change-bandwidth': 'paused', 'change-priority': 'paused', delete: 'none' },
  retrying: { ...ends, claim: 'retrying', stop: 'pausing', 'change-bandwidth': 'retrying' },
  failed: { start: 'waiting', 'retry-failed': 'retrying', 'change-bandwidth': 'failed', 'change-priority': 'failed', delete: 'none' },
  succeeded: { delete: 'none' },
};

/** The next state, or that the event is refused and nothing changes. */
export function nextState(state: LifeState, event: LifeEvent): LifeState | 'refused' {
  return lifeCycle[state][event] ?? 'refused';
}

/** States in which a worker has something to do. */
export const runnableStates = ['waiting', 'migrating', 'pausing', 'retrying'] as const satisfies readonly TaskState[];

/** States whose time counts as running time. */
export const activeStates = ['migrating', 'pausing', 'retrying'] as const satisfies readonly TaskState[];

export function isActive(state: TaskState): boolean {
  return activeStates.some((active) => active === state);
}

/** States that an event leaves for a state of a task, for the `where` of a compare-and-set. */
export function statesAllowing(event: LifeEvent): readonly TaskState[] {
  return lifeStates.filter((state): state is TaskState => state !== 'none' && nextState(state, event) !== 'refused');
}
