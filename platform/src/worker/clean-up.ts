/** The janitor's turns after a task has ended or was deleted, and the end of its credentials. */
import type { Ledger } from '../engine/ledger/ledger.ts';
import { abortAbandoned } from '../engine/transfer/janitor.ts';
import { isFailure } from '../object-store/failure.ts';
import type { ObjectStore } from '../object-store/object-store.ts';
import { openCredentials } from '../object-migration/secret-box.ts';
import { destinationPlace } from '../object-migration/stores.ts';
import type { StoredTask } from '../object-migration/task-repository.ts';
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
  const ledger = deps.ledgers.ledgerFor(task.id, workerId);
  await abortIn(deps, ledger, () => deps.stores.open(destinationPlace(deps.stores, task.destination), keys, { requesterPays: false }), task, signal);
  await endTurn(deps, { task, ledger }, turn);
}

/** The first turn, by the worker that ended the run, over the connections that it has. */
export async function abortUploads(deps: AttemptDeps, { task, ledger }: Claimed, destination: ObjectStore, signal: AbortSignal): Promise<void> {
  const turn = await deps.work.takeCleanup(task.id, turnMs);
  if (turn === undefined) return;
  await abortAbandoned(ledger, destination, signal);
  await endTurn(deps, { task, ledger }, turn);
}

/** A destination that cannot be opened is a turn in vain. */
async function abortIn({ log }: AttemptDeps, ledger: Ledger, open: () => Promise<ObjectStore> | ObjectStore, task: StoredTask, signal: AbortSignal): Promise<void> {
  let destination: ObjectStore;
  try {
    destination = await open();
  } catch (error) {
    if (!isFailure(error)) throw error;
    log.warn({ taskId: task.id, err: error }, 'multipart uploads wait to be aborted: their bucket cannot be opened');
    return;
  }
  try {
    await abortAbandoned(ledger, destination, signal);
  } finally {
    await destination.close();
  }
}

async function endTurn({ work, log }: AttemptDeps, { task, ledger }: Pick<Claimed, 'task' | 'ledger'>, turn: number): Promise<void> {
  const left = await ledger.abandonedUploads(100);
  if (left.length > 0 && turn < turnLimit) {
    await work.postponeCleanup(task.id, Math.min(1000 * 2 ** turn, longestPauseMs));
    return;
  }
  if (left.length > 0) {
    log.error({ taskId: task.id, bucket: task.destination.bucket, uploads: left.map((upload) => upload.destinationKey) }, 'multipart uploads could not be aborted');
  }
  await work.endCleanup(task.id, task.run.number);
}
