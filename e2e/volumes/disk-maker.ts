/**
 * `disk-maker.ts FOLDER FORMAT SOURCE ID...`: makes disks with the data of one, and snapshots and removes every second, until it is killed.
 * Prints what it begins with, a line each.
 */
import { never, newVolume } from '../../platform/src/volume-backends/contract/fixture.ts';
import { snapshotId, volumeId, volumeProjectId } from '../../platform/src/volumes/volume-ids.ts';
import { openBackend } from './file-backend.ts';

const [folder = '', format, source = '', ...ids] = process.argv.slice(2);
const backend = await openBackend(folder, format === 'qcow2' ? 'qcow2' : 'raw');
const project = volumeProjectId('0'.repeat(32));
const from = { ...newVolume(project), id: volumeId(source) };

for (const [at, id] of ids.entries()) {
  const volume = { ...newVolume(project, 2), id: volumeId(id) };
  process.stdout.write(`create ${id}\n`);
  await backend.create(volume, { kind: 'volume', volume: from }, never);
  if (backend.snapshots) {
    process.stdout.write(`snapshot ${id}\n`);
    await backend.createSnapshot({ id: snapshotId(id), volume, project, sizeGiB: 2, ref: undefined }, never);
  }
  process.stdout.write(`extend ${id}\n`);
  await backend.extend({ ...volume, sizeGiB: 3 }, never);
  if (at % 2 === 0) continue;
  process.stdout.write(`remove ${id}\n`);
  await backend.remove(volume, never);
}
