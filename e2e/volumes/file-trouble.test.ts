/** A folder of disks that is full, cannot be written, is gone, or is somebody else's: each is said in words, and no disk is half anybody's. */
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { expectFilled, fill, make, never, newVolume, snap, type BackendFixture } from '../../platform/src/volume-backends/contract/fixture.ts';
import { mountImage, type Image } from '../stores/file-systems.ts';
import { createInstallation } from '../support/serve.ts';
import { fileFixture, installQemuUtils, openBackend, run } from './file-backend.ts';

const isRoot = process.getuid?.() === 0;

beforeAll(installQemuUtils);

describe.runIf(isRoot).each(['raw', 'qcow2'] as const)('disks as %s files, on a small file system', (format) => {
  let folder: string;
  let mounted: string;
  let image: Image;
  let fixture: BackendFixture;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'haulier-trouble-'));
    mounted = join(folder, 'disks');
    image = await mountImage(mounted, 'ext4', '64M');
    fixture = await fileFixture(join(mounted, 'volumes'), format);
  });
  afterEach(async () => {
    await fixture.close();
    await image.stop();
    await rm(folder, { recursive: true });
  });

  const fileNames = async () => (await readdir(join(mounted, 'volumes'))).sort();
  /** A disk with four blocks of data, each another. */
  async function makeFilled() {
    const volume = await make(fixture.backend, newVolume(fixture.project));
    for (let block = 0; block < 4; block++) await fill(fixture, volume, block * 65_536, block + 1);
    return volume;
  }
  async function expectData(volume: Awaited<ReturnType<typeof makeFilled>>) {
    for (let block = 0; block < 4; block++) await expectFilled(fixture, volume, block * 65_536, block + 1);
  }
  const takeAllRoom = () => run('dd', ['if=/dev/zero', `of=${join(mounted, 'ballast')}`, 'bs=4096']).catch(() => undefined);
  const giveRoomBack = () => rm(join(mounted, 'ballast'));

  test('full: what needs room fails as full and leaves nothing; with room again it succeeds, and no data is lost', async () => {
    const volume = await makeFilled();
    await takeAllRoom();
    const [copy, larger] = [newVolume(fixture.project), { ...volume, sizeGiB: 900 }];
    await expect(fixture.backend.create(copy, { kind: 'volume', volume }, never)).rejects.toMatchObject({ kind: 'full', message: expect.stringMatching(/no space left on device/i) as string });
    if (format === 'qcow2') {
      await expect(make(fixture.backend, newVolume(fixture.project))).rejects.toMatchObject({ kind: 'full' });
      await expect(snap(fixture.backend, volume)).rejects.toMatchObject({ kind: 'full' });
      await expect(fixture.backend.extend(larger, never)).rejects.toMatchObject({ kind: 'full' });
    }
    expect((await fileNames()).filter((name) => !name.startsWith('.changing-'))).toEqual(['.host', `${volume.id}.${format}`]);
    await expectData(volume);
    await giveRoomBack();
    await fixture.backend.create(copy, { kind: 'volume', volume }, never);
    await expectData(copy);
    await fixture.backend.extend(larger, never);
    if (fixture.backend.snapshots) await snap(fixture.backend, larger);
    await expectData(larger);
    if (format === 'qcow2') await run('qemu-img', ['check', '-f', 'qcow2', (await fixture.backend.locate?.(larger))?.path ?? '']);
    expect(await fileNames()).toEqual(['.host', `${volume.id}.${format}`, `${copy.id}.${format}`].sort());
  });

  test('full: a disk can be removed, which makes room', async () => {
    const volume = await makeFilled();
    await takeAllRoom();
    await fixture.backend.remove(volume, never);
    expect(await fileNames()).toEqual(['.host']);
  });

  test('read-only: every change is refused in those words, and changes nothing', async () => {
    const volume = await makeFilled();
    await run('sync', ['-f', mounted]);
    await image.remount('ro');
    const steps = [
      () => fixture.backend.create(newVolume(fixture.project), { kind: 'blank' }, never),
      () => fixture.backend.create(newVolume(fixture.project), { kind: 'volume', volume }, never),
      () => fixture.backend.extend({ ...volume, sizeGiB: 2 }, never),
      () => fixture.backend.remove(volume, never),
      ...(format === 'qcow2' ? [() => snap(fixture.backend, volume)] : []),
    ];
    for (const step of steps) await expect(step()).rejects.toMatchObject({ kind: 'refused', message: expect.stringMatching(/read-only file system/i) as string });
    await expect(openBackend(join(mounted, 'volumes'), format)).rejects.toMatchObject({ kind: 'refused', message: expect.stringMatching(/cannot open the folder of disks .*: read-only file system/) as string });
    await expectData(volume);
    await image.remount('rw');
    expect(await fixture.sizeGiB(volume)).toBe(1);
    await fixture.backend.remove(volume, never);
  });

  test('gone: nothing is made in the bare place, nothing is taken for removed, and all is there when it is', async () => {
    const volume = await makeFilled();
    await image.unplug();
    const added = newVolume(fixture.project);
    for (const step of [() => fixture.backend.create(added, { kind: 'blank' }, never), () => fixture.backend.remove(volume, never), () => fixture.backend.extend({ ...volume, sizeGiB: 2 }, never)]) {
      await expect(step()).rejects.toMatchObject({ kind: 'unavailable', detail: expect.stringContaining('is it mounted?') as string });
    }
    expect(await readdir(mounted)).toEqual([]);
    await image.plug();
    await fixture.backend.create(added, { kind: 'blank' }, never);
    await expectData(volume);
    expect(await fileNames()).toEqual(['.host', `${volume.id}.${format}`, `${added.id}.${format}`].sort());
  });
});

test('a server does not start on the folder of another installation, and says whose it is', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'haulier-trouble-'));
  await writeFile(join(folder, '.host'), '9f1d0a52-58a4-4a5c-8b0e-0d8f5b8c6e11/files\n');
  await using installation = await createInstallation({ config: { volumes: { backends: [{ name: 'files', kind: 'file', folder }] } } });
  const started = installation.start('serve');
  expect(await started.ended).toBe(1);
  expect(started.log()).toMatch(/The backend files of the disks cannot be used: the folder of the disks is another installation's \(.* is that of the installation and backend 9f1d0a52-[0-9a-f-]+\/files, and this is [0-9a-f-]{36}\/files: each needs a folder of its own/);
  await rm(folder, { recursive: true });
});
