/** One worker's attempt to move a task on: from its claim to the state that it leaves the task in. */
import type { Ledger } from '../engine/ledger/ledger.ts';
import { FencedError } from '../engine/ledger/ledger.ts';
import type { ListingRoom } from '../engine/listing-room.ts';
import type { MigrationPlan } from '../engine/plan.ts';
import type { RunEnd, RunLimits, RunObserver, RunTuning } from '../engine/run.ts';
import { runMigration } from '../engine/run-migration.ts';
import type { Clock } from '../engine/transfer/transfer.ts';
import { isFailure, type FailureKind } from '../object-store/failure.ts';
import { failureReason, taskError } from '../object-migration/failure-codes.ts';
import type { LedgerAdmin } from '../object-migration/ledger-admin.ts';
import { nextState, runnableStates } from '../object-migration/life-cycle.ts';
import { prepareRun } from '../object-migration/prepare-run.ts';
import { isListFile } from '../object-migration/list-file.ts';
import type { SecretBox } from '../object-migration/secret-box.ts';
import { openCredentials } from '../object-migration/secret-box.ts';
import { OpenFailure, destinationPlace, openTaskStores, sourcePlace } from '../object-migration/stores.ts';
import type { Stores, TaskStores } from '../object-migration/stores.ts';
import type { TaskId } from '../object-migration/task.ts';
import type { StoredTask, TaskRepository } from '../object-migration/task-repository.ts';
import type { Assignment, TaskWork } from '../object-migration/task-work.ts';
import { cleanUp } from './clean-up.ts';
import { createMeter } from './meter.ts';
import { planOf } from './migration-plan.ts';
import { drained, giveUp, settle } from './settle.ts';
import { watch } from './watch.ts';
import type { WorkerLog } from './worker-log.ts';

export interface AttemptDeps {
  readonly tasks: TaskRepository;
  readonly work: TaskWork;
  readonly ledgers: LedgerAdmin;
  readonly secrets: SecretBox;
  readonly stores: Stores;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: WorkerLog;
  readonly limits: RunLimits;
  /** Shared by all attempts of this process. */
  readonly listingRoom: ListingRoom;
  readonly tuning: Partial<RunTuning>;
  /** Also sees what the engine observes, for metrics. */
  readonly observe: RunObserver;
  /** Crashes of our own in a row after which a task fails. */
  readonly crashLimit: number;
}

/** What an attempt is about, once it has been claimed. */
export interface Claimed {
  readonly task: StoredTask;
  readonly plan: MigrationPlan;
  readonly workerId: string;
  readonly ledger: Ledger;
}

/**
 * Does what the task wants now, or nothing where it wants nothing any more. `workerId` was never used before. Never
 * rejects: what went wrong is in the task or in the log, and the dispatcher sends another.
 */
export async function attemptTask(deps: AttemptDeps, id: TaskId, workerId: string, signal: AbortSignal): Promise<void> {
  try {
    const assignment = await deps.work.assignment(id);
    if (assignment === undefined) return;
    if (assignment.deleted || assignment.task.run.over) await cleanUp(deps, assignment, workerId, signal);
    else if (runnableStates.some((state) => state === assignment.task.state)) await work(deps, assignment, workerId, signal);
  } catch (error) {
    deps.log.error({ taskId: id, err: error }, 'an attempt at a task ended in an error');
  }
}

async function work(deps: AttemptDeps, { task, sealedCredentials }: Assignment, workerId: string, signal: AbortSignal): Promise<void> {
  await prepareRun(deps.ledgers, task);
  const plan = planOf(task, deps.stores.abilities(sourcePlace(task.source)), deps.stores.abilities(destinationPlace(deps.stores, task.destination)));
  const claimed: Claimed = { task, plan, workerId, ledger: deps.ledgers.ledgerFor(task.id, workerId) };
  try {
    if (!(await claim(deps, claimed))) return;
    if (task.state === 'pausing') await drained(deps, claimed);
    else await workClaimed(deps, claimed, sealedCredentials, signal);
  } catch (error) {
    if (error instanceof FencedError || signal.aborted) return;
    if (error instanceof OpenFailure) await giveUp(deps, claimed, failureReason(error.failure.kind, error.side));
    else await crashed(deps, claimed, error);
  } finally {
    await deps.ledgers.endWorker(task.id, workerId);
  }
}

/** The first heartbeat takes the lease that every later change is fenced by. */
async function claim({ tasks, ledgers }: AttemptDeps, { task, ledger }: Claimed): Promise<boolean> {
  await ledger.heartbeat();
  const to = nextState(task.state, 'claim');
  if (to === 'refused' || to === 'none') return false;
  if (to !== task.state && !(await tasks.move(task.id, task.state, { to }))) return false;
  await ledgers.setDesired(task.id, to === 'pausing' ? 'pause' : 'run');
  return true;
}

async function workClaimed(deps: AttemptDeps, claimed: Claimed, sealed: Uint8Array | undefined, signal: AbortSignal): Promise<void> {
  const { task, workerId } = claimed;
  if (sealed === undefined) throw new Error('the task has no credentials');
  const stores = await openTaskStores(deps.stores, task, openCredentials(deps.secrets, task.id, sealed));
  try {
    if (await hasInvalidList(claimed, stores, signal)) {
      await giveUp(deps, claimed, taskError('TRF.0014'));
      return;
    }
    const ended = await run(deps, claimed, stores, signal);
    deps.log.info({ taskId: task.id, run: task.run.number, worker: workerId, end: ended.end?.kind ?? 'let go' }, 'an attempt at a task has ended');
    await deps.work.forgetCrashes(task.id);
    if (ended.recordError !== undefined) await deps.work.noteBrokenRecords(task.id);
    if (ended.end !== undefined) await settle(deps, claimed, stores, ended.end, ended.recordError, signal);
  } finally {
    await stores.close();
  }
}

/** Looked at before the first line is read. A file that cannot be looked at is left to the engine, which is more patient. */
async function hasInvalidList({ task, ledger }: Claimed, { listFiles }: TaskStores, signal: AbortSignal): Promise<boolean> {
  const { selection } = task.source;
  if (listFiles === undefined || !('bucket' in selection) || await ledger.isSeeded()) return false;
  try {
    return !isListFile(await listFiles.stat(selection.key, signal));
  } catch (error) {
    if (isFailure(error)) return false;
    throw error;
  }
}

interface Ended {
  /** Undefined when the worker let go: the process ends, or the task went another way. */
  readonly end: RunEnd | undefined;
  /** The first failure to write a list of outcomes. */
  readonly recordError: FailureKind | undefined;
}

async function run(deps: AttemptDeps, claimed: Claimed, { source, destination, listFiles }: TaskStores, signal: AbortSignal): Promise<Ended> {
  const { clock, random, limits, listingRoom, tuning } = deps;
  const meter = createMeter(() => clock.now());
  let recordError: FailureKind | undefined;
  const observe: RunObserver = {
    bytes(count) {
      meter.add(count);
      deps.observe.bytes(count);
    },
    outcome: (kind, size) => deps.observe.outcome(kind, size),
    recordFailed(failure) {
      recordError ??= failure;
      deps.observe.recordFailed(failure);
    },
  };
  const watching = watch(deps, claimed, meter, signal);
  try {
    const stores = { source, destination, ...(listFiles === undefined ? {} : { listFiles }) };
    const end = await runMigration({ ...stores, plan: claimed.plan, ledger: claimed.ledger, clock, random, limits, listingRoom, tuning, observe }, watching.signal);
    return { end: end.kind === 'paused' && watching.signal.aborted ? undefined : end, recordError };
  } catch (error) {
    if (watching.signal.aborted && error === watching.signal.reason) return { end: undefined, recordError };
    throw error;
  } finally {
    await watching.stop();
  }
}

/** An error of our own. The task is tried again, later each time, and fails when that does not help. */
async function crashed(deps: AttemptDeps, claimed: Claimed, error: unknown): Promise<void> {
  const { task, workerId } = claimed;
  const crashes = await deps.work.countCrash(task.id);
  deps.log.error({ taskId: task.id, worker: workerId, crashes, err: error }, 'a task could not be worked on');
  if (crashes < deps.crashLimit) await deps.work.postpone(task.id, Math.min(1000 * 2 ** crashes, 60_000));
  else await giveUp(deps, claimed, taskError('TRF.0001'));
}
