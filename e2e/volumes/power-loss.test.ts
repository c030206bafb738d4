/**
 * A loss of power after each step of the file backend: the file system is cut off from its device without its log being flushed, mounted again, and looked at.
 * What a step has said is so; everything that was only in memory is gone. Caches of a device itself are not part of it.
 */
import { randomUUID } from 'node:crypto';
import { link, mkdtemp, readdir, rm, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { expectFilled, fill, make, never, newVolume, snap, type BackendFixture } from '../../platform/src/volume-backends/contract/fixture.ts';
import { mountImage, type Image } from '../stores/file-systems.ts';
import { fileFixture, installQemuUtils, run } from './file-backend.ts';

const isRoot = process.getuid?.() === 0;
const gib = 1024 ** 3;

beforeAll(installQemuUtils);

describe.runIf(isRoot).each([['raw', 'xfs'], ['qcow2', 'ext4'], ['raw', 'ext4']] as const)('after a loss of power, disks being %s on %s', (format, kind) => {
  let folder: string;
  let mounted: string;
  let image: Image;
  let fixture: BackendFixture;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'haulier-power-'));
    mounted = join(folder, 'disks');
    image = await mountImage(mounted, kind);
    // A folder of its own inside, which is made as well.
    fixture = await fileFixture(join(mounted, 'new', 'volumes'), format);
  });
  afterEach(async () => {
    await fixture.close();
    await image.stop();
    await rm(folder, { recursive: true });
  });

  /** All that a test has done so far is there: what follows is what is looked at. */
  const settle = () => run('sync', ['-f', mounted]);
  const fileNames = async () => (await readdir(join(mounted, 'new', 'volumes'))).sort();

  test('a disk that was made is there, empty or with the data of another', async () => {
    const blank = await make(fixture.backend, newVolume(fixture.project, 2));
    await image.cut();
    expect(await fixture.sizeGiB(blank)).toBe(2);
    await fill(fixture, blank, 65_536, 5);
    await settle();
    const copy = await make(fixture.backend, newVolume(fixture.project, 3), { kind: 'volume', volume: blank });
    await image.cut();
    expect(await fixture.sizeGiB(copy)).toBe(3);
    await expectFilled(fixture, copy, 65_536, 5);
    await expectFilled(fixture, copy, 2 * gib, 0);
    expect(await fileNames()).toEqual(['.host', `${blank.id}.${format}`, `${copy.id}.${format}`].sort());
  });

  test('a disk that has grown has its new size and its data', async () => {
    const volume = await make(fixture.backend, newVolume(fixture.project));
    await fill(fixture, volume, 0, 1);
    await settle();
    const larger = { ...volume, sizeGiB: 3 };
    await fixture.backend.extend(larger, never);
    await image.cut();
    expect(await fixture.sizeGiB(larger)).toBe(3);
    await expectFilled(fixture, larger, 0, 1);
    await expectFilled(fixture, larger, 3 * gib - 65_536, 0);
  });

  test.runIf(format === 'qcow2' || kind === 'xfs')('a snapshot that was taken is there, one that was rolled back to is what the disk has, one that was removed is gone', async () => {
    const volume = await make(fixture.backend, newVolume(fixture.project));
    await fill(fixture, volume, 0, 1);
    await settle();
    const snapshot = await snap(fixture.backend, volume);
    await image.cut();
    await fill(fixture, volume, 0, 2);
    await settle();
    await fixture.backend.rollback(snapshot, never);
    await image.cut();
    await expectFilled(fixture, volume, 0, 1);
    await fixture.backend.removeSnapshot(snapshot, never);
    await image.cut();
    await expect(fixture.backend.rollback(snapshot, never)).rejects.toMatchObject({ kind: 'absent' });
    await expectFilled(fixture, volume, 0, 1);
    expect(await fileNames()).toEqual(['.host', `${volume.id}.${format}`]);
  });

  test('a disk that was removed is gone', async () => {
    const volume = await make(fixture.backend, newVolume(fixture.project));
    await settle();
    await fixture.backend.remove(volume, never);
    await image.cut();
    expect(await fileNames()).toEqual(['.host']);
  });

  test('what a try had done that was killed before it was on disk, is on disk once the next has said so', async () => {
    const [volume, gone] = [await make(fixture.backend, newVolume(fixture.project)), await make(fixture.backend, newVolume(fixture.project))];
    await settle();
    const disks = join(mounted, 'new', 'volumes');
    const wanted = newVolume(fixture.project);
    // As far as `link` and `unlink`, and no further.
    const unfinished = join(disks, `.new-1-1-${randomUUID()}`);
    await run('cp', ['--sparse=always', join(disks, `${volume.id}.${format}`), unfinished]);
    await run('sync', [unfinished]);
    await link(unfinished, join(disks, `${wanted.id}.${format}`));
    await unlink(unfinished);
    await unlink(join(disks, `${gone.id}.${format}`));
    await fixture.backend.create(wanted, { kind: 'blank' }, never);
    await image.cut();
    expect(await fixture.sizeGiB(wanted)).toBe(1);
    expect(await fileNames()).not.toContain(`${gone.id}.${format}`);
  });
});
