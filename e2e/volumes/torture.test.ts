/**
 * Processes that die between any two steps while people create, extend, hand on and delete disks. When the last one is left alone, nothing is
 * half done: rows and backend agree, nobody has lost what they were told they have, and each disk has one owner.
 */
import { randomInt } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SnapshotId, TransferId, VolumeId, VolumeOwner } from '@haulier/platform/volumes/volume.ts';
import { VolumeRefusal } from '@haulier/platform/volumes/volumes.ts';
import type { VolumeRoom } from '@haulier/platform/worker/volumes/volume-room.ts';
import { createTestDatabase, type TestDatabase } from '../database/test-database.ts';
import { until } from '../worker/until.ts';
import { Death } from './death.ts';
import { diskOf, newOwner, openRoom } from './disk-setting.ts';
import { createMemoryBackend, type MemoryBackend } from './memory-backend.ts';

const settings = { pollMs: 20, heartbeatMs: 50, leaseMs: 400, leaseGuardMs: 300, drainMs: 200, slots: 4 };
const lives = 40;
const deedsOfLife = 40;

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

test.each([{ knowsOwners: false, seed: randomInt(2 ** 31) }, { knowsOwners: true, seed: randomInt(2 ** 31) }])('seed $seed, owners at the backend: $knowsOwners', async ({ knowsOwners, seed }) => {
  const random = randomOf(seed);
  const backend = createMemoryBackend({ knowsOwners });
  const people = [newOwner(), newOwner(), newOwner()];
  const told = new Told();
  let deaths = 0;
  for (let life = 0; life < lives; life += 1) deaths += await live(backend, people, told, random) ? 1 : 0;
  expect(deaths).toBeGreaterThan(lives / 2);
  backend.interfere = () => undefined;
  const last = openRoom(database.db, backend, { settings });
  last.start();
  try {
    await until(unfinishedJobs, (jobs) => jobs === 0);
    await expectWhole(backend, people);
    await told.expectTrue(last, people);
  } finally {
    await last.stop();
  }
});

/** Resolves to whether it died before its time. */
async function live(backend: MemoryBackend, people: readonly VolumeOwner[], told: Told, random: () => number): Promise<boolean> {
  const death = new Death(random, 0.008);
  backend.interfere = () => death.step(() => undefined);
  const room = openRoom(database.db, backend, { settings, death, acceptWaitMs: 3_000 });
  room.start();
  for (let deed = 0; deed < deedsOfLife && !death.dead; deed += 1) await told.doSomething(room, people, death, random);
  const { dead } = death;
  death.now();
  // It hangs where it was, and is never heard of again.
  void room.stop();
  return dead;
}

const unfinishedJobs = async () => (await database.db.selectFrom('volume_job').select('id').where('ended_at', 'is', null).where('work', 'is not', null).execute()).length;

/** No matter what anybody was told. */
async function expectWhole(backend: MemoryBackend, people: readonly VolumeOwner[]): Promise<void> {
  const projects = people.map(({ project }) => project);
  const rows = await database.db.selectFrom('volume').selectAll().where('project_id', 'in', projects).execute();
  const ids = rows.map(({ id }) => id);
  expect([...backend.disks.keys()].sort()).toEqual([...ids].sort());
  const snapshots = ids.length === 0 ? [] : await database.db.selectFrom('volume_snapshot').selectAll().where('volume_id', 'in', ids).execute();
  const transfers = ids.length === 0 ? [] : await database.db.selectFrom('volume_transfer').selectAll().where('volume_id', 'in', ids).execute();
  for (const row of rows) {
    const [, disk] = [...backend.disks].find(([id]) => id === row.id) ?? [];
    const own = snapshots.filter(({ volume_id: id }) => id === row.id);
    expect(['available', 'in-use', 'awaiting-transfer']).toContain(row.state);
    expect(disk?.sizeGiB).toBe(row.size_gib);
    expect(disk?.project === row.project_id || backend.handOver === undefined).toBe(true);
    expect([...disk?.snapshots.keys() ?? []].sort()).toEqual(own.map(({ id }) => id).sort());
    expect(own.map(({ state }) => state)).toEqual(own.map(() => 'available'));
    expect(own.map(({ project_id: project }) => project)).toEqual(own.map(() => row.project_id));
    const offers = transfers.filter(({ volume_id: id }) => id === row.id);
    expect(offers.map(({ project_id: project, acceptor_project: acceptor }) => [project, acceptor])).toEqual(row.state === 'awaiting-transfer' ? [[row.project_id, null]] : []);
  }
}

interface KnownDisk {
  /** Whoever may have it: more than one where nobody heard how a hand-over ended. */
  owners: VolumeOwner[];
  /** At least. */
  sizeGiB: number;
  deleted: 'no' | 'perhaps' | 'yes';
  readonly snapshots: SnapshotId[];
  offer: { readonly id: TransferId; readonly authKey: string } | undefined;
}

/** What people were told, and what they make of it. */
class Told {
  readonly #disks = new Map<VolumeId, KnownDisk>();

  async doSomething(room: VolumeRoom, people: readonly VolumeOwner[], death: Death, random: () => number): Promise<void> {
    const pick = <T>(from: readonly T[]): T | undefined => from[Math.floor(random() * from.length)];
    const [id, disk] = pick([...this.#disks].filter(([, { deleted }]) => deleted !== 'yes')) ?? [];
    const owner = disk?.owners[0] ?? pick(people) ?? newOwner();
    const other = pick(people.filter((one) => one !== owner)) ?? newOwner();
    const { project } = owner;
    const hear = <T>(answer: Promise<T>) => heard(death, answer);
    if (id === undefined || disk === undefined || random() < 0.2) return this.#create(room, owner, { kind: 'blank' }, hear);
    const snapshot = pick(disk.snapshots);
    switch (pick(['clone', 'restore', 'extend', 'delete', 'snapshot', 'forget', 'roll back', 'attach', 'detach', 'offer', 'offer', 'accept', 'accept', 'accept', 'withdraw'] as const)) {
      case 'clone': return this.#create(room, owner, { kind: 'volume', id }, hear);
      case 'restore': return snapshot === undefined ? undefined : this.#create(room, owner, { kind: 'snapshot', id: snapshot }, hear);
      case 'extend': {
        const job = await hear(room.volumes.extend(project, [{ id, sizeGiB: disk.sizeGiB + 1 }]));
        if (job !== 'died' && job !== 'refused') disk.sizeGiB += 1;
        return;
      }
      case 'delete': {
        const job = await hear(room.volumes.remove(project, id, { cascade: true, force: random() < 0.5 }));
        if (job === 'died' && disk.deleted === 'no') disk.deleted = 'perhaps';
        if (job !== 'died' && job !== 'refused') disk.deleted = 'yes';
        return;
      }
      case 'snapshot': {
        const taken = await hear(room.volumes.createSnapshot(owner, { volume: id, name: '', description: '', metadata: {}, force: true }));
        if (taken !== 'died' && taken !== 'refused') disk.snapshots.push(taken.id);
        return;
      }
      case 'forget':
        if (snapshot !== undefined) await hear(room.volumes.removeSnapshot(project, snapshot));
        return;
      case 'roll back':
        if (snapshot !== undefined) await hear(room.volumes.rollback(project, snapshot, id));
        return;
      case 'attach':
        await hear(room.volumes.attach(project, id, { serverId: 's', device: '/dev/vdb', hostName: 'h' }));
        return;
      case 'detach':
        await hear(room.volumes.detach(project, id, undefined));
        return;
      case 'offer': {
        const offered = await hear(room.transfers.create(owner, { volume: id, name: '', withoutSnapshots: false }));
        if (offered !== 'died' && offered !== 'refused') disk.offer = { id: offered.transfer.id, authKey: offered.authKey };
        return;
      }
      case 'accept': {
        if (disk.offer === undefined) return;
        const answer = await hear(room.transfers.accept(other, disk.offer.id, disk.offer.authKey));
        if (answer === 'died') disk.owners = [...new Set([...disk.owners, other])];
        else if (answer !== 'refused') disk.owners = [other];
        return;
      }
      default:
        if (disk.offer !== undefined) await hear(room.transfers.remove(project, disk.offer.id));
    }
  }

  async #create(room: VolumeRoom, owner: VolumeOwner, source: ReturnType<typeof diskOf>['source'], hear: <T>(answer: Promise<T>) => Promise<T | 'died' | 'refused'>): Promise<void> {
    const created = await hear(room.volumes.create(diskOf(owner, { sizeGiB: 40, source }), 1));
    if (created === 'died' || created === 'refused') return;
    for (const { id } of created.volumes) this.#disks.set(id, { owners: [owner], sizeGiB: 40, deleted: 'no', snapshots: [], offer: undefined });
  }

  async expectTrue({ volumes }: VolumeRoom, people: readonly VolumeOwner[]): Promise<void> {
    expect(this.#disks.size).toBeGreaterThan(10);
    for (const [id, { owners, sizeGiB, deleted }] of this.#disks) {
      const found = (await Promise.all(people.map(({ project }) => volumes.show(project, id).catch(() => undefined)))).filter((disk) => disk !== undefined);
      if (deleted === 'yes') expect(found, id).toEqual([]);
      if (deleted === 'no') expect(found, id).toHaveLength(1);
      for (const disk of found) {
        expect(owners.map(({ project }) => project), id).toContain(disk.owner.project);
        expect(disk.sizeGiB, id).toBeGreaterThanOrEqual(sizeGiB);
      }
    }
  }
}

async function heard<T>(death: Death, answer: Promise<T>): Promise<T | 'died' | 'refused'> {
  try {
    return await death.heard(answer);
  } catch (error) {
    if (error instanceof VolumeRefusal) return 'refused';
    throw error;
  }
}

/** The same numbers for the same seed (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
