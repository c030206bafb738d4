/** The life of a synchronisation task: state × event → state, all of it in one table; what is not there is refused. */
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

export const syncLifeCycle: Readonly<Record<SyncLifeState, Readonly<Partial<Record<SyncLifeEvent, SyncLifeState>>>>> = {
  none: { create: 'synchronizing' },
  synchronizing: { stop: 'stopped', request: 'synchronizing', notify: 'synchronizing' },
  stopped: { start: 'synchronizing', delete: 'none', notify: 'stopped' },
};

/** The next state, or that the event is refused and nothing changes. */
export function nextSyncState(state: SyncLifeState, event: SyncLifeEvent): SyncLifeState | 'refused' {
  return syncLifeCycle[state][event] ?? 'refused';
}

/** States that an event leaves for a state of a task. */
export function syncStatesAllowing(event: SyncLifeEvent): readonly SyncState[] {
  return syncLifeStates.filter((state): state is SyncState => state !== 'none' && nextSyncState(state, event) !== 'refused');
}
