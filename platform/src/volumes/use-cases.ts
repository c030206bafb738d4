/** The use cases of disks, over what they are given. */
import { adoptVolume } from './adopt-volume.ts';
import { attachmentUseCases } from './attachments.ts';
import { extendVolumes, updateVolume } from './change-volume.ts';
import { createVolumes, createVolumesOnce } from './create-volumes.ts';
import { quotasOf } from './quotas.ts';
import { isStorable, refuse } from './refusals.ts';
import { removeVolume } from './remove-volume.ts';
import { snapshotUseCases } from './snapshots.ts';
import { addTags, removeTags } from './tags.ts';
import type { VolumeFilter, Volumes } from './volumes.ts';
import type { VolumesDeps } from './volumes-deps.ts';

export function createVolumeUseCases(deps: VolumesDeps): Volumes {
  const { repository, types, zones } = deps;
  return {
    create: (volume, count) => createVolumes(deps, volume, count),
    createOnce: (token, volume, count) => createVolumesOnce(deps, token, volume, count),
    adopt: (owner, wanted) => adoptVolume(deps, owner, wanted),
    show: async (project, id) => await repository.volume(project, id) ?? refuse({ kind: 'no-such-volume', id }),
    async list(project, filter) {
      if (!textsOf(filter).every(isStorable)) return { items: [], count: 0 };
      return await repository.volumes(project, filter) ?? refuse({ kind: 'no-such-volume', id: filter.marker ?? '' });
    },
    update: (project, id, change) => updateVolume(deps, project, id, change),
    remove: (project, id, options) => removeVolume(deps, project, id, options),
    extend: (project, wanted) => extendVolumes(deps, project, wanted),
    addTags: (project, id, tags) => addTags(deps, project, id, tags),
    removeTags: (project, id, keys) => removeTags(deps, project, id, keys),
    projectTags: (project) => repository.projectTags(project),
    ...attachmentUseCases(deps),
    ...snapshotUseCases(deps),
    showJob: async (project, id) => await repository.job(project, id) ?? refuse({ kind: 'no-such-job', id }),
    types: () => types,
    availabilityZones: () => zones.map((name) => ({ name, available: true })),
    quotas: async (project) => quotasOf(deps, await repository.usage(project)),
  };
}

function textsOf({ name, ids, availabilityZone, type, enterpriseProjectId, serverId, metadata, notMetadata, tags, marker }: VolumeFilter): readonly string[] {
  const single = [name?.text, availabilityZone, type, enterpriseProjectId, serverId, marker].filter((text) => text !== undefined);
  return [...single, ...ids ?? [], ...Object.entries(metadata ?? {}).flat(), ...Object.entries(notMetadata ?? {}).flat(), ...[...tags ?? []].flatMap(([key, values]) => [key, ...values])];
}
