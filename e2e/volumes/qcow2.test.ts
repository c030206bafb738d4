/** What qcow2 disks cost, and what happens while a machine has one open. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { expectFilled, fill, make, never, newVolume, snap, type BackendFixture } from '../../platform/src/volume-backends/contract/fixture.ts';
import type { BackendVolume } from '../../platform/src/volumes/volume-backend.ts';
import { mountXfs } from '../stores/file-systems.ts';
import { fileFixture, installQemuUtils, run } from './file-backend.ts';

let folder: string;
let fixture: BackendFixture;
beforeAll(installQemuUtils);
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'haulier-disks-'));
  fixture = await fileFixture(folder, 'qcow2');
});
afterEach(async () => {
  await fixture.close();
  await rm(folder, { recursive: true });
});

const pathOf = async (volume: BackendVolume) => (await fixture.backend.locate?.(volume))?.path ?? '';
const blocksOf = async (volume: BackendVolume) => (await stat(await pathOf(volume))).blocks * 512;
const mib = 1024 * 1024;

test('a terabyte and its snapshot take next to no room', async () => {
  const { backend, project } = fixture;
  const volume = await make(backend, newVolume(project, 1024));
  await snap(backend, volume);
  expect(await fixture.sizeGiB(volume)).toBe(1024);
  expect(await blocksOf(volume)).toBeLessThan(mib);
  expect((await stat(await pathOf(volume))).mode & 0o777).toBe(0o600);
});

test('a snapshot that is removed gives its room back', async () => {
  const { backend, project } = fixture;
  const volume = await make(backend, newVolume(project));
  const write = async (value: number) => run('qemu-io', ['-f', 'qcow2', '-c', `write -P ${value} 0 64M`, await pathOf(volume)]);
  await write(1);
  const snapshot = await snap(backend, volume);
  expect(await blocksOf(volume)).toBeLessThan(66 * mib);
  await write(2);
  expect(await blocksOf(volume)).toBeGreaterThan(128 * mib);
  await backend.removeSnapshot(snapshot, never);
  expect(await blocksOf(volume)).toBeLessThan(66 * mib);
  await expectFilled(fixture, volume, 63 * mib, 2);
});

test('a change that was cut off after it was made is mended when it is repeated', async () => {
  const { backend, project } = fixture;
  const volume = await make(backend, newVolume(project));
  const [snapshot, removed] = [await snap(backend, volume), await snap(backend, volume)];
  await backend.removeSnapshot(removed, never);
  const repeats = [() => backend.createSnapshot(snapshot, never), () => backend.extend(volume, never), () => backend.removeSnapshot(removed, never)];
  for (const repeat of repeats) {
    await writeFile(join(folder, `.changing-${volume.id}`), '');
    await repeat();
    expect((await readdir(folder)).sort()).toEqual(['.host', `${volume.id}.qcow2`]);
  }
});

test('a disk that a machine has open is left alone until it is closed', async () => {
  const { backend, project } = fixture;
  const volume = await make(backend, newVolume(project));
  await fill(fixture, volume, 0, 1);
  const snapshot = await snap(backend, volume);
  const other = await snap(backend, await make(backend, newVolume(project)));
  const path = await pathOf(volume);
  const machine = spawn('qemu-io', ['-f', 'qcow2', path], { stdio: ['pipe', 'pipe', 'inherit'] });
  machine.stdin.write('write -P 2 0 64k\n');
  await once(machine.stdout, 'data');
  const attempts = [
    () => backend.createSnapshot({ ...snapshot, id: other.id }, never), () => backend.removeSnapshot(snapshot, never), () => backend.rollback(snapshot, never),
    () => backend.extend({ ...volume, sizeGiB: 2 }, never), () => backend.remove(volume, never), () => backend.create(newVolume(project), { kind: 'volume', volume }, never),
  ];
  for (const attempt of attempts) await expect(attempt()).rejects.toMatchObject({ kind: 'unavailable' });
  const found = [];
  for await (const item of backend.items?.(never) ?? []) found.push(item);
  expect(found).toContainEqual({ kind: 'volume', id: volume.id, sizeGiB: 1 });
  expect(found).toContainEqual({ kind: 'snapshot', id: snapshot.id, volume: volume.id });
  machine.stdin.end('quit\n');
  await once(machine, 'close');
  await expectFilled(fixture, volume, 0, 2);
  await backend.rollback(snapshot, never);
  await expectFilled(fixture, volume, 0, 1);
});

test('a disk that is no qcow2 inside is told of, and can be removed', async () => {
  const { backend, project } = fixture;
  const volume = await make(backend, newVolume(project));
  const path = await pathOf(volume);
  await run('dd', ['if=/dev/zero', `of=${path}`, 'bs=64k', 'count=1', 'conv=notrunc']);
  await expect(snap(backend, volume)).rejects.toMatchObject({ kind: 'refused' });
  const found = [];
  for await (const item of backend.items?.(never) ?? []) found.push(item);
  expect(found).toEqual([{ kind: 'volume', id: volume.id, sizeGiB: 0 }]);
  await backend.remove(volume, never);
});

test.runIf(process.getuid?.() === 0)('a full file system is told of as full, and nothing is left of the attempt', async () => {
  const mounted = join(folder, 'xfs');
  const xfs = await mountXfs(mounted);
  try {
    const full = await fileFixture(mounted, 'qcow2');
    const source = await make(full.backend, newVolume(full.project));
    await run('qemu-io', ['-f', 'qcow2', '-c', 'write -P 1 0 600M', (await full.backend.locate?.(source))?.path ?? '']);
    await expect(make(full.backend, newVolume(full.project), { kind: 'volume', volume: source })).rejects.toMatchObject({ kind: 'full' });
    expect((await readdir(mounted)).sort()).toEqual(['.host', `${source.id}.qcow2`]);
    await full.close();
  } finally {
    await xfs.stop();
  }
});
