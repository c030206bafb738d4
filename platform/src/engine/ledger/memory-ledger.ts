/**
 * A ledger that lives as long as the process: for a one-shot run, which is resumed by comparing again, and for tests.
 *
 * All workers of one migration see the same state through `forWorker`. Leases last until they are released, committed
 * or expired by name; nothing depends on the time that passes.
 */
import { compareUtf8 } from '@haulier/lib/byte-order/byte-order.ts';
import { addCounts, addTallies, NO_COUNT, NO_TALLY } from './counts.ts';
import { MemoryItems } from './memory-items.ts';
import { MemoryRanges } from './memory-ranges.ts';
import type { Count, CountingState, FailedObject, Ledger, Orders, SegmentRef, Tally } from './ledger.ts';

export interface MemoryLedgerOptions {
  /** Milliseconds since the epoch; decides which items are due. */
  readonly now: () => number;
  /** Objects larger than this, in bytes, become `large` items when the failed ones are tried again. */
  readonly largeFrom?: number;
}

/** The latest failure of a destination key, and what the tally holds of all of them. */
interface FailedRow {
  readonly failure: FailedObject;
  readonly counted: Count;
}

export class MemoryLedger {
  readonly #now: () => number;
  readonly #largeFrom: number;
  readonly #ranges = new MemoryRanges();
  readonly #items = new MemoryItems();
  readonly #failures = new Map<string, FailedRow>();
  readonly #segments = new Map<string, SegmentRef>();
  #failuresInOrder: readonly FailedObject[] | undefined;
  #tally: Tally = NO_TALLY;
  #counting: CountingState = { position: undefined, found: NO_COUNT, done: false };
  #orders: Orders = { desired: 'run', bandwidth: undefined };

  constructor(options: MemoryLedgerOptions) {
    this.#now = options.now;
    this.#largeFrom = options.largeFrom ?? Infinity;
  }

  /** The orders that every worker reads at its next heartbeat. */
  order(orders: Orders): void {
    this.#orders = orders;
  }

  /** Ends all leases of a worker as if it had died. */
  expireLeasesOf(worker: string): void {
    this.#ranges.expireLeasesOf(worker);
    this.#items.expireLeasesOf(worker);
  }

  /** Makes a work item of every failed object, counted as failed until it succeeds. */
  retryFailed(): void {
    for (const { failure, counted } of this.#failures.values()) {
      const { sourceKey: key, destinationKey, size, lastModified, etag } = failure;
      const kind = size > this.#largeFrom ? 'large' : 'again';
      this.#items.add([{ kind, object: { key, size, lastModified, etag }, destinationKey, notBefore: 0, attempts: 0 }], counted);
    }
  }

  /** The ledger as one worker sees it; two calls with one name are the same worker. */
  forWorker(worker: string): Ledger {
    return { ...this.#rangePart(worker), ...this.#itemPart(worker), ...this.#sharedPart() };
  }

  #rangePart(worker: string): Pick<Ledger, 'seed' | 'isSeeded' | 'claimRange' | 'claimPage' | 'commitPage' | 'releaseRange' | 'splittableRange' | 'splitRange'> {
    return {
      seed: (scopes) => promised(() => this.#ranges.seed(scopes)),
      isSeeded: () => promised(() => this.#ranges.seeded),
      claimRange: () => promised(() => this.#ranges.claim(worker)),
      claimPage: (lease, claim) => promised(() => this.#ranges.addClaim(lease, claim)),
      commitPage: (lease, commit) => promised(() => {
        this.#ranges.advance(lease, commit.cursor, commit.done);
        this.#items.add(commit.items);
        this.#record(commit.tally, commit.segment);
        for (const failure of commit.failures) this.#noteFailure(failure, { objects: 1, bytes: failure.size });
      }),
      releaseRange: (lease) => promised(() => this.#ranges.release(lease)),
      splittableRange: () => promised(() => this.#ranges.splittableFor(worker)),
      splitRange: (rangeId, at) => promised(() => this.#ranges.split(rangeId, at)),
    };
  }

  #itemPart(worker: string): Pick<Ledger, 'claimItem' | 'recordUpload' | 'abandonUpload' | 'commitItem' | 'releaseItem' | 'abandonedUploads' | 'forgetUpload'> {
    return {
      claimItem: (kind) => promised(() => this.#items.claim(worker, this.#now(), kind)),
      recordUpload: (lease, upload) => promised(() => this.#items.recordUpload(lease, upload)),
      abandonUpload: (lease) => promised(() => this.#items.abandonUpload(lease)),
      commitItem: (lease, commit) => promised(() => {
        this.#items.commit(lease, commit);
        if (commit.kind === 'later') return;
        if (lease.counted === 'as-failed' && commit.failure === undefined) this.#forgetFailure(lease.destinationKey);
        this.#record(commit.tally, commit.segment);
        if (commit.failure !== undefined) this.#noteFailure(commit.failure, commit.tally.failed);
      }),
      releaseItem: (lease) => promised(() => this.#items.release(lease)),
      abandonedUploads: (limit) => promised(() => this.#items.abandoned(limit)),
      forgetUpload: (id) => promised(() => this.#items.forget(id)),
    };
  }

  #sharedPart(): Pick<Ledger, 'counting' | 'recordCounting' | 'heartbeat' | 'remaining' | 'tally' | 'failures' | 'segments'> {
    return {
      counting: () => promised(() => this.#counting),
      recordCounting: (state) => promised(() => {
        if (!this.#counting.done) this.#counting = state;
      }),
      heartbeat: () => promised(() => this.#orders),
      remaining: () => promised(() => ({ openRanges: this.#ranges.open, openItems: this.#items.open, nextItemAt: this.#items.nextAt, pending: this.#items.pending })),
      tally: () => promised(() => this.#tally),
      failures: (afterKey, limit) => promised(() => pageAfter(this.#sortedFailures(), (row) => row.destinationKey, afterKey, limit)),
      segments: (afterKey, limit) => promised(() => pageAfter([...this.#segments.values()].sort((a, b) => compareUtf8(a.key, b.key)), (row) => row.key, afterKey, limit)),
    };
  }

  #record(tally: Tally, segment: SegmentRef | undefined): void {
    this.#tally = addTallies(this.#tally, tally);
    if (segment !== undefined) this.#segments.set(segment.key, segment);
  }

  #noteFailure(failure: FailedObject, counted: Count): void {
    const before = this.#failures.get(failure.destinationKey)?.counted ?? NO_COUNT;
    this.#failures.set(failure.destinationKey, { failure, counted: addCounts(before, counted) });
    this.#failuresInOrder = undefined;
  }

  #forgetFailure(destinationKey: string): void {
    if (this.#failures.delete(destinationKey)) this.#failuresInOrder = undefined;
  }

  #sortedFailures(): readonly FailedObject[] {
    this.#failuresInOrder ??= [...this.#failures.values()].map(({ failure }) => failure).sort((a, b) => compareUtf8(a.destinationKey, b.destinationKey));
    return this.#failuresInOrder;
  }
}

/** What the work throws becomes a rejection. */
function promised<T>(work: () => T): Promise<T> {
  return new Promise((resolve) => resolve(work()));
}

/** Binary search in rows sorted by key, so that reading all of them page by page stays linear. */
function pageAfter<Row>(rows: readonly Row[], keyOf: (row: Row) => string, afterKey: string | undefined, limit: number): readonly Row[] {
  if (afterKey === undefined) return rows.slice(0, limit);
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const row = rows[middle];
    if (row !== undefined && compareUtf8(keyOf(row), afterKey) <= 0) low = middle + 1;
    else high = middle;
  }
  return rows.slice(low, low + limit);
}
