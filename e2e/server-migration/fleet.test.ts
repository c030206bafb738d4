/**
 * A fleet of scripted agents against the real binary, killed with SIGKILL again and again, with agents that crash and repeat
 * themselves: after each round every counter of the overview, and every list, is what the model says. A second tenant looks on and is
 * never seen.
 */
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { withDatabase } from '../support/database.ts';
import { signIn } from '../support/iam.ts';
import { createInstallation, type TestInstallation, type TestProcess } from '../support/serve.ts';
import { createChance } from './chance.ts';
import { at, fine, openDoor, textAt, type Door } from './door.ts';
import { allowed, counters, listedAs, moves } from './fleet-model.ts';
import { Fleet, type FleetServer } from './fleet.ts';
import { addDomain } from './second-domain.ts';

const seed = Number(process.env['HAULIER_TEST_SEED'] ?? Date.now() % 1_000_000);
const size = Number(process.env['HAULIER_TEST_AGENTS'] ?? 500);
const rounds = 9;
const atOnce = 48;

let installation: TestInstallation;
let server: TestProcess;
let fleet: Fleet;
let others: Fleet;
const chance = createChance(seed);

beforeAll(async () => {
  installation = await createInstallation();
  server = await installation.serve();
  const [own, other] = [installation.account, await addDomain(installation.folder, 'others')];
  fleet = new Fleet(openDoor(installation.url, await signIn(installation.url, own)), chance.fork(), 0, size);
  others = new Fleet(openDoor(installation.url, await signIn(installation.url, other)), chance.fork(), 1_000_000, 12);
});
afterAll(() => installation.remove());

test(`a fleet of ${size} servers is counted rightly at every rest (seed ${seed})`, { timeout: 600_000 }, async () => {
  await each(others.servers, ({ agent }) => agent.until('registered'));
  for (let round = 0; round < 3; round += 1) await each(others.servers, (one) => others.wander(one));
  await each(fleet.servers, ({ agent }) => agent.until('registered'), killing());
  await compare();
  for (let round = 0; round < rounds; round += 1) {
    await each(fleet.servers, (one) => fleet.wander(one), round % 2 === 1 ? killing() : undefined);
    await compare();
  }
  await each(fleet.live, (one) => fleet.finish(one), killing());
  await compare();
  await compareEnds();
  if (size < 200) return;
  expect(moves.filter((move) => !fleet.made.has(move)), 'moves that were never made').toEqual([]);
  expect(Object.keys(allowed).filter((action) => !fleet.refused.has(action)), 'actions that were never refused').toEqual([]);
});

interface Kill {
  /** Before which piece of work. */
  readonly before: number;
  again: Promise<void> | undefined;
}

function killing(): Kill {
  return { before: chance.below(size * 0.7), again: undefined };
}

/** Does all of the work, some at once; on the way the server is killed and started again. */
async function each(servers: readonly FleetServer[], work: (server: FleetServer) => Promise<void>, kill?: Kill): Promise<void> {
  const waiting = servers.entries();
  await Promise.all(Array.from({ length: atOnce }, async () => {
    for (const [index, one] of waiting) {
      if (kill !== undefined && kill.again === undefined && index >= kill.before) kill.again = killAndServe();
      await work(one);
    }
  }));
  await kill?.again;
}

async function killAndServe(): Promise<void> {
  await server.kill();
  server = await installation.serve();
}

async function compare(): Promise<void> {
  for (const who of [fleet, others]) {
    expect(fine(await who.door.ask('GET', '/v3/sources/overview'), 'overview')).toEqual(who.expectedOverview());
    const { sources, tasks } = who.expectedLists();
    expect(await countsOf(who.door, 'sources', [...new Set(counters.map(listedAs))])).toEqual({ ...sources, all: who.live.length });
    expect(await countsOf(who.door, 'tasks', taskStates)).toEqual({ ...tasks, all: Object.values(tasks).reduce((sum, count) => sum + count, 0) });
  }
  await neverMeet();
}

const taskStates = ['READY', 'RUNNING', 'SYNCING', 'MIGRATE_SUCCESS', 'SYNC_SUCCESS', 'MIGRATE_FAIL', 'SYNC_FAIL', 'ABORTING', 'ABORT', 'SKIPPING', 'DELETING', 'RESETING'];

/** What the lists of each state count; none is left out. */
async function countsOf(door: Door, what: 'sources' | 'tasks', states: readonly string[]): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const state of ['', ...states]) {
    const count = Number(at(fine(await door.ask('GET', `/v3/${what}?limit=1&state=${state}`), `list of ${what}`), 'count'));
    if (count > 0 || state === '') counts[state === '' ? 'all' : state] = count;
  }
  return counts;
}

async function neverMeet(): Promise<void> {
  const one = chance.pick([fleet.live[0], ...fleet.live]);
  const other = chance.pick([others.live[0], ...others.live]);
  if (one === undefined || other === undefined) return;
  for (const [door, { agent, task }] of [[fleet.door, other], [others.door, one]] as const) {
    expect(await door.ask('GET', `/v3/sources/${agent.source}`)).toMatchObject({ status: 404 });
    expect(await door.ask('GET', `/v3/sources/${agent.source}/command`)).toMatchObject({ status: 404 });
    expect(await door.ask('GET', `/v3/sources?id=${agent.source}`)).toMatchObject({ status: 200, body: { count: 0, source_servers: [] } });
    if (task === undefined) continue;
    expect(await door.ask('GET', `/v3/tasks/${task}`)).toMatchObject({ status: 404 });
    expect(await door.ask('GET', `/v3/tasks/${task}/certkey`)).toMatchObject({ status: 404 });
    expect(await door.ask('POST', `/v3/tasks/${task}/action`, { operation: 'stop' })).toMatchObject({ status: 404 });
    expect(await door.ask('DELETE', `/v3/tasks/${task}`)).toMatchObject({ status: 404 });
  }
}

/** Everything that was migrated has come to 100, and its amounts are those of the machine. */
async function compareEnds(): Promise<void> {
  await each(fleet.live, ({ agent }) => agent.poll());
  expect(await connectedOnes()).toEqual({ connected: fleet.live.length, silent: 0 });
  const silent = fleet.live.slice(0, 7);
  await beSilent(silent.map(({ agent }) => agent.source));
  expect(await connectedOnes()).toEqual({ connected: fleet.live.length - silent.length, silent: silent.length });
  await each(silent, ({ agent }) => agent.poll());
  expect(await connectedOnes()).toEqual({ connected: fleet.live.length, silent: 0 });
  await each(fleet.live, async ({ agent, task = '', nature }) => {
    const source = fine(await fleet.door.ask('GET', `/v3/sources/${agent.source}`), 'source');
    const shown = fine(await fleet.door.ask('GET', `/v3/tasks/${task}`), 'task');
    expect({ state: textAt(source, 'state'), cycle: textAt(source, 'migration_cycle'), task: textAt(shown, 'state'), connected: at(source, 'connected') })
      .toEqual({ state: 'finished', cycle: 'cutovered', task: 'MIGRATE_SUCCESS', connected: true });
    const steps = (at(shown, 'sub_tasks') as readonly { readonly name: string; readonly progress: number }[]).filter(({ name }) => !/^SYNC_|^CLONE_VM/.test(name));
    expect(steps.length).toBeGreaterThanOrEqual(7);
    expect(steps.filter(({ progress }) => progress !== 100)).toEqual([]);
    if (!nature.syncing) expect({ copied: at(source, 'replicatesize'), total: at(source, 'totalsize') }).toEqual({ copied: agent.machine.used, total: agent.machine.used });
  });
}

async function connectedOnes(): Promise<object> {
  const count = async (connected: boolean) => at(fine(await fleet.door.ask('GET', `/v3/sources?connected=${connected}&limit=1`), 'list'), 'count');
  return { connected: await count(true), silent: await count(false) };
}

/** As if two minutes had gone by without a question of theirs. */
async function beSilent(sources: readonly string[]): Promise<void> {
  await withDatabase(installation.folder, (db) => db.updateTable('source_server').set({ heard_at: sql<Date>`clock_timestamp() - interval '2 minutes'` }).where('id', 'in', sources).execute());
}
