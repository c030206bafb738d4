/** Disks that change hands, with a real PostgreSQL: from several rooms at once, and by backends that know of owners themselves. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { BackendFailure } from '@haulier/platform/volumes/volume-backend.ts';
import type { Transfer, Volume, VolumeOwner, VolumeType } from '@haulier/platform/volumes/volume.ts';
import type { VolumeRoom } from '@haulier/platform/worker/volumes/volume-room.ts';
import { createTestDatabase, type TestDatabase } from '../database/test-database.ts';
import { until } from '../worker/until.ts';
import { Death } from './death.ts';
import { clock, endOf, everything, makeDisk, makeSnapshot, newOwner, openRoom, refusalOf } from './disk-setting.ts';
import { createMemoryBackend, type MemoryBackend } from './memory-backend.ts';

const first = { limit: 100, offset: 0 };

let database: TestDatabase;
let backend: MemoryBackend;
let room: VolumeRoom;
let [donor, receiver]: [VolumeOwner, VolumeOwner] = [newOwner(), newOwner()];

async function open(options: Parameters<typeof createMemoryBackend>[0]): Promise<void> {
  database = await createTestDatabase();
  backend = createMemoryBackend(options);
  room = openRoom(database.db, backend, { limits: { ...everything, volumes: 8, gigabytes: 50, snapshots: 2 } });
  room.start();
}

async function close(): Promise<void> {
  await room.stop();
  await database.drop();
}

beforeEach(() => {
  [donor, receiver] = [newOwner(), newOwner()];
});

interface Offer {
  readonly disk: Volume;
  readonly transfer: Transfer;
  readonly authKey: string;
}

async function offer({ sizeGiB = 1, withoutSnapshots = false, snapshots = 0 } = {}): Promise<Offer> {
  const disk = await makeDisk(room, donor, { sizeGiB });
  for (let taken = 0; taken < snapshots; taken += 1) await makeSnapshot(room, donor, disk.id);
  return { disk, ...await room.transfers.create(donor, { volume: disk.id, name: 'offer', withoutSnapshots }) };
}

async function holders({ disk }: Offer, owners: readonly VolumeOwner[]): Promise<readonly VolumeOwner[]> {
  const shown = await Promise.all(owners.map(({ project }) => room.volumes.show(project, disk.id).then(() => true, () => false)));
  return owners.filter((_owner, index) => shown[index]);
}

describe('a transfer', () => {
  beforeAll(() => open({}));
  afterAll(close);

  it('hands a disk on with its snapshots, once, and keeps no key', async () => {
    const offered = await offer({ snapshots: 2 });
    const { disk, transfer, authKey } = offered;
    expect((await room.volumes.show(donor.project, disk.id)).state).toBe('awaiting-transfer');
    expect(await room.transfers.show(donor.project, transfer.id)).toEqual(transfer);
    expect(JSON.stringify(await database.db.selectFrom('volume_transfer').selectAll().execute())).not.toContain(authKey);
    expect(await refusalOf(room.transfers.show(receiver.project, transfer.id))).toEqual({ kind: 'no-such-transfer', id: transfer.id });

    expect(await room.transfers.accept(receiver, transfer.id, authKey)).toEqual(transfer);
    expect(await room.volumes.show(receiver.project, disk.id)).toMatchObject({ state: 'available', owner: receiver });
    expect((await room.volumes.listSnapshots(receiver.project, first)).items.map(({ owner }) => owner)).toEqual([receiver, receiver]);
    expect(await holders(offered, [donor, receiver])).toEqual([receiver]);
    expect((await room.volumes.listSnapshots(donor.project, first)).count).toBe(0);
    expect((await room.volumes.quotas(receiver.project)).snapshots.inUse).toBe(2);
    expect((await room.volumes.quotas(donor.project)).volumes).toMatchObject({ inUse: 0, reserved: 0 });
    expect(await refusalOf(room.transfers.accept(newOwner(), transfer.id, authKey))).toEqual({ kind: 'no-such-transfer', id: transfer.id });
    expect((await endOf(room, receiver, await room.volumes.remove(receiver.project, disk.id, { cascade: true, force: false }))).state).toBe('SUCCESS');
  });

  it('leaves the disk alone in everything else', async () => {
    const { disk: { id }, transfer } = await offer({ snapshots: 1 });
    const busy = (action: string) => ({ kind: 'volume-busy', id, state: 'awaiting-transfer', action });
    const { project } = donor;
    expect(await refusalOf(room.volumes.attach(project, id, { serverId: 's', device: 'd', hostName: 'h' }))).toEqual(busy('attach'));
    expect(await refusalOf(room.volumes.reserve(project, id))).toEqual(busy('reserve'));
    expect(await refusalOf(room.volumes.remove(project, id, { cascade: true, force: false }))).toEqual(busy('delete'));
    expect(await refusalOf(room.volumes.remove(project, id, { cascade: true, force: true }))).toEqual(busy('delete'));
    expect(await refusalOf(room.volumes.extend(project, [{ id, sizeGiB: 2 }]))).toEqual(busy('extend'));
    expect(await refusalOf(room.volumes.createSnapshot(donor, { volume: id, name: '', description: '', metadata: {}, force: true }))).toEqual(busy('snapshot'));
    expect(await refusalOf(room.transfers.create(donor, { volume: id, name: '', withoutSnapshots: false }))).toEqual(busy('transfer'));
    await room.transfers.remove(project, transfer.id);
    expect((await room.volumes.show(project, id)).state).toBe('available');
    await room.transfers.create(donor, { volume: id, name: '', withoutSnapshots: false });
  });

  it('is refused with a wrong key, by its own project, and after its time', async () => {
    const { disk, transfer, authKey } = await offer();
    expect(await refusalOf(room.transfers.accept(receiver, transfer.id, `${authKey}0`))).toEqual({ kind: 'wrong-auth-key', id: transfer.id });
    expect(await refusalOf(room.transfers.accept(receiver, transfer.id, ''))).toEqual({ kind: 'wrong-auth-key', id: transfer.id });
    expect(await refusalOf(room.transfers.accept(donor, transfer.id, authKey))).toEqual({ kind: 'own-transfer', id: transfer.id });
    const later = openRoom(database.db, backend, { clock: { ...clock, now: () => Date.now() + 3_600_001 } });
    expect(await refusalOf(later.transfers.accept(receiver, transfer.id, authKey))).toEqual({ kind: 'transfer-expired', id: transfer.id });
    expect((await room.volumes.show(donor.project, disk.id)).owner).toEqual(donor);
    await room.transfers.remove(donor.project, transfer.id);
    expect(await refusalOf(room.transfers.remove(receiver.project, transfer.id))).toEqual({ kind: 'no-such-transfer', id: transfer.id });
  });

  it('counts for the quotas of who accepts it', async () => {
    await makeDisk(room, receiver, { sizeGiB: 48 });
    const large = await offer({ sizeGiB: 3 });
    expect(await refusalOf(room.transfers.accept(receiver, large.transfer.id, large.authKey))).toEqual({ kind: 'quota-exceeded', quota: 'gigabytes', limit: 50, wanted: 3, inUse: 48 });
    const mine = await makeDisk(room, receiver);
    await makeSnapshot(room, receiver, mine.id);
    const many = await offer({ snapshots: 2 });
    expect(await refusalOf(room.transfers.accept(receiver, many.transfer.id, many.authKey))).toEqual({ kind: 'quota-exceeded', quota: 'snapshots', limit: 2, wanted: 2, inUse: 1 });
    expect(await holders(many, [donor, receiver])).toEqual([donor]);
    expect((await room.volumes.show(donor.project, many.disk.id)).state).toBe('awaiting-transfer');
  });

  it('counts for the quotas of its type, which may be smaller', async () => {
    const limitsOf = (limits: VolumeType['limits']) => openRoom(database.db, backend, { types: [{ id: randomUUID(), name: 'SSD', description: '', availabilityZones: ['az-1'], backend: backend.name, limits }] });
    await makeDisk(room, receiver, { sizeGiB: 2 });
    const { transfer, authKey, disk } = await offer({ sizeGiB: 3, snapshots: 2 });
    const refused = (limits: VolumeType['limits']) => refusalOf(limitsOf(limits).transfers.accept(receiver, transfer.id, authKey));
    expect(await refused({ volumes: 1 })).toEqual({ kind: 'quota-exceeded', quota: 'volumes', type: 'SSD', limit: 1, wanted: 1, inUse: 1 });
    expect(await refused({ gigabytes: 4 })).toEqual({ kind: 'quota-exceeded', quota: 'gigabytes', type: 'SSD', limit: 4, wanted: 3, inUse: 2 });
    expect(await refused({ snapshots: 1 })).toEqual({ kind: 'quota-exceeded', quota: 'snapshots', type: 'SSD', limit: 1, wanted: 2, inUse: 0 });
    expect((await room.volumes.show(donor.project, disk.id)).state).toBe('awaiting-transfer');
    const enough = limitsOf({ volumes: 2, gigabytes: 5, snapshots: 2 });
    await enough.transfers.accept(receiver, transfer.id, authKey);
    const { types } = await enough.volumes.quotas(receiver.project);
    expect(types.get('SSD')).toEqual({ volumes: { limit: 2, inUse: 2, reserved: 0 }, gigabytes: { limit: 5, inUse: 5, reserved: 0 }, snapshots: { limit: 2, inUse: 2, reserved: 0 } });
    expect(await refusalOf(enough.volumes.extend(receiver.project, [{ id: disk.id, sizeGiB: 4 }]))).toMatchObject({ quota: 'gigabytes', type: 'SSD' });
    expect(await refusalOf(makeSnapshot(enough, receiver, disk.id))).toMatchObject({ quota: 'snapshots', type: 'SSD' });
    expect(await refusalOf(makeDisk(enough, receiver))).toMatchObject({ quota: 'gigabytes', type: 'SSD' });
  });

  it('leaves snapshots where they are when it is without them, and then the disk cannot be deleted', async () => {
    const { disk, transfer, authKey } = await offer({ snapshots: 1, withoutSnapshots: true });
    await room.transfers.accept(receiver, transfer.id, authKey);
    const { items: [left] } = await room.volumes.listSnapshots(donor.project, first);
    expect(left).toMatchObject({ volume: disk.id, owner: donor });
    expect(await refusalOf(room.volumes.remove(receiver.project, disk.id, { cascade: true, force: true }))).toEqual({ kind: 'volume-has-snapshots', id: disk.id, action: 'delete', foreign: true });
    if (left === undefined) return;
    expect(await refusalOf(room.volumes.rollback(donor.project, left.id, disk.id))).toEqual({ kind: 'snapshot-of-other-volume', id: left.id });
    expect(await makeDisk(room, donor, { source: { kind: 'snapshot', id: left.id } })).toMatchObject({ state: 'available' });
    expect(await room.volumes.snapshotOrigin(donor.project, left.id)).toEqual({ sizeGiB: 1, type: 'SSD', availabilityZone: 'az-1', enterpriseProjectId: '0' });
    expect(await refusalOf(room.volumes.snapshotOrigin(receiver.project, left.id))).toEqual({ kind: 'no-such-snapshot', id: left.id });
    await room.volumes.removeSnapshot(donor.project, left.id);
    await until(() => room.volumes.listSnapshots(donor.project, first), ({ count }) => count === 0);
    expect((await endOf(room, receiver, await room.volumes.remove(receiver.project, disk.id, { cascade: false, force: false }))).state).toBe('SUCCESS');
  });

  it('is all or nothing, at whichever step of its acceptance the process dies', async () => {
    const seen = new Set<string>();
    for (let step = 0; ; step += 1) {
      [donor, receiver] = [newOwner(), newOwner()];
      const { disk, transfer, authKey } = await offer({ snapshots: 2 });
      let left = step;
      const death = new Death(() => (left-- === 0 ? 0 : 1), 0.5);
      const answer = await death.heard(openRoom(database.db, backend, { death }).transfers.accept(receiver, transfer.id, authKey));
      const has = async ({ project }: VolumeOwner) => [await room.volumes.show(project, disk.id).then(({ state }) => state, () => 'nothing'), (await room.volumes.listSnapshots(project, first)).count];
      const outcome = JSON.stringify([await has(donor), await has(receiver), (await room.transfers.list(donor.project, first)).count]);
      seen.add(outcome);
      expect(['[["awaiting-transfer",2],["nothing",0],1]', '[["nothing",0],["available",2],0]'], `step ${step}`).toContain(outcome);
      if (answer !== 'died') break;
    }
    expect(seen.size).toBe(2);
  });

  it('goes to exactly one of those who accept it at once', async () => {
    const rooms = Array.from({ length: 3 }, () => openRoom(database.open(3), backend));
    for (let round = 0; round < 40; round += 1) {
      [donor] = [newOwner()];
      const offered = await offer();
      const takers = rooms.map(() => newOwner());
      const taken = await Promise.allSettled(rooms.map(({ transfers }, index) => transfers.accept(takers[index] ?? receiver, offered.transfer.id, offered.authKey)));
      const winners = takers.filter((_taker, index) => taken[index]?.status === 'fulfilled');
      expect(winners).toHaveLength(1);
      for (const result of taken) if (result.status === 'rejected') expect(result.reason).toMatchObject({ refusal: { kind: 'no-such-transfer' } });
      expect(await holders(offered, [donor, ...takers])).toEqual(winners);
    }
  });

  it('is either accepted or withdrawn, never both', async () => {
    const other = openRoom(database.open(3), backend);
    const seen = new Set<string>();
    for (let round = 0; round < 40; round += 1) {
      [donor, receiver] = [newOwner(), newOwner()];
      const offered = await offer();
      const [accepted, withdrawn] = await Promise.allSettled([other.transfers.accept(receiver, offered.transfer.id, offered.authKey), room.transfers.remove(donor.project, offered.transfer.id)]);
      expect([accepted.status, withdrawn.status].sort()).toEqual(['fulfilled', 'rejected']);
      const owner = accepted.status === 'fulfilled' ? receiver : donor;
      seen.add(accepted.status);
      expect(await room.volumes.show(owner.project, offered.disk.id)).toMatchObject({ state: 'available', owner });
    }
    expect(seen.size).toBeGreaterThan(0);
  });

  it('does not let a project beyond its quota, however many disks it accepts at once', async () => {
    const offers: Offer[] = [];
    for (let count = 0; count < 12; count += 1) {
      [donor] = [newOwner()];
      offers.push(await offer());
    }
    const taken = await Promise.allSettled(offers.map(({ transfer, authKey }) => room.transfers.accept(receiver, transfer.id, authKey)));
    expect(taken.filter(({ status }) => status === 'fulfilled')).toHaveLength(8);
    expect((await room.volumes.list(receiver.project, first)).count).toBe(8);
  });
});

describe('a transfer at a backend that knows of owners', () => {
  beforeAll(() => open({ knowsOwners: true }));
  afterAll(close);
  beforeEach(() => {
    backend.interfere = () => undefined;
  });

  const ownerThere = ({ disk }: Offer) => backend.disks.get(disk.id)?.project;

  it('tells it first', async () => {
    const offered = await offer({ snapshots: 1 });
    await room.transfers.accept(receiver, offered.transfer.id, offered.authKey);
    expect(ownerThere(offered)).toBe(receiver.project);
    expect(await holders(offered, [donor, receiver])).toEqual([receiver]);
    const { ref } = await database.db.selectFrom('volume').select('ref').where('id', '=', offered.disk.id).executeTakeFirstOrThrow();
    expect(ref).toBe(`memory:${offered.disk.id}:${receiver.project}`);
  });

  it('leaves the disk with its owner when the backend refuses, and can be accepted by another then', async () => {
    const offered = await offer();
    backend.interfere = (operation, moment) => {
      if (operation === 'handOver' && moment === 'before') throw new BackendFailure('refused', 'the cloud has no such project');
    };
    expect(await refusalOf(room.transfers.accept(receiver, offered.transfer.id, offered.authKey))).toEqual({ kind: 'backend', message: 'the cloud has no such project' });
    expect(await holders(offered, [donor, receiver])).toEqual([donor]);
    expect(ownerThere(offered)).toBe(donor.project);
    backend.interfere = () => undefined;
    const other = newOwner();
    await room.transfers.accept(other, offered.transfer.id, offered.authKey);
    expect(ownerThere(offered)).toBe(other.project);
  });

  it('is finished however often the backend cannot be reached, even after it has done its part', async () => {
    const offered = await offer();
    let tries = 0;
    backend.interfere = (operation, moment) => {
      if (operation === 'handOver' && moment === 'after' && (tries += 1) <= 7) throw new BackendFailure('unavailable', 'the connection broke');
    };
    await room.transfers.accept(receiver, offered.transfer.id, offered.authKey);
    expect(tries).toBe(8);
    expect(await holders(offered, [donor, receiver])).toEqual([receiver]);
  });

  it('is as it was offered, for everybody, until it is done', async () => {
    const offered = await offer({ sizeGiB: 7 });
    const { promise: gate, resolve: openGate } = Promise.withResolvers<undefined>();
    backend.interfere = (operation, moment) => (operation === 'handOver' && moment === 'after' ? gate : undefined);
    const impatient = openRoom(database.db, backend, { acceptWaitMs: 100 });
    expect(await refusalOf(impatient.transfers.accept(receiver, offered.transfer.id, offered.authKey))).toMatchObject({ kind: 'backend' });
    expect(await holders(offered, [donor, receiver])).toEqual([donor]);
    expect((await room.volumes.show(donor.project, offered.disk.id)).state).toBe('awaiting-transfer');
    expect((await room.volumes.quotas(receiver.project)).gigabytes).toMatchObject({ inUse: 0, reserved: 7 });
    expect(await refusalOf(room.transfers.accept(newOwner(), offered.transfer.id, offered.authKey))).toMatchObject({ kind: 'volume-busy', action: 'accept' });
    expect(await refusalOf(room.transfers.remove(donor.project, offered.transfer.id))).toMatchObject({ kind: 'volume-busy', action: 'transfer' });
    expect(await refusalOf(impatient.transfers.accept(receiver, offered.transfer.id, offered.authKey))).toMatchObject({ kind: 'backend' });
    openGate(undefined);
    await until(() => holders(offered, [donor, receiver]), ([holder]) => holder === receiver);
    expect((await room.volumes.quotas(receiver.project)).gigabytes).toMatchObject({ inUse: 7, reserved: 0 });
  });
});
