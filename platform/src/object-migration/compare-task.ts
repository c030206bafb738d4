import { reportOf } from '../engine/comparison/report.ts';
import { checkBuckets } from './create-task.ts';
import type { MigrationTasksDeps } from './migration-tasks.ts';
import { checkRegions, openTaskStores } from './stores.ts';
import type { ProjectId, TaskCredentials, TaskId } from './task.ts';
import { requireTask } from './task-moves.ts';

export interface CompareOptions {
  /** Those of the task are dropped when it ends. */
  readonly credentials: TaskCredentials;
  /** Read the bytes of both sides where no digest decides. */
  readonly readBytes: boolean;
}

/**
 * Reads both sides of a task again, in whatever state it is; `engine/comparison/report.ts` says what the texts are. Throws
 * the refusals of a task's start; the texts end early when the signal aborts.
 */
export async function compareTask(deps: MigrationTasksDeps, project: ProjectId, id: TaskId, { credentials, readBytes }: CompareOptions, signal: AbortSignal): Promise<AsyncIterable<string>> {
  const task = await requireTask(deps.tasks, project, id);
  checkRegions(deps.stores, task.source, task.destination);
  await checkBuckets(deps, task, credentials);
  const { selection } = task.source;
  const plan = { selection, savePrefix: task.destination.savePrefix, migrateSince: task.options.migrateSince };
  async function* texts(): AsyncGenerator<string> {
    const stores = await openTaskStores(deps.stores, task, credentials);
    const { source, destination, listFiles } = stores;
    try {
      yield* reportOf({ source, destination, ...(listFiles === undefined ? {} : { listFiles }), plan, clock: deps.clock, readBytes }, signal);
    } finally {
      await stores.close();
    }
  }
  return texts();
}
