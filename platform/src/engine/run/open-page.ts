import { compareUtf8 } from '@haulier/lib/byte-order/byte-order.ts';
import type { ListedObject } from '../../object-store/object-store.ts';
import type { RangePosition } from '../ledger/ledger.ts';
import { countUpTo } from '../listing/key-pages.ts';
import type { SourcePage } from '../listing/source-page.ts';
import { deferred, EXISTS, type Outcome } from '../outcome.ts';
import type { ResolvedPage } from '../resolve.ts';
import type { TransferOutcome } from '../transfer/transfer.ts';
import type { CopyBatch } from './copy-pool.ts';
import { outcomeOfFailure } from './failing.ts';
import type { RunState } from './run-state.ts';

/** A page between its listing and its commit: its objects get their outcomes in any order and are committed in theirs. */
export class OpenPage implements CopyBatch {
  readonly signal: AbortSignal;
  readonly #run: RunState;
  readonly #page: SourcePage;
  readonly #sources: readonly ListedObject[];
  readonly #outcomes: (Outcome | undefined)[];
  readonly #onComplete: () => void;
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
    this.#page = page;
    this.#sources = sources;
    this.#outcomes = resolved.outcomes;
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
    while (this.#ready < this.#count && this.#outcomes[this.#ready] !== undefined) this.#ready++;
    return this.#ready === this.#count || this.#page.positionAfter(0) !== undefined ? this.#ready : 0;
  }

  /** Where the range goes on after so many objects of this page. */
  positionAfter(count: number): RangePosition {
    return count === this.#count ? this.#end : this.#page.positionAfter(count - 1) ?? this.#end;
  }

  outcomeOf(index: number): Outcome | undefined {
    return this.#outcomes[index];
  }

  /** Gives up the objects after `until`, which a split has given to another range. None of them was handed out yet. */
  cutAt(until: string): void {
    if (this.#end.kind !== 'after' || compareUtf8(this.#end.key, until) <= 0) return;
    this.#count = countUpTo(this.#sources.slice(0, this.#count), until);
    this.#ready = Math.min(this.#ready, this.#count);
    this.#toCopy = this.#toCopy.filter((index) => index < this.#count);
    this.#end = { kind: 'after', key: until };
    this.#last = true;
  }

  take(): number {
    return this.#toCopy[this.#handedOut++] ?? -1;
  }

  sourceOf(index: number): ListedObject {
    const source = this.#sources[index];
    if (source === undefined) throw new RangeError(`a page of ${this.#sources.length} objects has no index ${index}`);
    return source;
  }

  destinationKeyOf(index: number): string {
    return this.#run.deps.plan.savePrefix + (this.#page.names?.[index] ?? this.sourceOf(index).key);
  }

  settle(index: number, outcome: TransferOutcome): void {
    this.#outcomes[index] = this.#outcomeOf(index, outcome);
    if (++this.#copied === this.#toCopy.length) this.#onComplete();
  }

  giveUp(error: unknown): void {
    // Indexes without an outcome are not committed; after an abort that is all there is to do.
    if (!this.signal.aborted && !this.#run.intake.aborted) this.#run.crash(error);
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
