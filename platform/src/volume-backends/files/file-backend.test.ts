import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, open, readFile, readdir, readlink, rename, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { BackendItem, VolumeBackend } from '../../volumes/volume-backend.ts';
import type { VolumeId } from '../../volumes/volume.ts';
import { describeBackendContract } from '../contract/backend-contract.ts';
import { make, never, newVolume, type BackendFixture } from '../contract/fixture.ts';
import { snapshotId, volumeProjectId } from '../../volumes/volume-ids.ts';
import { openFileBackend } from './file-backend.ts';

const project = volumeProjectId('0'.repeat(32));

/** There is no such program, so that nothing here depends on what the machine has. */
const openRaw = (folder: string) => openFileBackend({ name: 'files', folder, format: 'auto', qemuImg: 'no-such-qemu-img', uniqueName: randomUUID, owner: 'tests', now: Date.now });

describeBackendContract('A folder of raw files', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'haulier-disks-'));
  const backend = await openRaw(folder);
  const pathOf = async (id: Parameters<NonNullable<VolumeBackend['locate']>>[0]) => (await backend.locate?.(id))?.path ?? '';
  const fixture: BackendFixture = {
    backend, project, other: volumeProjectId('1'.repeat(32)),
    bytes: {
      async write(volume, offset, data) {
        await using file = await open(await pathOf(volume), 'r+');
        await file.write(data, 0, data.length, offset);
      },
      async read(volume, offset, length) {
        await using file = await open(await pathOf(volume), 'r');
        const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, offset);
        return buffer.subarray(0, bytesRead);
      },
    },
    sizeGiB: async (volume) => (await stat(await pathOf(volume))).size / 1024 ** 3,
    close: () => rm(folder, { recursive: true }),
  };
  return fixture;
});

describe('the folder of disks', () => {
  let folder: string;
  let backend: VolumeBackend;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'haulier-disks-'));
    backend = await openRaw(folder);
  });
  afterEach(() => rm(folder, { recursive: true }));

  test('gives a terabyte at once and takes no room for it', async () => {
    const volume = await make(backend, newVolume(project, 1024));
    const file = await stat(join(folder, volume.ref ?? ''));
    expect(file.size).toBe(1024 ** 4);
    expect(file.blocks).toBe(0);
    expect(file.mode & 0o777).toBe(0o600);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
  });

  test('copies the data of a disk and leaves its holes', async () => {
    const source = await make(backend, newVolume(project, 1024));
    await using file = await open(join(folder, source.ref ?? ''), 'r+');
    await file.write(Buffer.alloc(1024 * 1024, 1), 0, 1024 * 1024, 1024 ** 4 - 1024 * 1024);
    await file.sync();
    const copy = await make(backend, newVolume(project, 1024), { kind: 'volume', volume: source });
    const { size, blocks } = await stat(join(folder, copy.ref ?? ''));
    expect(size).toBe(1024 ** 4);
    expect(blocks * 512).toBeGreaterThanOrEqual(1024 * 1024);
    expect(blocks * 512).toBeLessThan(2 * 1024 * 1024);
  });

  test('refuses what is no regular file, and reaches nothing outside', async () => {
    const outside = join(folder, 'outside');
    await writeFile(outside, 'precious');
    const volume = newVolume(project);
    await symlink(outside, join(folder, `${volume.id}.raw`));
    for (const attempt of [() => backend.create(volume, { kind: 'blank' }, never), () => backend.extend(volume, never), () => backend.remove(volume, never), () => backend.locate?.(volume)]) {
      await expect(Promise.resolve(attempt())).rejects.toMatchObject({ kind: 'refused' });
    }
    expect((await stat(outside)).size).toBe(8);
  });

  test.each([
    ['boom', 'refused', "qemu-img failed: what it said is in the service's log"],
    ['No space left on device', 'full', 'qemu-img failed: no space left on device'],
    ['Failed to get "write" lock', 'unavailable', 'qemu-img failed: another process has the disk open'],
  ])('tells who asked what went wrong (%s), and not where: the log has that', async (complaint, kind, message) => {
    const program = join(folder, 'qemu-img');
    await writeFile(program, `#!/bin/sh\ntest "$1" = --version || { echo "qemu-img: $@: ${complaint.replaceAll('"', '\\"')}" >&2; exit 1; }\n`, { mode: 0o700 });
    const disks = await openFileBackend({ name: 'files', folder: join(folder, 'disks'), format: 'qcow2', qemuImg: program, uniqueName: randomUUID, owner: 'tests', now: Date.now });
    await expect(make(disks, newVolume(project))).rejects.toMatchObject({ kind, message, detail: expect.stringContaining(folder) as string });
  });

  test('does not tell who asked where its folder is', async () => {
    const [gone, strange] = [newVolume(project), newVolume(project)];
    await symlink('/', join(folder, `${strange.id}.raw`));
    for (const volume of [gone, strange]) {
      const failure = await backend.extend(volume, never).then(() => undefined, (error: unknown) => error);
      expect(failure).toMatchObject({ message: expect.stringContaining(volume.id) as string, detail: expect.stringContaining(folder) as string });
      expect(String(failure)).not.toContain(folder);
    }
  });

  test('refuses an id that would be a path', async () => {
    const volume = { ...newVolume(project), id: '../../etc/passwd' as VolumeId };
    await expect(backend.create(volume, { kind: 'blank' }, never)).rejects.toMatchObject({ kind: 'refused' });
  });

  test('tells of what a dead process was making, sweeps that alone, and knows its own', async () => {
    const namespace = /\d+/.exec(await readlink('/proc/self/ns/pid'))?.[0] ?? '';
    const dead = `.new-4194305-17-${namespace}-${randomUUID()}`;
    const start = (await readFile('/proc/self/stat', 'utf8')).replace(/\(.*\)/, 'x').split(' ')[21] ?? '';
    const mine = `.new-${process.pid}-${start}-${namespace}-${randomUUID()}`;
    const [elsewhere, abandonedElsewhere] = [`.new-1-17-1-${randomUUID()}`, `.new-1-17-1-${randomUUID()}`];
    const others = ['notes.txt', '.hidden', 'deadbeef.raw'];
    for (const name of [dead, mine, elsewhere, abandonedElsewhere, ...others]) await writeFile(join(folder, name), 'x');
    const before = Date.now() / 1000 - 24 * 60 * 60 - 1;
    await utimes(join(folder, abandonedElsewhere), before, before);
    const found: BackendItem[] = [];
    for await (const item of backend.items?.(never) ?? []) found.push(item);
    expect(found.map((item) => item.kind === 'debris' && item.name).sort()).toEqual([dead, abandonedElsewhere].sort());
    for (const name of [dead, abandonedElsewhere, '../outside', ...others]) await backend.sweep?.({ kind: 'debris', name }, never);
    expect((await readdir(folder)).sort()).toEqual([mine, elsewhere, '.host', ...others].sort());
  });

  test('belongs to one owner: another is refused and changes nothing', async () => {
    const volume = await make(backend, newVolume(project));
    const before = await readdir(folder);
    const other = openFileBackend({ name: 'files', folder, format: 'auto', qemuImg: 'no-such-qemu-img', uniqueName: randomUUID, owner: 'others', now: Date.now });
    await expect(other).rejects.toMatchObject({ kind: 'refused', message: 'the folder of the disks is another installation\'s', detail: expect.stringMatching(/is that of the installation and backend tests, and this is others.*remove .*\/\.host$/) as string });
    expect(await readdir(folder)).toEqual(before);
    expect((await (await openRaw(folder)).locate?.(volume))?.path).toBe(join(folder, `${volume.id}.raw`));
  });

  test.each([
    ['is gone', () => rename(folder, `${folder}.aside`), 'unavailable'],
    ['is the empty place that another was mounted on', async () => {
      await rename(folder, `${folder}.aside`);
      await mkdir(folder);
    }, 'unavailable'],
    ['has become another one’s', () => writeFile(join(folder, '.host'), 'others'), 'refused'],
  ])('that %s is told of by every step, and nothing is taken for removed or lost', async (_, spoil, kind) => {
    const volume = await make(backend, newVolume(project));
    await spoil();
    const snapshot = { id: snapshotId(randomUUID()), volume, project, sizeGiB: 1, ref: undefined };
    const list = async () => {
      for await (const item of backend.items?.(never) ?? []) expect(item).toBe(undefined);
    };
    const steps = [
      () => backend.create(newVolume(project), { kind: 'blank' }, never), () => backend.extend({ ...volume, sizeGiB: 2 }, never), () => backend.createSnapshot(snapshot, never), () => backend.rollback(snapshot, never),
      () => backend.removeSnapshot(snapshot, never), () => backend.remove(volume, never), () => backend.locate?.(volume), () => backend.sweep?.({ kind: 'volume', id: volume.id, sizeGiB: 1 }, never), list,
    ];
    for (const step of steps) await expect(Promise.resolve(step())).rejects.toMatchObject({ kind, message: expect.not.stringContaining(folder) as string, detail: expect.stringContaining(folder) as string });
    expect((await readdir(folder).catch(() => [])).filter((name) => name !== '.host' && name !== `${volume.id}.raw`)).toEqual([]);
    if (kind === 'unavailable') {
      await rm(folder, { recursive: true, force: true });
      await rename(`${folder}.aside`, folder);
      expect((await backend.locate?.(volume))?.format).toBe('raw');
    }
  });

  test('refuses qcow2 by name where there is no qemu-img', async () => {
    await expect(openFileBackend({ name: 'files', folder, format: 'qcow2', qemuImg: 'no-such-qemu-img', uniqueName: randomUUID, owner: 'tests', now: Date.now })).rejects.toThrow('install qemu-utils');
  });

  test('says that it is qemu-img that is missing, and changes nothing, for a disk that is qcow2', async () => {
    const volume = newVolume(project);
    await writeFile(join(folder, `${volume.id}.qcow2`), 'x');
    await expect(backend.extend(volume, never)).rejects.toMatchObject({ kind: 'unavailable', message: expect.stringContaining('qemu-utils') as string });
    await backend.remove(volume, never);
    expect(await readdir(folder)).toEqual(['.host']);
  });
});
