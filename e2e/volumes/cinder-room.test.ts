/** Disks of an OpenStack cloud as Haulier's use cases have them: made, taken over and handed on, by the room over Debian's Cinder. */
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { VolumeOwner } from '@haulier/platform/volumes/volume.ts';
import { volumeId } from '@haulier/platform/volumes/volume-ids.ts';
import type { VolumeRoom } from '@haulier/platform/worker/volumes/volume-room.ts';
import { createTestDatabase, type TestDatabase } from '../database/test-database.ts';
import { askCinder, startCinder, type RealCinder } from '../stores/cinder.ts';
import { giver, openCinder, taker } from './cinder-backend.ts';
import { endOf, makeDisk, makeSnapshot, openRoom, refusalOf } from './disk-setting.ts';

const [donor, receiver]: [VolumeOwner, VolumeOwner] = [{ project: giver, userId: 'a' }, { project: taker, userId: 'b' }];
/** Until the cloud has made something. */
const patience = { timeout: 60_000, interval: 200 };

let cinder: RealCinder;
let database: TestDatabase;
let room: VolumeRoom;

beforeAll(async () => {
  cinder = await startCinder();
  database = await createTestDatabase();
  room = openRoom(database.db, openCinder(cinder), { acceptWaitMs: 60_000, settings: { leaseMs: 20_000, leaseGuardMs: 5_000, heartbeatMs: 1_000 } });
  room.start();
});
afterAll(async () => {
  await room.stop();
  await database.drop();
});

const idsAt = async (project: RealCinder['giver']) => (await askCinder(cinder, project, 'GET', '/volumes') as { volumes: { id: string }[] }).volumes.map(({ id }) => id);

it('a disk and its snapshot change hands at the cloud before they do here', async () => {
  const disk = await makeDisk(room, donor);
  expect(disk.state).toBe('available');
  await makeSnapshot(room, donor, disk.id);
  const [made] = (await askCinder(cinder, cinder.giver, 'GET', `/volumes?name=haulier-${disk.id}`) as { volumes: { id: string }[] }).volumes;
  const { transfer, authKey } = await room.transfers.create(donor, { volume: disk.id, name: 'offer', withoutSnapshots: false });
  expect(await refusalOf(room.transfers.accept(receiver, transfer.id, 'wrong'))).toMatchObject({ kind: 'wrong-auth-key' });
  expect(await idsAt(cinder.giver)).toContain(made?.id);
  await room.transfers.accept(receiver, transfer.id, authKey);
  expect(await idsAt(cinder.giver)).not.toContain(made?.id);
  expect(await idsAt(cinder.taker)).toContain(made?.id);
  expect((await room.volumes.show(taker, disk.id)).state).toBe('available');
  await endOf(room, receiver, await room.volumes.remove(taker, disk.id, { cascade: true, force: false }));
  expect(await idsAt(cinder.taker)).not.toContain(made?.id);
});

it('no snapshot stays behind, where the cloud would let nobody use or delete it any more', async () => {
  const disk = await makeDisk(room, donor);
  const snapshot = await makeSnapshot(room, donor, disk.id);
  expect(await refusalOf(room.transfers.create(donor, { volume: disk.id, name: '', withoutSnapshots: true }))).toEqual({ kind: 'snapshots-bound', id: disk.id });
  expect((await room.volumes.show(giver, disk.id)).state).toBe('available');
  await room.volumes.removeSnapshot(giver, snapshot.id);
  await vi.waitFor(async () => expect((await room.volumes.listSnapshots(giver, { limit: 10, offset: 0, volume: disk.id })).count).toBe(0), patience);
  const { transfer, authKey } = await room.transfers.create(donor, { volume: disk.id, name: '', withoutSnapshots: true });
  await room.transfers.accept(receiver, transfer.id, authKey);
  expect((await endOf(room, receiver, await room.volumes.remove(taker, disk.id, { cascade: false, force: false }))).state).toBe('SUCCESS');
});

it('a volume that the cloud had before is taken over under its own id, with its snapshots, and handed on', async () => {
  const { volume } = await askCinder(cinder, cinder.giver, 'POST', '/volumes', { volume: { size: 1, name: 'old', metadata: { rack: '7' } } }) as { volume: { id: string } };
  const look = async () => (await askCinder(cinder, cinder.giver, 'GET', `/volumes/${volume.id}`) as { volume: { status: string } }).volume.status;
  await vi.waitFor(async () => expect(await look()).toBe('available'), patience);
  const { snapshot } = await askCinder(cinder, cinder.giver, 'POST', '/snapshots', { snapshot: { volume_id: volume.id, name: 'before' } }) as { snapshot: { id: string } };
  const id = volumeId(volume.id);
  const adopted = await vi.waitFor(() => room.volumes.adopt(donor, { id, type: 'SSD' }), patience);
  expect(adopted).toMatchObject({ id, name: 'old', sizeGiB: 1, state: 'available', metadata: { rack: '7' }, owner: donor });
  expect(await room.volumes.adopt(donor, { id, type: 'SSD' })).toMatchObject({ id });
  expect((await room.volumes.listSnapshots(giver, { limit: 10, offset: 0, volume: id })).items).toMatchObject([{ id: snapshot.id, name: 'before', state: 'available' }]);
  expect(await refusalOf(room.volumes.adopt(receiver, { id, type: 'SSD' }))).toMatchObject({ kind: 'no-such-volume' });
  const { transfer, authKey } = await room.transfers.create(donor, { volume: id, name: '', withoutSnapshots: false });
  await room.transfers.accept(receiver, transfer.id, authKey);
  expect(await idsAt(cinder.taker)).toContain(volume.id);
  await endOf(room, receiver, await room.volumes.remove(taker, id, { cascade: true, force: false }));
  expect(await idsAt(cinder.taker)).not.toContain(volume.id);
});

it('a quota of the cloud is the reason of the failed disk', async () => {
  const disk = await makeDisk(room, donor, { sizeGiB: 5_000 });
  expect(disk).toMatchObject({ state: 'error', problem: expect.stringContaining('413') as string });
  await endOf(room, donor, await room.volumes.remove(giver, disk.id, { cascade: false, force: false }));
});
