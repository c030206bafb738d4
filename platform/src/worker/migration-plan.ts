import type { MigrationPlan, StorageClassRule } from '../engine/plan.ts';
import { groupRecords } from '../object-migration/groups/group-records.ts';
import type { PlaceAbilities } from '../object-migration/stores.ts';
import { tierOfPolicy } from '../object-migration/storage-policy.ts';
import type { TaskOptions } from '../object-migration/task.ts';
import type { StoredTask } from '../object-migration/task-repository.ts';

/** What the engine is to do for a task. A retry adds to the records of the run whose failures it migrates. */
export function planOf(task: Pick<StoredTask, 'name' | 'groupId' | 'run' | 'source' | 'destination' | 'options'>, source: PlaceAbilities, destination: PlaceAbilities): MigrationPlan {
  const { options, run } = task;
  const record = run.base === 1 ? task.name : `${task.name}-${run.base}`;
  return {
    ...(task.groupId === undefined ? { recordName: record } : { recordName: groupRecords(task.groupId), recordPart: record }),
    selection: task.source.selection,
    savePrefix: task.destination.savePrefix,
    overwrite: options.overwrite,
    check: options.check,
    migrateSince: options.migrateSince,
    carryMetadata: options.carryMetadata,
    recordFailures: options.recordFailures,
    storageClass: storageClassOf(options.storagePolicy, source, destination),
    restoreDays: options.enableRestore ? restoreDays : undefined,
    encryption: options.enableKms ? { kind: 'kms' } : undefined,
  };
}

/** Long enough for a pause over a weekend between a restore and its copy. */
const restoreDays = 7;

function storageClassOf(policy: TaskOptions['storagePolicy'], source: PlaceAbilities, destination: PlaceAbilities): StorageClassRule {
  if (policy === 'STANDARD') return { kind: 'default' };
  if (policy === 'SRC_STORAGE_MAPPING') return { kind: 'mapped', names: mappedClasses(source, destination) };
  const name = destination.classOf(tierOfPolicy[policy]);
  return name === undefined ? { kind: 'default' } : { kind: 'fixed', name };
}

/** A tier that the destination does not have is left to its default. */
function mappedClasses(source: PlaceAbilities, destination: PlaceAbilities): Readonly<Record<string, string>> {
  const names: Record<string, string> = {};
  for (const [own, tier] of Object.entries(source.storageClasses)) {
    const there = destination.classOf(tier);
    if (there !== undefined) names[own] = there;
  }
  return names;
}
