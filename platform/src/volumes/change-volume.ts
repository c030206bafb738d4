import { giveJob, giveJobs } from './disk-jobs.ts';
import type { KeptVolume } from './kept-volume.ts';
import { checkChange, patchOf } from './plain-changes.ts';
import { checkQuotas, checkSize } from './quotas.ts';
import { moveVolume, ownVolume, refuse, refuseAttached } from './refusals.ts';
import type { JobId, Volume, VolumeId, VolumeProjectId } from './volume.ts';
import type { VolumeUnit } from './volume-repository.ts';
import type { Extension, VolumeChange } from './volumes.ts';
import type { VolumesDeps } from './volumes-deps.ts';

export async function updateVolume({ repository }: VolumesDeps, project: VolumeProjectId, id: VolumeId, { bootable, ...change }: VolumeChange): Promise<Volume> {
  checkChange(change);
  return repository.change(async (unit) => {
    const volume = await ownVolume(unit, project, id);
    return unit.changeVolume(id, { ...patchOf(volume, change), ...(bootable === undefined ? {} : { bootable }) });
  });
}

/** A disk that a machine has as well, but for one that several may have ("Expanding Capacity of an EVS Disk", constraints). */
export async function extendVolumes(deps: VolumesDeps, project: VolumeProjectId, wanted: readonly Extension[]): Promise<JobId> {
  for (const { sizeGiB } of wanted) checkSize(deps.limits, sizeGiB);
  const job = await deps.repository.change(async (unit) => {
    await unit.lockQuota(project);
    const growing: Growth[] = [];
    for (const { id, sizeGiB } of wanted) growing.push(await beginToExtend(unit, project, id, sizeGiB));
    checkQuotas(deps, await unit.usage(project), growing.map(({ volume, sizeGiB }) => ({ type: volume.type, gigabytes: sizeGiB - volume.sizeGiB })));
    return giveJobs(deps, unit, { project, kind: 'extendVolume' }, growing, ({ volume, sizeGiB }, given) => (
      giveJob(deps, unit, volume, { kind: 'extendVolume', sizeGiB, attached: volume.attachments.length > 0 }, given)
    ));
  });
  deps.wake();
  return job;
}

interface Growth {
  readonly volume: KeptVolume;
  readonly sizeGiB: number;
}

async function beginToExtend(unit: VolumeUnit, project: VolumeProjectId, id: VolumeId, sizeGiB: number): Promise<Growth> {
  const volume = await ownVolume(unit, project, id);
  if (volume.multiattach) refuseAttached(volume, 'extend');
  const state = moveVolume(volume, 'extend', 'extend');
  if (sizeGiB <= volume.sizeGiB) refuse({ kind: 'not-larger', id, sizeGiB: volume.sizeGiB });
  return { volume: await unit.changeVolume(id, { state, problem: undefined }), sizeGiB };
}
