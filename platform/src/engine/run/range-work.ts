import { FencedError, type RangeLease, type RangePosition, type RangeScope } from '../ledger/ledger.ts';
import { Gate } from './gate.ts';
import { PageWindow } from './page-window.ts';
import { RangeClaims } from './range-claims.ts';
import { RangeCommitter } from './range-committer.ts';
import { RangeLister, type RangeParts } from './range-lister.ts';
import { RunEnding, type RunState } from './run-state.ts';

/**
 * One range under its lease: its pages are listed and copied while the front of them is committed.
 *
 * What is in flight is bounded by the window. A page is claimed before its first copy begins, and what needed no claim
 * is claimed right before its commit, so that no split takes what has been dealt with.
 */
export class RangeWork {
  readonly #parts: RangeParts;
  readonly #lister: RangeLister;
  readonly #committer: RangeCommitter;
  readonly #lost = new AbortController();

  constructor(run: RunState, lease: RangeLease) {
    const window = new PageWindow();
    const claims = new RangeClaims(run.deps.ledger, lease, (until) => {
      window.cutAt(until);
      this.#lister.cutAt(until);
    });
    const intake = AbortSignal.any([run.intake, this.#lost.signal]);
    const requests = AbortSignal.any([run.requests, this.#lost.signal]);
    this.#parts = { run, lease, claims, window, changed: new Gate(), intake, requests };
    this.#lister = new RangeLister(this.#parts);
    this.#committer = new RangeCommitter(this.#parts, this.#lister);
  }

  get rangeId(): string {
    return this.#parts.lease.rangeId;
  }

  get scope(): RangeScope {
    return this.#parts.claims.scope;
  }

  /** Keys are still being listed. */
  get splittable(): boolean {
    return this.scope.kind === 'keys' && !this.#lister.ended;
  }

  get listedTo(): RangePosition {
    return this.#lister.listedTo;
  }

  /** Pages listed under this lease. */
  get pagesListed(): number {
    return this.#lister.pagesListed;
  }

  /** The range was split at this key. */
  cutAt(until: string): void {
    this.#parts.claims.cutAt(until);
  }

  /** Lists no further page: the range is given back when what is in its window is committed. */
  stop(): void {
    this.#lister.stop();
  }

  /** Time has passed: looks again at what can be committed. */
  tick(): void {
    this.#parts.changed.open();
  }

  /** Resolves when the range is done, given back or lost; other errors go to the run. */
  async work(): Promise<void> {
    void this.#parts.run.drained.then(() => this.#committer.close());
    const committing = this.#committer.run().catch((error: unknown) => this.#fail(error));
    await this.#lister.run().catch((error: unknown) => this.#fail(error));
    await committing;
    await this.#giveBack().catch((error: unknown) => this.#fail(error));
  }

  async #giveBack(): Promise<void> {
    const { run, lease } = this.#parts;
    if (!this.#committer.finished && !this.#lost.signal.aborted && !run.records.aborted) await run.deps.ledger.releaseRange(lease);
  }

  #fail(error: unknown): void {
    if (error instanceof FencedError) this.#lose(error);
    else this.#parts.run.fail(error);
  }

  /** Somebody else has the range now. */
  #lose(error: FencedError): void {
    this.#lost.abort(new RunEnding('lost', { cause: error }));
    this.#committer.drop();
  }
}
