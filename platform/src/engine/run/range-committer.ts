import { LineWriter } from '../line-writer.ts';
import { OutcomeBatch } from '../outcome-batch.ts';
import { segmentKey } from '../own-records.ts';
import { writeSegment } from '../segments.ts';
import type { RangeLister, RangeParts } from './range-lister.ts';
import type { Settled } from './page-window.ts';

/** The listing waits for room: of a full window so much has to be settled before a commit makes some. */
const ROOM_SHARE = 1 / 4;

/** Commits the front of a range's window: in order, several pages at once, and one commit at a time. */
export class RangeCommitter {
  readonly #parts: RangeParts;
  readonly #lister: RangeLister;
  /** Commits come one at a time. */
  readonly #lines = new LineWriter();
  #last: number;
  #segments = 0;
  #state: 'open' | 'closing' | 'dropped' | 'finished' = 'open';

  constructor(parts: RangeParts, lister: RangeLister) {
    this.#parts = parts;
    this.#lister = lister;
    this.#last = parts.run.clock.now();
  }

  /** The range is done. */
  get finished(): boolean {
    return this.#state === 'finished';
  }

  /** Nothing more will settle: commits what has, and ends. */
  close(): void {
    if (this.#state === 'open') this.#state = 'closing';
    this.#parts.changed.open();
  }

  /** The range is somebody else's: ends without a commit. */
  drop(): void {
    this.#state = 'dropped';
    this.#parts.changed.open();
  }

  /** Resolves when the range is done, or closed or stopped and committed as far as it can be. */
  async run(): Promise<void> {
    while (this.#state === 'open' || this.#state === 'closing') {
      const settled = this.#due();
      if (settled !== undefined) await this.#commitOrClaim(settled);
      else if (this.#state === 'closing' || this.#isStopped) return;
      else await this.#parts.changed.wait();
    }
  }

  /** The listing has stopped before the end of the range, and what it had listed is committed. */
  get #isStopped(): boolean {
    return this.#lister.ended && this.#parts.window.size === 0;
  }

  /** What is settled, when it is worth a commit. */
  #due(): Settled | undefined {
    const { run, window } = this.#parts;
    const settled = window.settled();
    if (settled === undefined) return undefined;
    const { commitMs, commitObjects } = run.tuning;
    const enough = this.#lister.waitsForRoom ? Math.min(commitObjects, run.windowOfRange * ROOM_SHARE) : commitObjects;
    const due = settled.last || this.#state === 'closing' || settled.objects >= enough || run.clock.now() - this.#last >= commitMs;
    return due ? settled : undefined;
  }

  /** What is not claimed yet is claimed first: a split may have taken it, and the window is then another. */
  async #commitOrClaim(settled: Settled): Promise<void> {
    const { claims, window } = this.#parts;
    if (claims.covers(settled.cursor)) await this.#commit(settled);
    else await claims.cover(window.end ?? settled.cursor);
  }

  async #commit(settled: Settled): Promise<void> {
    const { run, lease, window, changed } = this.#parts;
    const batch = new OutcomeBatch(run.deps.observe, run.deps.plan.recordFailures, this.#lines);
    window.moveTo(batch, settled);
    this.#last = run.clock.now();
    changed.open();
    const key = segmentKey(run.deps.plan.recordName, { kind: 'range', id: lease.rangeId, epoch: lease.epoch }, ++this.#segments);
    const segment = await writeSegment(run.deps, key, batch.lines, batch.lineCount, run.records);
    run.records.throwIfAborted();
    const { failures, items } = batch;
    await run.deps.ledger.commitPage(lease, { cursor: settled.cursor, done: settled.last, tally: batch.tally(), failures, items, segment });
    if (settled.last) this.#state = 'finished';
    if (items.length > 0) run.poke();
  }
}
