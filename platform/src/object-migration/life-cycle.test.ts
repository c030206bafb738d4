import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isActive, lifeCycle, lifeEvents, lifeStates, nextState, runnableStates, statesAllowing } from './life-cycle.ts';
import type { LifeEvent, LifeState } from './life-cycle.ts';

function reachableFrom(start: LifeState): ReadonlySet<LifeState> {
  const seen = new Set<LifeState>([start]);
  for (const state of seen) {
    for (const event of lifeEvents) {
      const next = nextState(state, event);
      if (next !== 'refused') seen.add(next);
    }
  }
  return seen;
}

function walk(events: readonly LifeEvent[]): LifeState[] {
  const path: LifeState[] = ['none'];
  for (const event of events) {
    const here = path.at(-1) ?? 'none';
    const next = nextState(here, event);
    path.push(next === 'refused' ? here : next);
  }
  return path;
}

describe('the life of a task', () => {
  it('answers every event in every state', () => {
    expect(Object.keys(lifeCycle).sort()).toEqual([...lifeStates].sort());
    for (const state of lifeStates) {
      for (const event of lifeEvents) expect([...lifeStates, 'refused']).toContain(nextState(state, event));
    }
  });

  it('reaches every state from a creation, and a deletion from every state', () => {
    expect(reachableFrom('none')).toEqual(new Set(lifeStates));
    for (const state of lifeStates) expect(reachableFrom(state), state).toContain('none');
  });

  it('uses every event somewhere', () => {
    for (const event of lifeEvents) expect(lifeStates.some((state) => nextState(state, event) !== 'refused'), event).toBe(true);
  });

  it.each<[LifeState, LifeEvent, LifeState | 'refused']>([
    ['waiting', 'stop', 'paused'],
    ['migrating', 'stop', 'pausing'],
    ['retrying', 'stop', 'pausing'],
    ['pausing', 'stop', 'refused'],
    ['succeeded', 'stop', 'refused'],
    ['pausing', 'drain', 'paused'],
    ['migrating', 'drain', 'refused'],
    ['paused', 'start', 'waiting'],
    ['failed', 'start', 'waiting'],
    ['succeeded', 'start', 'refused'],
    ['migrating', 'start', 'refused'],
    ['failed', 'retry-failed', 'retrying'],
    ['migrating', 'expire-credentials', 'paused'],
    ['pausing', 'finish', 'succeeded'],
    ['migrating', 'delete', 'refused'],
    ['pausing', 'delete', 'refused'],
    ['retrying', 'delete', 'refused'],
    ['paused', 'delete', 'none'],
    ['succeeded', 'change-bandwidth', 'refused'],
    ['failed', 'change-bandwidth', 'failed'],
    ['migrating', 'change-priority', 'refused'],
    ['waiting', 'change-priority', 'waiting'],
  ])('%s × %s → %s', (state, event, next) => {
    expect(nextState(state, event)).toBe(next);
  });

  it('succeeds only by an end of the work, and then only a deletion changes it', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...lifeEvents), { maxLength: 60 }), (events) => {
        const path = walk(events);
        events.forEach((event, index) => {
          const [before, after] = [path[index], path[index + 1]];
          if (after === 'succeeded' && before !== 'succeeded') expect(event).toBe('finish');
          if (before === 'succeeded' && after !== 'succeeded') expect(event).toBe('delete');
          if (after === 'paused' && (before === 'migrating' || before === 'retrying')) expect(event).toBe('expire-credentials');
        });
      }),
    );
  });

  it('never takes a task from work to rest without an event of its worker', () => {
    const byWorker: readonly LifeEvent[] = ['drain', 'finish', 'finish-with-failures', 'break', 'expire-credentials'];
    for (const state of lifeStates) {
      if (state === 'none' || !isActive(state)) continue;
      for (const event of lifeEvents) {
        const next = nextState(state, event);
        if (next === 'refused' || (next !== 'none' && isActive(next))) continue;
        expect(byWorker, `${state} × ${event}`).toContain(event);
      }
    }
  });

  it('knows from which states an event leaves', () => {
    expect(statesAllowing('claim')).toEqual([...runnableStates].sort((a, b) => lifeStates.indexOf(a) - lifeStates.indexOf(b)));
    expect(statesAllowing('drain')).toEqual(['pausing']);
    expect(statesAllowing('create')).toEqual([]);
  });
});
