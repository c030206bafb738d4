/** Disks of the file backend, read and written through QEMU's own tools. */
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type BackendFixture } from '../../platform/src/volume-backends/contract/fixture.ts';
import { volumeProjectId } from '../../platform/src/volumes/volume-ids.ts';
import type { DiskFormat } from '../../platform/src/volume-backends/files/disk-names.ts';
import { openFileBackend } from '../../platform/src/volume-backends/files/file-backend.ts';
import { bringUp, runScript } from '../stores/bed.ts';

export const run = promisify(execFile);

/** qemu-img and qemu-io, which are installed where they are missing. */
export const installQemuUtils = (): Promise<void> => bringUp('QEMU', () => runScript('need-packages.sh', ['qemu']));

export const openBackend = (folder: string, format: DiskFormat | 'auto') =>
  openFileBackend({ name: 'files', folder, format, qemuImg: 'qemu-img', uniqueName: randomUUID, owner: 'tests', now: Date.now });

/** A backend over `folder`, which is the caller's. */
export async function fileFixture(folder: string, format: DiskFormat | 'auto'): Promise<BackendFixture> {
  const backend = await openBackend(folder, format);
  const scratch = await mkdtemp(join(tmpdir(), 'haulier-bytes-'));
  const located = async (volume: Parameters<BackendFixture['sizeGiB']>[0]) => {
    const found = await backend.locate?.(volume);
    if (found === undefined) throw new Error('the backend says nowhere');
    return found;
  };
  return {
    backend, project: volumeProjectId('0'.repeat(32)), other: volumeProjectId('1'.repeat(32)),
    bytes: {
      async write(volume, offset, data) {
        const { path, format: is } = await located(volume);
        const from = join(scratch, randomUUID());
        await writeFile(from, data);
        await run('qemu-io', ['-f', is, '-c', `write -s ${from} ${offset} ${data.length}`, path]);
        await rm(from);
      },
      async read(volume, offset, length) {
        const { path, format: is } = await located(volume);
        const to = join(scratch, randomUUID());
        // Its count begins at the start of the disk, not where it skips to.
        await run('qemu-img', ['dd', '-f', is, '-O', 'raw', 'bs=4096', `skip=${offset / 4096}`, `count=${(offset + length) / 4096}`, `if=${path}`, `of=${to}`]);
        const found = await readFile(to);
        await rm(to);
        return found;
      },
    },
    async sizeGiB(volume) {
      const { path, format: is } = await located(volume);
      const { stdout } = await run('qemu-img', ['info', '--output=json', '-f', is, path]);
      const info = JSON.parse(stdout) as { readonly 'virtual-size': number };
      return info['virtual-size'] / 1024 ** 3;
    },
    close: () => rm(scratch, { recursive: true }),
  };
}
