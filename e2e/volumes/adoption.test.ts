/** Disks that a backend had before Haulier: two projects that share its cloud project, and a real PostgreSQL. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { volumeId } from '@haulier/platform/volumes/volume-ids.ts';
import type { VolumeRoom } from '@haulier/platform/worker/volumes/volume-room.ts';
import { createTestDatabase, type TestDatabase } from '../database/test-database.ts';
import { newOwner, openRoom, refusalOf } from './disk-setting.ts';
import { createMemoryBackend } from './memory-backend.ts';

let database: TestDatabase;
let room: VolumeRoom;

beforeAll(async () => {
  database = await createTestDatabase();
  room = openRoom(database.db, {
    ...createMemoryBackend(),
    adopt: (_project, id) => Promise.resolve({ id, name: 'old', description: '', sizeGiB: 1, bootable: false, metadata: {}, snapshots: [] }),
  });
});
afterAll(() => database.drop());

it('a disk that several adopt at the same instant is one\'s, and the others are told that it is taken', async () => {
  for (let time = 0; time < 10; time += 1) {
    const id = volumeId(randomUUID());
    const owners = [newOwner(), newOwner(), newOwner()];
    const attempts = owners.map((owner) => room.volumes.adopt(owner, { id, type: 'SSD' }));
    const adoptions = await Promise.allSettled(attempts);
    const [taker = expect.fail(), ...more] = owners.filter((_, at) => adoptions[at]?.status === 'fulfilled');
    expect(more).toEqual([]);
    expect(await room.volumes.show(taker.project, id)).toMatchObject({ owner: taker, state: 'available' });
    const refused = attempts.filter((_, at) => adoptions[at]?.status === 'rejected');
    expect(await Promise.all(refused.map(refusalOf))).toEqual([1, 2].map(() => ({ kind: 'not-adoptable', id, reason: 'Haulier has a disk of this id already' })));
  }
});

it('a project that asks twice at the same instant has it once', async () => {
  const [id, owner] = [volumeId(randomUUID()), newOwner()];
  const [one, two] = await Promise.all([1, 2].map(() => room.volumes.adopt(owner, { id, type: 'SSD' })));
  expect(one).toEqual(two);
  expect((await room.volumes.list(owner.project, { limit: 10, offset: 0 })).count).toBe(1);
});
