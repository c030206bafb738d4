import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextSnapshotState, snapshotEvents, snapshotLifeStates, snapshotWorkStates } from './snapshot-life-cycle.ts';
import type { SnapshotEvent, SnapshotLifeState } from './snapshot-life-cycle.ts';
import { nextVolumeState, volumeEvents, volumeLifeStates, volumeStates, volumeWorkStates } from './volume-life-cycle.ts';
import type { VolumeEvent, VolumeLifeState } from './volume-life-cycle.ts';

interface Table<S, E> {
  readonly states: readonly S[];
  readonly events: readonly E[];
  readonly next: (state: S, event: E) => S | 'refused';
}

const disks: Table<VolumeLifeState, VolumeEvent> = { states: volumeLifeStates, events: volumeEvents, next: nextVolumeState };
const snapshots: Table<SnapshotLifeState, SnapshotEvent> = { states: snapshotLifeStates, events: snapshotEvents, next: nextSnapshotState };

function reachableFrom<S, E>({ events, next }: Table<S, E>, start: S, by: readonly E[] = events): ReadonlySet<S> {
  const seen = new Set<S>([start]);
  for (const state of seen) {
    for (const event of by) {
      const then = next(state, event);
      if (then !== 'refused') seen.add(then);
    }
  }
  return seen;
}

function checkWhole<S, E>(table: Table<S, E>, none: S): void {
  expect(reachableFrom(table, none)).toEqual(new Set(table.states));
  for (const state of table.states) expect(reachableFrom(table, state), String(state)).toContain(none);
  for (const event of table.events) expect(table.states.some((state) => table.next(state, event) !== 'refused'), String(event)).toBe(true);
}

/** What only a worker says, at the end of a job. */
const endings: readonly VolumeEvent[] = ['made', 'fail-to-make', 'extended', 'fail-to-extend', 'extended-attached', 'fail-to-extend-attached', 'rolled-back', 'fail-to-roll-back', 'read-done', 'removed', 'fail-to-remove'];

describe('the life of a disk', () => {
  it('reaches every state from a creation, a deletion from every state, and uses every event', () => checkWhole(disks, 'none'));

  it('refuses everything but an acceptance and a withdrawal of a disk that is offered', () => {
    const allowed = volumeEvents.filter((event) => nextVolumeState('awaiting-transfer', event) !== 'refused');
    expect(allowed.sort()).toEqual(['accept', 'lose', 'withdraw']);
  });

  it('leaves a state that a job belongs to by the end of the job or by force alone', () => {
    for (const state of volumeWorkStates) {
      for (const event of volumeEvents) {
        const next = nextVolumeState(state, event);
        if (next === 'refused' || next === state) continue;
        expect([...endings, 'force-delete'], `${state} × ${event}`).toContain(event);
      }
      expect(endings.some((event) => nextVolumeState(state, event) !== 'refused'), state).toBe(true);
    }
  });

  it('answers every ending in the states that its job can be in, so that no job is left without one', () => {
    const pairs: readonly (readonly [VolumeLifeState, VolumeEvent, VolumeEvent])[] = [
      ['creating', 'made', 'fail-to-make'], ['extending', 'extended', 'fail-to-extend'], ['rollbacking', 'rolled-back', 'fail-to-roll-back'], ['deleting', 'removed', 'fail-to-remove'],
    ];
    for (const [state, done, failed] of pairs) {
      expect(nextVolumeState(state, done)).not.toBe('refused');
      expect(nextVolumeState(state, failed)).not.toBe('refused');
      if (state !== 'deleting') expect([nextVolumeState('deleting', done), nextVolumeState('deleting', failed)]).toEqual(['deleting', 'deleting']);
    }
  });

  it('says deleted only of a disk whose data was removed', () => {
    for (const state of volumeStates) for (const event of volumeEvents) {
      if (nextVolumeState(state, event) === 'none') expect([state, event]).toEqual(['deleting', 'removed']);
    }
  });

  it('never lets go of an attached disk but by detaching it or losing it', () => {
    fc.assert(fc.property(fc.array(fc.constantFrom(...volumeEvents), { maxLength: 80 }), (events) => {
      let [state, attached]: [VolumeLifeState, boolean] = ['none', false];
      for (const event of events) {
        const next = nextVolumeState(state, event);
        // The events whose names say whether others are attached are chosen by the attachments that there are.
        const further = event.endsWith('-further') || event.endsWith('-attached') || event === 'detach-one';
        if (next === 'refused' || further !== attached && (further || ['reserve', 'unreserve', 'attach', 'extended', 'fail-to-extend', 'find'].includes(event))) continue;
        if (event === 'attach') attached = true;
        if (event === 'detach') attached = false;
        if (event === 'force-delete' && attached) continue;
        if (event === 'delete' && attached) continue;
        state = next;
        if (attached) expect(['in-use', 'detaching', 'attaching', 'extending', 'error']).toContain(state);
      }
    }));
  });

  it.each<[VolumeLifeState, VolumeEvent, VolumeLifeState | 'refused']>([
    ['available', 'attach', 'in-use'],
    ['in-use', 'attach', 'refused'],
    ['in-use', 'delete', 'refused'],
    ['in-use', 'force-delete', 'refused'],
    ['in-use', 'extend', 'extending'],
    ['extending', 'detach', 'refused'],
    ['extending', 'extended-attached', 'in-use'],
    ['extending', 'fail-to-extend-attached', 'in-use'],
    ['awaiting-transfer', 'extend', 'refused'],
    ['awaiting-transfer', 'rollback', 'refused'],
    ['awaiting-transfer', 'read', 'refused'],
    ['in-use', 'offer', 'refused'],
    ['in-use', 'snapshot', 'in-use'],
    ['backing-up', 'attach', 'refused'],
    ['backing-up', 'read', 'backing-up'],
    ['error_extending', 'extend', 'extending'],
    ['error_rollbacking', 'rollback', 'rollbacking'],
    ['error', 'offer', 'refused'],
    ['creating', 'delete', 'refused'],
    ['creating', 'force-delete', 'deleting'],
    ['error_deleting', 'delete', 'deleting'],
  ])('%s × %s → %s', (state, event, next) => expect(nextVolumeState(state, event)).toBe(next));
});

describe('the life of a snapshot', () => {
  it('reaches every state from a creation, a deletion from every state, and uses every event', () => checkWhole(snapshots, 'none'));

  it('is not changed by what becomes of a rollback', () => {
    expect([nextSnapshotState('rollbacking', 'rolled-back'), nextSnapshotState('rollbacking', 'fail-to-roll-back')]).toEqual(['available', 'available']);
  });

  it('is not deleted while a job is at it', () => {
    for (const state of snapshotWorkStates) expect(nextSnapshotState(state, 'delete')).toBe('refused');
  });
});
