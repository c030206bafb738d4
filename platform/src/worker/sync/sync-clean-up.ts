/** The janitor of deleted synchronisation tasks. */
import { abortAbandoned } from '../../engine/transfer/janitor.ts';
import { openCredentials } from '../../object-migration/secret-box.ts';
import { destinationPlace } from '../../object-migration/stores.ts';
import { asMigration } from '../../object-migration/sync/sync-task.ts';
import type { SyncAssignment } from '../../object-migration/sync/sync-work.ts';
import { isFailure } from '../../object-store/failure.ts';
import type { SyncWorkerDeps } from './sync-worker.ts';

/** How long one turn may take before another worker may take the next. */
const turnMs = 10 * 60_000;
/** Tried at growing intervals for about two days; then what is left at the store is named in the log. */
const turnLimit = 60;
const longestPauseMs = 60 * 60_000;

/** Aborts what a deleted task left at its destination, and forgets the task and its credentials when nothing is left. */
export async function cleanUpDeleted(deps: SyncWorkerDeps, signal: AbortSignal): Promise<void> {
  const taken = await deps.events.takeCleanup(turnMs);
  if (taken === undefined) return;
  const { assignment: { task }, turn } = taken;
  const { events, log } = deps;
  const isLeft = async () => (await events.abandonedUploads(task.id, 1)).length > 0;
  if (await isLeft()) await abortUploads(deps, taken.assignment, signal);
  const left = await events.abandonedUploads(task.id, 100);
  if (left.length > 0 && turn < turnLimit) {
    await events.postponeCleanup(task.id, Math.min(1000 * 2 ** turn, longestPauseMs));
    return;
  }
  if (left.length > 0) log.error({ syncTaskId: task.id, bucket: task.destination.bucket, uploads: left.map((upload) => upload.destinationKey) }, 'multipart uploads could not be aborted');
  await events.purge(task.id);
}

/** A destination that cannot be opened is a turn in vain. */
async function abortUploads({ events, stores, secrets, log }: SyncWorkerDeps, { task, sealedCredentials }: SyncAssignment, signal: AbortSignal): Promise<void> {
  const { destination: keys } = openCredentials(secrets, { syncTask: task.id }, sealedCredentials);
  try {
    const destination = await stores.open(destinationPlace(stores, asMigration(task).destination), keys, { requesterPays: false });
    try {
      await abortAbandoned({ abandonedUploads: (limit) => events.abandonedUploads(task.id, limit), forgetUpload: (id) => events.forgetUpload(id) }, destination, signal);
    } finally {
      await destination.close();
    }
  } catch (error) {
    if (!isFailure(error)) throw error;
    log.warn({ syncTaskId: task.id, err: error }, 'multipart uploads wait to be aborted: their bucket cannot be opened');
  }
}
