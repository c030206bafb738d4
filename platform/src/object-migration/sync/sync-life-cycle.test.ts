import { describe, expect, it } from 'vitest';
import { nextSyncState, syncLifeCycle, syncLifeEvents, syncLifeStates, syncStatesAllowing } from './sync-life-cycle.ts';
import type { SyncLifeEvent, SyncLifeState } from './sync-life-cycle.ts';

describe('the life of a synchronisation task', () => {
  it.each<[SyncLifeState, Readonly<Record<SyncLifeEvent, SyncLifeState | 'refused'>>]>([
    ['none', { create: 'synchronizing', start: 'refused', stop: 'refused', delete: 'refused', request: 'refused', notify: 'refused' }],
    ['synchronizing', { create: 'refused', start: 'refused', stop: 'stopped', delete: 'refused', request: 'synchronizing', notify: 'synchronizing' }],
    ['stopped', { create: 'refused', start: 'synchronizing', stop: 'refused', delete: 'none', request: 'refused', notify: 'stopped' }],
  ])('in the state %s', (state, moves) => {
    expect(Object.fromEntries(syncLifeEvents.map((event) => [event, nextSyncState(state, event)]))).toEqual(moves);
  });

  it('answers every event in every state and uses every event somewhere', () => {
    expect(Object.keys(syncLifeCycle).sort()).toEqual([...syncLifeStates].sort());
    for (const event of syncLifeEvents) expect(syncLifeStates.some((state) => nextSyncState(state, event) !== 'refused'), event).toBe(true);
  });

  it('knows from which states an event leaves', () => {
    expect(syncStatesAllowing('create')).toEqual([]);
    expect(syncStatesAllowing('request')).toEqual(['synchronizing']);
    expect(syncStatesAllowing('notify')).toEqual(['synchronizing', 'stopped']);
  });
});
