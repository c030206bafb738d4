import { giveJob } from './disk-jobs.ts';
import { checkChange, patchOf } from './plain-changes.ts';
import { checkQuotas, checkSize } from './quotas.ts';
import { moveVolume, ownVolume, refuse, refuseAttached } from './refusals.ts';
import type { JobId, Volume, VolumeId, VolumeProjectId } from './volume.ts';
import type { VolumeChange } from './volumes.ts';
import type { VolumesDeps } from './volumes-deps.ts';

export async function updateVolume({ repository }: VolumesDeps, project: VolumeProjectId, id: VolumeId, { bootable, ...change }: VolumeChange): Promise<Volume> {
  checkChange(change);
  return repository.change(async (unit) => {
    const volume = await ownVolume(unit, project, id);
    return unit.changeVolume(id, { ...patchOf(volume, change), ...(bootable === undefined ? {} : { bootable }) });
  });
}

/** One that a machine has as well, but for one that several may have ("Expanding Capacity of an EVS Disk", constraints). */
export async function extendVolume(deps: VolumesDeps, project: VolumeProjectId, id: VolumeId, sizeGiB: number): Promise<JobId> {
  checkSize(deps.limits, sizeGiB);
  const job = await deps.repository.change(async (unit) => {
    await unit.lockQuota(project);
    const volume = await ownVolume(unit, project, id);
    if (volume.multiattach) refuseAttached(volume, 'extend');
    const state = moveVolume(volume, 'extend', 'extend');
    if (sizeGiB <= volume.sizeGiB) refuse({ kind: 'not-larger', id, sizeGiB: volume.sizeGiB });
    checkQuotas(deps.limits, await unit.usage(project), { gigabytes: sizeGiB - volume.sizeGiB });
    return giveJob(deps, unit, await unit.changeVolume(id, { state, problem: undefined }), { kind: 'extendVolume', sizeGiB, attached: volume.attachments.length > 0 });
  });
  deps.wake();
  return job;
}
