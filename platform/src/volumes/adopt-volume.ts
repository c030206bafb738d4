/** Takes over a disk that its backend had before Haulier knew of it, under the backend's own id. */
import { placeOf } from './create-volumes.ts';
import { checkQuotas, checkSize } from './quotas.ts';
import { checkTexts, refuse } from './refusals.ts';
import { BackendFailure, type AdoptedVolume } from './volume-backend.ts';
import type { Volume, VolumeId, VolumeOwner, VolumeType } from './volume.ts';
import type { VolumeUnit } from './volume-repository.ts';
import { VolumeRefusal } from './volumes.ts';
import type { VolumesDeps } from './volumes-deps.ts';

/** A try that was cut off is repeated: the project's disk is shown when it is known already. */
export async function adoptVolume(deps: VolumesDeps, owner: VolumeOwner, wanted: { readonly id: VolumeId; readonly type: string }): Promise<Volume> {
  const type = deps.types.find(({ name }) => name === wanted.type) ?? refuse({ kind: 'no-such-type', type: wanted.type });
  const found = await lookAt(deps, owner, wanted.id, type);
  const { name, description, metadata, sizeGiB, snapshots } = found;
  checkTexts({ name, description, metadata });
  for (const snapshot of snapshots) checkTexts({ name: snapshot.name, description: snapshot.description });
  checkSize(deps.limits, sizeGiB);
  return deps.repository.change(async (unit) => {
    await unit.lockQuota(owner.project);
    await unit.lockAdoption(found.id);
    const known = await unit.volume(found.id);
    if (known !== undefined) return known.owner.project === owner.project ? known : refuse({ kind: 'not-adoptable', id: found.id, reason: 'Haulier has a disk of this id already' });
    checkQuotas(deps, await unit.usage(owner.project), [{ type: type.name, volumes: 1, gigabytes: sizeGiB, snapshots: snapshots.length }]);
    return keep(deps, unit, owner, type, found);
  });
}

async function lookAt({ backends }: VolumesDeps, { project }: VolumeOwner, id: VolumeId, { name, backend: backendName }: VolumeType): Promise<AdoptedVolume> {
  const backend = backends.get(backendName)?.backend;
  if (backend?.adopt === undefined) refuse({ kind: 'not-adoptable', id, reason: `disks of type ${name} are all Haulier's own` });
  try {
    return await backend.adopt(project, id, new AbortController().signal);
  } catch (error) {
    if (!(error instanceof BackendFailure)) throw error;
    if (error.kind === 'absent') refuse({ kind: 'no-such-volume', id });
    throw new VolumeRefusal(error.kind === 'unavailable' ? { kind: 'backend', message: error.message } : { kind: 'not-adoptable', id, reason: error.message }, { cause: error });
  }
}

async function keep(deps: VolumesDeps, unit: VolumeUnit, owner: VolumeOwner, type: VolumeType, { id, name, description, sizeGiB, bootable, metadata, snapshots }: AdoptedVolume): Promise<Volume> {
  await unit.addVolume({
    ...placeOf(deps, type), id, owner, name, description, sizeGiB, bootable, metadata, state: 'available', type: type.name, availabilityZone: type.availabilityZones[0] ?? '',
    source: { kind: 'blank' }, multiattach: false, tags: {}, enterpriseProjectId: '0',
  });
  const volume = await unit.changeVolume(id, { ref: id });
  for (const snapshot of snapshots) {
    await unit.addSnapshot({ ...snapshot, volume: id, owner, metadata: {}, state: 'available' });
    await unit.changeSnapshot(snapshot.id, { ref: snapshot.id });
  }
  return volume;
}
