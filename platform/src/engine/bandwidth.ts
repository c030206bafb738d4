import type { RunObserver } from './run.ts';
import type { Clock, TransferContext } from './transfer/transfer.ts';

/** Bytes that come a little early pass, so that a steady stream is not cut into waits. */
const EARLY_MS = 50;

/** One worker's share of the task's bandwidth. Bytes take turns: each waits until those before it have had their time. */
export class Bandwidth {
  readonly #clock: Clock;
  readonly #observe: Pick<RunObserver, 'bytes'>;
  #bytesPerSecond: number | undefined;
  /** When all bytes taken so far have had their time. */
  #free = 0;

  constructor(clock: Clock, observe: Pick<RunObserver, 'bytes'>) {
    this.#clock = clock;
    this.#observe = observe;
  }

  /** Undefined is unlimited. Bytes that wait already keep their turn. */
  set(bytesPerSecond: number | undefined): void {
    if (this.#bytesPerSecond !== undefined && bytesPerSecond !== undefined) {
      const now = this.#clock.now();
      this.#free = now + Math.max(0, this.#free - now) * (this.#bytesPerSecond / bytesPerSecond);
    }
    this.#bytesPerSecond = bytesPerSecond;
  }

  readonly take: TransferContext['bandwidth']['take'] = (bytes, signal) => {
    this.#observe.bytes(bytes);
    if (this.#bytesPerSecond === undefined) return undefined;
    const now = this.#clock.now();
    this.#free = Math.max(this.#free, now) + (bytes / this.#bytesPerSecond) * 1000;
    const wait = this.#free - now;
    return wait <= EARLY_MS ? undefined : this.#clock.sleep(wait, signal);
  };
}
