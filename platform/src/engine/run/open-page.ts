import { compareUtf8 } from '@haulier/lib/byte-order/byte-order.ts';
import type { ListedObject } from '../../object-store/object-store.ts';
import type { RangePosition } from '../ledger/ledger.ts';
import { countUpTo } from '../listing/key-pages.ts';
import type { SourcePage } from '../listing/source-page.ts';
import { NotedOutcomes } from '../noted-outcomes.ts';
import type { OutcomeBatch } from '../outcome-batch.ts';
import { deferred, EXISTS, type Outcome } from '../outcome.ts';
import type { ResolvedPage } from '../resolve.ts';
import type { TransferOutcome } from '../transfer/transfer.ts';
import type { CopyBatch } from './copy-pool.ts';
import { outcomeOfFailure } from './failing.ts';
import type { RunState } from './run-state.ts';

/** The objects of a page, by index, with the outcomes that they have. */
interface Contents {
  readonly page: SourcePage;
  readonly sources: readonly ListedObject[];
  readonly outcomes: (Outcome | undefined)[];
}

/**
 * A page between its listing and its commit: its objects get their outcomes in any order and are committed in theirs.
 * It lets go of the objects when all have outcomes, where those are mere notes.
 */
export class OpenPage implements CopyBatch {
  readonly signal: AbortSignal;
  readonly #run: RunState;
  readonly #onComplete: () => void;
  #held: Contents | NotedOutcomes;
  #toCopy: readonly number[];
  #handedOut = 0;
  #copied = 0;
  #count: number;
  #end: RangePosition;
  #last: boolean;
  #ready = 0;

  /** @param onComplete called when the last copy has its outcome; each single one is found by who looks. */
  constructor(run: RunState, page: SourcePage, sources: readonly ListedObject[], resolved: ResolvedPage, signal: AbortSignal, onComplete: () => void) {
    this.#run = run;
    this.#held = { page, sources, outcomes: resolved.outcomes };
    this.#toCopy = resolved.toCopy;
    this.#count = sources.length;
    this.#end = page.end;
    this.#last = page.last;
    this.signal = signal;
    this.#onComplete = onComplete;
  }

  /** Objects of this page. */
  get count(): number {
    return this.#count;
  }

  get copies(): number {
    return this.#toCopy.length;
  }

  /** Where the range goes on after the page. */
  get end(): RangePosition {
    return this.#end;
  }

  get last(): boolean {
    return this.#last;
  }

  /** How many objects from the first on have their outcomes; those of a page that can only be committed whole count together. */
  advance(): number {
    const held = this.#held;
    if (held instanceof NotedOutcomes) return this.#count;
    while (this.#ready < this.#count && held.outcomes[this.#ready] !== undefined) this.#ready++;
    return this.#ready === this.#count || held.page.positionAfter(0) !== undefined ? this.#ready : 0;
  }

  /** Where the range goes on after so many objects of this page. */
  positionAfter(count: number): RangePosition {
    const held = this.#held;
    if (count === this.#count || held instanceof NotedOutcomes) return this.#end;
    return held.page.positionAfter(count - 1) ?? this.#end;
  }

  /** Lets go of the objects when nothing more is needed of them than a line each. */
  condense(): void {
    const held = this.#held;
    if (held instanceof NotedOutcomes) return;
    this.#held = NotedOutcomes.of({
      count: this.#count,
      outcomeOf: (index) => held.outcomes[index],
      sourceOf: (index) => this.sourceOf(index),
      destinationKeyOf: (index) => this.destinationKeyOf(index),
    }, this.#run.notes) ?? held;
  }

  /** Adds the outcomes of the indexes from `from` up to `to` (exclusive), which all have one. */
  moveTo(batch: OutcomeBatch, from: number, to: number): void {
    const held = this.#held;
    if (held instanceof NotedOutcomes) {
      held.addTo(batch, from, to);
      return;
    }
    for (let index = from; index < to; index++) {
      const outcome = held.outcomes[index];
      if (outcome !== undefined) batch.add(this.sourceOf(index), this.destinationKeyOf(index), outcome);
    }
  }

  /** Its outcomes were all added. It must not be used any more. */
  release(): void {
    if (this.#held instanceof NotedOutcomes) this.#held.release();
  }

  /** Gives up the objects after `until`, which a split has given to another range. None of them was handed out yet. */
  cutAt(until: string): void {
    if (this.#end.kind !== 'after' || compareUtf8(this.#end.key, until) <= 0) return;
    const held = this.#held;
    this.#count = Math.min(this.#count, held instanceof NotedOutcomes ? held.countUpTo(until) : countUpTo(held.sources, until));
    this.#ready = Math.min(this.#ready, this.#count);
    this.#toCopy = this.#toCopy.filter((index) => index < this.#count);
    this.#end = { kind: 'after', key: until };
    this.#last = true;
  }

  take(): number {
    return this.#toCopy[this.#handedOut++] ?? -1;
  }

  sourceOf(index: number): ListedObject {
    const { sources } = this.#contents;
    const source = sources[index];
    if (source === undefined) throw new RangeError(`a page of ${sources.length} objects has no index ${index}`);
    return source;
  }

  destinationKeyOf(index: number): string {
    return this.#run.deps.plan.savePrefix + (this.#contents.page.names?.[index] ?? this.sourceOf(index).key);
  }

  settle(index: number, outcome: TransferOutcome): void {
    this.#contents.outcomes[index] = this.#outcomeOf(index, outcome);
    if (++this.#copied < this.#toCopy.length) return;
    this.condense();
    this.#onComplete();
  }

  giveUp(error: unknown): void {
    // Indexes without an outcome are not committed; after an abort that is all there is to do.
    if (!this.signal.aborted && !this.#run.intake.aborted) this.#run.crash(error);
  }

  get #contents(): Contents {
    if (this.#held instanceof NotedOutcomes) throw new TypeError('a page that is settled has no objects any more');
    return this.#held;
  }

  #outcomeOf(index: number, outcome: TransferOutcome): Outcome | undefined {
    const destinationKey = this.destinationKeyOf(index);
    switch (outcome.kind) {
      case 'copied':
        return outcome;
      case 'exists':
        return EXISTS;
      case 'large':
        return deferred('large', outcome.source, destinationKey);
      case 'failed':
        return outcomeOfFailure(this.#run, this.sourceOf(index), destinationKey, outcome);
    }
  }
}
