/** What the end of a worker's share means for its task. */
import { totalOf } from '../engine/ledger/counts.ts';
import type { Tally } from '../engine/ledger/ledger.ts';
import type { Selection } from '../engine/plan.ts';
import { writeFinalLists } from '../engine/records.ts';
import type { FinalLists } from '../engine/records.ts';
import type { RunEnd } from '../engine/run.ts';
import type { FailureKind } from '../object-store/failure.ts';
import { failureReason, taskError } from '../object-migration/failure-codes.ts';
import type { TaskErrorCode } from '../object-migration/failure-codes.ts';
import { nextState } from '../object-migration/life-cycle.ts';
import type { LifeEvent } from '../object-migration/life-cycle.ts';
import type { ErrorReason } from '../object-migration/task.ts';
import type { TaskStores } from '../object-migration/stores.ts';
import type { RecordResults, TaskChange } from '../object-migration/task-repository.ts';
import type { AttemptDeps, Claimed } from './attempt.ts';
import { abortUploads } from './clean-up.ts';
import { endNotice } from './end-notice.ts';

/** What is left is held by others: look again so much later when nobody says when an item is due. */
const idleMs = 1_000;
/** A worker that found nothing to share in needs no successor before this. */
const helpAfterMs = 10_000;

/** `recordError` is the first failure to write a list of outcomes while the run was under way. */
export async function settle(deps: AttemptDeps, claimed: Claimed, stores: TaskStores, end: RunEnd, recordError: FailureKind | undefined, signal: AbortSignal): Promise<void> {
  switch (end.kind) {
    case 'finished':
      return finish(deps, claimed, stores, recordError, signal);
    case 'paused':
      return drained(deps, claimed);
    case 'idle':
      return rest(deps, claimed, end.nextItemAt);
    case 'broken':
      if (end.failure === 'expired-credentials') await leave(deps, claimed, 'expire-credentials', { error: failureReason(end.failure, end.side) });
      else await breakOff(deps, claimed, stores, end, signal);
  }
}

/** This worker has nothing in flight; the task is paused when no other has. */
export async function drained(deps: AttemptDeps, claimed: Claimed): Promise<void> {
  await leave(deps, claimed, 'drain', {}, true);
}

async function rest({ work, clock }: AttemptDeps, { task }: Claimed, nextItemAt: number | undefined): Promise<void> {
  const wait = nextItemAt === undefined ? idleMs : nextItemAt - clock.now();
  await work.postpone(task.id, Math.max(0, wait));
  await work.postponeHelp(task.id, helpAfterMs);
}

async function finish(deps: AttemptDeps, claimed: Claimed, stores: TaskStores, recordError: FailureKind | undefined, signal: AbortSignal): Promise<void> {
  const { ledger, plan } = claimed;
  const lists = await writeFinalLists({ destination: stores.destination, ledger, plan }, signal);
  const records = recordResults(lists, recordError !== undefined || claimed.task.recordsBroken);
  const error = errorOfEnd(plan.selection, await ledger.tally());
  const moved = await leave(deps, claimed, error === undefined ? 'finish' : 'finish-with-failures', { runOver: true, complete: true, records, error });
  if (moved) await abortUploads(deps, claimed, stores.destination, signal);
}

/** A list that names nothing is a mistake; a bucket or folder may well be empty. */
function errorOfEnd({ kind }: Selection, tally: Tally): ErrorReason | undefined {
  if (tally.failed.objects > 0) return taskError('TRF.0004');
  if (totalOf(tally).objects > 0) return undefined;
  if (kind === 'url-list') return taskError('TRF.0017');
  return kind === 'list-file' ? taskError('TRF.0012') : undefined;
}

/** What section 6.2 has for a destination that does not take our records. */
const recordErrorCode: TaskErrorCode = 'TRF.0020';

/** Successes and skips are in the same files, which the manifest proves. */
function recordResults({ failedKey, failedError, manifestError }: FinalLists, broken: boolean): RecordResults {
  const listError = broken || manifestError !== undefined ? recordErrorCode : undefined;
  return { failedListKey: failedKey, failedError: failedError && recordErrorCode, successError: listError, skipError: listError };
}

async function breakOff(deps: AttemptDeps, claimed: Claimed, stores: TaskStores, end: RunEnd & { readonly kind: 'broken' }, signal: AbortSignal): Promise<void> {
  const { task, workerId } = claimed;
  deps.log.warn({ taskId: task.id, worker: workerId, failure: end.failure, side: end.side, detail: end.message }, 'a task cannot go on');
  const moved = await giveUp(deps, claimed, failureReason(end.failure, end.side));
  if (moved) await abortUploads(deps, claimed, stores.destination, signal);
}

/** Fails a task whose stores this worker has not opened; its janitor comes later. */
export async function giveUp(deps: AttemptDeps, claimed: Claimed, error: ErrorReason): Promise<boolean> {
  await deps.ledgers.abandonOpenUploads(claimed.task.id);
  return leave(deps, claimed, 'break', { runOver: true, error });
}

/** False when the task is not this worker's to move any more, or, with `alone`, while others still work on it. */
async function leave(deps: AttemptDeps, claimed: Claimed, event: LifeEvent, change: Omit<TaskChange, 'to'>, alone = false): Promise<boolean> {
  const { tasks, work } = deps;
  const { task, workerId } = claimed;
  for (let tries = 0; tries < 3; tries += 1) {
    const now = await work.stateOf(task.id);
    const to = now === undefined ? 'refused' : nextState(now.state, event);
    if (now === undefined || to === 'refused' || to === 'none') return false;
    const notice = change.runOver === true ? await endNotice(deps, claimed, to, change) : undefined;
    if (await tasks.move(task.id, now.state, { ...change, to, notice }, { workerId, run: task.run.number, alone })) return true;
  }
  return false;
}
