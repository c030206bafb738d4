/**
 * Joins a page of the source with what the destination has under the same keys.
 *
 * Where both stores list in byte order, the destination's listing is walked along: prefixing all keys alike keeps their
 * order. Everywhere else each key is looked at by itself. Neither is done for a plan that overwrites whatever is there.
 */
import { StoreFailure } from '../object-store/failure.ts';
import type { ListedObject, ObjectStore } from '../object-store/object-store.ts';
import { looksAtDestination, turnsOnCrc64 } from './decide.ts';
import type { RangePosition, RangeScope } from './ledger/ledger.ts';
import { DestinationWalk } from './listing/destination-walk.ts';
import { listingStart } from './listing/key-pages.ts';
import type { Faults, SourcePage } from './listing/source-page.ts';
import { look, statEach } from './listing/stat-each.ts';
import { forEachBounded } from './bounded.ts';
import type { MigrationPlan } from './plan.ts';
import type { Clock } from './transfer/transfer.ts';

export interface JoinScope {
  readonly source: ObjectStore;
  readonly destination: ObjectStore;
  readonly plan: MigrationPlan;
  readonly clock: Clock;
}

/** What each object of a page meets, by its index. */
export interface JoinedPage {
  readonly page: SourcePage;
  /** The page's objects with all that the decision needs. */
  readonly sources: readonly ListedObject[];
  /** Undefined where there is nothing, and where it does not matter. */
  readonly destinations: readonly (ListedObject | undefined)[];
  /** Those of the page, and what could not be looked at in the destination. */
  readonly faults: Faults;
}

export class Joiner {
  readonly #scope: JoinScope;
  readonly #walk: DestinationWalk | undefined;

  constructor(scope: JoinScope, range: RangeScope, cursor: RangePosition) {
    this.#scope = scope;
    const { destination, plan, clock } = scope;
    const walks = range.kind === 'keys' && destination.traits.listOrder === 'bytes' && looksAtDestination(plan);
    this.#walk = walks ? new DestinationWalk(destination, clock, plan.savePrefix, range.prefix, listingStart(range, cursor)) : undefined;
  }

  /**
   * Pages come in the order of their range.
   *
   * @throws {RunFailure} when the destination's listing cannot be had.
   */
  async join(page: SourcePage, signal: AbortSignal): Promise<JoinedPage> {
    const { objects: sources, faults } = page;
    if (!looksAtDestination(this.#scope.plan)) return { page, sources, destinations: [], faults };
    if (this.#walk === undefined) return this.#completed(await this.#lookAtEach(page, signal), signal);
    return this.#completed({ page, sources, destinations: await this.#walk.match(sources, signal), faults }, signal);
  }

  async #lookAtEach(page: SourcePage, signal: AbortSignal): Promise<JoinedPage> {
    const { destination, plan } = this.#scope;
    const faults = new Map(page.faults);
    const keys = page.objects.map(({ key }, index) => plan.savePrefix + (page.names?.[index] ?? key));
    const seen = await statEach(destination, keys, signal);
    const destinations = seen.map((object, index) => {
      if (!(object instanceof StoreFailure)) return object;
      if (object.kind !== 'absent' && !faults.has(index)) faults.set(index, { failure: object, side: 'destination' });
      return undefined;
    });
    return { page, sources: page.objects, destinations, faults };
  }

  /** Looks at those pairs whose checksums decide and were not listed. */
  async #completed(joined: JoinedPage, signal: AbortSignal): Promise<JoinedPage> {
    const { source, destination, plan } = this.#scope;
    if (plan.overwrite !== 'crc64' || source.traits.crc64 === undefined || destination.traits.crc64 === undefined) return joined;
    const sources = [...joined.sources];
    const destinations = [...joined.destinations];
    const faults = new Map(joined.faults);
    const lookAt = async (side: 'source' | 'destination', objects: (ListedObject | undefined)[], index: number): Promise<void> => {
      const object = objects[index];
      if (object === undefined || object.crc64 !== undefined) return;
      const seen = await look(side === 'source' ? source : destination, object.key, signal);
      if (!(seen instanceof StoreFailure)) objects[index] = seen;
      else if (side === 'destination' && seen.kind === 'absent') objects[index] = undefined;
      else faults.set(index, { failure: seen, side });
    };
    const open = sources.flatMap((object, index) => (turnsOnCrc64(object, destinations[index], plan) ? [index] : []));
    await forEachBounded(open, PAIRS_AT_ONCE, async (index) => {
      await Promise.all([lookAt('source', sources, index), lookAt('destination', destinations, index)]);
    });
    return { page: joined.page, sources, destinations, faults };
  }
}

const PAIRS_AT_ONCE = 16;
