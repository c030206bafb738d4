/** Keeps an attempt in step with its task: reports its speed and lets go when the task has gone another way. */
import { isActive } from '../object-migration/life-cycle.ts';
import type { AttemptDeps, Claimed } from './attempt.ts';
import type { Meter } from './meter.ts';

export interface Watching {
  /** Aborts when the attempt is to let go: with the outer signal, or because the task is no longer its own. */
  readonly signal: AbortSignal;
  stop(): Promise<void>;
}

/** The reason of an attempt that lets go. */
export class LetGo extends Error {
  override readonly name = 'LetGo';
}

const everyMs = 1_000;

export function watch(deps: AttemptDeps, claimed: Claimed, meter: Meter, outer: AbortSignal): Watching {
  const letGo = new AbortController();
  const stopping = new AbortController();
  const watching = loop(deps, claimed, meter, letGo, stopping.signal);
  return {
    signal: AbortSignal.any([outer, letGo.signal]),
    async stop() {
      stopping.abort();
      await watching;
    },
  };
}

/** The orders to pause travel with the ledger; a stop that came while the task was being claimed is made good here. */
async function loop({ work, ledgers, clock, log }: AttemptDeps, { task, workerId }: Claimed, meter: Meter, letGo: AbortController, stopped: AbortSignal): Promise<void> {
  let told = false;
  while (await passes(everyMs, clock, stopped)) {
    try {
      const now = await work.stateOf(task.id);
      if (now === undefined || now.run !== task.run.number || !isActive(now.state)) {
        letGo.abort(new LetGo('the task has gone another way'));
        return;
      }
      if (now.state === 'pausing' && !told) {
        await ledgers.setDesired(task.id, 'pause');
        told = true;
      }
      await ledgers.reportSpeed(task.id, workerId, meter.rate());
    } catch (error) {
      log.warn({ taskId: task.id, worker: workerId, err: error }, 'a task could not be looked at; its lease decides');
    }
  }
}

/** False when the signal aborted first. */
async function passes(ms: number, clock: AttemptDeps['clock'], signal: AbortSignal): Promise<boolean> {
  await clock.sleep(ms, signal).catch(() => undefined);
  return !signal.aborted;
}
