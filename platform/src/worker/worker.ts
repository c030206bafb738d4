/**
 * A process's worker: takes as many jobs as it has free slots and makes an attempt at the task of each.
 *
 * Where all slots are taken and a more urgent task waits, the least urgent attempt lets go of its task, which goes on
 * later where it was.
 */
import type { TaskId } from '../object-migration/task.ts';
import { taskId } from '../object-migration/task-id.ts';
import type { Job, WorkQueue } from '../queue/work-queue.ts';
import type { Alarm } from './alarm.ts';
import { attemptTask } from './attempt.ts';
import type { AttemptDeps } from './attempt.ts';

export interface WorkerDeps extends AttemptDeps {
  readonly queue: WorkQueue;
  /** Unique for each start of a process. */
  readonly processId: string;
  /** Tasks that are worked on at once. */
  readonly slots: number;
  /** Between two looks at the queue. */
  readonly pollMs: number;
}

interface Running {
  readonly urgency: number;
  readonly letGo: AbortController;
  readonly over: Promise<void>;
}

/**
 * Runs until the signal aborts, then lets every attempt settle what is in flight and give its leases back. `wake` rings when
 * a job may be there.
 */
export async function work(deps: WorkerDeps, wake: Alarm, signal: AbortSignal): Promise<void> {
  const running = new Map<TaskId, Running>();
  let attempts = 0;
  const begin = (job: Job) => {
    const id = taskId(job.taskId);
    if (running.has(id)) return deps.queue.done(job);
    attempts += 1;
    const workerId = `${deps.processId}-${attempts}`;
    const letGo = new AbortController();
    const over = attempt(deps, job, id, workerId, AbortSignal.any([signal, letGo.signal])).finally(() => {
      running.delete(id);
      wake.ring();
    });
    running.set(id, { urgency: job.urgency, letGo, over });
    return undefined;
  };
  while (!signal.aborted) {
    try {
      if (running.size < deps.slots) for (const job of await deps.queue.take(deps.slots - running.size)) await begin(job);
      else await makeRoom(deps, running);
    } catch (error) {
      deps.log.error({ err: error }, 'jobs could not be taken');
    }
    await wake.wait(deps.pollMs, signal);
  }
  await Promise.all([...running.values()].map((one) => one.over));
}

async function attempt(deps: WorkerDeps, job: Job, id: TaskId, workerId: string, signal: AbortSignal): Promise<void> {
  await attemptTask(deps, id, workerId, signal);
  try {
    await deps.queue.done(job);
  } catch (error) {
    deps.log.warn({ taskId: id, err: error }, 'a job could not be ended; the queue forgets it by itself');
  }
}

async function makeRoom({ work }: WorkerDeps, running: ReadonlyMap<TaskId, Running>): Promise<void> {
  const all = [...running.values()];
  if (all.some((one) => one.letGo.signal.aborted)) return;
  const [waiting] = await work.wanting(1, 1);
  const least = all.reduce<Running | undefined>((least, one) => (least === undefined || one.urgency <= least.urgency ? one : least), undefined);
  if (waiting !== undefined && least !== undefined && least.urgency < waiting.urgency) least.letGo.abort(new Error('a more urgent task waits'));
}
