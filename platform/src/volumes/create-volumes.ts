import { createHash } from 'node:crypto';
import { giveJob, giveJobs } from './disk-jobs.ts';
import type { KeptVolume } from './kept-volume.ts';
import { checkQuotas, checkSize } from './quotas.ts';
import { checkTexts, moveVolume, ownSnapshot, ownVolume, refuse } from './refusals.ts';
import { volumeJobId } from './volume-ids.ts';
import type { JobId, NewVolume, Volume, VolumeId, VolumeProjectId, VolumeType } from './volume.ts';
import type { VolumeUnit } from './volume-repository.ts';
import type { Place } from './volume-work.ts';
import { checkTagCount } from './tags.ts';
import type { VolumesDeps } from './volumes-deps.ts';

interface Created {
  readonly job: JobId;
  readonly volumes: readonly Volume[];
}

export async function createVolumes(deps: VolumesDeps, volume: NewVolume, count: number): Promise<Created> {
  const create = creationOf(deps, volume, count);
  const created = await deps.repository.change(async (unit) => {
    await unit.lockQuota(volume.owner.project);
    return create(unit, undefined);
  });
  deps.wake();
  return created;
}

/** For so long a token stands for its request ("Creating EVS Disks", X-Client-Token). The job that has its id is kept for longer. */
const tokenMs = 8 * 60 * 60_000;

export async function createVolumesOnce(deps: VolumesDeps, token: string, volume: NewVolume, count: number): Promise<{ readonly job: JobId; readonly ids: readonly VolumeId[] }> {
  const { project } = volume.owner;
  const [create, job] = [creationOf(deps, volume, count), jobOfToken(project, token)];
  const ids = await deps.repository.change(async (unit) => {
    await unit.lockQuota(project);
    const before = await unit.job(project, job);
    if (before === undefined) return (await create(unit, job)).volumes.map(({ id }) => id);
    if (before.beganAt + tokenMs <= deps.clock.now()) refuse({ kind: 'client-token-used' });
    return [before, ...before.subJobs].flatMap(({ volume: made }) => made?.id ?? []);
  });
  deps.wake();
  return { job, ids };
}

/** The same for the same token of a project, so that the row of the job is what says that the request was taken. */
function jobOfToken(project: VolumeProjectId, token: string): JobId {
  return volumeJobId(createHash('sha256').update(`disks of ${project} for ${token}`).digest('hex').slice(0, 32));
}

/** Judges what can be judged without the rows; what it returns does the rest, with the project's quota locked. `job`: the id that the job is to have. */
function creationOf(deps: VolumesDeps, volume: NewVolume, count: number): (unit: VolumeUnit, job: JobId | undefined) => Promise<Created> {
  const { owner: { project }, name, description, metadata, tags, enterpriseProjectId, sizeGiB } = volume;
  checkTexts({ name, description, metadata, tags, enterpriseProjectId });
  checkTagCount(tags);
  const place = placeOf(deps, checkedType(deps, volume));
  checkSize(deps.limits, sizeGiB);
  return async (unit, job) => {
    const source = await claimSource(unit, volume, place);
    checkQuotas(deps, await unit.usage(project), [{ type: volume.type, volumes: count, gigabytes: count * sizeGiB }]);
    return addVolumes(deps, unit, { ...volume, ...place, ...(source === undefined ? {} : { host: source.host }) }, count, source, job);
  };
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

async function addVolumes(deps: VolumesDeps, unit: VolumeUnit, volume: NewVolume & Place, count: number, source: KeptVolume | undefined, id: JobId | undefined): Promise<Created> {
  const volumes: Volume[] = [];
  const names = Array.from({ length: count }, (_, index) => (count > 1 ? numbered(volume.name, index + 1) : volume.name));
  const job = await giveJobs(deps, unit, { id, project: volume.owner.project, kind: 'createVolume' }, names, async (name, given) => {
    const added = await unit.addVolume({ ...volume, name, id: deps.ids.volume(), state: 'creating', bootable: source?.bootable ?? false });
    volumes.push(added);
    return giveJob(deps, unit, added, { kind: 'createVolume' }, { reads: source?.id, ...given });
  });
  return { job, volumes };
}

/** "volume-0001", "volume-0002" … (the `name` of CreateVolumeOption, where `count` is above 1). */
function numbered(name: string, number: number): string {
  return `${name}-${String(number).padStart(4, '0')}`;
}
