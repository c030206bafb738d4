import { recoveryOf } from '../claims.ts';
import { Joiner, type JoinedPage } from '../join.ts';
import type { RangeLease, RangePosition } from '../ledger/ledger.ts';
import type { SourcePages } from '../listing/source-page.ts';
import { claimOfPage, resolvePage, type ResolvedPage, type ResolveScope } from '../resolve.ts';
import { failed } from '../transfer/severity.ts';
import { asUnseen, outcomeOfFailure } from './failing.ts';
import type { Gate } from './gate.ts';
import { OpenPage } from './open-page.ts';
import { pagesOf } from './pages-of.ts';
import type { PageWindow } from './page-window.ts';
import type { RangeClaims } from './range-claims.ts';
import type { RunState } from './run-state.ts';

/** What the two halves of the work on a range share. */
export interface RangeParts {
  readonly run: RunState;
  readonly lease: RangeLease;
  readonly claims: RangeClaims;
  readonly window: PageWindow;
  /** Opened when the window has changed. */
  readonly changed: Gate;
  /** Aborted when nothing more of this range is to be listed. */
  readonly intake: AbortSignal;
  /** Aborted when no object of this range may be copied any more. */
  readonly requests: AbortSignal;
}

/** Lists a range page by page, decides, claims, and hands what is to be copied to the pool. */
export class RangeLister {
  readonly #parts: RangeParts;
  readonly #pages: SourcePages;
  readonly #joiner: Joiner;
  readonly #resolving: ResolveScope;
  #listedTo: RangePosition;
  #listed = 0;
  #waiting = false;
  #stopped = false;
  #ended = false;

  constructor(parts: RangeParts) {
    const { run, lease } = parts;
    const { source, destination, plan, clock } = run.deps;
    this.#parts = parts;
    this.#pages = pagesOf(run.deps, lease.scope, lease.cursor);
    this.#joiner = new Joiner({ source, destination, plan, clock }, lease.scope, lease.cursor);
    this.#resolving = { plan, largeFrom: run.transfer.largeFrom, recovery: recoveryOf(lease.claims) };
    this.#listedTo = lease.cursor;
  }

  /** Whether the listing stands still until something is committed. */
  get waitsForRoom(): boolean {
    return this.#waiting;
  }

  get listedTo(): RangePosition {
    return this.#listedTo;
  }

  /** No page will follow those in the window. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Pages listed under this lease. */
  get pagesListed(): number {
    return this.#listed;
  }

  cutAt(until: string): void {
    this.#pages.cutAt(until);
  }

  /** Lists no further page. */
  stop(): void {
    this.#stopped = true;
  }

  /** Resolves when the last page of the range, or before the stop, is in the window. Rejects with the reason of `intake`. */
  async run(): Promise<void> {
    for (let last = false; !last && (await this.#roomForMore()); ) {
      const page = await this.#pages.next(this.#parts.intake);
      const joined = await this.#joiner.join(page, this.#parts.intake);
      last = await this.#open(joined, this.#resolved(joined));
    }
    this.#ended = true;
    this.#parts.changed.open();
  }

  /** False when it was stopped. */
  async #roomForMore(): Promise<boolean> {
    const { run, window, changed, intake } = this.#parts;
    intake.throwIfAborted();
    while (!this.#stopped && window.size >= run.windowOfRange) {
      this.#waiting = true;
      changed.open();
      await changed.wait();
      intake.throwIfAborted();
    }
    this.#waiting = false;
    return !this.#stopped;
  }

  /** With outcomes also for what could not be looked at. */
  #resolved(joined: JoinedPage): ResolvedPage {
    const { run } = this.#parts;
    const resolved = resolvePage(this.#resolving, joined);
    for (const [index, { failure, side }] of joined.faults) {
      const object = joined.sources[index];
      if (object === undefined) continue;
      const destinationKey = run.deps.plan.savePrefix + (joined.page.names?.[index] ?? object.key);
      resolved.outcomes[index] = outcomeOfFailure(run, asUnseen(object), destinationKey, failed(failure, side));
    }
    return resolved;
  }

  /** Puts the page into the window; true when it is the last one. */
  async #open(joined: JoinedPage, resolved: ResolvedPage): Promise<boolean> {
    const { run, lease, claims, window, changed, requests } = this.#parts;
    const page = new OpenPage(run, joined.page, joined.sources, resolved, requests, () => changed.open());
    const from = this.#listedTo;
    this.#listedTo = page.end;
    this.#listed++;
    // Markers have no order: the ledger can only drop claims by the very positions that are committed.
    if (page.copies > 0 || lease.scope.kind === 'marker') {
      const ordered = lease.scope.kind === 'keys';
      await claims.add(claimOfPage(resolved, (index) => page.destinationKeyOf(index), ordered ? from : undefined, page.end));
    }
    if (claims.until !== undefined) page.cutAt(claims.until);
    window.add(page);
    if (page.copies > 0) run.pool.submit(page);
    else page.condense();
    changed.open();
    return page.last;
  }
}
