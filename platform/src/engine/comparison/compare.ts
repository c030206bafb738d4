/**
 * Reads both sides of a migration again, without copying: which objects are identical, different, missing or extra.
 *
 * Nothing is believed that the migration recorded. Two listings in byte order are merged; what the listings cannot decide is
 * looked at object by object.
 */
import { StoreFailure } from '../../object-store/failure.ts';
import type { ListedObject, ObjectStore } from '../../object-store/object-store.ts';
import { forEachBounded } from '../bounded.ts';
import type { RangeScope } from '../ledger/ledger.ts';
import { statEach } from '../listing/stat-each.ts';
import { isOwnRecord } from '../own-records.ts';
import type { MigrationPlan } from '../plan.ts';
import { rangesOf, rangesOfLines } from '../ranges.ts';
import { listFileOf, pagesOf } from '../run/pages-of.ts';
import type { Clock } from '../transfer/transfer.ts';
import { comparePair } from './compare-pair.ts';
import { isOlder, mergeListings } from './merge-listings.ts';

export interface ComparisonDeps {
  readonly source: ObjectStore;
  readonly destination: ObjectStore;
  /** The bucket of the plan's list file. */
  readonly listFiles?: ObjectStore;
  readonly plan: Pick<MigrationPlan, 'selection' | 'savePrefix' | 'migrateSince'>;
  readonly clock: Clock;
  /** Reads the bytes of both sides where no digest that both stores keep decides. */
  readonly readBytes: boolean;
}

/** What showed that two objects are the same; a digest is written `md5:…` or `crc64:…`. */
export type Evidence =
  | { readonly check: 'etag' | 'crc64' | 'bytes'; readonly checksum: string }
  /** No digest was to be had: sizes are equal and the destination is not earlier. */
  | { readonly check: 'size-and-time' };

export interface Pair {
  /** Of the source, and of the destination. */
  readonly key: string;
  readonly to: string;
  readonly source: ListedObject;
  readonly destination: ListedObject;
}

export type Compared =
  | (Pair & { readonly result: 'identical'; readonly evidence: Evidence })
  | (Pair & { readonly result: 'different'; readonly why: string })
  | { readonly result: 'missing'; readonly key: string; readonly to: string; readonly source: ListedObject }
  /** Not at the source, or not among what was to be migrated from there. */
  | { readonly result: 'extra'; readonly to: string; readonly destination: ListedObject }
  | { readonly result: 'unreadable'; readonly key: string; readonly to: string; readonly side: 'source' | 'destination'; readonly why: string };

/** One object as a merge or a look shows it; compared later. */
export type Met = Pair | Exclude<Compared, Pair>;

const PAIRS_AT_ONCE = 32;

/** Whether extra objects are looked for: only where both sides list in byte order, and not where the selection names objects. */
export function findsExtras({ source, destination, plan }: Pick<ComparisonDeps, 'source' | 'destination' | 'plan'>): boolean {
  const { kind } = plan.selection;
  const listed = kind === 'prefixes' || kind === 'interval';
  return listed && source.traits.listOrder === 'bytes' && destination.traits.listOrder === 'bytes';
}

/**
 * Batches of compared objects, in the order of the source. Objects that are older than the plan's `migrateSince` are left out,
 * as are our own records.
 *
 * @throws {RunFailure} when a listing or the list file cannot be had; the signal's reason.
 */
export async function* compareBuckets(deps: ComparisonDeps, signal: AbortSignal): AsyncGenerator<readonly Compared[]> {
  for (const scope of await scopesOf(deps, signal)) {
    for await (const batch of metIn(deps, scope, signal)) yield await compareBatch(deps, batch, signal);
  }
}

function scopesOf(deps: ComparisonDeps, signal: AbortSignal): Promise<readonly RangeScope[]> {
  const { selection } = deps.plan;
  if (selection.kind === 'list-file' || selection.kind === 'url-list') return rangesOfLines(listFileOf(deps).file, signal);
  return Promise.resolve(rangesOf(selection, deps.source.traits));
}

async function* metIn(deps: ComparisonDeps, scope: RangeScope, signal: AbortSignal): AsyncGenerator<readonly Met[]> {
  const { source, destination, plan, clock } = deps;
  if (scope.kind === 'keys' && destination.traits.listOrder === 'bytes') {
    yield* mergeListings({ source, destination, savePrefix: plan.savePrefix, migrateSince: plan.migrateSince, clock }, scope, signal);
    return;
  }
  const pages = pagesOf(deps, scope, { kind: 'start' });
  for (let last = false; !last; ) {
    const page = await pages.next(signal);
    last = page.last;
    yield await lookAtEach(deps, page, signal);
  }
}

type SourcePage = Awaited<ReturnType<ReturnType<typeof pagesOf>['next']>>;

/** A page of the source with what the destination shows of each of its objects. */
async function lookAtEach({ destination, plan }: ComparisonDeps, { objects, names, faults }: SourcePage, signal: AbortSignal): Promise<readonly Met[]> {
  const to = objects.map(({ key }, index) => plan.savePrefix + (names?.[index] ?? key));
  const seen = await statEach(destination, to, signal);
  return objects.flatMap((source, index): readonly Met[] => {
    const there = seen[index];
    const address = { key: source.key, to: to[index] ?? '' };
    const fault = faults.get(index);
    if (fault !== undefined) return [{ ...address, result: 'unreadable', side: fault.side, why: fault.failure.message }];
    if (there === undefined || isOwnRecord(source.key) || isOlder(source, plan.migrateSince)) return [];
    if (!(there instanceof StoreFailure)) return [{ ...address, source, destination: there }];
    if (there.kind === 'absent') return [{ ...address, result: 'missing', source }];
    return [{ ...address, result: 'unreadable', side: 'destination', why: there.message }];
  });
}

async function compareBatch(deps: ComparisonDeps, batch: readonly Met[], signal: AbortSignal): Promise<readonly Compared[]> {
  const compared: Compared[] = [];
  await forEachBounded(batch, PAIRS_AT_ONCE, async (met, index) => {
    compared[index] = 'result' in met ? met : await comparePair(deps, met, signal);
  });
  return compared;
}
