/** The file backend, killed in the middle of its work. */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { expectFilled, fill, make, never, newVolume, snap } from '../../platform/src/volume-backends/contract/fixture.ts';
import { snapshotId, volumeId } from '../../platform/src/volumes/volume-ids.ts';
import { openFileBackend } from '../../platform/src/volume-backends/files/file-backend.ts';
import { BackendFailure, type BackendItem, type VolumeBackend } from '../../platform/src/volumes/volume-backend.ts';
import { fileFixture, installQemuUtils, run } from './file-backend.ts';

beforeAll(installQemuUtils);

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'haulier-disks-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('qemu-img killed at any moment: what is repeated succeeds, and no data is lost', async () => {
  const fixture = await fileFixture(folder, 'qcow2');
  const { backend, project } = fixture;
  const killed = await openFileBackend({ name: 'killed', folder, format: 'qcow2', qemuImg: join(import.meta.dirname, 'killing-qemu-img.sh'), uniqueName: randomUUID, owner: 'tests', now: Date.now });
  let deaths = 0;
  const insist = async (step: () => Promise<unknown>) => {
    for (let times = 0; times < 50; times++) {
      try {
        return await step();
      } catch (error) {
        if (!(error instanceof BackendFailure) || error.kind !== 'unavailable') throw error;
        deaths++;
      }
    }
    throw new Error('fifty failures');
  };

  let volume = await make(backend, newVolume(project));
  await fill(fixture, volume, 0, 1);
  const first = await snap(backend, volume);
  for (let round = 2; round < 16; round++) {
    await fill(fixture, volume, 0, round);
    await fill(fixture, volume, round * 65_536, round);
    const snapshot = { id: snapshotId(randomUUID()), volume, project, sizeGiB: volume.sizeGiB, ref: undefined };
    await insist(() => killed.createSnapshot(snapshot, never));
    await fill(fixture, volume, 0, 99);
    volume = { ...volume, sizeGiB: volume.sizeGiB + 1 };
    await insist(() => killed.extend(volume, never));
    await insist(() => killed.rollback({ ...snapshot, volume }, never));
    await expectFilled(fixture, volume, 0, round);
    const copy = newVolume(project, volume.sizeGiB);
    await insist(() => killed.create(copy, { kind: 'snapshot', snapshot: { ...first, volume } }, never));
    await expectFilled(fixture, copy, 0, 1);
    await killed.remove(copy, never);
    await insist(() => killed.removeSnapshot(snapshot, never));
    expect(await fixture.sizeGiB(volume)).toBe(round);
    for (let block = 2; block <= round; block++) await expectFilled(fixture, volume, block * 65_536, block);
  }
  expect(deaths).toBeGreaterThan(5);
  await backend.rollback({ ...first, volume }, never);
  await expectFilled(fixture, volume, 0, 1);
  await run('qemu-img', ['check', '-f', 'qcow2', (await backend.locate?.(volume))?.path ?? '']);
  expect((await readdir(folder)).filter((name) => name.startsWith('.changing'))).toEqual([]);
  await fixture.close();
});

describe.each(['raw', 'qcow2'] as const)('the process killed, disks being %s', (format) => {
  test('leaves whole disks and debris; what it was at is repeated', async () => {
    const fixture = await fileFixture(folder, format);
    const { backend, project } = fixture;
    const source = await make(backend, newVolume(project));
    for (let block = 0; block < 64; block++) await fill(fixture, source, block * 65_536, 77);
    for (let round = 0; round < 6; round++) {
      const ids = Array.from({ length: 200 }, () => randomUUID());
      const [step = '', id = ''] = (await killedAfter(150 + round * 31, [folder, format, source.id, ...ids])).split(' ');
      const items = await itemsOf(backend);
      for (const item of items) if (item.kind === 'debris') await backend.sweep?.(item, never);
      expect((await itemsOf(backend)).filter(({ kind }) => kind === 'debris')).toEqual([]);
      const whole = items.filter((item) => item.kind === 'volume' && item.id !== source.id);
      if (id !== '') await repeat(backend, step, { ...newVolume(project, 2), id: volumeId(id) }, source.id);
      for (const item of whole) {
        const volume = { ...newVolume(project), id: item.kind === 'volume' ? item.id : source.id };
        if (step === 'remove' && volume.id === id) continue;
        expect([2, 3]).toContain(await fixture.sizeGiB(volume));
        await expectFilled(fixture, volume, 63 * 65_536, 77);
        await expectFilled(fixture, volume, 64 * 65_536, 0);
        await backend.remove(volume, never);
      }
      if (id !== '') await backend.remove({ ...newVolume(project), id: volumeId(id) }, never);
      expect((await readdir(folder)).sort()).toEqual(['.host', `${source.id}.${format}`]);
    }
    await fixture.close();
  });
});

/** The last line that it printed before. */
async function killedAfter(ms: number, args: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'disk-maker.ts'), ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  let printed = '';
  child.stdout.on('data', (chunk: Buffer) => {
    printed += chunk.toString();
  });
  await once(child.stdout, 'data');
  await sleep(ms);
  child.kill('SIGKILL');
  await once(child, 'close');
  // A program that the killed process had begun ends its work by itself.
  await vi.waitFor(async () => expect(await programsAt(folder)).toEqual([]), { timeout: 60_000, interval: 20 });
  return printed.slice(0, printed.lastIndexOf('\n')).split('\n').at(-1) ?? '';
}

/** The command lines that name the folder. */
async function programsAt(path: string): Promise<string[]> {
  const processes = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(processes.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')));
  return lines.filter((line) => line.includes(path));
}

async function repeat(backend: VolumeBackend, step: string, volume: ReturnType<typeof newVolume>, source: string): Promise<void> {
  if (step === 'create') await backend.create(volume, { kind: 'volume', volume: { ...volume, id: volumeId(source) } }, never);
  if (step === 'snapshot') await backend.createSnapshot({ id: snapshotId(volume.id), volume, project: volume.project, sizeGiB: 2, ref: undefined }, never);
  if (step === 'extend') await backend.extend({ ...volume, sizeGiB: 3 }, never);
  if (step === 'remove') await backend.remove(volume, never);
}

async function itemsOf(backend: VolumeBackend): Promise<BackendItem[]> {
  const items: BackendItem[] = [];
  for await (const item of backend.items?.(never) ?? []) items.push(item);
  return items;
}
