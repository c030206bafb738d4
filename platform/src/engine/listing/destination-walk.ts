/** The destination's half of the merge: one listing, walked along with the source's keys. */
import { compareUtf8, utf8Length } from '@haulier/lib/byte-order/byte-order.ts';
import type { ListedObject, ListPage, ListPosition, ObjectStore } from '../../object-store/object-store.ts';
import { patiently } from '../patience.ts';
import type { Clock } from '../transfer/transfer.ts';
import { checkOrder } from './key-pages.ts';

const NOTHING: ListPage = { objects: [], next: undefined };

export class DestinationWalk {
  readonly #store: ObjectStore;
  readonly #clock: Clock;
  readonly #savePrefix: string;
  readonly #prefix: string;
  #page: ListPage = NOTHING;
  #index = 0;
  #lastKey: string | undefined;
  #next: ListPosition | undefined;
  #ahead: Promise<ListPage> | undefined;
  /** The page at hand has met a source key. */
  #met = false;

  /**
   * @param prefix of the source keys to come.
   * @param start where the source's listing begins.
   */
  constructor(store: ObjectStore, clock: Clock, savePrefix: string, prefix: string, start: ListPosition) {
    this.#store = store;
    this.#clock = clock;
    this.#savePrefix = savePrefix;
    this.#prefix = savePrefix + prefix;
    this.#next = start.kind === 'after' ? { kind: 'after', key: savePrefix + start.key } : { kind: 'start' };
    this.#lastKey = this.#next.kind === 'after' ? this.#next.key : undefined;
  }

  /**
   * What the destination has under the key of each of these objects, by index. Calls go on where the one before ended:
   * the objects' keys ascend over all calls.
   *
   * @throws {RunFailure} when the destination does not list, or not in the order of its keys' bytes.
   */
  async match(sources: readonly ListedObject[], signal: AbortSignal): Promise<readonly (ListedObject | undefined)[]> {
    const found: (ListedObject | undefined)[] = [];
    for (;;) {
      this.#merge(sources, found);
      const waiting = sources[found.length];
      if (waiting === undefined) return found;
      await this.#turn(this.#savePrefix + waiting.key, signal);
      if (this.#page.objects.length === 0 && this.#next === undefined) {
        while (found.length < sources.length) found.push(undefined);
        return found;
      }
    }
  }

  /** Goes on as far as the page at hand reaches. */
  #merge(sources: readonly ListedObject[], found: (ListedObject | undefined)[]): void {
    const { objects } = this.#page;
    for (let source = sources[found.length]; source !== undefined; source = sources[found.length]) {
      let order = -1;
      let destination = objects[this.#index];
      while (destination !== undefined && (order = compareKeys(destination.key, this.#savePrefix, source.key)) < 0) destination = objects[++this.#index];
      if (destination === undefined) return;
      if (order === 0) {
        this.#index++;
        this.#met = true;
      }
      found.push(order === 0 ? destination : undefined);
    }
  }

  /** Turns to the page on which `key` may be. */
  async #turn(key: string, signal: AbortSignal): Promise<void> {
    const ahead = this.#ahead ?? this.#requestFor(key, signal);
    this.#ahead = undefined;
    this.#page = (await ahead) ?? NOTHING;
    this.#lastKey = this.#page.objects.at(-1)?.key ?? this.#lastKey;
    this.#next = this.#page.next;
    this.#index = 0;
    // A page that follows one with matches will most likely be needed.
    if (this.#met) this.#ahead = this.#request(signal);
    this.#ahead?.catch(() => {});
    this.#met = false;
  }

  /** Leaps over keys that the source does not have when a whole page of them has gone by. */
  #requestFor(key: string, signal: AbortSignal): Promise<ListPage> | undefined {
    const leap = justBefore(key);
    const ahead = this.#lastKey !== undefined && this.#page.objects.length > 0 && compareUtf8(leap, this.#lastKey) > 0;
    if (this.#next !== undefined && ahead && utf8Length(leap) <= this.#store.traits.maxKeyBytes) {
      this.#next = { kind: 'after', key: leap };
      this.#lastKey = leap;
    }
    return this.#request(signal);
  }

  #request(signal: AbortSignal): Promise<ListPage> | undefined {
    if (this.#next === undefined) return undefined;
    const query = { prefix: this.#prefix, from: this.#next };
    const before = this.#lastKey;
    return patiently('destination', this.#clock, signal, async () => {
      const page = await this.#store.list(query, signal);
      checkOrder(page.objects, before, 'destination');
      return page;
    });
  }
}

/** Compares with `prefix + name`, without joining the two while they are equal. */
function compareKeys(key: string, prefix: string, name: string): number {
  if (prefix.length === 0) return compareUtf8(key, name);
  return key.length === prefix.length + name.length && key.endsWith(name) ? 0 : compareUtf8(key, prefix + name);
}

/** Code points whose neighbour below is a surrogate or no character. */
const BELOW_A_GAP: ReadonlyMap<number, number> = new Map([[0xe000, 0xd7ff], [0x10000, 0xfffd]]);

/** A key before this one with next to nothing in between: stores list only *after* a key. */
export function justBefore(key: string): string {
  const last = key.codePointAt(key.length - 2) ?? 0;
  const point = last > 0xffff ? last : key.charCodeAt(key.length - 1);
  const start = key.slice(0, key.length - (point > 0xffff ? 2 : 1));
  if (point <= 0x20) return start;
  const below = BELOW_A_GAP.get(point) ?? point - 1;
  return `${start}${String.fromCodePoint(below)}\u{10fffd}`;
}
