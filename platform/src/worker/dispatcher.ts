/**
 * Sees to it that every task that wants a worker has a job.
 *
 * Every process runs one; they need not agree, since a job is only a hint and the queue keeps one per task. The queue is
 * kept short, with what the workers can take soon, so that a change of priority is felt at once.
 */
import type { Clock } from '../engine/transfer/transfer.ts';
import type { LedgerAdmin } from '../object-migration/ledger-admin.ts';
import { prepareRun } from '../object-migration/prepare-run.ts';
import type { TaskId } from '../object-migration/task.ts';
import type { TaskWork } from '../object-migration/task-work.ts';
import type { WorkQueue } from '../queue/work-queue.ts';
import type { WorkerLog } from './worker-log.ts';

export interface DispatcherDeps {
  readonly work: TaskWork;
  readonly ledgers: LedgerAdmin;
  readonly queue: WorkQueue;
  readonly clock: Clock;
  readonly log: WorkerLog;
  readonly processId: string;
  /** Tasks that this process works on at once. */
  readonly slots: number;
  /** Processes that may share one task. */
  readonly workersPerTask: number;
  readonly intervalMs: number;
}

/** Runs until the signal aborts; `pause` ends the wait for the next round early. An error of a round is logged, and the next one comes. */
export async function dispatch(deps: DispatcherDeps, pause: (ms: number) => Promise<void>, signal: AbortSignal): Promise<void> {
  let purged = Number.NEGATIVE_INFINITY;
  while (!signal.aborted) {
    try {
      await dispatchOnce(deps);
      if (deps.clock.now() - purged > purgeEveryMs) {
        purged = deps.clock.now();
        await deps.work.purge();
      }
    } catch (error) {
      deps.log.error({ err: error }, 'tasks could not be handed out');
    }
    await pause(deps.intervalMs);
  }
}

const purgeEveryMs = 600_000;

async function dispatchOnce({ work, ledgers, queue, processId, slots, workersPerTask }: DispatcherDeps): Promise<void> {
  const processes = await work.checkIn(processId);
  const wanting = await work.wanting(slots * processes * 2, Math.min(processes, workersPerTask));
  for (const { id, unprepared } of wanting) if (unprepared) await prepare(work, ledgers, id);
  await queue.put(wanting.map(({ id, urgency }) => ({ taskId: id, urgency })));
}

async function prepare(work: TaskWork, ledgers: LedgerAdmin, id: TaskId): Promise<void> {
  const assignment = await work.assignment(id);
  if (assignment !== undefined && !assignment.deleted) await prepareRun(ledgers, assignment.task);
}
