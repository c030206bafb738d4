/** The janitor's turns after a task has ended or was deleted, and the end of its credentials. */
import { abortAbandoned } from '../engine/transfer/janitor.ts';
import type { ObjectStore } from '../object-store/object-store.ts';
import { openCredentials } from '../object-migration/secret-box.ts';
import { destinationPlace } from '../object-migration/stores.ts';
import type { Assignment } from '../object-migration/task-work.ts';
import type { AttemptDeps, Claimed } from './attempt.ts';

/** How long one turn may take before another worker may take the next. */
const turnMs = 10 * 60_000;
/** Tried at growing intervals for about two days; then what is left at the store is named in the log. */
const turnLimit = 60;
const longestPauseMs = 60 * 60_000;

/** A turn for a task that nobody works on. */
export async function cleanUp(deps: AttemptDeps, { task, deleted, sealedCredentials }: Assignment, workerId: string, signal: AbortSignal): Promise<void> {
  const turn = await deps.work.takeCleanup(task.id, turnMs);
  if (turn === undefined) return;
  if (deleted) await deps.ledgers.drop(task.id);
  if (!(await deps.ledgers.hasAbandonedUploads(task.id)) || sealedCredentials === undefined) {
    await deps.work.endCleanup(task.id, task.run.number);
    return;
  }
  const { destination: keys } = openCredentials(deps.secrets, task.id, sealedCredentials);
  const destination = await deps.stores.open(destinationPlace(deps.stores, task.destination), keys, { requesterPays: false });
  try {
    await turnAt(deps, { task, ledger: deps.ledgers.ledgerFor(task.id, workerId) }, destination, turn, signal);
  } finally {
    await destination.close();
  }
}

/** The first turn, by the worker that ended the run, over the connections that it has. */
export async function abortUploads(deps: AttemptDeps, claimed: Claimed, destination: ObjectStore, signal: AbortSignal): Promise<void> {
  const turn = await deps.work.takeCleanup(claimed.task.id, turnMs);
  if (turn !== undefined) await turnAt(deps, claimed, destination, turn, signal);
}

async function turnAt(deps: AttemptDeps, { task, ledger }: Pick<Claimed, 'task' | 'ledger'>, destination: ObjectStore, turn: number, signal: AbortSignal): Promise<void> {
  await abortAbandoned(ledger, destination, signal);
  const left = await ledger.abandonedUploads(100);
  if (left.length === 0) {
    await deps.work.endCleanup(task.id, task.run.number);
  } else if (turn < turnLimit) {
    await deps.work.postponeCleanup(task.id, Math.min(1000 * 2 ** turn, longestPauseMs));
  } else {
    deps.log.error({ taskId: task.id, bucket: task.destination.bucket, uploads: left.map((upload) => upload.destinationKey) }, 'multipart uploads could not be aborted');
    await deps.work.endCleanup(task.id, task.run.number);
  }
}
