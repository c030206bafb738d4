import { preflight, type Preflight } from '../engine/preflight/preflight.ts';
import type { MigrationTasksDeps } from './migration-tasks.ts';
import { bucketRefusal } from './reach.ts';
import { OpenFailure, checkRegions, openTaskStores, sourcePlace } from './stores.ts';
import type { NewTask } from './task.ts';

/** An answer is waited for: what takes longer is for the command line. */
const mostObjects = 100_000;

/**
 * What this task would meet if it were created. Throws the refusal of an unknown region or of a store that cannot be opened;
 * what the stores refuse is part of the answer.
 */
export async function preflightTask(deps: MigrationTasksDeps, task: NewTask, signal: AbortSignal): Promise<Preflight> {
  checkRegions(deps.stores, task.source, task.destination);
  const stores = await openTaskStores(deps.stores, task, task.credentials).catch((error: unknown) => {
    throw error instanceof OpenFailure ? bucketRefusal(error.side, error.failure) : error;
  });
  try {
    const { source, destination, listFiles } = stores;
    const plan = { selection: task.source.selection, savePrefix: task.destination.savePrefix, migrateSince: task.options.migrateSince };
    const { storageClasses } = deps.stores.abilities(sourcePlace(task.source));
    return await preflight({ source, destination, ...(listFiles === undefined ? {} : { listFiles }), plan, storageClasses, clock: deps.clock, mostObjects }, signal);
  } finally {
    await stores.close();
  }
}
