import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dueEvent } from './group-fate.ts';
import { nextGroupState } from './group-life-cycle.ts';
import type { GroupEvent } from './group-life-cycle.ts';
import type { GroupState, TaskCounts } from './group.ts';

const none: TaskCounts = { waiting: 0, executing: 0, paused: 0, failed: 0, succeeded: 0 };

describe('what a group comes to', () => {
  it.each<[GroupState, boolean, Partial<TaskCounts>, GroupEvent | undefined]>([
    ['monitoring', true, { succeeded: 3 }, 'finish'],
    ['monitoring', true, { succeeded: 3, failed: 1 }, 'finish-with-failures'],
    ['monitoring', true, { succeeded: 3, waiting: 1 }, undefined],
    ['monitoring', true, { failed: 3, executing: 1 }, undefined],
    ['monitoring', true, { succeeded: 1, paused: 1 }, 'rest'],
    ['monitoring', true, { executing: 1, paused: 1 }, undefined],
    ['pausing', true, { executing: 1, paused: 5 }, undefined],
    ['pausing', true, { paused: 5, failed: 1 }, 'drain'],
    ['pausing', true, { succeeded: 5 }, 'finish'],
    ['pausing', true, { succeeded: 5, failed: 1 }, 'finish-with-failures'],
    ['pausing', false, { succeeded: 5 }, 'drain'],
    ['pausing', false, {}, 'drain'],
    ['paused', true, { paused: 5 }, undefined],
    ['paused', true, { paused: 5, executing: 1 }, 'go-on'],
    ['paused', true, { succeeded: 5 }, 'finish'],
    ['paused', false, { executing: 1 }, undefined],
    ['paused', false, {}, undefined],
    ['failed', true, { failed: 1 }, undefined],
    ['failed', true, { failed: 1, waiting: 1 }, 'go-on'],
    ['failed', true, { failed: 1, paused: 1 }, undefined],
    ['failed', true, { paused: 1 }, undefined],
    ['failed', true, { succeeded: 1 }, 'finish'],
    ['succeeded', true, { succeeded: 1 }, undefined],
    ['creating', false, { failed: 1 }, undefined],
    ['creation-failed', false, { executing: 1 }, undefined],
  ])('%s, all made: %s, %o → %s', (state, splitOver, tasks, event) => {
    expect(dueEvent({ state, splitOver, tasks: { ...none, ...tasks } })).toBe(event);
  });

  it('is always a move that the life cycle has, and ends only what has ended', () => {
    const count = fc.nat(2);
    const facts = fc.record({
      state: fc.constantFrom<GroupState>('waiting', 'creating', 'monitoring', 'paused', 'creation-failed', 'failed', 'succeeded', 'pausing', 'to-delete', 'deleting'),
      splitOver: fc.boolean(),
      tasks: fc.record({ waiting: count, executing: count, paused: count, failed: count, succeeded: count }),
    });
    fc.assert(
      fc.property(facts, (given) => {
        const event = dueEvent(given);
        if (event === undefined) return;
        expect(nextGroupState(given.state, event)).not.toBe('refused');
        const { waiting, executing, paused, failed } = given.tasks;
        const ends = event === 'finish' || event === 'finish-with-failures';
        if (ends) expect({ splitOver: given.splitOver, open: waiting + executing + paused, failed: failed > 0 }).toEqual({ splitOver: true, open: 0, failed: event === 'finish-with-failures' });
      }),
    );
  });
});
