/** The life of a snapshot, as that of a disk is in `volume-life-cycle.ts`. Its row is written while its disk's row is locked. */
import type { SnapshotState } from './volume.ts';

export type SnapshotLifeState = SnapshotState | 'none';

export const snapshotStates = ['creating', 'available', 'rollbacking', 'deleting', 'error', 'error_deleting'] as const satisfies readonly SnapshotState[];

export const snapshotLifeStates: readonly SnapshotLifeState[] = ['none', ...snapshotStates];

export const snapshotEvents = [
  'create', 'made', 'fail-to-make', 'rollback', 'rolled-back', 'fail-to-roll-back', 'delete', 'removed', 'fail-to-remove',
  /** Its disk is deleted with force, and it goes along. */
  'force-delete',
  'lose', 'find',
] as const;

export type SnapshotEvent = (typeof snapshotEvents)[number];

const deletion = { delete: 'deleting', 'force-delete': 'deleting' } as const;

export const snapshotLifeCycle: Readonly<Record<SnapshotLifeState, Readonly<Partial<Record<SnapshotEvent, SnapshotLifeState>>>>> = {
  none: { create: 'creating' },
  creating: { made: 'available', 'fail-to-make': 'error', 'force-delete': 'deleting' },
  available: { ...deletion, rollback: 'rollbacking', lose: 'error' },
  /** Putting its data back reads it only: whatever comes of that, the snapshot is what it was. */
  rollbacking: { 'rolled-back': 'available', 'fail-to-roll-back': 'available', 'force-delete': 'deleting' },
  deleting: {
    made: 'deleting', 'fail-to-make': 'deleting', 'rolled-back': 'deleting', 'fail-to-roll-back': 'deleting', 'force-delete': 'deleting', removed: 'none', 'fail-to-remove': 'error_deleting',
  },
  error: { ...deletion, find: 'available' },
  error_deleting: deletion,
};

export function nextSnapshotState(state: SnapshotLifeState, event: SnapshotEvent): SnapshotLifeState | 'refused' {
  return snapshotLifeCycle[state][event] ?? 'refused';
}

/** States that an unfinished job belongs to. */
export const snapshotWorkStates = ['creating', 'rollbacking', 'deleting'] as const satisfies readonly SnapshotState[];
