import type { RunObserver } from './run.ts';
import type { Clock, TransferContext } from './transfer/transfer.ts';

/** Bytes that come a little early pass, so that a steady stream is not cut into waits. */
const EARLY_MS = 50;
/** How long a worker without a share sleeps at most before it looks again. */
const LONGEST_SLEEP_MS = 60_000;

/**
 * One worker's share of the task's bandwidth. Bytes take tickets: each may pass once all bytes asked for before it have
 * had their time. A share may be 0 for a while (a newcomer waits until the others have given some of theirs), and whoever
 * waits feels a change of it at once.
 */
export class Bandwidth {
  readonly #clock: Clock;
  readonly #observe: Pick<RunObserver, 'bytes'>;
  #bytesPerSecond: number | undefined;
  /** All bytes asked for so far. */
  #asked = 0;
  /** Bytes that had their time up to `#since`. */
  #passed = 0;
  #since = 0;
  #changed = new AbortController();

  constructor(clock: Clock, observe: Pick<RunObserver, 'bytes'>) {
    this.#clock = clock;
    this.#observe = observe;
  }

  /** Undefined is unlimited. */
  set(bytesPerSecond: number | undefined): void {
    if (bytesPerSecond === this.#bytesPerSecond) return;
    this.#settle();
    this.#bytesPerSecond = bytesPerSecond;
    const changed = this.#changed;
    this.#changed = new AbortController();
    changed.abort();
  }

  readonly take: TransferContext['bandwidth']['take'] = (bytes, signal) => {
    this.#observe.bytes(bytes);
    if (this.#bytesPerSecond === undefined) return undefined;
    this.#settle();
    this.#asked += bytes;
    const ticket = this.#asked;
    return this.#waitFor(ticket) <= EARLY_MS ? undefined : this.#pass(ticket, signal);
  };

  async #pass(ticket: number, signal: AbortSignal): Promise<void> {
    for (;;) {
      signal.throwIfAborted();
      this.#settle();
      const wait = this.#waitFor(ticket);
      if (wait <= EARLY_MS) return;
      const either = AbortSignal.any([signal, this.#changed.signal]);
      await this.#clock.sleep(Math.min(wait, LONGEST_SLEEP_MS), either).catch(() => undefined);
    }
  }

  /** Milliseconds until the ticket's turn at the present share. */
  #waitFor(ticket: number): number {
    if (this.#bytesPerSecond === undefined) return 0;
    const ahead = ticket - this.#passed;
    return ahead <= 0 ? 0 : (ahead / this.#bytesPerSecond) * 1000;
  }

  /** Moves the account up to now; time in which nobody asked is not saved up. */
  #settle(): void {
    const now = this.#clock.now();
    const earned = this.#bytesPerSecond === undefined ? Infinity : ((now - this.#since) / 1000) * this.#bytesPerSecond;
    this.#passed = Math.min(this.#asked, this.#passed + Math.max(0, earned));
    this.#since = now;
  }
}
