/**
 * The life of a disk: state × event → state, all of it in one table; what is not there is refused.
 *
 * Everything that changes a disk's state goes through {@link nextVolumeState} while the disk's row is locked. A state that work
 * belongs to (`creating`, `extending` …) is entered in the transaction that writes the job, and left in the one that ends it: whatever
 * dies in between, the job is still there and goes on. The states and what clients may do in them are those of Cinder, which the
 * documents follow.
 */
import type { VolumeState } from './volume.ts';

/** `none` is before its creation and after its deletion. */
export type VolumeLifeState = VolumeState | 'none';

export const volumeStates = [
  'creating', 'available', 'attaching', 'in-use', 'detaching', 'extending', 'awaiting-transfer', 'backing-up', 'rollbacking', 'deleting',
  'error', 'error_deleting', 'error_extending', 'error_rollbacking',
] as const satisfies readonly VolumeState[];

export const volumeLifeStates: readonly VolumeLifeState[] = ['none', ...volumeStates];

export const volumeEvents = [
  'create', 'made', 'fail-to-make',
  'reserve', 'unreserve', 'attach', 'begin-detaching', 'roll-detaching', 'detach',
  /** As above, of a disk that is attached elsewhere too and stays so. */
  'reserve-further', 'unreserve-further', 'attach-further', 'detach-one',
  'extend', 'extended', 'fail-to-extend',
  /** Of a disk that is attached and stays so. */
  'extended-attached', 'fail-to-extend-attached',
  /** Its state allows one to be taken; that does not change it. */
  'snapshot',
  'rollback', 'rolled-back', 'fail-to-roll-back',
  /** A new disk begins to be made from its data. */
  'read',
  /** No new disk is being made from its data any more. */
  'read-done',
  'offer', 'withdraw', 'accept',
  'delete', 'force-delete', 'removed', 'fail-to-remove',
  /** Its backend does not have its data any more. */
  'lose',
  /** Its data is there again. */
  'find', 'find-attached',
] as const;

export type VolumeEvent = (typeof volumeEvents)[number];

type Moves = Readonly<Partial<Record<VolumeEvent, VolumeLifeState>>>;

const deletion = { delete: 'deleting', 'force-delete': 'deleting' } as const;

export const volumeLifeCycle: Readonly<Record<VolumeLifeState, Moves>> = {
  none: { create: 'creating' },
  creating: { made: 'available', 'fail-to-make': 'error', 'force-delete': 'deleting' },
  available: {
    ...deletion, reserve: 'attaching', attach: 'in-use', extend: 'extending', snapshot: 'available', rollback: 'rollbacking', read: 'backing-up', offer: 'awaiting-transfer',
    lose: 'error',
  },
  attaching: { unreserve: 'available', 'unreserve-further': 'in-use', attach: 'in-use', 'attach-further': 'in-use', 'force-delete': 'deleting', lose: 'error' },
  'in-use': {
    'reserve-further': 'attaching', 'attach-further': 'in-use', 'begin-detaching': 'detaching', detach: 'available', 'detach-one': 'in-use', extend: 'extending', snapshot: 'in-use',
    lose: 'error',
  },
  detaching: { 'roll-detaching': 'in-use', detach: 'available', 'detach-one': 'in-use', lose: 'error' },
  /** A machine keeps its disk, whatever comes of making it larger: it has lost nothing. */
  extending: { extended: 'available', 'fail-to-extend': 'error_extending', 'extended-attached': 'in-use', 'fail-to-extend-attached': 'in-use', 'force-delete': 'deleting' },
  'awaiting-transfer': { accept: 'available', withdraw: 'available', lose: 'error' },
  'backing-up': { read: 'backing-up', 'read-done': 'available', 'force-delete': 'deleting' },
  rollbacking: { 'rolled-back': 'available', 'fail-to-roll-back': 'error_rollbacking', 'force-delete': 'deleting' },
  /** Work that was under way when the deletion was asked for comes to its end first, and changes nothing any more. */
  deleting: {
    made: 'deleting', 'fail-to-make': 'deleting', extended: 'deleting', 'fail-to-extend': 'deleting', 'rolled-back': 'deleting', 'fail-to-roll-back': 'deleting', 'read-done': 'deleting',
    removed: 'none', 'fail-to-remove': 'error_deleting',
  },
  error: { ...deletion, detach: 'error', 'detach-one': 'error', find: 'available', 'find-attached': 'in-use' },
  error_deleting: deletion,
  error_extending: { ...deletion, extend: 'extending', lose: 'error' },
  error_rollbacking: { ...deletion, rollback: 'rollbacking', lose: 'error' },
};

export function nextVolumeState(state: VolumeLifeState, event: VolumeEvent): VolumeLifeState | 'refused' {
  return volumeLifeCycle[state][event] ?? 'refused';
}

/** States that an unfinished job belongs to, without which they would never end. */
export const volumeWorkStates = ['creating', 'extending', 'backing-up', 'rollbacking', 'deleting'] as const satisfies readonly VolumeState[];
