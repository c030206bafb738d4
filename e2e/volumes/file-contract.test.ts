/** The file backend in its three forms, over real file systems and with the real qemu-img. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe } from 'vitest';
import { describeBackendContract } from '../../platform/src/volume-backends/contract/backend-contract.ts';
import type { BackendFixture } from '../../platform/src/volume-backends/contract/fixture.ts';
import { mountXfs } from '../stores/file-systems.ts';
import { fileFixture, installQemuUtils } from './file-backend.ts';

const isRoot = process.getuid?.() === 0;

beforeAll(installQemuUtils);

describeBackendContract('A folder of qcow2 files', () => inFolder((folder) => fileFixture(folder, 'qcow2')));
describeBackendContract('A folder of raw files', () => inFolder((folder) => fileFixture(folder, 'raw')));

describe.runIf(isRoot)('on XFS', () => {
  describeBackendContract('A folder of files that share blocks', () => onXfs((folder) => fileFixture(folder, 'auto')));
});

async function inFolder(make: (folder: string) => Promise<BackendFixture>): Promise<BackendFixture> {
  const folder = await mkdtemp(join(tmpdir(), 'haulier-disks-'));
  const fixture = await make(folder);
  return {
    ...fixture,
    async close() {
      await fixture.close();
      await rm(folder, { recursive: true });
    },
  };
}

function onXfs(make: (folder: string) => Promise<BackendFixture>): Promise<BackendFixture> {
  return inFolder(async (folder) => {
    const mounted = join(folder, 'xfs');
    const xfs = await mountXfs(mounted);
    const fixture = await make(join(mounted, 'volumes'));
    return {
      ...fixture,
      async close() {
        await fixture.close();
        await xfs.stop();
      },
    };
  });
}
