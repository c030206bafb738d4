/** What only a cloud has: volumes handed over from project to project, volumes that were there before, quotas. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectFilled, fill, make, never, newVolume, snap, type BackendFixture } from '../../platform/src/volume-backends/contract/fixture.ts';
import { snapshotId, volumeId, volumeProjectId } from '../../platform/src/volumes/volume-ids.ts';
import type { BackendVolume } from '../../platform/src/volumes/volume-backend.ts';
import { askCinder, startCinder, type CinderProject, type RealCinder } from '../stores/cinder.ts';
import { cinderFixture, giver, openCinder, taker } from './cinder-backend.ts';

let cinder: RealCinder;
let fixture: BackendFixture;
beforeAll(async () => {
  cinder = await startCinder();
  fixture = await cinderFixture(cinder);
});
afterAll(() => fixture.close());

const ask = (project: CinderProject, method: string, path: string, body?: unknown) => askCinder(cinder, project, method, path, body);
const statusOf = async (project: CinderProject, { ref }: BackendVolume) => (await ask(project, 'GET', `/volumes/${ref ?? ''}`) as { volume: { status: string } }).volume.status;
const locked = (project: CinderProject) => ({ ...project, password: 'wrong-secret' });
const transfersOf = async (project: CinderProject) => (await ask(project, 'GET', '/volume-transfers/detail') as { transfers: { id: string; name: string | null; volume_id: string }[] }).transfers;

describe('handing over', () => {
  test('makes volume and snapshots the other project’s; said again it changes nothing', async () => {
    const { backend } = fixture;
    const volume = await make(backend, newVolume(giver));
    await fill(fixture, volume, 0, 3);
    const snapshot = await snap(backend, volume);
    await fill(fixture, volume, 0, 4);
    for (let times = 0; times < 2; times++) expect(await backend.handOver?.(volume, [snapshot], taker, never)).toEqual({ ref: volume.ref });
    await expect(statusOf(cinder.giver, volume)).rejects.toThrow('404');
    expect(await statusOf(cinder.taker, volume)).toBe('available');
    expect(await transfersOf(cinder.giver)).toEqual([]);
    const taken = { ...volume, project: taker };
    await expectFilled(fixture, taken, 0, 4);
    await backend.rollback({ ...snapshot, project: taker, volume: taken }, never);
    await expectFilled(fixture, taken, 0, 3);
    await backend.removeSnapshot({ ...snapshot, project: taker, volume: taken }, never);
    await backend.remove(taken, never);
  });

  test('that leaves a snapshot behind makes it nobody\'s to delete or to restore until the volume is back, which is told and not waited for', async () => {
    const { backend } = fixture;
    const volume = await make(backend, newVolume(giver));
    const snapshot = await snap(backend, volume);
    await backend.handOver?.(volume, [], taker, never);
    const left = { ...snapshot, project: giver, volume: { ...volume, project: taker } };
    await expect(backend.removeSnapshot(left, never)).rejects.toMatchObject({ kind: 'refused', message: expect.stringContaining('hand it back') as string });
    await expect(backend.create(newVolume(giver), { kind: 'snapshot', snapshot: left }, never)).rejects.toMatchObject({ kind: 'absent', message: expect.stringContaining(volume.ref ?? '') as string });
    await backend.handOver?.({ ...volume, project: taker }, [], giver, never);
    await backend.removeSnapshot(snapshot, never);
    await backend.remove(volume, never);
  });

  test('goes on after a crash that left an offer whose key is lost, and whose volume nobody knows by its ref', async () => {
    const { backend } = fixture;
    const volume = await make(backend, newVolume(giver));
    await ask(cinder.giver, 'POST', '/volume-transfers', { transfer: { volume_id: volume.ref, name: `haulier-${volume.id}` } });
    expect(await statusOf(cinder.giver, volume)).toBe('awaiting-transfer');
    expect(await backend.handOver?.({ ...volume, ref: undefined }, [], taker, never)).toEqual({ ref: volume.ref });
    expect(await backend.handOver?.({ ...volume, ref: undefined }, [], taker, never)).toEqual({ ref: volume.ref });
    expect(await statusOf(cinder.taker, volume)).toBe('available');
    await backend.remove({ ...volume, project: taker }, never);
  });

  test('leaves the offer of somebody else alone', async () => {
    const { backend } = fixture;
    const volume = await make(backend, newVolume(giver));
    const { transfer } = await ask(cinder.giver, 'POST', '/volume-transfers', { transfer: { volume_id: volume.ref, name: 'mine' } }) as { transfer: { id: string } };
    await expect(backend.handOver?.(volume, [], taker, never)).rejects.toMatchObject({ kind: 'refused', message: expect.stringContaining(transfer.id) as string });
    expect((await transfersOf(cinder.giver)).map(({ id }) => id)).toEqual([transfer.id]);
    await ask(cinder.giver, 'DELETE', `/volume-transfers/${transfer.id}`);
    await backend.remove(volume, never);
  });

  test('is refused to a receiver who may not, and is not given up once it may have been done: the password could have changed in between', async () => {
    const { backend } = fixture;
    const volume = await make(backend, newVolume(giver));
    const [noTaker, nobody] = [openCinder({ ...cinder, taker: locked(cinder.taker) }), openCinder({ ...cinder, giver: locked(cinder.giver), taker: locked(cinder.taker) })];
    await expect(noTaker.handOver?.(volume, [], taker, never)).rejects.toMatchObject({ kind: 'refused', message: expect.stringContaining('password is wrong') as string });
    expect(await statusOf(cinder.giver, volume)).toBe('available');
    expect(await transfersOf(cinder.giver)).toEqual([]);
    await backend.handOver?.(volume, [], taker, never);
    for (const spoilt of [noTaker, nobody]) await expect(spoilt.handOver?.(volume, [], taker, never)).rejects.toMatchObject({ kind: 'unavailable', message: expect.stringMatching(/password is wrong.*not known whether volume .* was handed over/) as string });
    expect(await openCinder({ ...cinder, giver: locked(cinder.giver) }).handOver?.(volume, [], taker, never)).toEqual({ ref: volume.ref });
    await backend.remove({ ...volume, project: taker }, never);
    await expect(backend.handOver?.(volume, [], taker, never)).rejects.toMatchObject({ kind: 'absent' });
  });

  test('is not for a receiver whose quota is used up: the giver has it as before', async () => {
    const { backend } = fixture;
    const large = await make(backend, newVolume(taker, 999));
    const volume = await make(backend, newVolume(giver, 2));
    await expect(backend.handOver?.(volume, [], taker, never)).rejects.toMatchObject({ kind: 'full' });
    expect(await statusOf(cinder.giver, volume)).toBe('available');
    expect(await transfersOf(cinder.giver)).toEqual([]);
    await backend.remove(volume, never);
    await backend.remove(large, never);
  });
});

describe('a volume that was the cloud’s before', () => {
  async function cloudVolume(name: string): Promise<string> {
    const { volume } = await ask(cinder.giver, 'POST', '/volumes', { volume: { size: 1, name, description: 'from before', metadata: { rack: '7' } } }) as { volume: { id: string } };
    for (;;) if (await statusOf(cinder.giver, { ...newVolume(giver), ref: volume.id }) === 'available') return volume.id;
  }

  test('is adopted with its snapshots under its own id, and handed over', async () => {
    const { backend } = fixture;
    const id = await cloudVolume('old');
    const known = { ...newVolume(giver), id: volumeId(id), ref: id };
    const { ref } = await snap(backend, known);
    expect(await backend.adopt?.(giver, volumeId(id), never)).toEqual({
      id, name: 'old', description: 'from before', sizeGiB: 1, bootable: false, metadata: { rack: '7' }, snapshots: [{ id: ref, name: expect.stringMatching(/^haulier-/) as string, description: '', sizeGiB: 1 }],
    });
    const snapshot = { id: snapshotId(ref ?? ''), volume: known, project: giver, sizeGiB: 1, ref };
    await backend.handOver?.(known, [snapshot], taker, never);
    expect(await statusOf(cinder.taker, known)).toBe('available');
    const taken = { ...known, project: taker };
    await backend.removeSnapshot({ ...snapshot, project: taker, volume: taken }, never);
    await backend.remove(taken, never);
  });

  test('has to be there, of the project, free, and none of Haulier’s', async () => {
    const { backend } = fixture;
    const made = await make(backend, newVolume(giver));
    const id = await cloudVolume('busy');
    await expect(backend.adopt?.(giver, volumeId(randomUUID()), never)).rejects.toMatchObject({ kind: 'absent' });
    await expect(backend.adopt?.(taker, volumeId(id), never)).rejects.toMatchObject({ kind: 'absent' });
    await expect(backend.adopt?.(giver, volumeId(made.ref ?? ''), never)).rejects.toMatchObject({ kind: 'refused' });
    await ask(cinder.giver, 'POST', '/volume-transfers', { transfer: { volume_id: id, name: 'mine' } });
    await expect(backend.adopt?.(giver, volumeId(id), never)).rejects.toThrow('awaiting-transfer');
    for (const transfer of await transfersOf(cinder.giver)) await ask(cinder.giver, 'DELETE', `/volume-transfers/${transfer.id}`);
    await backend.remove({ ...made, ref: id }, never);
  });
});

describe('the cloud says no', () => {
  test('for a quota: full', async () => {
    await expect(make(fixture.backend, newVolume(giver, 5000))).rejects.toMatchObject({ kind: 'full' });
  });

  test('for a wrong password: refused, and the password is not told', async () => {
    const backend = openCinder({ ...cinder, giver: { ...cinder.giver, password: 'wrong-secret' } });
    const failure: unknown = await make(backend, newVolume(giver)).catch((error: unknown) => error);
    expect(failure).toMatchObject({ kind: 'refused' });
    expect(String(failure)).not.toContain('wrong-secret');
  });

  test('for a volume type it has not: refused by its name', async () => {
    await expect(make(openCinder(cinder, 'no-such-type'), newVolume(giver))).rejects.toThrow('no-such-type');
  });

  test('where nobody answers: unavailable', async () => {
    await expect(make(openCinder({ ...cinder, identity: 'http://127.0.0.1:9/v3' }), newVolume(giver))).rejects.toMatchObject({ kind: 'unavailable' });
  });

  test('a project that the configuration does not name is refused', async () => {
    await expect(make(fixture.backend, newVolume(volumeProjectId('2'.repeat(32))))).rejects.toMatchObject({ kind: 'refused' });
  });
});

test('a volume that failed at the cloud is made anew when it is asked for again', async () => {
  const wanted = newVolume(giver);
  await expect(make(openCinder(cinder, 'nowhere'), wanted)).rejects.toMatchObject({ kind: 'full', message: expect.stringContaining('weighted backend') as string });
  const volume = await make(fixture.backend, wanted);
  expect(await statusOf(cinder.giver, volume)).toBe('available');
  await fixture.backend.remove(volume, never);
});
