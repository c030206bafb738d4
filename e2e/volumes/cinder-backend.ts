/** The Cinder backend over Debian's Cinder, whose volumes are files that tests can read and write. */
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type BackendFixture } from '../../platform/src/volume-backends/contract/fixture.ts';
import { volumeProjectId } from '../../platform/src/volumes/volume-ids.ts';
import { cinderBackend } from '../../platform/src/volume-backends/cinder/cinder-backend.ts';
import { clock } from '../../platform/src/main/environment.ts';
import { BackendFailure, type BackendVolume, type VolumeBackend } from '../../platform/src/volumes/volume-backend.ts';
import type { CinderProject, RealCinder } from '../stores/cinder.ts';

const run = promisify(execFile);

/** Haulier's projects; that they are the cloud's too is the tests' choice. */
export const giver = volumeProjectId('0'.repeat(32));
export const taker = volumeProjectId('1'.repeat(32));

export function openCinder({ identity, giver: one, taker: other }: Pick<RealCinder, 'identity' | 'giver' | 'taker'>, volumeType = 'folder'): VolumeBackend {
  const cloudProject = ({ id, user, password }: CinderProject) => ({ id, credentials: () => ({ kind: 'password', user, userDomain: 'Default', password } as const) });
  return cinderBackend({ name: 'cloud', identity, region: 'RegionOne', volumeType, projects: new Map([[giver, cloudProject(one)], [taker, cloudProject(other)]]), clock });
}

/** The file that has a volume's newest data: a volume with snapshots is a chain of files, and `.info` names its head. */
async function fileOf(folder: string, id: string): Promise<string> {
  const share = (await readdir(folder))[0] ?? '';
  const base = join(folder, share, `volume-${id}`);
  const info = await readFile(`${base}.info`, 'utf8').catch(() => undefined);
  if (info === undefined) return base;
  const { active } = JSON.parse(info) as { readonly active?: string };
  return active === undefined ? base : join(folder, share, active);
}

async function infoOf(path: string): Promise<{ readonly format: string; readonly 'virtual-size': number }> {
  return JSON.parse((await run('qemu-img', ['info', '--output=json', path])).stdout) as { format: string; 'virtual-size': number };
}

export async function cinderFixture(cinder: RealCinder): Promise<BackendFixture> {
  const backend = openCinder(cinder);
  const scratch = await mkdtemp(join(tmpdir(), 'haulier-bytes-'));
  const pathOf = ({ ref }: BackendVolume) => fileOf(cinder.volumes, ref ?? '');
  return {
    backend, project: giver, other: taker, keepsSizeForRollback: true,
    bytes: {
      async write(volume, offset, data) {
        const path = await pathOf(volume);
        const from = join(scratch, randomUUID());
        await writeFile(from, data);
        await run('qemu-io', ['-f', (await infoOf(path)).format, '-c', `write -s ${from} ${offset} ${data.length}`, path]);
        await rm(from);
      },
      async read(volume, offset, length) {
        const path = await pathOf(volume);
        const to = join(scratch, randomUUID());
        await run('qemu-img', ['dd', '-f', (await infoOf(path)).format, '-O', 'raw', 'bs=4096', `skip=${offset / 4096}`, `count=${(offset + length) / 4096}`, `if=${path}`, `of=${to}`]);
        const found = await readFile(to);
        await rm(to);
        return found;
      },
    },
    async sizeGiB(volume) {
      try {
        return (await infoOf(await pathOf(volume)))['virtual-size'] / 1024 ** 3;
      } catch (error) {
        throw new BackendFailure('absent', 'there is no such file', { cause: error });
      }
    },
    close: () => rm(scratch, { recursive: true }),
  };
}
