/**
 * Kills the server with SIGKILL at random moments while people make, grow, fill, roll back, copy, hand on and delete disks, starts it again,
 * and compares what they were told with the API, the rows, the files and every byte at the end.
 */
import { randomInt, randomUUID } from 'node:crypto';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Kysely } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Database } from '@haulier/platform/database/schema.ts';
import { createChance, type Chance } from '../server-migration/chance.ts';
import { withDatabase } from '../support/database.ts';
import { until } from '../worker/until.ts';
import { hasMarks, inspectDisk } from './disk-bytes.ts';
import { DiskPeople, inside, type KnownDisk } from './disk-people.ts';
import { installQemuUtils } from './file-backend.ts';
import { openMortalServer, type MortalServer } from './mortal-server.ts';

const kills = 7;
const people = 8;
/** With their snapshots, and without: fewer prove nothing of either. */
const enoughHandedOn = 3;
/** A test of one seed: `HAULIER_SEED=…`. */
const seed = Number(process.env['HAULIER_SEED'] ?? randomInt(2 ** 31));

let server: MortalServer;
let disks: DiskPeople;
let folder: string;

beforeAll(async () => {
  await installQemuUtils();
  server = await openMortalServer({ config: { volumes: { backends: [{ name: 'files', kind: 'file', format: 'qcow2' }] } } });
  folder = join(server.installation.folder, 'volumes', 'files');
  disks = new DiskPeople(server, folder);
});

afterAll(() => server[Symbol.asyncDispose]());

test(`disks whose server is killed again and again are what people were told (seed ${seed})`, { timeout: 600_000 }, async () => {
  const chance = createChance(seed);
  const crowd = Array.from({ length: people }, () => chance.fork());
  let over = false;
  const working = Promise.all(crowd.map(async (own) => {
    while (!over || Math.min(...Object.values(disks.handedOn)) < enoughHandedOn) await disks.doSomething(own);
  }));
  const killing = killAgainAndAgain(chance.fork()).finally(() => { over = true; });
  await Promise.all([working, killing]);

  expect(disks.jobs.length).toBeGreaterThan(kills);
  await expectJobsEnded();
  const stray = await lookWithStray();
  await withDatabase(server.installation.folder, (db) => expectRowsAndFiles(db, stray));
  for (const disk of disks.disks.values()) await expectDisk(disk);
  await expectQuotas();
});

/** Not before some changes were asked for since it is up again. */
async function killAgainAndAgain(chance: Chance): Promise<void> {
  for (let killed = 0; killed < kills; killed += 1) {
    const enough = server.changes() + 4 + chance.below(12);
    await until(() => Promise.resolve(server.changes()), (changes) => changes >= enough, 90_000);
    // At the next change, or while its work is done.
    await sleep(chance.hits(0.5) ? chance.below(40) : chance.below(800));
    await server.killAndStart();
  }
}

async function expectJobsEnded(): Promise<void> {
  for (const { customer, id } of disks.jobs) {
    const { body } = await until(() => customer.look(`/v1/{p}/jobs/${id}`), (answer) => ['SUCCESS', 'FAIL'].includes(String(inside(answer.body, 'status'))), 90_000);
    expect(body).toMatchObject({ status: 'SUCCESS', error_code: null, fail_reason: null });
  }
}

/** A file that nobody knows is what the next look at the folder tells of: once it has, the look was taken. */
async function lookWithStray(): Promise<string> {
  const stray = randomUUID();
  await writeFile(join(folder, `${stray}.raw`), 'x');
  await server.restart();
  await withDatabase(server.installation.folder, (db) => until(() => db.selectFrom('volume_stray').select('id').execute(), (seen) => seen.some(({ id }) => id === stray)));
  return stray;
}

async function expectRowsAndFiles(db: Kysely<Database>, stray: string): Promise<void> {
  const known = [...disks.disks.values()];
  const volumes = await db.selectFrom('volume').select(['id', 'state', 'project_id', 'size_gib']).execute();
  expect(sorted(volumes.map(({ id, state, project_id: project, size_gib: size }) => [id, state, project, size].join(' ')))).toEqual(sorted(known.map(({ id, owner, marks }) => [id, 'available', owner.project, marks.length].join(' '))));
  const snapshots = await db.selectFrom('volume_snapshot').select(['id', 'volume_id', 'state', 'project_id', 'size_gib']).execute();
  expect(sorted(snapshots.map(({ id, volume_id: volume, state, project_id: project, size_gib: size }) => [id, volume, state, project, size].join(' '))))
    .toEqual(sorted(known.flatMap((disk) => [...disk.snapshots].map(([id, { owner, marks }]) => [id, disk.id, 'available', owner.project, marks.length].join(' ')))));
  expect(await db.selectFrom('volume_transfer').select('id').execute()).toEqual([]);
  expect(await db.selectFrom('volume_job').selectAll().where('work', 'is not', null).where((where) => where.or([where('ended_at', 'is', null), where('failure_kind', 'is not', null)])).execute()).toEqual([]);
  expect(await db.selectFrom('volume_stray').select('id').execute()).toEqual([{ id: stray }]);
  const notes = new Set(['.host', ...known.map(({ id }) => `.changing-${id}`)]);
  expect(sorted((await readdir(folder)).filter((name) => !notes.has(name)))).toEqual(sorted([`${stray}.raw`, ...known.map(({ id }) => `${id}.qcow2`)]));
}

async function expectDisk({ id, owner, marks, snapshots }: KnownDisk): Promise<void> {
  const path = disks.fileOf(id);
  expect(await disks.ownersOf(id)).toEqual([owner]);
  expect(await hasMarks(path, marks), `${id} has ${marks.join(' ')}`).toBe(true);
  const file = await inspectDisk(path);
  expect({ ...file, snapshots: sorted(file.snapshots) }).toEqual({ sizeGiB: marks.length, snapshots: sorted([...snapshots.keys()]) });
}

async function expectQuotas(): Promise<void> {
  const known = [...disks.disks.values()];
  for (const customer of server.customers) {
    const own = known.filter(({ owner }) => owner === customer);
    const taken = known.flatMap(({ snapshots }) => [...snapshots.values()]).filter(({ owner }) => owner === customer);
    const { body } = await customer.look('/v2/{p}/os-quota-sets/{p}?usage=True');
    expect(body).toMatchObject({ quota_set: {
      volumes: { in_use: own.length, reserved: 0 }, snapshots: { in_use: taken.length, reserved: 0 }, gigabytes: { in_use: own.reduce((sum, { marks }) => sum + marks.length, 0), reserved: 0 },
    } });
  }
}

function sorted(texts: readonly string[]): readonly string[] {
  return [...texts].sort();
}
