/**
 * What the documents say must be: the states of a source server as its overview counts them, what a person and an agent may do in
 * each, and where that leads. Written for the test alone; it knows nothing of the product's own tables.
 */
import type { Orders, Rest } from './agent.ts';

export const counters = [
  'waiting', 'replicate', 'syncing', 'stopped', 'deleting', 'cutovering', 'unavailable', 'stopping', 'skipping', 'finished', 'initialize', 'error', 'cloning', 'unconfigured',
] as const;
export type Counter = (typeof counters)[number];

export type ModelState = Counter | 'gone';

/** What a server is, beside its state. */
export interface Nature {
  /** Its task goes on synchronising after the full copy. */
  readonly syncing: boolean;
  /** The full copy of this run is done. */
  readonly copied: boolean;
  /** Where a skip leads back to. */
  readonly before: ModelState;
}

export type Action = 'start' | 'stop' | 'restart' | 'skip' | 'test' | 'cutover' | 'clone_test';

/** What a person does first. */
export type Wish = { readonly action: Action } | 'mend' | 'configure' | 'unconfigure' | 'delete';

export interface Move {
  readonly from: readonly ModelState[];
  readonly wish?: Wish;
  readonly orders?: Orders;
  /** Where the agent comes to rest; undefined: it has nothing to do. */
  readonly rest?: Rest;
  readonly to: ModelState | 'before';
  readonly when?: (nature: Nature) => boolean;
  /** Leads towards the end of a migration. */
  readonly forward?: true;
  readonly copied?: boolean;
}

const syncing = (nature: Nature): boolean => nature.syncing;
const launching = (nature: Nature): boolean => !nature.syncing;
const copied = (nature: Nature): boolean => nature.copied;
const uncopied = (nature: Nature): boolean => !nature.copied;

export const moves: readonly Move[] = [
  { from: ['unavailable'], wish: 'mend', to: 'unconfigured', forward: true },
  { from: ['unconfigured'], wish: 'configure', to: 'waiting', forward: true },
  { from: ['unconfigured', 'unavailable'], wish: 'delete', to: 'gone' },
  { from: ['waiting', 'stopped', 'error', 'finished'], wish: 'unconfigure', to: 'unconfigured', copied: false },
  { from: ['waiting'], wish: { action: 'start' }, rest: 'prepared', to: 'initialize', forward: true },
  { from: ['waiting'], wish: { action: 'start' }, orders: { fail: 'at-start' }, rest: 'failed', to: 'error' },
  { from: ['initialize'], rest: 'half-copied', to: 'replicate', forward: true },
  { from: ['replicate'], rest: 'synchronising', to: 'syncing', when: syncing, forward: true, copied: true },
  { from: ['replicate'], rest: 'half-launched', to: 'cutovering', when: launching, forward: true, copied: true },
  { from: ['replicate'], orders: { fail: 'while-copying' }, rest: 'failed', to: 'error' },
  { from: ['syncing'], orders: { fail: 'while-synchronising' }, rest: 'failed', to: 'error' },
  { from: ['initialize', 'replicate', 'syncing'], wish: { action: 'stop' }, rest: 'asked-to-stop', to: 'stopping' },
  { from: ['stopping'], rest: 'stopped', to: 'stopped', forward: true },
  { from: ['replicate', 'syncing', 'cutovering'], wish: { action: 'skip' }, rest: 'asked-to-skip', to: 'skipping' },
  { from: ['skipping'], rest: 'skipped', to: 'before', forward: true },
  { from: ['stopped', 'error'], wish: { action: 'start' }, rest: 'synchronising', to: 'syncing', when: copied, forward: true },
  { from: ['stopped', 'error'], wish: { action: 'start' }, rest: 'prepared', to: 'initialize', when: uncopied, forward: true },
  { from: ['stopped', 'error'], wish: { action: 'restart' }, rest: 'prepared', to: 'initialize', copied: false },
  { from: ['syncing'], wish: { action: 'clone_test' }, rest: 'half-cloned', to: 'cloning' },
  { from: ['cloning'], rest: 'synchronising', to: 'syncing', forward: true },
  { from: ['syncing'], wish: { action: 'cutover' }, rest: 'half-launched', to: 'cutovering', forward: true },
  { from: ['syncing'], wish: { action: 'test' }, rest: 'half-launched', to: 'cutovering' },
  { from: ['cutovering'], rest: 'finished', to: 'finished', forward: true },
  { from: ['stopped', 'error', 'finished'], wish: 'delete', rest: 'asked-to-go', to: 'deleting' },
  { from: ['deleting'], rest: 'gone', to: 'gone', forward: true },
];

/** In every other state of a server with a task the action is refused, and changes nothing. */
export const allowed: Readonly<Record<Action, readonly ModelState[]>> = {
  start: ['waiting', 'stopped', 'error'],
  stop: ['initialize', 'replicate', 'syncing'],
  restart: ['stopped', 'error'],
  skip: ['replicate', 'syncing', 'cutovering'],
  test: ['syncing'],
  cutover: ['syncing'],
  clone_test: ['syncing'],
};

/** The states in which a server has a task. */
export function hasTask(state: ModelState): boolean {
  return state !== 'unconfigured' && state !== 'unavailable' && state !== 'gone';
}

/** As a task of a server in that state is listed. */
export function taskStateOf(state: ModelState, { copied: whole, syncing: continuous }: Nature): string {
  switch (state) {
    case 'waiting': return 'READY';
    case 'initialize': case 'replicate': case 'cutovering': return 'RUNNING';
    case 'syncing': case 'cloning': return 'SYNCING';
    case 'stopping': return 'ABORTING';
    case 'stopped': return 'ABORT';
    case 'skipping': return 'SKIPPING';
    case 'deleting': return 'DELETING';
    case 'error': return whole && continuous ? 'SYNC_FAIL' : 'MIGRATE_FAIL';
    case 'finished': return 'MIGRATE_SUCCESS';
    default: throw new Error(`a server that is ${state} has no task`);
  }
}

/** The state as sources are listed by it. */
export function listedAs(state: Counter): string {
  return state === 'unconfigured' ? 'waiting' : state;
}
