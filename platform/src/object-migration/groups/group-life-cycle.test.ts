import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { attendedGroupStates, groupEvents, groupLifeCycle, groupLifeStates, groupStatesAllowing, isActiveGroup, nextGroupState } from './group-life-cycle.ts';
import type { GroupEvent, GroupLifeState } from './group-life-cycle.ts';

function reachableFrom(start: GroupLifeState, events: readonly GroupEvent[] = groupEvents): ReadonlySet<GroupLifeState> {
  const seen = new Set<GroupLifeState>([start]);
  for (const state of seen) {
    for (const event of events) {
      const next = nextGroupState(state, event);
      if (next !== 'refused') seen.add(next);
    }
  }
  return seen;
}

/** What people ask for; everything else the steward finds out. */
const asked: readonly GroupEvent[] = ['create', 'stop', 'resume-split', 'resume', 'retry-split', 'retry', 'change', 'delete'];
const found = groupEvents.filter((event) => !asked.includes(event));

describe('the life of a group', () => {
  it('answers every event in every state', () => {
    expect(Object.keys(groupLifeCycle).sort()).toEqual([...groupLifeStates].sort());
    for (const state of groupLifeStates) {
      for (const event of groupEvents) expect([...groupLifeStates, 'refused']).toContain(nextGroupState(state, event));
    }
  });

  it('reaches every state from a creation, and a deletion from every state', () => {
    expect(reachableFrom('none')).toEqual(new Set(groupLifeStates));
    for (const state of groupLifeStates) expect(reachableFrom(state), state).toContain('none');
  });

  it('uses every event somewhere', () => {
    for (const event of groupEvents) expect(groupStatesAllowing(event).length + (event === 'create' ? 1 : 0), event).toBeGreaterThan(0);
  });

  it('comes to rest from every state when nobody asks for anything', () => {
    const resting = new Set<GroupLifeState>(['none', 'paused', 'creation-failed', 'failed', 'succeeded']);
    for (const state of groupLifeStates) expect([...reachableFrom(state, found)].some((end) => resting.has(end)), state).toBe(true);
    for (const state of attendedGroupStates) expect(resting.has(state), state).toBe(false);
  });

  it.each<[GroupLifeState, GroupEvent, GroupLifeState | 'refused']>([
    ['waiting', 'stop', 'pausing'],
    ['creating', 'stop', 'pausing'],
    ['monitoring', 'stop', 'pausing'],
    ['pausing', 'stop', 'refused'],
    ['paused', 'stop', 'refused'],
    ['failed', 'stop', 'refused'],
    ['creation-failed', 'stop', 'refused'],
    ['succeeded', 'stop', 'refused'],
    ['paused', 'resume', 'monitoring'],
    ['paused', 'resume-split', 'waiting'],
    ['failed', 'resume', 'refused'],
    ['monitoring', 'resume', 'refused'],
    ['failed', 'retry', 'monitoring'],
    ['creation-failed', 'retry-split', 'waiting'],
    ['paused', 'retry', 'refused'],
    ['succeeded', 'retry', 'refused'],
    ['waiting', 'delete', 'refused'],
    ['creating', 'delete', 'refused'],
    ['monitoring', 'delete', 'refused'],
    ['pausing', 'delete', 'refused'],
    ['to-delete', 'delete', 'refused'],
    ['deleting', 'delete', 'refused'],
    ['paused', 'delete', 'to-delete'],
    ['creation-failed', 'delete', 'to-delete'],
    ['failed', 'delete', 'to-delete'],
    ['succeeded', 'delete', 'to-delete'],
    ['succeeded', 'change', 'refused'],
    ['deleting', 'change', 'refused'],
    ['failed', 'change', 'failed'],
    ['monitoring', 'split', 'refused'],
  ])('%s × %s → %s', (state, event, next) => {
    expect(nextGroupState(state, event)).toBe(next);
  });

  it('is never both made and ended: tasks come only while it is created, and a deletion has no way back', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...groupEvents), { maxLength: 80 }), (events) => {
        let state: GroupLifeState = 'none';
        for (const event of events) {
          const next = nextGroupState(state, event);
          if (next === 'refused') continue;
          if (state === 'to-delete' || state === 'deleting') expect(['deleting', 'none']).toContain(next);
          if (next === 'succeeded' && state !== next) expect(event).toBe('finish');
          if (next === 'creating') expect(event === 'split' || event === 'change').toBe(true);
          if (asked.includes(event) && isActiveGroup(state === 'none' ? 'waiting' : state) && event !== 'change') expect(next).toBe('pausing');
          state = next;
        }
      }),
    );
  });
});
