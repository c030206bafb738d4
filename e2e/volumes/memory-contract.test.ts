/** What stands in for a backend where a test kills, holds and fails it has to be one. */
import { describeBackendContract } from '../../platform/src/volume-backends/contract/backend-contract.ts';
import { BackendFailure } from '../../platform/src/volumes/volume-backend.ts';
import { volumeProjectId } from '../../platform/src/volumes/volume-ids.ts';
import { createMemoryBackend } from './memory-backend.ts';

describeBackendContract('The backend in memory', () => {
  const backend = createMemoryBackend({ knowsOwners: true });
  return Promise.resolve({
    backend,
    project: volumeProjectId('0'.repeat(32)),
    other: volumeProjectId('1'.repeat(32)),
    sizeGiB({ id }) {
      const disk = backend.disks.get(id);
      return disk === undefined ? Promise.reject(new BackendFailure('absent', id)) : Promise.resolve(disk.sizeGiB);
    },
    close: () => Promise.resolve(),
  });
});
