import { describe, expect, it } from 'vitest';
import { compare, type Inventory, type KnownSnapshot, type KnownVolume } from './inventory.ts';
import { volumeStates, volumeWorkStates } from './volume-life-cycle.ts';
import { snapshotId, volumeId } from './volume-ids.ts';

const id = volumeId('11111111-1111-1111-1111-111111111111');
const snapshot = snapshotId('22222222-2222-2222-2222-222222222222');
const item = { kind: 'volume', id, sizeGiB: 1 } as const;
const snapshotItem = { kind: 'snapshot', id: snapshot, volume: id } as const;
const nothing = { lost: [], found: [], stalled: [], strays: [], debris: [] };

const volume = (over: Partial<KnownVolume> = {}): KnownVolume => ({ state: 'available', lost: false, busy: false, updatedAt: 1, ...over });
const kept = (over: Partial<KnownSnapshot> = {}): KnownSnapshot => ({ state: 'available', lost: false, busy: false, updatedAt: 1, volume: id, ...over });
const rows = (one?: KnownVolume, other?: KnownSnapshot): Inventory => ({ volumes: new Map(one && [[id, one]]), snapshots: new Map(other && [[snapshot, other]]) });

describe('comparing a backend with the rows', () => {
  it('finds nothing where both agree', () => {
    expect(compare(rows(volume(), kept()), [item, snapshotItem], rows(volume(), kept()))).toEqual(nothing);
    expect(compare(rows(), [], rows())).toEqual(nothing);
  });

  it('finds data that is gone, of disks and of snapshots', () => {
    expect(compare(rows(volume(), kept()), [], rows(volume(), kept())).lost).toEqual([{ kind: 'volume', id }, { kind: 'snapshot', id: snapshot, volume: id }]);
  });

  it.each([
    ['a row that was not there before', rows(), rows(volume())],
    ['a row that is gone', rows(volume()), rows()],
    ['a row that was written meanwhile', rows(volume()), rows(volume({ updatedAt: 2 }))],
    ['work before', rows(volume({ busy: true })), rows(volume())],
    ['work after', rows(volume()), rows(volume({ busy: true }))],
    ['an error already', rows(volume({ state: 'error', lost: true })), rows(volume({ state: 'error', lost: true }))],
    ['a disk that could not be made', rows(volume({ state: 'error' })), rows(volume({ state: 'error' }))],
  ])('says nothing of data that is not there with %s', (_what, before, after) => {
    expect(compare(before, [], after).lost).toEqual([]);
  });

  it('looks for the data of every disk that somebody could use', () => {
    for (const state of volumeStates) {
      const lost = compare(rows(volume({ state })), [], rows(volume({ state }))).lost.length === 1;
      expect(lost, state).toBe(!['error', 'error_deleting', ...volumeWorkStates].includes(state));
    }
  });

  it('finds what is there again', () => {
    const gone = rows(volume({ state: 'error', lost: true }));
    expect(compare(gone, [item], gone).found).toEqual([{ kind: 'volume', id }]);
  });

  it('finds states of work without work', () => {
    for (const state of volumeWorkStates) {
      expect(compare(rows(volume({ state })), [item], rows(volume({ state }))).stalled, state).toEqual([{ kind: 'volume', id }]);
      expect(compare(rows(volume({ state, busy: true })), [item], rows(volume({ state, busy: true }))).stalled, state).toEqual([]);
    }
  });

  it('takes for a stray what no row knows afterwards, and the snapshots of a stray disk with it', () => {
    expect(compare(rows(), [item, snapshotItem], rows()).strays).toEqual([item]);
    expect(compare(rows(volume()), [item, snapshotItem], rows(volume())).strays).toEqual([snapshotItem]);
    expect(compare(rows(), [item], rows(volume({ state: 'creating', busy: true }))).strays).toEqual([]);
  });
});
