/** The life of a synchronisation task: state × event → state, all of it in one table. */
import type { SyncState } from './sync-task.ts';

/** `none` is before its creation and after its deletion. */
export type SyncLifeState = SyncState | 'none';

export const syncLifeStates = ['none', 'synchronizing', 'stopped'] as const satisfies readonly SyncLifeState[];

export const syncLifeEvents = [
  'create',
  'start',
  'stop',
  'delete',
  /** The API asks for keys to be looked at. */
  'request',
  /** The source's store says that keys have changed. It cannot be asked to say so again, so that a stopped task keeps it for its start. */
  'notify',
] as const;

export type SyncLifeEvent = (typeof syncLifeEvents)[number];

/** The next state, or that the event is refused and nothing changes. */
export type SyncMove = SyncLifeState | 'refused';

const refuseAll: Readonly<Record<SyncLifeEvent, SyncMove>> = {
  create: 'refused', start: 'refused', stop: 'refused', delete: 'refused', request: 'refused', notify: 'refused',
};

export const syncLifeCycle: Readonly<Record<SyncLifeState, Readonly<Record<SyncLifeEvent, SyncMove>>>> = {
  none: { ...refuseAll, create: 'synchronizing' },
  synchronizing: { ...refuseAll, stop: 'stopped', request: 'synchronizing', notify: 'synchronizing' },
  stopped: { ...refuseAll, start: 'synchronizing', delete: 'none', notify: 'stopped' },
};

export function nextSyncState(state: SyncLifeState, event: SyncLifeEvent): SyncMove {
  return syncLifeCycle[state][event];
}

/** States that an event leaves for a state of a task. */
export function syncStatesAllowing(event: SyncLifeEvent): readonly SyncState[] {
  return syncLifeStates.filter((state): state is SyncState => state !== 'none' && nextSyncState(state, event) !== 'refused');
}
