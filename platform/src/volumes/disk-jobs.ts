/** Gives work on a disk to the workers, in the transaction of the change of state that it belongs to. */
import type { JobGroup, KeptVolume } from './kept-volume.ts';
import type { JobId, VolumeId, VolumeProjectId } from './volume.ts';
import type { VolumeUnit } from './volume-repository.ts';
import type { DiskWork } from './volume-work.ts';
import type { VolumesDeps } from './volumes-deps.ts';

interface Given {
  /** A new one where none is said. */
  readonly id?: JobId | undefined;
  readonly parent?: JobId;
  /** A disk that is read for it. */
  readonly reads?: VolumeId | undefined;
  /** Who can ask for the job; the disk's owner where none is named. */
  readonly project?: VolumeProjectId;
}

export async function giveJob({ ids }: VolumesDeps, unit: VolumeUnit, volume: KeptVolume, work: DiskWork, { id: wanted, parent, reads, project }: Given = {}): Promise<JobId> {
  const id = wanted ?? ids.job();
  const { backend, host, name, sizeGiB, type } = volume;
  await unit.addJob({
    id, parent, work, backend, host,
    project: project ?? volume.owner.project,
    volume: { id: volume.id, name, type, sizeGiB: work.kind === 'extendVolume' ? work.sizeGiB : sizeGiB },
    touches: reads === undefined ? [volume.id] : [reads, volume.id],
  });
  return id;
}

interface NewGroup extends Omit<JobGroup, 'id'> {
  /** Of the job that is asked for; a new one where none is said. */
  readonly id?: JobId | undefined;
}

/** A job for each item; several are held together by another, which is what the caller asks for then. */
export async function giveJobs<T>({ ids }: VolumesDeps, unit: VolumeUnit, { id = ids.job(), ...group }: NewGroup, items: readonly T[], give: (item: T, given: Pick<Given, 'id' | 'parent'>) => Promise<JobId>): Promise<JobId> {
  if (items.length > 1) await unit.addJobGroup({ ...group, id });
  for (const item of items) await give(item, items.length > 1 ? { parent: id } : { id });
  return id;
}
