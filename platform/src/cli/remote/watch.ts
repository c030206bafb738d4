import type { Clock } from '../../engine/transfer/transfer.ts';
import type { Progress, ProgressView } from '../progress-view.ts';
import { RemoteError } from './api-client.ts';

/** Something of a server that goes on until it is over. */
export interface Watched<T> {
  look(): Promise<T>;
  progressOf(seen: T): Progress;
  /** Whether it goes on by itself no further. */
  isOver(seen: T): boolean;
}

const lookEveryMs = 1000;
/** A server that restarts is back by then. */
const patienceMs = 60_000;

/** Looks every second until it is over; rides out a restart of the server. */
export async function watch<T>(watched: Watched<T>, view: ProgressView, clock: Clock, signal: AbortSignal): Promise<T> {
  let lastSeen = clock.now();
  for (;;) {
    const seen = await watched.look().catch((error: unknown) => {
      if (!(error instanceof RemoteError) || !mayPass(error) || clock.now() - lastSeen > patienceMs) throw error;
      return undefined;
    });
    if (seen !== undefined) {
      lastSeen = clock.now();
      view.update(watched.progressOf(seen));
      if (watched.isOver(seen)) return seen;
    }
    await clock.sleep(lookEveryMs, signal);
  }
}

function mayPass({ status }: RemoteError): boolean {
  return status === undefined || status === 429 || status >= 500;
}
