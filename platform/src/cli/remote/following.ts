/** Follows something of a server to its end. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../../engine/transfer/transfer.ts';
import { openProgressView, type ProgressView } from '../progress-view.ts';
import type { Printing } from './answers.ts';
import { lookUntilOver, watch, type Ending, type Watched } from './watch.ts';

/** With a progress bar. Exit code 130 when Ctrl-C ends the watching; what is watched goes on. */
export async function followToEnd<T>(watched: Watched<T>, flags: Printing, report: (end: T) => void): Promise<void> {
  const interrupt = new AbortController();
  const onSignal = (): void => interrupt.abort();
  process.once('SIGINT', onSignal);
  const view = flags.json === true ? silent : openProgressView(process.stderr, Date.now);
  try {
    const end = await watch(watched, view, clock, interrupt.signal);
    view.stop();
    report(end);
  } catch (error) {
    if (!interrupt.signal.aborted) throw error;
    process.exitCode = 130;
  } finally {
    view.stop();
    process.off('SIGINT', onSignal);
  }
}

/** For what is over in moments: without a bar. */
export function untilOver<T>(ending: Ending<T>): Promise<T> {
  return lookUntilOver(ending, 200, clock, new AbortController().signal);
}

const clock: Clock = { now: Date.now, sleep: (ms, signal) => sleep(ms, undefined, { signal }) };

const silent: ProgressView = { update() {}, stop() {} };
