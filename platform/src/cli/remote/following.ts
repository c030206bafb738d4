/** Follows something of a server to its end, with a progress bar. */
import { setTimeout as sleep } from 'node:timers/promises';
import { openProgressView, type ProgressView } from '../progress-view.ts';
import type { Printing } from './answers.ts';
import { watch, type Watched } from './watch.ts';

/** Exit code 130 when Ctrl-C ends the watching; what is watched goes on. */
export async function followToEnd<T>(watched: Watched<T>, flags: Printing, report: (end: T) => void): Promise<void> {
  const interrupt = new AbortController();
  const onSignal = (): void => interrupt.abort();
  process.once('SIGINT', onSignal);
  const view = flags.json === true ? silent : openProgressView(process.stderr, Date.now);
  try {
    const end = await watch(watched, view, { now: Date.now, sleep: (ms, signal) => sleep(ms, undefined, { signal }) }, interrupt.signal);
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

const silent: ProgressView = { update() {}, stop() {} };
