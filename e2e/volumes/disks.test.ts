/** The use cases of disks and the work on them, with a real PostgreSQL and disks in memory. */
import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { BackendFailure } from '@haulier/platform/volumes/volume-backend.ts';
import type { Volume, VolumeOwner } from '@haulier/platform/volumes/volume.ts';
import { until } from '../worker/until.ts';
import { clock, diskOf, endOf, everything, makeDisk, makeSnapshot, newOwner, openRoom, refusalOf, roomOfFile } from './disk-setting.ts';
import { createMemoryBackend } from './memory-backend.ts';

const backend = createMemoryBackend();
const room = roomOfFile(backend, { limits: { ...everything, volumes: 20, gigabytes: 100, snapshots: 3, perVolumeGigabytes: 50 } });
let owner: VolumeOwner;

beforeEach(() => {
  owner = newOwner();
});

const show = ({ id }: Volume) => room.volumes.show(owner.project, id);
const first = { limit: 100, offset: 0 };

describe('a disk', () => {
  it('is made, shown, extended and removed, and its jobs tell of it', async () => {
    const { job, volumes: [created] } = await room.volumes.create(diskOf(owner, { metadata: { a: 'b' }, tags: { team: 'x' } }), 1);
    expect(created).toMatchObject({ state: 'creating', name: 'disk', sizeGiB: 1, metadata: { a: 'b' }, tags: { team: 'x' }, attachments: [], problem: undefined });
    expect(await endOf(room, owner, job)).toMatchObject({ kind: 'createVolume', state: 'SUCCESS', volume: { id: created?.id, name: 'disk', sizeGiB: 1, type: 'SSD' }, subJobs: [] });
    const disk = await show(created ?? expect.fail());
    expect(disk.state).toBe('available');
    expect(backend.disks.get(disk.id)).toMatchObject({ sizeGiB: 1, project: owner.project });

    expect(await endOf(room, owner, await room.volumes.extend(owner.project, [{ id: disk.id, sizeGiB: 5 }]))).toMatchObject({ kind: 'extendVolume', state: 'SUCCESS', volume: { sizeGiB: 5 } });
    expect(await show(disk)).toMatchObject({ state: 'available', sizeGiB: 5 });
    expect(backend.disks.get(disk.id)?.sizeGiB).toBe(5);

    const removal = await room.volumes.remove(owner.project, disk.id, { cascade: false, force: false });
    expect(await endOf(room, owner, removal)).toMatchObject({ kind: 'deleteVolume', state: 'SUCCESS', volume: { id: disk.id, name: 'disk' } });
    expect(await refusalOf(show(disk))).toEqual({ kind: 'no-such-volume', id: disk.id });
    expect(backend.disks.has(disk.id)).toBe(false);
  });

  it('is one of several, with numbered names and a job for each', async () => {
    const { job, volumes } = await room.volumes.create(diskOf(owner, { name: 'data' }), 3);
    expect(volumes.map(({ name }) => name)).toEqual(['data-0001', 'data-0002', 'data-0003']);
    const ended = await endOf(room, owner, job);
    expect(ended).toMatchObject({ state: 'SUCCESS', volume: undefined });
    expect(ended.subJobs.map(({ state, volume }) => [state, volume?.name])).toEqual([['SUCCESS', 'data-0001'], ['SUCCESS', 'data-0002'], ['SUCCESS', 'data-0003']]);
  });

  it('is created once for each token, however often somebody asks', async () => {
    const token = randomUUID();
    const asked = await Promise.all(Array.from({ length: 6 }, () => room.volumes.createOnce(token, diskOf(owner, { name: 'once' }), 3)));
    const [first = expect.fail()] = asked;
    for (const each of asked) expect(each).toEqual(first);
    expect((await endOf(room, owner, first.job)).subJobs.map(({ volume }) => volume?.id)).toEqual(first.ids);
    expect((await room.volumes.list(owner.project, { limit: 100, offset: 0 })).items.map(({ id }) => id).sort()).toEqual([...first.ids].sort());
    const single = await room.volumes.createOnce(randomUUID(), diskOf(owner), 1);
    expect(await endOf(room, owner, single.job)).toMatchObject({ state: 'SUCCESS', volume: { id: single.ids[0] } });
    await endOf(room, owner, await room.volumes.remove(owner.project, single.ids[0] ?? expect.fail(), { cascade: false, force: false }));
    expect(await room.volumes.createOnce(token, diskOf(owner, { name: 'another' }), 1)).toEqual(first);

    const stranger = newOwner();
    expect((await room.volumes.createOnce(token, diskOf(stranger), 1)).job).not.toBe(first.job);
    const later = openRoom(room.database.db, backend, { clock: { ...clock, now: () => Date.now() + 8 * 3_600_000 } });
    expect(await refusalOf(later.volumes.createOnce(token, diskOf(owner), 1))).toEqual({ kind: 'client-token-used' });
    expect(await refusalOf(room.volumes.createOnce(randomUUID(), diskOf(owner), 21))).toMatchObject({ kind: 'quota-exceeded' });
  });

  it('is nobody else\'s', async () => {
    const disk = await makeDisk(room, owner);
    const stranger = newOwner();
    expect(await refusalOf(room.volumes.show(stranger.project, disk.id))).toEqual({ kind: 'no-such-volume', id: disk.id });
    expect(await refusalOf(room.volumes.remove(stranger.project, disk.id, { cascade: true, force: true }))).toEqual({ kind: 'no-such-volume', id: disk.id });
    expect((await room.volumes.list(stranger.project, first)).items).toEqual([]);
  });

  it('is refused beyond each quota, and nothing is left of the attempt', async () => {
    expect(await refusalOf(room.volumes.create(diskOf(owner, { sizeGiB: 51 }), 1))).toMatchObject({ kind: 'quota-exceeded', quota: 'perVolumeGigabytes', limit: 50 });
    expect(await refusalOf(room.volumes.create(diskOf(owner), 21))).toMatchObject({ kind: 'quota-exceeded', quota: 'volumes', limit: 20, wanted: 21, inUse: 0 });
    expect(await refusalOf(room.volumes.create(diskOf(owner, { sizeGiB: 40 }), 3))).toMatchObject({ kind: 'quota-exceeded', quota: 'gigabytes', limit: 100, wanted: 120 });
    const disk = await makeDisk(room, owner, { sizeGiB: 40 });
    await makeDisk(room, owner, { sizeGiB: 50 });
    expect(await refusalOf(room.volumes.extend(owner.project, [{ id: disk.id, sizeGiB: 51 }]))).toMatchObject({ quota: 'perVolumeGigabytes' });
    expect((await room.volumes.quotas(owner.project)).gigabytes).toEqual({ limit: 100, inUse: 90, reserved: 0 });
    expect(await refusalOf(room.volumes.create(diskOf(owner, { sizeGiB: 11 }), 1))).toMatchObject({ quota: 'gigabytes', wanted: 11, inUse: 90 });
    expect((await room.volumes.list(owner.project, first)).count).toBe(2);
  });

  it('never goes beyond a quota, however many ask at once', async () => {
    const asked = await Promise.allSettled(Array.from({ length: 30 }, () => room.volumes.create(diskOf(owner), 1)));
    expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(20);
    expect((await room.volumes.list(owner.project, first)).count).toBe(20);
  });

  it.each([
    ['an unknown type', { type: 'TAPE' }, { kind: 'no-such-type', type: 'TAPE' }],
    ['an unknown zone', { availabilityZone: 'az-9' }, { kind: 'no-such-zone', zone: 'az-9' }],
    ['a NUL', { name: 'a\0b' }, { kind: 'unstorable-text', field: 'name' }],
    ['half a pair', { metadata: { a: '\ud800' } }, { kind: 'unstorable-text', field: 'metadata' }],
    ['too many tags', { tags: Object.fromEntries(Array.from({ length: 21 }, (_, tag) => [`t${tag}`, ''])) }, { kind: 'too-many-tags', limit: 20 }],
  ])('is refused with %s', async (_what, over, refusal) => {
    expect(await refusalOf(room.volumes.create(diskOf(owner, over), 1))).toEqual(refusal);
  });

  it('cannot be extended to less, and not deleted while it is attached', async () => {
    const disk = await makeDisk(room, owner, { sizeGiB: 3 });
    expect(await refusalOf(room.volumes.extend(owner.project, [{ id: disk.id, sizeGiB: 3 }]))).toEqual({ kind: 'not-larger', id: disk.id, sizeGiB: 3 });
    const attachment = await room.volumes.attach(owner.project, disk.id, { serverId: 's', device: '/dev/vdb', hostName: 'h' });
    expect(await refusalOf(room.volumes.extend(owner.project, [{ id: disk.id, sizeGiB: 3 }]))).toEqual({ kind: 'not-larger', id: disk.id, sizeGiB: 3 });
    expect(await refusalOf(room.volumes.remove(owner.project, disk.id, { cascade: true, force: true }))).toEqual({ kind: 'volume-attached', id: disk.id, action: 'delete' });
    expect((await show(disk)).attachments).toMatchObject([{ id: attachment, serverId: 's', device: '/dev/vdb', hostName: 'h' }]);
    await room.volumes.detach(owner.project, disk.id, undefined);
    expect((await show(disk)).state).toBe('available');
  });
});

describe('extending several disks', () => {
  it('extends all of them', async () => {
    const [one, two] = [await makeDisk(room, owner), await makeDisk(room, owner, { sizeGiB: 2 })];
    const job = await endOf(room, owner, await room.volumes.extend(owner.project, [{ id: one.id, sizeGiB: 3 }, { id: two.id, sizeGiB: 4 }]));
    expect(job).toMatchObject({ kind: 'extendVolume', state: 'SUCCESS', volume: undefined });
    expect(job.subJobs.map(({ kind, volume }) => [kind, volume?.id, volume?.sizeGiB])).toEqual([['extendVolume', one.id, 3], ['extendVolume', two.id, 4]]);
    expect([await show(one), await show(two)]).toMatchObject([{ state: 'available', sizeGiB: 3 }, { state: 'available', sizeGiB: 4 }]);
  });

  it('extends none where one cannot be, or the quota is not enough for all', async () => {
    const [one, two] = [await makeDisk(room, owner), await makeDisk(room, owner, { sizeGiB: 2 })];
    const both = (first: number, second: number) => refusalOf(room.volumes.extend(owner.project, [{ id: one.id, sizeGiB: first }, { id: two.id, sizeGiB: second }]));
    expect(await both(3, 2)).toEqual({ kind: 'not-larger', id: two.id, sizeGiB: 2 });
    await makeDisk(room, owner, { sizeGiB: 17 });
    expect(await both(50, 50)).toEqual({ kind: 'quota-exceeded', quota: 'gigabytes', limit: 100, wanted: 97, inUse: 20 });
    await room.transfers.create(owner, { volume: two.id, name: 'offered', withoutSnapshots: false });
    expect(await both(3, 3)).toEqual({ kind: 'volume-busy', id: two.id, state: 'awaiting-transfer', action: 'extend' });
    expect(await show(one)).toMatchObject({ state: 'available', sizeGiB: 1 });
    expect((await room.volumes.quotas(owner.project)).gigabytes).toMatchObject({ inUse: 20, reserved: 0 });
  });
});

describe('extending an attached disk', () => {
  const to = { serverId: 's', device: '/dev/vdb', hostName: 'h' };

  it('leaves it with its machine', async () => {
    const disk = await makeDisk(room, owner);
    await room.volumes.attach(owner.project, disk.id, to);
    const { promise: gate, resolve: openGate } = Promise.withResolvers<undefined>();
    backend.interfere = (operation) => (operation === 'extend' ? gate : undefined);
    const job = await room.volumes.extend(owner.project, [{ id: disk.id, sizeGiB: 3 }]);
    expect(await show(disk)).toMatchObject({ state: 'extending', sizeGiB: 1, attachments: [{ serverId: 's' }] });
    expect((await room.volumes.quotas(owner.project)).gigabytes).toMatchObject({ inUse: 1, reserved: 2 });
    const busy = (action: string) => ({ kind: 'volume-busy', id: disk.id, state: 'extending', action });
    expect(await refusalOf(room.volumes.detach(owner.project, disk.id, undefined))).toEqual(busy('detach'));
    expect(await refusalOf(room.volumes.beginDetaching(owner.project, disk.id))).toEqual(busy('begin-detaching'));
    expect(await refusalOf(room.volumes.extend(owner.project, [{ id: disk.id, sizeGiB: 4 }]))).toEqual(busy('extend'));
    expect(await refusalOf(room.volumes.remove(owner.project, disk.id, { cascade: true, force: true }))).toMatchObject({ kind: 'volume-attached' });
    openGate(undefined);
    expect(await endOf(room, owner, job)).toMatchObject({ state: 'SUCCESS', volume: { sizeGiB: 3 } });
    expect(await show(disk)).toMatchObject({ state: 'in-use', sizeGiB: 3, problem: undefined, attachments: [{ serverId: 's' }] });
    expect(backend.disks.get(disk.id)?.sizeGiB).toBe(3);
    backend.interfere = () => undefined;
    await room.volumes.detach(owner.project, disk.id, undefined);
    expect((await show(disk)).state).toBe('available');
  });

  it.each(['full', 'unavailable'] as const)('that fails (%s) leaves it with its machine, as large as before', async (kind) => {
    const disk = await makeDisk(room, owner);
    await room.volumes.attach(owner.project, disk.id, to);
    let tries = 0;
    backend.interfere = (operation, moment) => {
      if (operation === 'extend' && moment === 'before' && (tries += 1) > 0) throw new BackendFailure(kind, 'no room');
    };
    expect(await endOf(room, owner, await room.volumes.extend(owner.project, [{ id: disk.id, sizeGiB: 3 }]))).toMatchObject({ state: 'FAIL', failure: { kind, reason: 'no room' } });
    expect(tries).toBe(kind === 'full' ? 1 : 4);
    expect(await show(disk)).toMatchObject({ state: 'in-use', sizeGiB: 1, problem: undefined, attachments: [{ serverId: 's' }] });
    expect((await room.volumes.quotas(owner.project)).gigabytes).toMatchObject({ inUse: 1, reserved: 0 });
    backend.interfere = () => undefined;
    expect(await endOf(room, owner, await room.volumes.extend(owner.project, [{ id: disk.id, sizeGiB: 3 }]))).toMatchObject({ state: 'SUCCESS' });
  });

  it('is refused of one that several machines may have', async () => {
    const disk = await makeDisk(room, owner, { multiattach: true });
    await room.volumes.attach(owner.project, disk.id, to);
    expect(await refusalOf(room.volumes.extend(owner.project, [{ id: disk.id, sizeGiB: 2 }]))).toEqual({ kind: 'volume-attached', id: disk.id, action: 'extend' });
    await room.volumes.detach(owner.project, disk.id, undefined);
    expect(await endOf(room, owner, await room.volumes.extend(owner.project, [{ id: disk.id, sizeGiB: 2 }]))).toMatchObject({ state: 'SUCCESS' });
  });
});

describe('attaching', () => {
  const to = { serverId: 's1', device: '/dev/vdb', hostName: 'h' };

  it('goes through its states, and back', async () => {
    const { id } = await makeDisk(room, owner);
    const state = async () => (await room.volumes.show(owner.project, id)).state;
    await room.volumes.reserve(owner.project, id);
    expect(await state()).toBe('attaching');
    await room.volumes.unreserve(owner.project, id);
    expect(await state()).toBe('available');
    await room.volumes.reserve(owner.project, id);
    await room.volumes.attach(owner.project, id, to);
    expect(await state()).toBe('in-use');
    expect(await refusalOf(room.volumes.attach(owner.project, id, to))).toMatchObject({ kind: 'volume-attached' });
    await room.volumes.beginDetaching(owner.project, id);
    expect(await state()).toBe('detaching');
    await room.volumes.rollDetaching(owner.project, id);
    expect(await state()).toBe('in-use');
    await room.volumes.detach(owner.project, id, undefined);
    expect(await state()).toBe('available');
    expect(await refusalOf(room.volumes.detach(owner.project, id, undefined))).toEqual({ kind: 'volume-not-attached', id });
  });

  it('is for several machines where the disk is shared', async () => {
    const { id } = await makeDisk(room, owner, { multiattach: true });
    const one = await room.volumes.attach(owner.project, id, to);
    await room.volumes.reserve(owner.project, id);
    const two = await room.volumes.attach(owner.project, id, { ...to, serverId: 's2' });
    expect((await room.volumes.list(owner.project, { ...first, serverId: 's2' })).count).toBe(1);
    expect(await refusalOf(room.volumes.detach(owner.project, id, undefined))).toMatchObject({ kind: 'volume-not-attached' });
    await room.volumes.detach(owner.project, id, one);
    expect((await room.volumes.show(owner.project, id)).state).toBe('in-use');
    await room.volumes.detach(owner.project, id, two);
    expect((await room.volumes.show(owner.project, id)).state).toBe('available');
  });
});

describe('a snapshot', () => {
  it('keeps data, gives it back and to new disks, and is counted', async () => {
    const disk = await makeDisk(room, owner, { sizeGiB: 2 });
    const bytes = backend.disks.get(disk.id) ?? expect.fail();
    bytes.data = 'before';
    const snapshot = await makeSnapshot(room, owner, disk.id);
    expect(snapshot).toMatchObject({ state: 'available', sizeGiB: 2, progress: 100, volume: disk.id, owner });
    await room.volumes.updateSnapshot(owner.project, snapshot.id, { metadata: { kind: 'set', values: { a: 'b', c: 'd' } } });
    expect((await room.volumes.listSnapshots(owner.project, { ...first, metadata: { a: 'b' } })).count).toBe(1);
    expect((await room.volumes.listSnapshots(owner.project, { ...first, metadata: { a: 'd' } })).count).toBe(0);
    bytes.data = 'after';
    expect(await refusalOf(room.volumes.create(diskOf(owner, { source: { kind: 'snapshot', id: snapshot.id } }), 1))).toEqual({ kind: 'smaller-than-source', sizeGiB: 2 });
    const copy = await makeDisk(room, owner, { sizeGiB: 3, source: { kind: 'snapshot', id: snapshot.id } });
    expect(backend.disks.get(copy.id)).toMatchObject({ data: 'before', sizeGiB: 3 });

    await room.volumes.rollback(owner.project, snapshot.id, disk.id);
    await until(() => show(disk), ({ state }) => state === 'available');
    expect(bytes.data).toBe('before');
    expect((await room.volumes.showSnapshot(owner.project, snapshot.id)).state).toBe('available');
    expect(await refusalOf(room.volumes.rollback(owner.project, snapshot.id, copy.id))).toEqual({ kind: 'snapshot-of-other-volume', id: snapshot.id });

    expect(await refusalOf(room.volumes.remove(owner.project, disk.id, { cascade: false, force: false }))).toEqual({ kind: 'volume-has-snapshots', id: disk.id, action: 'delete', foreign: false });
    await makeSnapshot(room, owner, disk.id);
    await makeSnapshot(room, owner, disk.id);
    expect(await refusalOf(makeSnapshot(room, owner, disk.id))).toMatchObject({ kind: 'quota-exceeded', quota: 'snapshots', limit: 3 });
    await room.volumes.removeSnapshot(owner.project, snapshot.id);
    await until(() => room.volumes.listSnapshots(owner.project, first), ({ count }) => count === 2);
    expect((await endOf(room, owner, await room.volumes.remove(owner.project, disk.id, { cascade: true, force: false }))).state).toBe('SUCCESS');
    expect((await room.volumes.listSnapshots(owner.project, first)).count).toBe(0);
  });

  it('is taken of an attached disk by force alone', async () => {
    const disk = await makeDisk(room, owner);
    await room.volumes.attach(owner.project, disk.id, { serverId: 's', device: '/dev/vdb', hostName: 'h' });
    const wanted = { volume: disk.id, name: '', description: '', metadata: {} };
    expect(await refusalOf(room.volumes.createSnapshot(owner, { ...wanted, force: false }))).toMatchObject({ kind: 'volume-attached', action: 'snapshot' });
    const { id } = await room.volumes.createSnapshot(owner, { ...wanted, force: true });
    await until(() => room.volumes.showSnapshot(owner.project, id), ({ state }) => state === 'available');
    expect((await show(disk)).state).toBe('in-use');
  });
});
