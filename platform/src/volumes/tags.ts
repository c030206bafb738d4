import { without } from './plain-changes.ts';
import { checkTexts, ownVolume, refuse } from './refusals.ts';
import type { VolumeId, VolumeProjectId } from './volume.ts';
import type { VolumesDeps } from './volumes-deps.ts';

/** Of one disk (EVS, "Notes and Constraints", table "Quotas"). */
const tagLimit = 20;

export function checkTagCount(tags: Readonly<Record<string, string>>): void {
  if (Object.keys(tags).length > tagLimit) refuse({ kind: 'too-many-tags', limit: tagLimit });
}

/** One that is there already gets the new value. */
export async function addTags({ repository }: VolumesDeps, project: VolumeProjectId, id: VolumeId, tags: Readonly<Record<string, string>>): Promise<void> {
  checkTexts({ tags });
  await repository.change(async (unit) => {
    const volume = await ownVolume(unit, project, id);
    const all = { ...volume.tags, ...tags };
    checkTagCount(all);
    await unit.changeVolume(id, { tags: all });
  });
}

/** One that is not there is removed already. */
export async function removeTags({ repository }: VolumesDeps, project: VolumeProjectId, id: VolumeId, keys: readonly string[]): Promise<void> {
  await repository.change(async (unit) => {
    const volume = await ownVolume(unit, project, id);
    await unit.changeVolume(id, { tags: without(volume.tags, keys) });
  });
}
