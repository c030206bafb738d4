import { checkBuckets, checkOptions } from '../create-task.ts';
import { sealCredentials } from '../secret-box.ts';
import { checkRegions } from '../stores.ts';
import type { TaskCredentials } from '../task.ts';
import { MigrationRefusal } from '../task.ts';
import { asMigration, type NewSyncTask, type SyncTask, type SyncTaskId } from './sync-task.ts';
import type { SyncTasksDeps } from './sync-tasks.ts';

/** Refuses in this order: the limit, regions, options that would do nothing, overlap, buckets. The task runs when this resolves. */
export async function createSyncTask(deps: SyncTasksDeps, { credentials, ...task }: NewSyncTask): Promise<SyncTaskId> {
  const { syncTasks, secrets, syncTaskLimit, newSyncTaskId } = deps;
  if (await syncTasks.count(task.project) >= syncTaskLimit) throw new MigrationRefusal({ kind: 'quota-sync-tasks' });
  await checkTask(deps, task, credentials);
  const id = newSyncTaskId();
  if (!await syncTasks.insert({ ...task, id, sealedCredentials: sealCredentials(secrets, { syncTask: id }, credentials) }, syncTaskLimit)) {
    throw new MigrationRefusal({ kind: 'quota-sync-tasks' });
  }
  deps.wake();
  return id;
}

/** Throws the refusal of a task that could not do its work with these credentials. */
export async function checkTask(deps: SyncTasksDeps, task: Pick<SyncTask, 'source' | 'destination' | 'options'>, credentials: TaskCredentials): Promise<void> {
  const { stores } = deps;
  const migration = asMigration(task);
  checkRegions(stores, migration.source, migration.destination);
  checkOptions(stores, migration);
  await checkBuckets(deps, migration, credentials);
}
