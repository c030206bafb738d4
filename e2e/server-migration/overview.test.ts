/** Hundreds of sources change at once; whoever looks meanwhile sees each of them once, where it is at that moment. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createTask, moveServer, tellServer, withServer } from '@haulier/platform/database/server-migration/move-server.ts';
import { serverTaskId } from '@haulier/platform/server-migration/server-id.ts';
import { counterOf, lifeEvents, migrationCycles, nextMove, ordersIn, sourceStates, taskStateOf, toldMove } from '@haulier/platform/server-migration/server-life-cycle.ts';
import type { LifeEvent, Move, Position, Told } from '@haulier/platform/server-migration/server-life-cycle.ts';
import type { Order, Overview, SourceId, SourceState, Tenant } from '@haulier/platform/server-migration/server.ts';
import { randomUUID } from 'node:crypto';
import { newTenant, registration, roomsOfFile } from './rooms.ts';

const rooms = roomsOfFile();

interface Model {
  readonly position: Position;
  readonly hasTask: boolean;
  readonly orders: readonly Order[];
}
type Step = LifeEvent | Told;

const counted = (state: SourceState) => counterOf(state, true) !== undefined;
/** Whatever leads into a state without a counter, or deletes the source, is left out: then the sum never changes. */
const keepsCounting = (move: Move) => move.kind !== 'gone' && (move.kind !== 'moved' || counted(move.position.state));

const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...lifeEvents) },
  { weight: 2, arbitrary: fc.constantFrom<LifeEvent>('create-task', 'start', 'flow', 'copy-and-sync', 'cutover') },
  { weight: 1, arbitrary: fc.record({ state: fc.option(fc.constantFrom(...sourceStates.filter(counted)), { nil: undefined }), cycle: fc.option(fc.constantFrom(...migrationCycles), { nil: undefined }) }) },
);

function moveOf({ position, hasTask, orders }: Model, step: Step): Move {
  return typeof step === 'string' ? nextMove(position, hasTask, step) : toldMove(position, hasTask, step, orders);
}

function after(model: Model, step: Step, move: Move): Model {
  if (move.kind !== 'moved') return model;
  const stays = move.position.state === model.position.state && move.order === undefined;
  const kept = model.orders.filter((order) => order !== move.order && (stays || ordersIn[move.position.state].includes(order)));
  const hasTask = step === 'create-task' || (model.hasTask && step !== 'delete-task');
  return { position: move.position, hasTask, orders: step === 'delete-task' ? [] : [...kept, ...(move.order === undefined ? [] : [move.order])] };
}

async function take(tenant: Tenant, source: SourceId, step: Step): Promise<void> {
  await withServer(rooms.database.db, tenant.domain, { source }, async (trx, server) => {
    if (step !== 'create-task') await (typeof step === 'string' ? moveServer(trx, server, step) : tellServer(trx, server, step));
    else if (server.task === undefined) await createTask(trx, server, { id: serverTaskId(randomUUID()), name: 'a task', enterpriseProject: '0', spec: '{}', vmId: undefined });
  });
}

type Counter = keyof Overview;

/** Where each source is: in one counter at rest, in one of two while it changes. A look has counted it in one where it was since the look began. */
class Whereabouts {
  readonly #now = new Map<SourceId, readonly Counter[]>();
  #seen = new Map<SourceId, Set<Counter>>();

  put(source: SourceId, ...counters: readonly Counter[]): void {
    this.#now.set(source, counters);
    for (const counter of counters) this.#seen.get(source)?.add(counter);
  }

  beginLook(): void {
    this.#seen = new Map([...this.#now].map(([source, counters]) => [source, new Set(counters)]));
  }

  /** How many sources each counter must have counted, and how many it can have. */
  bounds(counter: Counter): { readonly least: number; readonly most: number } {
    const possible = [...this.#seen.values()].filter((counters) => counters.has(counter));
    return { least: possible.filter(({ size }) => size === 1).length, most: possible.length };
  }
}

function counterOfModel({ position, hasTask }: Model): Counter {
  const counter = counterOf(position.state, hasTask);
  if (counter === undefined) throw new Error(`${position.state} has no counter`);
  return counter;
}

/** One source goes its way; every change is compared with what the table says. */
async function live(tenant: Tenant, source: SourceId, steps: readonly Step[], whereabouts: Whereabouts): Promise<Model> {
  let model: Model = { position: { state: 'waiting', cycle: 'setting' }, hasTask: false, orders: [] };
  for (const step of steps) {
    const move = moveOf(model, step);
    if (!keepsCounting(move)) continue;
    const next = after(model, step, move);
    whereabouts.put(source, counterOfModel(model), counterOfModel(next));
    await take(tenant, source, step);
    whereabouts.put(source, counterOfModel(next));
    model = next;
  }
  return model;
}

function countsOf(overview: Overview): readonly (readonly [Counter, number])[] {
  return counterNames.map((counter) => [counter, overview[counter]]);
}

const counterNames = [
  'waiting', 'replicate', 'syncing', 'stopped', 'deleting', 'cutovering', 'unavailable', 'stopping', 'skipping', 'finished', 'initialize', 'error', 'cloning', 'unconfigured',
] as const satisfies readonly Counter[];

function sumOf(overview: Overview): number {
  return countsOf(overview).reduce((sum, [, count]) => sum + count, 0);
}

test('each counter of the overview is exact while hundreds of sources change, and ends as the model does', async () => {
  const [tenant, other] = [newTenant(), newTenant()];
  const sources = await Promise.all(Array.from({ length: 300 }, () => rooms.sources.register(tenant, registration())));
  await rooms.sources.register(other, registration());
  const paths = fc.sample(fc.array(anyStep, { minLength: 25, maxLength: 25 }), { numRuns: sources.length, seed: 20260714 });

  const whereabouts = new Whereabouts();
  for (const source of sources) whereabouts.put(source, 'unconfigured');
  let over = false;
  const looking = (async () => {
    let looks = 0;
    while (!over) {
      whereabouts.beginLook();
      const overview = await rooms.sources.overview(tenant);
      expect(sumOf(overview)).toBe(sources.length);
      for (const [counter, count] of countsOf(overview)) {
        const { least, most } = whereabouts.bounds(counter);
        expect(least <= count && count <= most, `${counter}: ${count}, and not from ${least} to ${most}`).toBe(true);
      }
      looks += 1;
    }
    return looks;
  })();
  const models = await Promise.all(sources.map((source, index) => live(tenant, source, paths[index] ?? [], whereabouts))).finally(() => { over = true; });
  expect(await looking).toBeGreaterThan(10);

  const expected: Partial<Record<string, number>> = {};
  for (const { position, hasTask } of models) {
    const counter = counterOf(position.state, hasTask) ?? 'none';
    expected[counter] = (expected[counter] ?? 0) + 1;
  }
  const overview = await rooms.sources.overview(tenant);
  expect(Object.fromEntries(Object.entries(overview).filter(([, count]) => count > 0))).toEqual(expected);
  expect(Object.keys(expected).length).toBeGreaterThan(9);
  expect(Object.keys(overview)).toHaveLength(14);
  expect(await rooms.sources.overview(other)).toMatchObject({ unconfigured: 1, waiting: 0 });

  const kept = await rooms.database.db.selectFrom('source_server').leftJoin('server_task', 'server_task.source_id', 'source_server.id')
    .select(['source_server.id', 'source_server.state', 'cycle', 'server_task.state as task']).where('source_server.domain_id', '=', tenant.domain).execute();
  const byId = new Map(kept.map((row) => [row.id, row]));
  for (const [index, source] of sources.entries()) {
    const { position, hasTask, orders } = models[index] ?? { position: undefined, hasTask: false, orders: [] };
    expect(byId.get(source)).toEqual({ id: source, ...position, task: position !== undefined && hasTask ? taskStateOf(position) : null });
    const given = await rooms.database.db.selectFrom('agent_command').select('name').where('source_id', '=', source).execute();
    expect(given.map(({ name }) => name).sort()).toEqual([...orders].sort());
  }
});
