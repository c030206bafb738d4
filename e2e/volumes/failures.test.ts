/** What becomes of disks when their backend fails or a worker is late, with a real PostgreSQL. */
import { beforeEach, describe, expect, it } from 'vitest';
import { createPgVolumeRepository } from '@haulier/platform/database/volumes/pg-volume-repository.ts';
import { createPgVolumeWork } from '@haulier/platform/database/volumes/pg-volume-work.ts';
import { FencedError } from '@haulier/platform/engine/ledger/ledger.ts';
import { settleWork } from '@haulier/platform/volumes/settle-work.ts';
import { BackendFailure } from '@haulier/platform/volumes/volume-backend.ts';
import type { Volume, VolumeOwner } from '@haulier/platform/volumes/volume.ts';
import { until } from '../worker/until.ts';
import { diskOf, endOf, makeDisk, makeSnapshot, newOwner, openRoom, refusalOf, roomOfFile } from './disk-setting.ts';
import { createMemoryBackend, type Operation } from './memory-backend.ts';

const whole = { cascade: true, force: false };

const backend = createMemoryBackend();
const room = roomOfFile(backend);
let owner: VolumeOwner;

beforeEach(() => {
  backend.interfere = () => undefined;
  owner = newOwner();
});

function fail(operation: Operation, failure: Error, times = Infinity): void {
  let left = times;
  backend.interfere = (asked, moment) => {
    if (asked === operation && moment === 'before' && (left -= 1) >= 0) throw failure;
  };
}

/** The operation stays where it is until the test lets it go on. */
function hold(operation: Operation): { readonly begun: Promise<undefined>; readonly goOn: () => void } {
  const [begun, gate] = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()];
  backend.interfere = (asked, moment) => {
    if (asked !== operation || moment !== 'before') return;
    begun.resolve(undefined);
    return gate.promise;
  };
  return { begun: begun.promise, goOn: () => gate.resolve(undefined) };
}

const show = ({ id }: Volume) => room.volumes.show(owner.project, id);

describe('a backend that fails', () => {
  it('leaves a disk that could not be made in error, with the reason, to be deleted', async () => {
    fail('create', new BackendFailure('full', 'no room for 1 GiB'));
    const { job, volumes: [created] } = await room.volumes.create(diskOf(owner), 1);
    expect(await endOf(room, owner, job)).toMatchObject({ state: 'FAIL', failure: { kind: 'full', reason: 'no room for 1 GiB' } });
    const disk = await show(created ?? expect.fail());
    expect(disk).toMatchObject({ state: 'error', problem: 'no room for 1 GiB' });
    expect((await room.volumes.quotas(owner.project)).volumes).toMatchObject({ inUse: 1, reserved: 0 });
    expect((await endOf(room, owner, await room.volumes.remove(owner.project, disk.id, whole))).state).toBe('SUCCESS');
  });

  it('fails a request for several disks when one of them could not be made', async () => {
    fail('create', new BackendFailure('full', 'no room'), 1);
    const { job } = await room.volumes.create(diskOf(owner), 2);
    const ended = await endOf(room, owner, job);
    expect(ended).toMatchObject({ state: 'FAIL', failure: { kind: 'full' } });
    expect(ended.subJobs.map(({ state }) => state).sort()).toEqual(['FAIL', 'SUCCESS']);
  });

  it('is asked again while it is only out of reach, and for so long', async () => {
    fail('create', new BackendFailure('unavailable', 'the connection broke'), 3);
    expect((await makeDisk(room, owner)).state).toBe('available');
    fail('create', new BackendFailure('unavailable', 'the connection broke'));
    expect(await makeDisk(room, owner)).toMatchObject({ state: 'error', problem: 'the connection broke' });
  });

  it('is not quoted where the error is one of ours', async () => {
    fail('create', new TypeError('secret of the program'));
    expect(await makeDisk(room, owner)).toMatchObject({ state: 'error', problem: 'An error of the service, which its log has.' });
  });

  it('leaves a disk as large as it was, to be extended again or deleted', async () => {
    const disk = await makeDisk(room, owner);
    fail('extend', new BackendFailure('full', 'no room'));
    await endOf(room, owner, await room.volumes.extend(owner.project, [{ id: disk.id, sizeGiB: 9 }]));
    expect(await show(disk)).toMatchObject({ state: 'error_extending', sizeGiB: 1, problem: 'no room' });
    expect((await room.volumes.quotas(owner.project)).gigabytes).toMatchObject({ inUse: 1, reserved: 0 });
    expect(await refusalOf(room.volumes.attach(owner.project, disk.id, { serverId: 's', device: 'd', hostName: 'h' }))).toMatchObject({ kind: 'volume-busy' });
    backend.interfere = () => undefined;
    await endOf(room, owner, await room.volumes.extend(owner.project, [{ id: disk.id, sizeGiB: 9 }]));
    expect(await show(disk)).toMatchObject({ state: 'available', sizeGiB: 9, problem: undefined });
  });

  it('leaves a disk and its snapshots undeleted, and they can be deleted again', async () => {
    const disk = await makeDisk(room, owner);
    const snapshot = await makeSnapshot(room, owner, disk.id);
    fail('remove', new BackendFailure('refused', 'somebody has it open'));
    await endOf(room, owner, await room.volumes.remove(owner.project, disk.id, whole));
    expect(await show(disk)).toMatchObject({ state: 'error_deleting', problem: 'somebody has it open' });
    expect((await room.volumes.showSnapshot(owner.project, snapshot.id)).state).toBe('error_deleting');
    backend.interfere = () => undefined;
    expect((await endOf(room, owner, await room.volumes.remove(owner.project, disk.id, whole))).state).toBe('SUCCESS');
  });

  it('leaves the snapshot as it was after a rollback that failed, which can be asked for again', async () => {
    const disk = await makeDisk(room, owner);
    const snapshot = await makeSnapshot(room, owner, disk.id);
    fail('rollback', new BackendFailure('refused', 'no'));
    await room.volumes.rollback(owner.project, snapshot.id, disk.id);
    await until(() => show(disk), ({ state }) => state === 'error_rollbacking');
    expect((await room.volumes.showSnapshot(owner.project, snapshot.id)).state).toBe('available');
    backend.interfere = () => undefined;
    await room.volumes.rollback(owner.project, snapshot.id, disk.id);
    await until(() => show(disk), ({ state }) => state === 'available');
  });
});

describe('a disk that is busy', () => {
  it('is deleted by force while it is being made: after that, and with nothing left', async () => {
    const held = hold('create');
    const { job, volumes: [created] } = await room.volumes.create(diskOf(owner), 1);
    const disk = created ?? expect.fail();
    await held.begun;
    expect(await refusalOf(room.volumes.remove(owner.project, disk.id, whole))).toEqual({ kind: 'volume-busy', id: disk.id, state: 'creating', action: 'delete' });
    const removal = await room.volumes.remove(owner.project, disk.id, { cascade: true, force: true });
    expect((await show(disk)).state).toBe('deleting');
    held.goOn();
    expect((await endOf(room, owner, job)).state).toBe('SUCCESS');
    expect((await endOf(room, owner, removal)).state).toBe('SUCCESS');
    expect(backend.disks.has(disk.id)).toBe(false);
  });

  it('is not waited for when it is deleted by force while its backend is out of reach', async () => {
    fail('create', new BackendFailure('unavailable', 'the connection broke'), 2);
    const { job, volumes: [created] } = await room.volumes.create(diskOf(owner), 1);
    const removal = await room.volumes.remove(owner.project, created?.id ?? expect.fail(), { cascade: true, force: true });
    expect((await endOf(room, owner, removal)).state).toBe('SUCCESS');
    expect(['FAIL', 'SUCCESS']).toContain((await room.volumes.showJob(owner.project, job)).state);
  });

  it('is kept as it is while a disk is made from it, and is available when the last one is made', async () => {
    const disk = await makeDisk(room, owner);
    const held = hold('create');
    const source = { kind: 'volume', id: disk.id } as const;
    const [one, two] = await Promise.all([room.volumes.create(diskOf(owner, { source }), 1), room.volumes.create(diskOf(owner, { source }), 1)]);
    await held.begun;
    expect((await show(disk)).state).toBe('backing-up');
    const refused = [room.volumes.attach(owner.project, disk.id, { serverId: 's', device: 'd', hostName: 'h' }), room.volumes.extend(owner.project, [{ id: disk.id, sizeGiB: 2 }]), room.volumes.remove(owner.project, disk.id, whole)];
    for (const refusal of await Promise.all(refused.map(refusalOf))) expect(refusal).toMatchObject({ kind: 'volume-busy', state: 'backing-up' });
    held.goOn();
    await endOf(room, owner, one.job);
    await endOf(room, owner, two.job);
    expect((await show(disk)).state).toBe('available');
  });
});

it('keeps a worker out that is late', async () => {
  const { volumes: [created] } = await openRoom(room.database.db, backend, { host: 'one that is gone' }).volumes.create(diskOf(owner), 1);
  const disk = created ?? expect.fail();
  const [work, repository] = [createPgVolumeWork(room.database.db), createPgVolumeRepository(room.database.db)];
  const place = { backend: 'memory', host: 'one that is gone' };
  const [late] = await work.claim([place], 1, 0);
  const [next] = await work.claim([place], 1, 60_000);
  if (late === undefined || next === undefined) throw new Error('nothing to claim');
  expect([late.job, next.epoch]).toEqual([next.job, late.epoch + 1]);
  const failure = { kind: 'full', reason: 'the late one says' } as const;
  await expect(settleWork(repository, late, { kind: 'failed', failure })).rejects.toBeInstanceOf(FencedError);
  expect(await work.extend([late, next], 60_000)).toEqual([next]);
  expect((await show(disk)).state).toBe('creating');
  await settleWork(repository, next, { kind: 'done', ref: 'r' });
  expect((await show(disk)).state).toBe('available');
  await expect(settleWork(repository, next, { kind: 'failed', failure })).rejects.toBeInstanceOf(FencedError);
  expect((await show(disk)).state).toBe('available');
});
