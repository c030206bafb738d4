/** One stretch of keys as both sides list it, merged in byte order. */
import { compareUtf8 } from '@haulier/lib/byte-order/byte-order.ts';
import type { ListedObject, ListPosition, ObjectStore } from '../../object-store/object-store.ts';
import { checkOrder, countUpTo } from '../listing/key-pages.ts';
import { isOwnRecord } from '../own-records.ts';
import { patiently } from '../patience.ts';
import type { Stretch } from '../ranges.ts';
import type { Clock } from '../transfer/transfer.ts';
import type { Met } from './compare.ts';

export interface MergeDeps {
  readonly source: ObjectStore;
  readonly destination: ObjectStore;
  readonly savePrefix: string;
  readonly migrateSince: number | undefined;
  readonly clock: Clock;
}

const BATCH = 1_000;

export async function* mergeListings({ source, destination, savePrefix, migrateSince, clock }: MergeDeps, stretch: Stretch, signal: AbortSignal): AsyncGenerator<readonly Met[]> {
  const here = new Listing(source, 'source', stretch, clock);
  const there = new Listing(destination, 'destination', below(savePrefix, stretch), clock);
  let batch: Met[] = [];
  for (;;) {
    if (here.needsPage) await here.load(signal);
    if (there.needsPage) await there.load(signal);
    const [object, copy] = [here.current, there.current];
    if (object === undefined && copy === undefined) break;
    const order = object === undefined ? 1 : copy === undefined ? -1 : compareUtf8(savePrefix + object.key, copy.key);
    if (object !== undefined && order <= 0) here.advance();
    if (copy !== undefined && order >= 0) there.advance();
    const met = order > 0 ? extra(copy) : wanted(object, order === 0 ? copy : undefined, savePrefix, migrateSince);
    if (met !== undefined) batch.push(met);
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  yield batch;
}

function below(savePrefix: string, { prefix, after, until }: Stretch): Stretch {
  return {
    prefix: savePrefix + prefix,
    ...(after === undefined ? {} : { after: savePrefix + after }),
    ...(until === undefined ? {} : { until: savePrefix + until }),
  };
}

function extra(destination: ListedObject | undefined): Met | undefined {
  return destination === undefined || isOwnRecord(destination.key) ? undefined : { result: 'extra', to: destination.key, destination };
}

function wanted(source: ListedObject | undefined, destination: ListedObject | undefined, savePrefix: string, since: number | undefined): Met | undefined {
  if (source === undefined || isOwnRecord(source.key) || isOlder(source, since)) return undefined;
  const address = { key: source.key, to: savePrefix + source.key };
  return destination === undefined ? { ...address, result: 'missing', source } : { ...address, source, destination };
}

/** Such objects were not to be migrated. */
export function isOlder({ lastModified }: ListedObject, since: number | undefined): boolean {
  return since !== undefined && lastModified > 0 && lastModified <= since;
}

/** A listing that is read object by object. */
class Listing {
  readonly #store: ObjectStore;
  readonly #side: 'source' | 'destination';
  readonly #stretch: Stretch;
  readonly #clock: Clock;
  #objects: readonly ListedObject[] = [];
  #index = 0;
  #next: ListPosition | undefined;
  #lastKey: string | undefined;

  constructor(store: ObjectStore, side: 'source' | 'destination', stretch: Stretch, clock: Clock) {
    this.#store = store;
    this.#side = side;
    this.#stretch = stretch;
    this.#clock = clock;
    this.#next = stretch.after === undefined ? { kind: 'start' } : { kind: 'after', key: stretch.after };
    this.#lastKey = stretch.after;
  }

  get current(): ListedObject | undefined {
    return this.#objects[this.#index];
  }

  get needsPage(): boolean {
    return this.#index >= this.#objects.length && this.#next !== undefined;
  }

  advance(): void {
    this.#index++;
  }

  /** Loads pages until there is an object or the listing has ended. */
  async load(signal: AbortSignal): Promise<void> {
    while (this.needsPage) {
      const from = this.#next;
      if (from === undefined) return;
      const { prefix, until } = this.#stretch;
      const page = await patiently(this.#side, this.#clock, signal, async () => {
        const answer = await this.#store.list({ prefix, from }, signal);
        checkOrder(answer.objects, this.#lastKey, this.#side);
        return answer;
      });
      this.#lastKey = page.objects.at(-1)?.key ?? this.#lastKey;
      const count = until === undefined ? page.objects.length : countUpTo(page.objects, until);
      this.#objects = page.objects.slice(0, count);
      this.#index = 0;
      this.#next = count < page.objects.length ? undefined : page.next;
    }
  }
}
