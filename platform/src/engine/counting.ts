/**
 * The counting pass: when a migration takes longer than a moment, its selection is listed once more, ahead of the copies,
 * so that its totals are known early. Its position is durable; several workers may count, and each goes on from the
 * furthest of them.
 *
 * When all ranges have been listed first, the totals come from them.
 */
import { StoreFailure } from '../object-store/failure.ts';
import type { ListedObject, ListPosition, ObjectStore } from '../object-store/object-store.ts';
import { addCounts, NO_COUNT, totalOf } from './ledger/counts.ts';
import type { Count, CountingState, Ledger, Tally } from './ledger/ledger.ts';
import { countUpTo, listingStart } from './listing/key-pages.ts';
import { look } from './listing/stat-each.ts';
import { isOwnRecord } from './own-records.ts';
import { patiently } from './patience.ts';
import type { Selection } from './plan.ts';
import { selectedKeys } from './ranges.ts';
import type { Clock } from './transfer/transfer.ts';

export interface CountingDeps {
  readonly source: ObjectStore;
  readonly selection: Selection;
  readonly ledger: Ledger;
  readonly clock: Clock;
}

/** Between two records of the position. */
const RECORD_MS = 2_000;

/** How far the pass has come: the index of a stretch and the place in its listing; after all stretches come the names. */
interface Place {
  readonly prefix: number;
  readonly from: ListPosition;
}

/**
 * Counts until all is counted, here or by somebody else. A selection by list is not counted ahead: its sizes cost a
 * request each. Rejects with the signal's reason, and with a `RunFailure` when the source does not list.
 */
export async function countAhead({ source, selection, ledger, clock }: CountingDeps, signal: AbortSignal): Promise<void> {
  if (selection.kind === 'list-file' || selection.kind === 'url-list') return;
  const { stretches, names } = selectedKeys(selection);
  let { position, found, done } = await ledger.counting();
  let place = placeOf(position);
  let recorded = clock.now();
  for (let stretch = stretches[place.prefix]; !done && stretch !== undefined; stretch = stretches[place.prefix]) {
    const { prefix, until } = stretch;
    const from = listingStart({ kind: 'keys', ...stretch }, place.from);
    const page = await patiently('source', clock, signal, () => source.list({ prefix, from }, signal));
    const objects = until === undefined ? page.objects : page.objects.slice(0, countUpTo(page.objects, until));
    found = addCounts(found, sumOf(objects));
    const more = objects.length === page.objects.length ? page.next : undefined;
    place = more === undefined ? { prefix: place.prefix + 1, from: { kind: 'start' } } : { prefix: place.prefix, from: more };
    if (clock.now() - recorded < RECORD_MS) continue;
    ({ position, found, done } = await exchange(ledger, { position: JSON.stringify(place), found, done: false }));
    place = placeOf(position);
    recorded = clock.now();
  }
  if (!done) await ledger.recordCounting({ position: undefined, found: addCounts(found, await sumOfNames(source, names, signal)), done: true });
}

/** Records this state unless another worker's is further; the state to go on from. */
async function exchange(ledger: Ledger, mine: CountingState): Promise<CountingState> {
  const theirs = await ledger.counting();
  if (theirs.done || theirs.found.objects > mine.found.objects) return theirs;
  await ledger.recordCounting(mine);
  return mine;
}

function sumOf(objects: readonly ListedObject[]): Count {
  let count = 0;
  let bytes = 0;
  for (const { key, size } of objects) {
    if (isOwnRecord(key)) continue;
    count++;
    bytes += Math.max(0, size);
  }
  return { objects: count, bytes };
}

/** A name that is not there is an object too: one that fails. */
async function sumOfNames(source: ObjectStore, names: readonly string[], signal: AbortSignal): Promise<Count> {
  let sum = NO_COUNT;
  for (const name of names) {
    const object = await look(source, name, signal);
    sum = addCounts(sum, { objects: 1, bytes: object instanceof StoreFailure ? 0 : Math.max(0, object.size) });
  }
  return sum;
}

function placeOf(position: string | undefined): Place {
  if (position === undefined) return { prefix: 0, from: { kind: 'start' } };
  // Only `countAhead` writes positions.
  return JSON.parse(position) as Place;
}

const READINGS = 3;

/** Records the totals when no range is open any more; true when they are recorded. */
export async function settleTotals(ledger: Ledger): Promise<boolean> {
  if ((await ledger.counting()).done) return true;
  let before = await ledger.tally();
  for (let reading = 0; reading < READINGS; reading++) {
    const { openRanges, pending } = await ledger.remaining();
    if (openRanges > 0) return false;
    const after = await ledger.tally();
    // An item that was committed between the readings would be counted twice, or not at all.
    if (isSame(before, after)) {
      await ledger.recordCounting({ position: undefined, found: addCounts(totalOf(after), pending), done: true });
      return true;
    }
    before = after;
  }
  return false;
}

function isSame(a: Tally, b: Tally): boolean {
  return (['succeeded', 'skipped', 'failed'] as const).every((column) => a[column].objects === b[column].objects && a[column].bytes === b[column].bytes);
}
