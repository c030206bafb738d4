import { compareUtf8 } from '@haulier/lib/byte-order/byte-order.ts';
import { detached } from '@haulier/lib/detached/detached.ts';
import { StoreFailure } from '../../object-store/failure.ts';
import type { ListedObject, ListPage, ListPosition, ObjectStore } from '../../object-store/object-store.ts';
import type { RangePosition, RangeScope } from '../ledger/ledger.ts';
import { patiently } from '../patience.ts';
import type { Clock } from '../transfer/transfer.ts';
import { NO_FAULTS, type SourcePage, type SourcePages } from './source-page.ts';

export type ListedScope = Extract<RangeScope, { readonly kind: 'keys' | 'marker' }>;

/** Pages of a listing, each requested while the one before is worked on. */
export class KeyPages implements SourcePages {
  readonly #store: ObjectStore;
  readonly #clock: Clock;
  readonly #scope: ListedScope;
  #until: string | undefined;
  #position: RangePosition;
  #lastKey: string | undefined;
  #ahead: Promise<ListPage> | undefined;
  #next: ListPosition;

  constructor(store: ObjectStore, clock: Clock, scope: ListedScope, cursor: RangePosition) {
    this.#store = store;
    this.#clock = clock;
    this.#scope = scope;
    this.#until = scope.kind === 'keys' ? scope.until : undefined;
    this.#position = cursor;
    this.#next = listingStart(scope, cursor);
    this.#lastKey = this.#next.kind === 'after' ? this.#next.key : undefined;
  }

  cutAt(until: string): void {
    this.#until = until;
  }

  async next(signal: AbortSignal): Promise<SourcePage> {
    const page = await (this.#ahead ?? this.#request(signal));
    this.#ahead = undefined;
    this.#lastKey = page.objects.at(-1)?.key ?? this.#lastKey;
    const objects = this.#inRange(page.objects);
    const last = page.next === undefined || objects.length < page.objects.length || (this.#until !== undefined && this.#lastKey === this.#until);
    if (page.next !== undefined && !last) {
      this.#next = page.next;
      this.#ahead = this.#request(signal);
      // It is awaited by the next call, if there is one.
      this.#ahead.catch(() => {});
    }
    this.#position = this.#endOf(objects, page.next);
    return { objects, names: undefined, faults: NO_FAULTS, positionAfter: this.#positionAfter(objects), end: this.#position, last };
  }

  #request(signal: AbortSignal): Promise<ListPage> {
    const query = { prefix: this.#scope.prefix, from: this.#next };
    const before = this.#lastKey;
    return patiently('source', this.#clock, signal, async () => {
      const page = await this.#store.list(query, signal);
      if (this.#scope.kind === 'keys') checkOrder(page.objects, before, 'source');
      return page;
    });
  }

  #inRange(objects: readonly ListedObject[]): readonly ListedObject[] {
    const until = this.#until;
    const last = objects.at(-1);
    if (until === undefined || last === undefined || compareUtf8(last.key, until) <= 0) return objects;
    return objects.slice(0, countUpTo(objects, until));
  }

  #endOf(objects: readonly ListedObject[], next: ListPosition | undefined): RangePosition {
    if (this.#scope.kind === 'marker') return next?.kind === 'marker' ? next : END_OF_MARKERS;
    const last = objects.at(-1);
    return last === undefined ? this.#position : after(last);
  }

  #positionAfter(objects: readonly ListedObject[]): SourcePage['positionAfter'] {
    if (this.#scope.kind === 'marker') return () => undefined;
    return (index) => {
      const object = objects[index];
      return object === undefined ? undefined : after(object);
    };
  }
}

/** Positions outlive their pages. */
function after({ key }: ListedObject): RangePosition {
  return { kind: 'after', key: detached(key) };
}

/** Stands for the end of a listing, where a store gives no marker any more. */
const END_OF_MARKERS: RangePosition = { kind: 'marker', marker: '' };

/** Where a listing of this scope begins that has come as far as the cursor. */
export function listingStart(scope: ListedScope, cursor: RangePosition): ListPosition {
  if (cursor.kind === 'after' || cursor.kind === 'marker') return cursor;
  return scope.kind === 'keys' && scope.after !== undefined ? { kind: 'after', key: scope.after } : { kind: 'start' };
}

/**
 * A merge of listings that are out of order would call objects missing that are there.
 *
 * @param before the last key of the page before.
 * @throws {StoreFailure} `protocol` when keys do not ascend in byte order.
 */
export function checkOrder(objects: readonly ListedObject[], before: string | undefined, whose: string): void {
  let previous = before;
  for (const { key } of objects) {
    if (previous !== undefined && !isBefore(previous, key)) {
      throw new StoreFailure('protocol', `the ${whose} lists ${JSON.stringify(key)} after ${JSON.stringify(previous)}, which is not the order of their bytes`);
    }
    previous = key;
  }
}

/** Comparing code units is several times faster, and right for keys without those units from which on UTF-8 orders otherwise. */
function isBefore(previous: string, key: string): boolean {
  return previous < key && !/[\ud800-\uffff]/.test(key) ? true : compareUtf8(previous, key) < 0;
}

/** How many of these objects, in key order, have a key up to `until`. */
export function countUpTo(objects: readonly ListedObject[], until: string): number {
  let low = 0;
  let high = objects.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const object = objects[middle];
    if (object !== undefined && compareUtf8(object.key, until) <= 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
