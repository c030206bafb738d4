/** Gives work on a disk to the workers, in the transaction of the change of state that it belongs to. */
import type { JobGroup, KeptVolume } from './kept-volume.ts';
import type { JobId, VolumeId, VolumeProjectId } from './volume.ts';
import type { VolumeUnit } from './volume-repository.ts';
import type { DiskWork } from './volume-work.ts';
import type { VolumesDeps } from './volumes-deps.ts';

interface Given {
  readonly parent?: JobId;
  /** A disk that is read for it. */
  readonly reads?: VolumeId | undefined;
  /** Who can ask for the job; the disk's owner where none is named. */
  readonly project?: VolumeProjectId;
}

export async function giveJob({ ids }: VolumesDeps, unit: VolumeUnit, volume: KeptVolume, work: DiskWork, { parent, reads, project }: Given = {}): Promise<JobId> {
  const id = ids.job();
  const { backend, host, name, sizeGiB, type } = volume;
  await unit.addJob({
    id, parent, work, backend, host,
    project: project ?? volume.owner.project,
    volume: { id: volume.id, name, type, sizeGiB: work.kind === 'extendVolume' ? work.sizeGiB : sizeGiB },
    touches: reads === undefined ? [volume.id] : [reads, volume.id],
  });
  return id;
}

/** A job for each item; several are held together by another, which is what the caller asks for then. */
export async function giveJobs<T>({ ids }: VolumesDeps, unit: VolumeUnit, group: Omit<JobGroup, 'id'>, items: readonly T[], give: (item: T, parent: Pick<Given, 'parent'>) => Promise<JobId>): Promise<JobId> {
  const parent = items.length > 1 ? ids.job() : undefined;
  if (parent !== undefined) await unit.addJobGroup({ ...group, id: parent });
  const jobs: JobId[] = [];
  for (const item of items) jobs.push(await give(item, parent === undefined ? {} : { parent }));
  const [first] = jobs;
  if (first === undefined) throw new RangeError('there is nothing to do');
  return parent ?? first;
}
