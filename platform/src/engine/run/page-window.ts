import type { RangePosition } from '../ledger/ledger.ts';
import type { OutcomeBatch } from '../outcome-batch.ts';
import type { OpenPage } from './open-page.ts';

interface Entry {
  readonly page: OpenPage;
  /** Objects of this page that are committed. */
  committed: number;
}

/** What of the window can be committed: the objects in its front that have their outcomes, and where the range goes on after them. */
export interface Settled {
  readonly objects: number;
  readonly cursor: RangePosition;
  /** Pages that are dealt with whole. */
  readonly pages: number;
  /** The range ends here. */
  readonly last: boolean;
}

/** The pages of a range that are listed and not yet committed, in order. */
export class PageWindow {
  readonly #entries: Entry[] = [];

  /** Objects that are not committed. */
  get size(): number {
    let size = 0;
    for (const { page, committed } of this.#entries) size += page.count - committed;
    return size;
  }

  /** Where the range goes on after all of them. */
  get end(): RangePosition | undefined {
    return this.#entries.at(-1)?.page.end;
  }

  add(page: OpenPage): void {
    this.#entries.push({ page, committed: 0 });
  }

  cutAt(until: string): void {
    for (const { page } of this.#entries) page.cutAt(until);
  }

  /** Undefined when there is nothing to be committed. */
  settled(): Settled | undefined {
    let objects = 0;
    let pages = 0;
    let cursor: RangePosition | undefined;
    for (const { page, committed } of this.#entries) {
      const ready = page.advance();
      objects += Math.max(0, ready - committed);
      if (ready > committed || ready === page.count) cursor = page.positionAfter(ready);
      if (ready < page.count) break;
      pages++;
    }
    return cursor === undefined ? undefined : { objects, cursor, pages, last: pages > 0 && this.#entries[pages - 1]?.page.last === true };
  }

  /** Puts the outcomes of what is settled into the batch and drops those objects from the window. */
  moveTo(batch: OutcomeBatch, settled: Settled): void {
    let left = settled.objects;
    for (const entry of this.#entries) {
      const { page, committed } = entry;
      const to = Math.min(page.count, committed + left);
      page.moveTo(batch, committed, to);
      left -= to - committed;
      entry.committed = to;
    }
    for (const { page } of this.#entries.splice(0, settled.pages)) page.release();
  }
}
