import { expect, it } from 'vitest';
import { snapshotId, transferId, volumeId, volumeProjectId } from '../../volumes/volume-ids.ts';
import { diskWorkOf, jobVolumeColumn, jobVolumeOf, metadataColumn, workColumn } from './columns.ts';

const id = 'cac5c677-73a9-4288-bb9c-b2ebfb547377';

it.each([
  { kind: 'createVolume' } as const,
  { kind: 'deleteVolume' } as const,
  { kind: 'extendVolume', sizeGiB: 20, attached: true } as const,
  { kind: 'extendVolume', sizeGiB: 20, attached: false } as const,
  { kind: 'rollbackSnapshot', snapshot: snapshotId(id) } as const,
  { kind: 'acceptTransfer', transfer: transferId(id), acceptor: { project: volumeProjectId('0'.repeat(32)), userId: 'u' } } as const,
])('reads work again: $kind', (work) => expect(diskWorkOf(JSON.parse(workColumn.write(work)), 'a job')).toEqual(work));

it('reads an extension that was given before attached disks were extended', () => {
  expect(diskWorkOf({ kind: 'extendVolume', sizeGiB: 20 }, 'a job')).toEqual({ kind: 'extendVolume', sizeGiB: 20, attached: false });
});

it('reads again what a job tells of its disk', () => {
  const volume = { id: volumeId(id), name: 'a\0b', sizeGiB: 1, type: 'SSD' };
  expect(jobVolumeOf(JSON.parse(jobVolumeColumn.write(volume)), 'a job')).toEqual(volume);
});

it.each([
  [() => diskWorkOf({ kind: 'paintVolume' }, '7f'), 'volume_job.work of 7f cannot be read'],
  [() => diskWorkOf(null, '7f'), 'volume_job.work of 7f cannot be read'],
  [() => metadataColumn.judge({ a: 1 }, id), `volume.metadata of ${id} cannot be read: a must be string`],
])('names the column and the row of what cannot be read', (read, problem) => expect(read).toThrow(problem));
