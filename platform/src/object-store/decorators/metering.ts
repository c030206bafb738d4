import { StoreFailure, type FailureKind } from '../failure.ts';
import type { ObjectStore, StoreLocation } from '../object-store.ts';
import { around, type StoreOperation } from './around.ts';

/** `aborted`: by our own signal. `broken`: an error that is no failure of the store, such as that of a body's source. */
export type RequestOutcome = 'ok' | 'aborted' | 'broken' | FailureKind;

/** For metrics; called synchronously, must not throw. */
export interface StoreObserver {
  /** One attempt. `ms` is until its answer; for a read, until its body begins. */
  request(location: StoreLocation, operation: StoreOperation, outcome: RequestOutcome, ms: number): void;
  /** An attempt that failed so and is made again. */
  retry(location: StoreLocation, operation: StoreOperation, failure: FailureKind): void;
}

/** Tells the observer of every request. `now` is in milliseconds and only ever compared with itself. */
export function withMetering(store: ObjectStore, observer: Pick<StoreObserver, 'request'>, now: () => number): ObjectStore {
  const { location } = store;
  return around(store, async (operation, run, signal) => {
    const began = now();
    let outcome: RequestOutcome = 'ok';
    try {
      return await run();
    } catch (error) {
      outcome = signal.aborted ? 'aborted' : error instanceof StoreFailure ? error.kind : 'broken';
      throw error;
    } finally {
      observer.request(location, operation, outcome, now() - began);
    }
  });
}
