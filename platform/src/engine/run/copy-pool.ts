import { Budget } from '@haulier/lib/budget/budget.ts';
import type { ListedObject } from '../../object-store/object-store.ts';
import type { Transfer, TransferOutcome } from '../transfer/transfer.ts';
import type { Weather } from './weather.ts';

/** Objects to be copied, handed out one by one: a page of a range, or a single work item. */
export interface CopyBatch {
  /** Aborted when the outcomes are of no use any more. */
  readonly signal: AbortSignal;
  /** The next index, −1 when all have been handed out. */
  take(): number;
  sourceOf(index: number): ListedObject;
  destinationKeyOf(index: number): string;
  settle(index: number, outcome: TransferOutcome): void;
  /** A copy rejected, or nothing more of this batch will be begun; indexes without an outcome stay so. */
  giveUp(error: unknown): void;
}

/** Of a body under way that much is in memory at most, and all bodies together hold no more than this. */
const BODY_BYTES = 1024 * 1024;
const ALL_BODIES_BYTES = 64 * BODY_BYTES;

/** So many loops for each operation that the stores bear: a copy reads for one part of its time and writes for another. */
const DEMAND = 2;

/**
 * The copies of small objects of a whole run: loops that take from the batches in turn, as many as the stores bear.
 *
 * A loop per slot, not a promise chain per object: per small object there is one await and nothing to collect.
 */
export class CopyPool {
  readonly #limit: () => number;
  readonly #copy: Transfer['copyObject'];
  readonly #weather: Weather;
  readonly #memory = new Budget(ALL_BODIES_BYTES);
  readonly #batches: CopyBatch[] = [];
  #loops = 0;
  #closed: { readonly reason: unknown } | undefined;
  #drained: (() => void)[] = [];

  /**
   * @param limit loops at most
   * @param bears how many copies the stores bear at once now
   */
  constructor(limit: number, bears: () => number, copy: Transfer['copyObject'], weather: Weather) {
    this.#limit = () => Math.max(1, Math.min(limit, Math.ceil(bears() * DEMAND)));
    this.#copy = copy;
    this.#weather = weather;
  }

  /** Slots are free and nothing waits for one. */
  get hungry(): boolean {
    return this.#loops < this.#limit() && this.#batches.length === 0;
  }

  /** @param first before all batches that wait. */
  submit(batch: CopyBatch, first = false): void {
    if (this.#closed !== undefined) {
      batch.giveUp(this.#closed.reason);
      return;
    }
    if (first) this.#batches.unshift(batch);
    else this.#batches.push(batch);
    this.#staff();
  }

  #staff(): void {
    const limit = this.#limit();
    while (this.#loops < limit && this.#batches.length > 0) void this.#loop();
  }

  /** Begins no further copy. Those under way go on. */
  close(reason: unknown): void {
    this.#closed ??= { reason };
    for (const batch of this.#batches.splice(0)) batch.giveUp(reason);
  }

  /** Resolves when nothing is under way; for a pool that is closed. */
  drained(): Promise<void> {
    if (this.#loops === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#drained.push(resolve);
    });
  }

  async #loop(): Promise<void> {
    this.#loops++;
    for (;;) {
      if (this.#weather.hold !== undefined) await this.#weather.hold;
      const batch = this.#batches[0];
      if (batch === undefined) break;
      const index = batch.signal.aborted ? -1 : batch.take();
      if (index >= 0) {
        await this.#copyOne(batch, index);
        const limit = this.#limit();
        if (this.#loops > limit) break;
        if (this.#loops < limit) this.#staff();
      } else if (batch === this.#batches[0]) this.#batches.shift();
    }
    this.#loops--;
    if (this.#loops === 0) for (const tell of this.#drained.splice(0)) tell();
  }

  async #copyOne(batch: CopyBatch, index: number): Promise<void> {
    const source = batch.sourceOf(index);
    // A source that tells no size may send any.
    const held = source.size < 0 ? BODY_BYTES : Math.min(source.size, BODY_BYTES);
    const wait = this.#memory.take(held);
    if (wait !== undefined) await wait;
    try {
      const outcome = await this.#copy(source, batch.destinationKeyOf(index), batch.signal);
      this.#weather.note(outcome);
      batch.settle(index, outcome);
    } catch (error) {
      batch.giveUp(error);
    } finally {
      this.#memory.give(held);
    }
  }
}
