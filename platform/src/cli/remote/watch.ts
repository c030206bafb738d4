import type { Clock } from '../../engine/transfer/transfer.ts';
import type { Progress, ProgressView } from '../progress-view.ts';
import { RemoteError } from './api-client.ts';

/** Something of a server that ends by itself. */
export interface Ending<T> {
  readonly look: () => Promise<T>;
  /** Whether it goes on by itself no further. */
  readonly isOver: (seen: T) => boolean;
}

/** One whose way there can be told. */
export interface Watched<T> extends Ending<T> {
  readonly progressOf: (seen: T) => Progress;
}

const lookEveryMs = 1000;
/** A server that restarts is back by then. */
const patienceMs = 60_000;

/** Looks every second until it is over; rides out a restart of the server. */
export function watch<T>(watched: Watched<T>, view: ProgressView, clock: Clock, signal: AbortSignal): Promise<T> {
  return lookUntilOver(watched, lookEveryMs, clock, signal, { seen: (seen) => view.update(watched.progressOf(seen)) });
}

export interface Onlooker<T> {
  readonly seen: (seen: T) => void;
  /** The server does not answer, and may yet. */
  readonly waiting?: (error: RemoteError) => void;
}

/** The same, as often as is said and without a view. */
export async function lookUntilOver<T>({ look, isOver }: Ending<T>, everyMs: number, clock: Clock, signal: AbortSignal, onlooker?: Onlooker<T>): Promise<T> {
  let lastSeen = clock.now();
  for (;;) {
    const seen = await look().catch((error: unknown) => {
      if (!(error instanceof RemoteError) || !mayPass(error) || clock.now() - lastSeen > patienceMs) throw error;
      onlooker?.waiting?.(error);
      return undefined;
    });
    if (seen !== undefined) {
      lastSeen = clock.now();
      onlooker?.seen(seen);
      if (isOver(seen)) return seen;
    }
    await clock.sleep(everyMs, signal);
  }
}

function mayPass({ status }: RemoteError): boolean {
  return status === undefined || status === 429 || status >= 500;
}
