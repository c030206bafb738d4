/** What a start finds: files and rows that disagree, with a real PostgreSQL and a real folder of disks. */
import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openFileBackend } from '@haulier/platform/volume-backends/files/file-backend.ts';
import type { VolumeBackend } from '@haulier/platform/volumes/volume-backend.ts';
import type { VolumeId, VolumeOwner } from '@haulier/platform/volumes/volume.ts';
import type { VolumeRoom } from '@haulier/platform/worker/volumes/volume-room.ts';
import type { VolumeSettings } from '@haulier/platform/worker/volumes/volume-settings.ts';
import { createTestDatabase, type TestDatabase } from '../database/test-database.ts';
import { until } from '../worker/until.ts';
import { diskOf, endOf, makeDisk, newOwner, openRoom, refusalOf } from './disk-setting.ts';

const host = 'this machine';

let database: TestDatabase;
let folder: string;
let backend: VolumeBackend;
let owner: VolumeOwner;
let running: VolumeRoom | undefined;

beforeEach(async () => {
  database = await createTestDatabase();
  folder = await mkdtemp(join(tmpdir(), 'haulier-disks-'));
  backend = await openFileBackend({ name: 'files', folder, format: 'raw', qemuImg: 'qemu-img', uniqueName: randomUUID, owner: 'tests', now: Date.now });
  owner = newOwner();
});

afterEach(async () => {
  await running?.stop();
  await database.drop();
  await rm(folder, { recursive: true });
});

/** A process ends and the next one looks. */
async function restart(settings: Partial<VolumeSettings> = {}, on = host): Promise<VolumeRoom> {
  await running?.stop();
  running = openRoom(database.db, backend, { host: on, settings });
  running.start();
  return running;
}

const fileOf = (id: VolumeId) => join(folder, `${id}.raw`);
const shown = (room: VolumeRoom, id: VolumeId) => room.volumes.show(owner.project, id);

describe('a start', () => {
  it('puts a disk whose file is gone into error, with a reason, and makes it available when the file is there again', async () => {
    const room = await restart();
    const disk = await makeDisk(room, owner);
    const other = await makeDisk(room, owner);
    const attached = await makeDisk(room, owner);
    await room.volumes.attach(owner.project, attached.id, { serverId: 's', device: '/dev/vdb', hostName: 'h' });
    const { transfer } = await room.transfers.create(owner, { volume: disk.id, name: '', withoutSnapshots: false });
    await rename(fileOf(disk.id), join(folder, 'aside'));
    await rename(fileOf(attached.id), join(folder, 'aside too'));

    const after = await restart();
    const lost = await until(() => shown(after, disk.id), ({ state }) => state === 'error');
    expect(lost.problem).toContain('Its data is not where its backend keeps it');
    expect(await refusalOf(after.transfers.show(owner.project, transfer.id))).toMatchObject({ kind: 'no-such-transfer' });
    await until(() => shown(after, attached.id), ({ state }) => state === 'error');
    expect((await shown(after, other.id)).state).toBe('available');

    await rename(join(folder, 'aside'), fileOf(disk.id));
    await rename(join(folder, 'aside too'), fileOf(attached.id));
    const again = await restart();
    expect((await until(() => shown(again, disk.id), ({ state }) => state !== 'error'))).toMatchObject({ state: 'available', problem: undefined });
    expect((await until(() => shown(again, attached.id), ({ state }) => state !== 'error')).state).toBe('in-use');
  });

  it('lets a disk be deleted that was lost', async () => {
    const room = await restart();
    const { id } = await makeDisk(room, owner);
    await rm(fileOf(id));
    const after = await restart();
    await until(() => shown(after, id), ({ state }) => state === 'error');
    expect((await endOf(after, owner, await after.volumes.remove(owner.project, id, { cascade: false, force: false }))).state).toBe('SUCCESS');
  });

  it('removes a file that no row knows, but only a while after it was seen first', async () => {
    const disk = await makeDisk(await restart(), owner);
    const stray = `${randomUUID()}.raw`;
    await writeFile(join(folder, stray), 'x');
    const strays = () => database.db.selectFrom('volume_stray').select('id').execute();
    await restart();
    await until(strays, (seen) => seen.length === 1);
    expect(await readdir(folder)).toContain(stray);

    await restart({ strayGraceMs: 0 });
    await until(() => readdir(folder), (names) => !names.includes(stray));
    expect((await readdir(folder)).sort()).toEqual(['.host', `${disk.id}.raw`]);
    await restart();
    await until(strays, (seen) => seen.length === 0);
  });

  it('looks at no disks of another machine, and works on none', async () => {
    const here = await restart();
    const { id } = await makeDisk(here, owner);
    const elsewhere = openRoom(database.db, backend, { host: 'another machine' });
    elsewhere.start();
    try {
      await here.stop();
      const job = await elsewhere.volumes.extend(owner.project, [{ id, sizeGiB: 2 }]);
      await rm(fileOf(id));
      const own = await makeDisk(elsewhere, owner);
      expect((await elsewhere.volumes.showJob(owner.project, job)).state).toBe('INIT');
      expect((await shown(elsewhere, id)).state).toBe('extending');
      expect((await shown(elsewhere, own.id)).state).toBe('available');
    } finally {
      await elsewhere.stop();
    }
    running = undefined;
    const back = await restart();
    expect((await until(() => shown(back, id), ({ state }) => state !== 'extending')).state).toBe('error_extending');
  });

  it('leaves a disk that another one is made of to the machine that has that one', async () => {
    const here = await restart();
    const { id } = await makeDisk(here, owner);
    const { volumes: [copy] } = await openRoom(database.db, backend, { host: 'another machine' }).volumes.create(diskOf(owner, { source: { kind: 'volume', id } }), 1);
    const made = copy ?? expect.fail();
    expect((await until(() => shown(here, made.id), ({ state }) => state !== 'creating')).state).toBe('available');
    expect(await readdir(folder)).toContain(`${made.id}.raw`);
  });

  it('ends states whose work was lost', async () => {
    const room = await restart();
    const { id } = await makeDisk(room, owner);
    await database.db.updateTable('volume').set({ state: 'rollbacking' }).where('id', '=', id).execute();
    const after = await restart();
    expect((await until(() => shown(after, id), ({ state }) => state !== 'rollbacking')).state).toBe('error_rollbacking');
  });

  it('forgets work that ended long ago', async () => {
    const room = await restart();
    await makeDisk(room, owner);
    await room.volumes.create({ ...await makeDisk(room, owner), owner }, 2);
    await until(() => database.db.selectFrom('volume_job').select('id').where('ended_at', 'is', null).where('work', 'is not', null).execute(), (jobs) => jobs.length === 0);
    await restart({ keepJobsMs: 0 });
    await until(() => database.db.selectFrom('volume_job').select('id').execute(), (jobs) => jobs.length === 0);
  });
});
