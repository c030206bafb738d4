import { giveJob, giveJobs } from './disk-jobs.ts';
import type { KeptVolume } from './kept-volume.ts';
import { checkQuotas, checkSize } from './quotas.ts';
import { checkTexts, moveVolume, ownSnapshot, ownVolume, refuse } from './refusals.ts';
import type { JobId, NewVolume, Volume, VolumeType } from './volume.ts';
import type { VolumeUnit } from './volume-repository.ts';
import type { Place } from './volume-work.ts';
import { checkTagCount } from './tags.ts';
import type { VolumesDeps } from './volumes-deps.ts';

export async function createVolumes(deps: VolumesDeps, volume: NewVolume, count: number): Promise<{ readonly job: JobId; readonly volumes: readonly Volume[] }> {
  const { owner: { project }, name, description, metadata, tags, enterpriseProjectId, sizeGiB } = volume;
  checkTexts({ name, description, metadata, tags, enterpriseProjectId });
  checkTagCount(tags);
  const place = placeOf(deps, checkedType(deps, volume));
  checkSize(deps.limits, sizeGiB);
  const created = await deps.repository.change(async (unit) => {
    await unit.lockQuota(project);
    const source = await claimSource(unit, volume, place);
    checkQuotas(deps, await unit.usage(project), [{ type: volume.type, volumes: count, gigabytes: count * sizeGiB }]);
    return addVolumes(deps, unit, { ...volume, ...place, ...(source === undefined ? {} : { host: source.host }) }, count, source);
  });
  deps.wake();
  return created;
}

function checkedType({ types, zones }: VolumesDeps, { type: name, availabilityZone: zone }: NewVolume): VolumeType {
  const type = types.find((one) => one.name === name) ?? refuse({ kind: 'no-such-type', type: name });
  return zones.includes(zone) && type.availabilityZones.includes(zone) ? type : refuse({ kind: 'no-such-zone', zone });
}

export function placeOf({ backends }: VolumesDeps, { name, backend }: VolumeType): Place {
  const placed = backends.get(backend);
  if (placed === undefined) throw new Error(`volume type ${name} is kept by ${backend}, which is not configured`);
  return { backend, host: placed.host };
}

/** Keeps what the new disk is made from as it is until that is done. Resolves to the disk that is read: the new one is made on its machine. */
async function claimSource(unit: VolumeUnit, { owner: { project }, source, sizeGiB, type }: NewVolume, { backend }: Place): Promise<KeptVolume | undefined> {
  if (source.kind === 'blank') return undefined;
  const { snapshot, volume } = source.kind === 'snapshot' ? await ownSnapshot(unit, project, source.id) : { snapshot: undefined, volume: await ownVolume(unit, project, source.id) };
  if (volume.backend !== backend) refuse({ kind: 'source-elsewhere', type });
  const least = (snapshot ?? volume).sizeGiB;
  if (sizeGiB < least) refuse({ kind: 'smaller-than-source', sizeGiB: least });
  if (snapshot !== undefined) {
    if (snapshot.state !== 'available') refuse({ kind: 'snapshot-busy', id: snapshot.id, state: snapshot.state, action: 'clone' });
    return volume;
  }
  return unit.changeVolume(volume.id, { state: moveVolume(volume, 'read', 'clone') });
}

async function addVolumes(deps: VolumesDeps, unit: VolumeUnit, volume: NewVolume & Place, count: number, source: KeptVolume | undefined) {
  const volumes: Volume[] = [];
  const names = Array.from({ length: count }, (_, index) => (count > 1 ? numbered(volume.name, index + 1) : volume.name));
  const job = await giveJobs(deps, unit, { project: volume.owner.project, kind: 'createVolume' }, names, async (name, parent) => {
    const added = await unit.addVolume({ ...volume, name, id: deps.ids.volume(), state: 'creating', bootable: source?.bootable ?? false });
    volumes.push(added);
    return giveJob(deps, unit, added, { kind: 'createVolume' }, { reads: source?.id, ...parent });
  });
  return { job, volumes };
}

/** "volume-0001", "volume-0002" … (the `name` of CreateVolumeOption, where `count` is above 1). */
function numbered(name: string, number: number): string {
  return `${name}-${String(number).padStart(4, '0')}`;
}
