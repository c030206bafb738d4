/** What is kept of disks as JSON. */
import { keptJson, type KeptJson } from '@haulier/lib/kept-json/kept-json.ts';
import { Type } from 'typebox';
import { snapshotId, transferId, volumeId, volumeProjectId } from '../../volumes/volume-ids.ts';
import type { JobVolume } from '../../volumes/volume.ts';
import type { DiskWork } from '../../volumes/volume-work.ts';

type Texts = Readonly<Record<string, string>>;
const texts = Type.Record(Type.String(), Type.String());

export const metadataColumn: KeptJson<Texts> = keptJson('volume.metadata', texts);
export const tagsColumn: KeptJson<Texts> = keptJson('volume.tags', texts);
export const snapshotMetadataColumn: KeptJson<Texts> = keptJson('volume_snapshot.metadata', texts);

export const jobVolumeColumn = keptJson('volume_job.volume', Type.Object({ id: Type.String(), name: Type.String(), sizeGiB: Type.Number(), type: Type.String() }));

export const workColumn = keptJson('volume_job.work', Type.Union([
  Type.Object({ kind: Type.Enum(['createVolume', 'deleteVolume']) }),
  Type.Object({ kind: Type.Literal('extendVolume'), sizeGiB: Type.Number(), attached: Type.Boolean() }),
  /** Given before attached disks were extended. */
  Type.Object({ kind: Type.Literal('extendVolume'), sizeGiB: Type.Number() }),
  Type.Object({ kind: Type.Enum(['createSnapshot', 'deleteSnapshot', 'rollbackSnapshot']), snapshot: Type.String() }),
  Type.Object({ kind: Type.Literal('acceptTransfer'), transfer: Type.String(), acceptor: Type.Object({ project: Type.String(), userId: Type.String() }) }),
]));

export function jobVolumeOf(value: unknown, job: string): JobVolume {
  const volume = jobVolumeColumn.judge(value, job);
  return { ...volume, id: volumeId(volume.id) };
}

export function diskWorkOf(value: unknown, job: string): DiskWork {
  const work = workColumn.judge(value, job);
  switch (work.kind) {
    case 'createVolume':
    case 'deleteVolume':
      return { kind: work.kind };
    case 'extendVolume':
      return { kind: work.kind, sizeGiB: work.sizeGiB, attached: 'attached' in work && work.attached };
    case 'createSnapshot':
    case 'deleteSnapshot':
    case 'rollbackSnapshot':
      return { kind: work.kind, snapshot: snapshotId(work.snapshot) };
    case 'acceptTransfer':
      return { kind: work.kind, transfer: transferId(work.transfer), acceptor: { project: volumeProjectId(work.acceptor.project), userId: work.acceptor.userId } };
  }
}
