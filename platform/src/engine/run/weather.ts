import type { TransferOutcome } from '../transfer/transfer.ts';
import type { Clock } from '../transfer/transfer.ts';

type Failed = Extract<TransferOutcome, { readonly kind: 'failed' }>;

const FIRST_HOLD_MS = 1_000;
const LONGEST_HOLD_MS = 30_000;
/** Holds in a row, some three minutes in all, after which a store counts as gone. */
const MOST_HOLDS = 10;

/**
 * Tells a store that is down from objects that fail: when many copies in a row end with what may pass, no copy is begun
 * for a while. Otherwise a store that is away for a minute would turn a whole bucket into work items.
 */
export class Weather {
  /** Pending while no copy should be begun. */
  hold: Promise<void> | undefined;
  readonly #clock: Clock;
  readonly #signal: AbortSignal;
  readonly #patience: number;
  readonly #onStorm: (failed: Failed) => void;
  #inARow = 0;
  #holds = 0;

  /**
   * @param patience failures in a row that are taken for chance.
   * @param onStorm called when no hold has helped.
   */
  constructor(clock: Clock, signal: AbortSignal, patience: number, onStorm: (failed: Failed) => void) {
    this.#clock = clock;
    this.#signal = signal;
    this.#patience = patience;
    this.#onStorm = onStorm;
  }

  note(outcome: TransferOutcome): void {
    // One of many servers says nothing of the store, for better or worse.
    if (outcome.kind === 'failed' && outcome.failure === 'server-away') return;
    if (outcome.kind !== 'failed' || outcome.severity !== 'retryable') {
      this.#inARow = 0;
      this.#holds = 0;
      return;
    }
    if (++this.#inARow <= this.#patience || this.hold !== undefined) return;
    this.#inARow = 0;
    if (this.#holds === MOST_HOLDS) this.#onStorm(outcome);
    else this.hold = this.#wait(Math.min(LONGEST_HOLD_MS, FIRST_HOLD_MS * 2 ** this.#holds++));
  }

  async #wait(ms: number): Promise<void> {
    try {
      await this.#clock.sleep(ms, this.#signal);
    } catch (error) {
      // A run that ends waits for no weather.
      if (!this.#signal.aborted) throw error;
    } finally {
      this.hold = undefined;
    }
  }
}
