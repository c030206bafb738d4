/**
 * The life of a source server and of the task that migrates it: source state × event → source state, cycle, task state and
 * the order to the agent, all of it in tables. The state of a task is not kept apart: {@link taskStateOf} reads it from the
 * source's, so that the two cannot disagree.
 *
 * Everything that changes a state goes through {@link nextMove} or {@link toldMove}; `database/server-migration/move-server.ts`
 * writes what they answer under the lock of the source's row. Which cell follows a document and which is a reading of ours:
 * `docs/decisions/0016-life-of-a-source-server.md`.
 */
import type { MigrationCycle, Order, Overview, ServerTaskState, SourceState, TaskAction } from './server.ts';

export const sourceStates = [
  'unavailable', 'waiting', 'initialize', 'replicate', 'syncing', 'stopping', 'stopped', 'skipping', 'deleting', 'clearing', 'cleared', 'clearfailed',
  'premigready', 'premiging', 'premiged', 'premigfailed', 'cloning', 'cutovering', 'finished', 'error',
] as const satisfies readonly SourceState[];

export const migrationCycles = ['checking', 'setting', 'replicating', 'syncing', 'cutovering', 'cutovered'] as const satisfies readonly MigrationCycle[];

export const taskActions = [
  'start', 'stop', 'test', 'cutover', 'clone_test', 'restart', 'network_check', 'skip', 'clear', 'migration_test', 'collect_log', 'sync_failed_rollback',
] as const satisfies readonly TaskAction[];

/** What befalls the record of a server. */
export const recordEvents = ['register', 'pass-checks', 'fail-checks', 'create-task', 'delete-task', 'delete-source', 'delete-silent-source'] as const;

/** What the agent reports of its task, by progress and by results of orders. A report that comes late or again is ignored. */
export const agentReports = [
  /** The first bytes of a copy or of a synchronisation. */
  'flow',
  /** The full copy is done, and the task goes on synchronising. */
  'copy-and-sync',
  /** The full copy is done; the target is launched next. */
  'copy-and-launch',
  'clone-done', 'launch-done', 'failure', 'stop-done', 'skip-done', 'clear-done', 'delete-done',
] as const;

type RecordEvent = (typeof recordEvents)[number];
export type AgentReport = (typeof agentReports)[number];
export type LifeEvent = RecordEvent | TaskAction | AgentReport;

export const lifeEvents: readonly LifeEvent[] = [...recordEvents, ...taskActions, ...agentReports];

export interface Position {
  readonly state: SourceState;
  readonly cycle: MigrationCycle;
}

/** `configured`: replicating with a task, setting without. */
type NextCycle = MigrationCycle | 'keep' | 'configured';

interface Step {
  readonly to: SourceState | 'same';
  readonly cycle: NextCycle;
  readonly order?: Order;
}

/** Refused: an error that changes nothing. Ignored: a success that changes nothing. Gone: the record is deleted. */
type Plain = 'refused' | 'ignored' | 'gone' | Step;
interface ByCycle {
  readonly byCycle: Readonly<Partial<Record<MigrationCycle, Plain>>>;
  readonly otherwise: Plain;
}
type Cell = Plain | ByCycle;
type Row = Readonly<Record<LifeEvent, Cell>>;

export type Move =
  | { readonly kind: 'refused' | 'ignored' | 'gone' }
  | { readonly kind: 'moved'; readonly position: Position; readonly order: Order | undefined };

const to = (state: SourceState, cycle: NextCycle, order?: Order): Step => ({ to: state, cycle, ...(order === undefined ? {} : { order }) });
const stay = (order: Order): Step => ({ to: 'same', cycle: 'keep', order });

/** Whatever a row does not say: a person is refused, an agent is ignored, and checks are written down without moving anything. */
const usual: Row = {
  register: 'ignored', 'pass-checks': 'ignored', 'fail-checks': 'ignored',
  'create-task': 'refused', 'delete-task': 'refused', 'delete-source': 'refused', 'delete-silent-source': 'refused',
  start: 'refused', stop: 'refused', test: 'refused', cutover: 'refused', clone_test: 'refused', restart: 'refused', network_check: 'refused', skip: 'refused',
  clear: 'refused', migration_test: 'refused', sync_failed_rollback: 'refused',
  collect_log: stay('UPLOAD_LOG'),
  flow: 'ignored', 'copy-and-sync': 'ignored', 'copy-and-launch': 'ignored', 'clone-done': 'ignored', 'launch-done': 'ignored',
  failure: 'ignored', 'stop-done': 'ignored', 'skip-done': 'ignored', 'clear-done': 'ignored', 'delete-done': 'ignored',
};

/** Checks decide only before anything has been started. */
const checked: Pick<Row, 'register' | 'pass-checks' | 'fail-checks'> = {
  register: to('waiting', 'checking'),
  'pass-checks': to('waiting', 'configured'),
  'fail-checks': to('unavailable', 'checking'),
};

/** Nothing has been copied: nothing is left on the agent's side. */
const fresh = { 'delete-task': to('waiting', 'setting'), 'delete-source': 'gone', 'delete-silent-source': 'gone' } as const satisfies Partial<Row>;

/** Nothing runs, but the agent keeps something of the task. */
const atRest = {
  'delete-task': to('waiting', 'setting'), 'delete-source': to('deleting', 'keep', 'DELETE'), 'delete-silent-source': 'gone', network_check: stay('NETWORK_CHECK'),
} as const satisfies Partial<Row>;

/** An agent registers when it begins: one that begins anew while its task is at work is told to go on with it, whatever it has answered before. */
const atWork = { register: stay('START') } as const satisfies Partial<Row>;

/** What only the agent's word leads out of: one that has fallen silent for good must not keep its record for ever. */
const leftBySilence = { 'delete-silent-source': 'gone' } as const satisfies Partial<Row>;

const drillable = { migration_test: to('premiging', 'replicating', 'START') } as const satisfies Partial<Row>;
const failing = { failure: to('error', 'keep') } as const satisfies Partial<Row>;
const stoppable = { stop: to('stopping', 'keep', 'STOP'), network_check: stay('NETWORK_CHECK') } as const satisfies Partial<Row>;
const skippable = { skip: to('skipping', 'keep', 'SKIP') } as const satisfies Partial<Row>;

const startCopy = to('initialize', 'replicating', 'START');
/** A copy that had been completed is not made again. */
const startAgain: Cell = { byCycle: { syncing: to('initialize', 'syncing', 'START'), cutovered: 'refused' }, otherwise: startCopy };
const startUnlessLaunched: Cell = { byCycle: { cutovered: 'refused' }, otherwise: startCopy };
const clear = to('clearing', 'keep', 'CLEAR');

const copying: Pick<Row, 'copy-and-sync' | 'copy-and-launch'> = { 'copy-and-sync': to('syncing', 'syncing'), 'copy-and-launch': to('cutovering', 'cutovering') };

/** For a source with a task; {@link withoutTask} stands before it for one without. */
export const lifeCycle: Readonly<Record<SourceState, Row>> = {
  unavailable: { ...usual, ...checked, ...fresh, 'delete-task': to('unavailable', 'checking') },
  waiting: { ...usual, ...checked, ...fresh, ...drillable, start: startCopy, network_check: stay('NETWORK_CHECK') },
  initialize: { ...usual, ...atWork, ...stoppable, ...failing, ...copying, flow: { byCycle: { syncing: to('syncing', 'syncing') }, otherwise: to('replicate', 'replicating') } },
  replicate: { ...usual, ...atWork, ...stoppable, ...failing, ...copying, ...skippable },
  syncing: {
    ...usual, ...atWork, ...stoppable, ...failing, ...skippable,
    // Only now is the target a whole copy.
    test: to('cutovering', 'cutovering', 'SYNC'), cutover: to('cutovering', 'cutovering', 'SYNC'), clone_test: to('cloning', 'syncing', 'SYNC'),
  },
  cloning: { ...usual, ...atWork, ...failing, ...leftBySilence, 'clone-done': to('syncing', 'syncing') },
  cutovering: { ...usual, ...atWork, ...failing, ...skippable, ...leftBySilence, 'launch-done': to('finished', 'cutovered') },
  stopping: { ...usual, ...failing, ...leftBySilence, 'stop-done': to('stopped', 'keep') },
  stopped: { ...usual, ...atRest, start: startAgain, restart: startCopy, clear },
  skipping: {
    ...usual, ...atWork, ...failing, ...leftBySilence,
    'skip-done': { byCycle: { syncing: to('syncing', 'keep'), cutovering: to('cutovering', 'keep') }, otherwise: to('replicate', 'keep') },
  },
  finished: { ...usual, ...atRest, clear },
  error: {
    ...usual, ...atRest, start: startAgain, restart: startCopy, clear,
    sync_failed_rollback: { byCycle: { syncing: to('clearing', 'syncing', 'ROLLBACK') }, otherwise: 'refused' },
  },
  clearing: { ...usual, ...leftBySilence, 'clear-done': to('cleared', 'keep'), failure: to('clearfailed', 'keep') },
  // The target is back to what it was before the copy, so that a start copies anew.
  cleared: { ...usual, ...atRest, start: startUnlessLaunched, restart: startUnlessLaunched },
  clearfailed: { ...usual, ...atRest, clear, start: startAgain, restart: startUnlessLaunched },
  premigready: { ...usual, ...fresh, ...drillable, start: startCopy, network_check: stay('NETWORK_CHECK') },
  premiging: { ...usual, ...atWork, ...stoppable, 'launch-done': to('premiged', 'keep'), failure: to('premigfailed', 'keep') },
  premiged: { ...usual, ...atRest, ...drillable, start: startCopy },
  premigfailed: { ...usual, ...atRest, ...drillable, start: startCopy, restart: startCopy },
  deleting: { ...usual, collect_log: 'refused', ...leftBySilence, 'delete-source': stay('DELETE'), 'delete-done': 'gone' },
};

/** What holds for a source without a task, before {@link lifeCycle}: whatever its agent may have said of it, it can begin anew, and be deleted. */
const withoutTask: Readonly<Partial<Record<LifeEvent, Cell>>> = { register: to('waiting', 'checking'), 'delete-source': 'gone', 'delete-silent-source': 'gone' };

export function nextMove(at: Position, hasTask: boolean, event: LifeEvent): Move {
  const needsTask = taskActions.some((action) => action === event) || event === 'delete-task';
  if (event === 'create-task') return at.state === 'waiting' && !hasTask ? moved(at, true, to('waiting', 'replicating')) : { kind: 'refused' };
  if (!hasTask && needsTask) return { kind: 'refused' };
  const row = hasTask || at.state === 'deleting' && event === 'register' ? lifeCycle[at.state] : { ...lifeCycle[at.state], ...withoutTask };
  const cell = row[event];
  const plain = typeof cell === 'object' && 'byCycle' in cell ? cell.byCycle[at.cycle] ?? cell.otherwise : cell;
  return typeof plain === 'string' ? { kind: plain } : moved(at, hasTask && event !== 'delete-task', plain);
}

function moved(at: Position, hasTask: boolean, { to: state, cycle, order }: Step): Move {
  return { kind: 'moved', position: { state: state === 'same' ? at.state : state, cycle: cycleAfter(at, hasTask, cycle) }, order };
}

function cycleAfter(at: Position, hasTask: boolean, cycle: NextCycle): MigrationCycle {
  if (cycle === 'keep') return at.cycle;
  if (cycle === 'configured') return hasTask ? 'replicating' : 'setting';
  return cycle;
}

/** What changestate says; what it leaves out stays. */
export interface Told {
  readonly state: SourceState | undefined;
  readonly cycle: MigrationCycle | undefined;
}

/** States in which changestate has no effect (its page names them by what the console shows). */
export const deafStates = ['unavailable', 'stopping', 'stopped', 'deleting', 'finished', 'clearing', 'clearfailed'] as const satisfies readonly SourceState[];

/** The cycle of a state that an agent tells without a cycle. */
const cycleTold: Readonly<Record<SourceState, NextCycle>> = {
  unavailable: 'checking', waiting: 'configured', initialize: 'replicating', replicate: 'replicating', syncing: 'syncing', stopping: 'keep', stopped: 'keep',
  skipping: 'keep', deleting: 'keep', clearing: 'keep', cleared: 'keep', clearfailed: 'keep', premigready: 'keep', premiging: 'keep', premiged: 'keep',
  premigfailed: 'keep', cloning: 'syncing', cutovering: 'cutovering', finished: 'cutovered', error: 'keep',
};

/** States that only the answer to an order leads out of: an agent that tells one of itself gets the order, or it would stay there. */
const orderTold: Readonly<Partial<Record<SourceState, Order>>> = { stopping: 'STOP', clearing: 'CLEAR', deleting: 'DELETE' };

/** What an agent says that does not know of an order yet: it must not undo the order. */
const staleBefore: Readonly<Record<Order, readonly SourceState[]>> = {
  START: ['waiting', 'stopped'],
  SYNC: ['waiting', 'initialize', 'replicate', 'syncing'],
  SKIP: ['waiting', 'initialize', 'replicate', 'syncing', 'cutovering'],
  STOP: [], DELETE: [], UPLOAD_LOG: [], RSET_LOG_ACL: [], CLEAR: [], ROLLBACK: [], NETWORK_CHECK: [],
};

/**
 * changestate: the agent's word for where it is, taken as it is but in {@link deafStates}.
 * @param waitingOrders that the agent has not answered yet
 */
export function toldMove(at: Position, hasTask: boolean, told: Told, waitingOrders: readonly Order[]): Move {
  if (deafStates.some((deaf) => deaf === at.state)) return { kind: 'ignored' };
  const { state } = told;
  if (state !== undefined && waitingOrders.some((order) => staleBefore[order].includes(state))) return { kind: 'ignored' };
  const order = state && orderTold[state];
  return moved(at, hasTask, { to: state ?? 'same', cycle: told.cycle ?? (state === undefined ? 'keep' : cycleTold[state]), ...(order === undefined ? {} : { order }) });
}

/**
 * The orders that may wait for the agent in a state; entering a state drops all others, so that an agent that is to stop is
 * not told to start first, and one that has launched the target is not told to launch it again.
 */
export const ordersIn: Readonly<Record<SourceState, readonly Order[]>> = {
  unavailable: asides(), waiting: asides(), initialize: asides('START'), replicate: asides('START'), syncing: asides('START'), cloning: asides('START', 'SYNC'),
  cutovering: asides('START', 'SYNC'), stopping: asides('STOP'), stopped: asides(), skipping: asides('START', 'SYNC', 'SKIP'), deleting: ['DELETE', 'RSET_LOG_ACL'],
  clearing: asides('CLEAR', 'ROLLBACK'), cleared: asides(), clearfailed: asides(), premigready: asides(), premiging: asides('START'), premiged: asides(),
  premigfailed: asides(), finished: asides(), error: asides(),
};

/** With the orders that move nothing. */
function asides(...orders: readonly Order[]): readonly Order[] {
  return [...orders, 'UPLOAD_LOG', 'RSET_LOG_ACL', 'NETWORK_CHECK'];
}

/** What an answer to an order means, where it means anything. */
export const answers: Readonly<Record<Order, { readonly success: AgentReport | undefined; readonly failure: AgentReport | undefined }>> = {
  /** What it then does it reports as progress. */
  START: { success: undefined, failure: 'failure' },
  SYNC: { success: undefined, failure: 'failure' },
  STOP: { success: 'stop-done', failure: 'failure' },
  SKIP: { success: 'skip-done', failure: 'failure' },
  CLEAR: { success: 'clear-done', failure: 'failure' },
  ROLLBACK: { success: 'clear-done', failure: 'failure' },
  /** An agent that could not tidy up is asked again by the next deletion. */
  DELETE: { success: 'delete-done', failure: undefined },
  UPLOAD_LOG: { success: undefined, failure: undefined },
  RSET_LOG_ACL: { success: undefined, failure: undefined },
  NETWORK_CHECK: { success: undefined, failure: undefined },
};

/** The state of the task of a source. */
export function taskStateOf({ state, cycle }: Position): ServerTaskState {
  const said = taskStates[state];
  return typeof said === 'string' ? said : said[cycle] ?? said.otherwise;
}

const taskStates: Readonly<Record<SourceState, ServerTaskState | (Readonly<Partial<Record<MigrationCycle, ServerTaskState>>> & { readonly otherwise: ServerTaskState })>> = {
  unavailable: 'READY', waiting: 'READY', initialize: 'RUNNING', replicate: 'RUNNING', syncing: 'SYNCING', cloning: 'SYNCING', cutovering: 'RUNNING',
  stopping: 'ABORTING', stopped: 'ABORT', skipping: 'SKIPPING', deleting: 'DELETING', clearing: 'RESETING',
  cleared: { cutovered: 'MIGRATE_SUCCESS', otherwise: 'ABORT' },
  clearfailed: { cutovered: 'MIGRATE_SUCCESS', syncing: 'SYNC_FAIL', otherwise: 'MIGRATE_FAIL' },
  premigready: 'READY', premiging: 'RUNNING', premiged: 'READY', premigfailed: 'MIGRATE_FAIL',
  finished: { syncing: 'SYNC_SUCCESS', otherwise: 'MIGRATE_SUCCESS' },
  error: { syncing: 'SYNC_FAIL', otherwise: 'MIGRATE_FAIL' },
};

/** States of a task whose time counts as its duration. */
export function isRunning(state: ServerTaskState): boolean {
  return runningTaskStates.some((running) => running === state);
}

const runningTaskStates = ['RUNNING', 'SYNCING', 'ABORTING', 'SKIPPING', 'RESETING'] as const satisfies readonly ServerTaskState[];

/** The counter that a source counts in; six states have none in the documents. */
export function counterOf(state: SourceState, hasTask: boolean): keyof Overview | undefined {
  if (state === 'waiting') return hasTask ? 'waiting' : 'unconfigured';
  return counters.find((counter) => counter === state);
}

const counters = [
  'replicate', 'syncing', 'stopped', 'deleting', 'cutovering', 'unavailable', 'stopping', 'skipping', 'finished', 'initialize', 'error', 'cloning',
] as const satisfies readonly (keyof Overview & SourceState)[];
