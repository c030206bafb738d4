import type { StoreFailure } from '../../object-store/failure.ts';
import type { ListedObject } from '../../object-store/object-store.ts';
import type { RangePosition } from '../ledger/ledger.ts';

/** Why the objects of some indexes could not be looked at, and where. */
export type Faults = ReadonlyMap<number, { readonly failure: StoreFailure; readonly side: 'source' | 'destination' }>;

/** A stretch of a range, as its source shows it. */
export interface SourcePage {
  /** In the order of the range. Of an object that could not be looked at, only the key is meant. */
  readonly objects: readonly ListedObject[];
  /** Destination keys before the save prefix, where they are not the objects' own. */
  readonly names: readonly string[] | undefined;
  readonly faults: Faults;
  /** Where the range goes on after the object of an index; undefined where it can only go on after the page. */
  readonly positionAfter: (index: number) => RangePosition | undefined;
  /** Where the range goes on after the page. */
  readonly end: RangePosition;
  /** The range ends with this page. */
  readonly last: boolean;
}

export interface SourcePages {
  /** The next page; must not be called again after the last one. */
  next(signal: AbortSignal): Promise<SourcePage>;
  /** Ends the range after `until`, which is not before the end of the last page that was claimed. */
  cutAt(until: string): void;
}

export const NO_FAULTS: Faults = new Map();
