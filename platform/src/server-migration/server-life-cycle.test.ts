import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MigrationCycle, Order, SourceState } from './server.ts';
import {
  agentReports, answers, counterOf, deafStates, isRunning, lifeEvents, migrationCycles, nextMove, ordersIn, recordEvents, sourceStates, taskActions, taskStateOf, toldMove,
} from './server-life-cycle.ts';
import type { LifeEvent, Move, Position } from './server-life-cycle.ts';

/** A source as the table alone moves it. */
interface Walker {
  readonly position: Position;
  readonly hasTask: boolean;
  readonly orders: readonly Order[];
}
type Step = LifeEvent | { readonly state: SourceState | undefined; readonly cycle: MigrationCycle | undefined };

const registered: Walker = { position: { state: 'waiting', cycle: 'checking' }, hasTask: false, orders: [] };

function moveOf(walker: Walker, step: Step): Move {
  return typeof step === 'string' ? nextMove(walker.position, walker.hasTask, step) : toldMove(walker.position, walker.hasTask, step, walker.orders);
}

function take(walker: Walker, step: Step): Walker | 'gone' {
  const move = moveOf(walker, step);
  if (move.kind === 'gone') return 'gone';
  if (move.kind !== 'moved') return walker;
  const hasTask = step === 'create-task' || (walker.hasTask && step !== 'delete-task');
  const orders = [...walker.orders.filter((order) => order !== move.order), ...(move.order === undefined ? [] : [move.order])];
  return { position: move.position, hasTask, orders: orders.filter((order) => ordersIn[move.position.state].includes(order)) };
}

const keyOf = ({ position: { state, cycle }, hasTask, orders }: Walker) => [state, cycle, String(hasTask), ...[...orders].sort()].join(' ');

/** Every combination that the steps can lead to. */
function reachable(steps: readonly Step[]): readonly Walker[] {
  const found = new Map([[keyOf(registered), registered]]);
  for (const walker of found.values()) {
    for (const step of steps) {
      const next = take(walker, step);
      if (next !== 'gone' && !found.has(keyOf(next))) found.set(keyOf(next), next);
    }
  }
  return [...found.values()];
}

const walked = reachable(lifeEvents);
const tellings: readonly Step[] = sourceStates.flatMap((state) => [undefined, ...migrationCycles].map((cycle) => ({ state, cycle })));
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...lifeEvents) },
  { weight: 1, arbitrary: fc.record({ state: fc.option(fc.constantFrom(...sourceStates), { nil: undefined }), cycle: fc.option(fc.constantFrom(...migrationCycles), { nil: undefined }) }) },
);

function path(steps: readonly Step[]): readonly Walker[] {
  const walkers = [registered];
  for (const step of steps) {
    const next = take(walkers.at(-1) ?? registered, step);
    if (next === 'gone') break;
    walkers.push(next);
  }
  return walkers;
}

/** state/cycle, or what became of it. */
function said(move: Move): string {
  return move.kind === 'moved' ? `${move.position.state}/${move.position.cycle}${move.order === undefined ? '' : ` ${move.order}`}` : move.kind;
}

describe('the life of a source server', () => {
  it.each<[string, readonly Step[]]>([
    ['waiting/checking', []],
    ['unavailable/checking', ['fail-checks']],
    ['waiting/setting', ['pass-checks']],
    ['waiting/replicating READY', ['pass-checks', 'create-task']],
    ['initialize/replicating RUNNING', ['pass-checks', 'create-task', 'start']],
    ['replicate/replicating RUNNING', ['create-task', 'start', 'flow']],
    ['syncing/syncing SYNCING', ['create-task', 'start', 'flow', 'copy-and-sync']],
    ['stopping/syncing ABORTING', ['create-task', 'start', 'flow', 'copy-and-sync', 'stop']],
    ['stopped/syncing ABORT', ['create-task', 'start', 'flow', 'copy-and-sync', 'stop', 'stop-done']],
    ['initialize/syncing RUNNING', ['create-task', 'start', 'flow', 'copy-and-sync', 'stop', 'stop-done', 'start']],
    ['initialize/replicating RUNNING', ['create-task', 'start', 'flow', 'copy-and-sync', 'stop', 'stop-done', 'restart']],
    ['syncing/syncing SYNCING', ['create-task', 'start', 'flow', 'copy-and-sync', 'stop', 'stop-done', 'start', 'flow']],
    ['cloning/syncing SYNCING', ['create-task', 'start', 'copy-and-sync', 'clone_test']],
    ['syncing/syncing SYNCING', ['create-task', 'start', 'copy-and-sync', 'clone_test', 'clone-done']],
    ['cutovering/cutovering RUNNING', ['create-task', 'start', 'copy-and-sync', 'test']],
    ['finished/cutovered MIGRATE_SUCCESS', ['create-task', 'start', 'copy-and-sync', 'cutover', 'launch-done']],
    ['finished/cutovered MIGRATE_SUCCESS', ['create-task', 'start', 'flow', 'copy-and-launch', 'launch-done']],
    ['error/replicating MIGRATE_FAIL', ['create-task', 'start', 'failure']],
    ['error/syncing SYNC_FAIL', ['create-task', 'start', 'copy-and-sync', 'failure']],
    ['clearing/syncing RESETING', ['create-task', 'start', 'copy-and-sync', 'failure', 'sync_failed_rollback']],
    ['skipping/cutovering SKIPPING', ['create-task', 'start', 'copy-and-sync', 'cutover', 'skip']],
    ['cutovering/cutovering RUNNING', ['create-task', 'start', 'copy-and-sync', 'cutover', 'skip', 'skip-done']],
    ['cleared/cutovered MIGRATE_SUCCESS', ['create-task', 'start', 'copy-and-launch', 'launch-done', 'clear', 'clear-done']],
    ['waiting/setting', ['create-task', 'start', 'copy-and-launch', 'launch-done', 'delete-task']],
    ['premiged/replicating READY', ['create-task', 'migration_test', 'launch-done']],
    ['initialize/replicating RUNNING', ['create-task', 'start', 'copy-and-sync', 'failure', 'sync_failed_rollback', 'clear-done', 'start']],
    ['initialize/replicating RUNNING', ['create-task', 'start', 'copy-and-sync', 'stop', 'stop-done', 'clear', 'clear-done', 'start']],
    ['deleting/replicating DELETING', ['create-task', 'start', 'failure', 'delete-source']],
  ])('comes to %s', (end, steps) => {
    const { position, hasTask } = path(steps).at(-1) ?? registered;
    expect(`${position.state}/${position.cycle}${hasTask ? ` ${taskStateOf(position)}` : ''}`).toBe(end);
  });

  it('reaches every state, all but one without a word by changestate, and every task state', () => {
    const told = reachable([...lifeEvents, ...tellings]);
    expect(new Set(told.map(({ position }) => position.state))).toEqual(new Set(sourceStates));
    // That a drill is ready is known to the agent alone.
    expect(new Set([...walked.map(({ position }) => position.state), 'premigready'])).toEqual(new Set(sourceStates));
    expect(new Set(told.filter(({ hasTask }) => hasTask).map(({ position }) => taskStateOf(position)))).toEqual(new Set([
      'READY', 'RUNNING', 'SYNCING', 'MIGRATE_SUCCESS', 'SYNC_SUCCESS', 'MIGRATE_FAIL', 'SYNC_FAIL', 'ABORTING', 'ABORT', 'SKIPPING', 'DELETING', 'RESETING',
    ]));
  });

  it('uses every event somewhere, and every order', () => {
    const moves = walked.flatMap((walker) => lifeEvents.map((event) => ({ event, move: moveOf(walker, event) })));
    for (const event of lifeEvents) {
      expect(moves.some((each) => each.event === event && (each.move.kind === 'moved' || each.move.kind === 'gone')), event).toBe(true);
    }
    expect(new Set(moves.flatMap(({ move }) => (move.kind === 'moved' && move.order !== undefined ? [move.order] : [])))).toEqual(new Set(Object.keys(answers).filter((order) => order !== 'RSET_LOG_ACL')));
  });

  it('always comes to an end: every source can be deleted', () => {
    for (const start of reachable([...lifeEvents, ...tellings])) {
      const seen = new Map([[keyOf(start), start]]);
      let gone = false;
      for (const walker of seen.values()) {
        for (const event of lifeEvents) {
          const next = take(walker, event);
          if (next === 'gone') gone = true;
          else if (!seen.has(keyOf(next))) seen.set(keyOf(next), next);
        }
        if (gone) break;
      }
      expect(gone, keyOf(start)).toBe(true);
    }
  });

  it('comes to an end without a word of its agent, too: a person can always get rid of it', () => {
    const byPersons = [...taskActions, 'delete-task', 'delete-silent-source'] as const;
    for (const start of reachable([...lifeEvents, ...tellings])) {
      const seen = new Map([[keyOf(start), start]]);
      const isGone = () => [...seen.values()].some((walker) => byPersons.some((event) => take(walker, event) === 'gone'));
      for (const walker of seen.values()) {
        for (const event of byPersons) {
          const next = take(walker, event);
          if (next !== 'gone') seen.set(keyOf(next), next);
        }
      }
      expect(isGone(), keyOf(start)).toBe(true);
    }
  });

  it('tells an agent that begins anew to go on, exactly while its task is at work and not asked to end, and changes nothing else', () => {
    for (const walker of reachable([...lifeEvents, ...tellings])) {
      const { position, hasTask } = walker;
      const atWork = hasTask && ['RUNNING', 'SYNCING', 'SKIPPING'].includes(taskStateOf(position));
      const move = moveOf(walker, 'register');
      expect(move.kind === 'moved' && move.order === 'START', keyOf(walker)).toBe(atWork);
      if (atWork) expect(move).toEqual({ kind: 'moved', position, order: 'START' });
    }
  });

  it('lets nothing out of deleting but to gone', () => {
    for (const walker of reachable([...lifeEvents, ...tellings])) {
      if (walker.position.state !== 'deleting') continue;
      for (const step of [...lifeEvents, ...tellings]) {
        if (step === 'create-task') continue;
        const next = take(walker, step);
        expect(next === 'gone' || next.position.state === 'deleting', `${keyOf(walker)} × ${JSON.stringify(step)}`).toBe(true);
      }
    }
  });

  it('deletes a task only in the documented states: ready, paused, succeeded, failed', () => {
    for (const walker of reachable([...lifeEvents, ...tellings]).filter(({ hasTask }) => hasTask)) {
      const deletable = ['READY', 'ABORT', 'MIGRATE_SUCCESS', 'SYNC_SUCCESS', 'MIGRATE_FAIL', 'SYNC_FAIL'].includes(taskStateOf(walker.position));
      expect(moveOf(walker, 'delete-task').kind, keyOf(walker)).toBe(deletable ? 'moved' : 'refused');
      if (!deletable && walker.position.state !== 'deleting') expect(moveOf(walker, 'delete-source').kind, keyOf(walker)).toBe('refused');
    }
  });

  it('starts only a ready, failed or paused task, and launches or clones only while it synchronises', () => {
    for (const walker of walked) {
      const state = walker.hasTask ? taskStateOf(walker.position) : 'none';
      if (moveOf(walker, 'start').kind === 'moved') expect(['READY', 'ABORT', 'MIGRATE_FAIL', 'SYNC_FAIL']).toContain(state);
      for (const event of ['test', 'cutover', 'clone_test'] as const) expect(moveOf(walker, event).kind).toBe(state === 'SYNCING' && walker.position.state === 'syncing' ? 'moved' : 'refused');
    }
  });

  it('never refuses an agent, and never ignores a person who asks for something of a task', () => {
    for (const walker of reachable([...lifeEvents, ...tellings])) {
      for (const event of agentReports) expect(moveOf(walker, event).kind, event).not.toBe('refused');
      for (const event of taskActions) expect(moveOf(walker, event).kind, event).not.toBe('ignored');
    }
  });

  it('is not moved by a report that comes again', () => {
    fc.assert(fc.property(fc.array(anyStep, { maxLength: 40 }), fc.constantFrom(...agentReports), (steps, report) => {
      const once = take(path(steps).at(-1) ?? registered, report);
      if (once === 'gone') return;
      expect(take(once, report), report).toEqual(once);
    }));
  });

  it('keeps what waits for the agent to what its state allows, and always has an order where the platform waits for the agent', () => {
    const awaited: Partial<Record<SourceState, readonly Order[]>> = { stopping: ['STOP'], skipping: ['SKIP'], clearing: ['CLEAR', 'ROLLBACK'], deleting: ['DELETE'], cloning: ['SYNC'] };
    for (const { position, orders } of walked) {
      for (const order of orders) expect(ordersIn[position.state]).toContain(order);
      const needed = awaited[position.state];
      if (needed !== undefined) expect(orders.some((order) => needed.includes(order)), position.state).toBe(true);
    }
  });

  it('has an order where its answer alone leads on, also when the agent itself told the state', () => {
    const awaited: Partial<Record<SourceState, readonly Order[]>> = { stopping: ['STOP'], clearing: ['CLEAR', 'ROLLBACK'], deleting: ['DELETE'] };
    for (const walker of reachable([...lifeEvents, ...tellings])) {
      const needed = awaited[walker.position.state];
      if (needed !== undefined) expect(walker.orders.some((order) => needed.includes(order)), keyOf(walker)).toBe(true);
    }
  });

  it('answers an order with a report that the order\'s state takes', () => {
    for (const { position, hasTask, orders } of walked) {
      for (const order of orders) {
        const { success } = answers[order];
        if (success !== undefined) expect(['moved', 'gone'], `${position.state} ${order}`).toContain(nextMove(position, hasTask, success).kind);
      }
    }
  });
});

describe('changestate', () => {
  it('has no effect in the documented states, whatever it says', () => {
    for (const state of deafStates) {
      for (const cycle of migrationCycles) {
        for (const told of tellings) {
          if (typeof told !== 'string') expect(toldMove({ state, cycle }, true, told, [])).toEqual({ kind: 'ignored' });
        }
      }
    }
  });

  it('is the agent\'s word everywhere else', () => {
    const position: Position = { state: 'replicate', cycle: 'replicating' };
    expect(toldMove(position, true, { state: 'waiting', cycle: 'cutovered' }, [])).toMatchObject({ position: { state: 'waiting', cycle: 'cutovered' } });
    for (const state of sourceStates) expect(toldMove(position, true, { state, cycle: undefined }, [])).toMatchObject({ kind: 'moved', position: { state } });
    expect(toldMove(position, true, { state: undefined, cycle: 'syncing' }, [])).toMatchObject({ position: { state: 'replicate', cycle: 'syncing' } });
  });

  it.each<[string, SourceState, Order, SourceState]>([
    ['ignored', 'initialize', 'START', 'waiting'],
    ['replicate/replicating', 'initialize', 'START', 'replicate'],
    ['error/replicating', 'initialize', 'START', 'error'],
    ['ignored', 'cutovering', 'SYNC', 'syncing'],
    ['finished/cutovered', 'cutovering', 'SYNC', 'finished'],
    ['ignored', 'skipping', 'SKIP', 'syncing'],
  ])('%s: in %s, with %s not answered, the word %s', (expected, state, order, told) => {
    expect(said(toldMove({ state, cycle: 'replicating' }, true, { state: told, cycle: undefined }, [order]))).toBe(expected);
  });
});

describe('the counters', () => {
  it('count each source once, but for the states that the documents have no counter for', () => {
    const uncounted = sourceStates.filter((state) => counterOf(state, true) === undefined);
    expect(uncounted).toEqual(['clearing', 'cleared', 'clearfailed', 'premigready', 'premiging', 'premiged', 'premigfailed']);
    expect(counterOf('waiting', true)).toBe('waiting');
    expect(counterOf('waiting', false)).toBe('unconfigured');
    const names = new Set(sourceStates.flatMap((state) => [counterOf(state, true), counterOf(state, false)]).filter((name) => name !== undefined));
    expect(names.size).toBe(14);
  });

  it('has time running exactly while somebody works on the task', () => {
    expect(isRunning('SYNCING')).toBe(true);
    expect(isRunning('READY')).toBe(false);
    expect(isRunning('ABORT')).toBe(false);
  });
});

describe('the tables', () => {
  it('name each event once', () => {
    expect(new Set(lifeEvents).size).toBe(recordEvents.length + taskActions.length + agentReports.length);
  });
});
