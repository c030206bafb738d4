/** Pages of objects that are named one by one and looked at one by one. */
import { StoreFailure } from '../../object-store/failure.ts';
import type { ListedObject, ObjectStore } from '../../object-store/object-store.ts';
import type { RangePosition, RangeScope } from '../ledger/ledger.ts';
import type { LinePages } from './line-pages.ts';
import type { SourcePage, SourcePages } from './source-page.ts';
import type { Clock } from '../transfer/transfer.ts';
import { statEach, statEachByServer } from './stat-each.ts';

const PAGE_NAMES = 500;

/** An object as a line or a selection names it. */
export interface NamedObject {
  readonly key: string;
  /** Destination key before the save prefix, where it is not the object's own. */
  readonly name: string | undefined;
  /** Where the range goes on after it. */
  readonly after: RangePosition;
}

export interface NamedStretch {
  readonly named: readonly NamedObject[];
  readonly end: RangePosition;
  readonly last: boolean;
}

/** Looks at each named object at the source. */
export class NamedPages implements SourcePages {
  readonly #store: ObjectStore;
  readonly #clock: Clock;
  readonly #names: LinePages | NameList;

  constructor(store: ObjectStore, clock: Clock, names: LinePages | NameList) {
    this.#store = store;
    this.#clock = clock;
    this.#names = names;
  }

  /** Ranges of names are never split. */
  cutAt(): void {}

  async next(signal: AbortSignal): Promise<SourcePage> {
    const { named, end, last } = await this.#names.next(signal);
    const seen = await this.#look(named.map(({ key }) => key), signal);
    const faults = new Map<number, { readonly failure: StoreFailure; readonly side: 'source' }>();
    const objects = named.map(({ key }, index): ListedObject => {
      const object = seen[index];
      if (object !== undefined && !(object instanceof StoreFailure)) return object;
      if (object !== undefined) faults.set(index, { failure: object, side: 'source' });
      return { key, size: 0, lastModified: 0 };
    });
    const names = named.some(({ name }) => name !== undefined) ? named.map(({ key, name }) => name ?? key) : undefined;
    return { objects, names, faults, positionAfter: (index) => named[index]?.after, end, last };
  }

  #look(keys: readonly string[], signal: AbortSignal): Promise<readonly (ListedObject | StoreFailure)[]> {
    return this.#store.serverOf === undefined ? statEach(this.#store, keys, signal) : statEachByServer(this.#store, keys, this.#clock, signal);
  }
}

/** The names of a range, from a cursor on. */
export class NameList {
  readonly #names: readonly string[];
  #index: number;

  constructor(scope: Extract<RangeScope, { readonly kind: 'names' }>, cursor: RangePosition) {
    this.#names = scope.names;
    this.#index = cursor.kind === 'index' ? cursor.index : 0;
  }

  next(): Promise<NamedStretch> {
    const first = this.#index;
    const named = this.#names.slice(first, first + PAGE_NAMES).map((key, i): NamedObject => ({ key, name: undefined, after: { kind: 'index', index: first + i + 1 } }));
    this.#index = first + named.length;
    return Promise.resolve({ named, end: { kind: 'index', index: this.#index }, last: this.#index >= this.#names.length });
  }
}
