import type { MigrationPlan } from '../engine/plan.ts';
import type { PlaceAbilities } from '../object-migration/stores.ts';
import type { StoredTask } from '../object-migration/task-repository.ts';

/** What the engine is to do for a task. A retry adds to the records of the run whose failures it migrates. */
export function planOf(task: StoredTask, destination: PlaceAbilities): MigrationPlan {
  const { options, run } = task;
  return {
    recordName: run.base === 1 ? task.name : `${task.name}-${run.base}`,
    selection: task.source.selection,
    savePrefix: task.destination.savePrefix,
    overwrite: options.overwrite,
    check: options.check,
    migrateSince: options.migrateSince,
    carryMetadata: options.carryMetadata,
    recordFailures: options.recordFailures,
    storageClass: options.storagePolicy === 'STANDARD' ? undefined : destination.storageClass(options.storagePolicy),
    encryption: options.enableKms ? { kind: 'kms' } : undefined,
  };
}
