/** Where to cut a range of keys in two, found by asking the source for single keys. */
import { compareUtf8 } from '@haulier/lib/byte-order/byte-order.ts';
import type { ObjectStore } from '../object-store/object-store.ts';
import type { RangePosition, RangeScope } from './ledger/ledger.ts';

export type KeyScope = RangeScope & { readonly kind: 'keys' };

/** The first key after a point; undefined when none is left. */
type KeyAfter = (point: string) => Promise<string | undefined>;

/** Comes after every character that a key has in practice. */
const TOP = 0x10fffd;
const LAST_OF_ASCII = 0x7e;

/**
 * A point with keys of the range on both sides, in the middle of the characters in which the keys after `claimedTo`
 * begin to differ; undefined when they are fewer than two. Some 15 listings of one key each, also inside one flat prefix.
 */
export async function splitPoint(source: ObjectStore, scope: KeyScope, claimedTo: RangePosition, signal: AbortSignal): Promise<string | undefined> {
  const { prefix, until } = scope;
  const keyAfter: KeyAfter = async (point) => {
    const { objects } = await source.list({ prefix, from: point === '' ? { kind: 'start' } : { kind: 'after', key: point }, limit: 1 }, signal);
    const key = objects[0]?.key;
    return key === undefined || (until !== undefined && compareUtf8(key, until) > 0) ? undefined : key;
  };
  const first = await keyAfter(claimedTo.kind === 'after' ? claimedTo.key : scope.after ?? '');
  return first === undefined ? undefined : pointAfter(Array.from(first), Array.from(prefix).length, keyAfter);
}

/** @param first the characters of the first key, of which all keys share so many as `known`. */
async function pointAfter(first: readonly string[], known: number, keyAfter: KeyAfter): Promise<string | undefined> {
  const length = await sharedLength(first, known, keyAfter);
  const shared = first.slice(0, length).join('');
  // A first key that all others begin with has no character of its own where they differ.
  const from = first[length]?.codePointAt(0) ?? 0;
  const last = await lastCharacter(shared, from, keyAfter);
  return last <= from ? undefined : `${shared}${character(middleOf(from, last))}${character(TOP)}`;
}

/** How many of the first key's characters all keys share. A key that has others comes after all that begin with these. */
async function sharedLength(first: readonly string[], known: number, keyAfter: KeyAfter): Promise<number> {
  let shared = known;
  let beyond = first.length + 1;
  while (shared + 1 < beyond) {
    const middle = (shared + beyond) >>> 1;
    if ((await keyAfter(first.slice(0, middle).join('') + character(TOP))) === undefined) shared = middle;
    else beyond = middle;
  }
  return shared;
}

/** The code point that the last key has after what all keys share; `from` when it is not beyond that. */
async function lastCharacter(shared: string, from: number, keyAfter: KeyAfter): Promise<number> {
  let low = from;
  let high = TOP;
  let middle = LAST_OF_ASCII;
  while (low < high) {
    if (middle < low || middle >= high) middle = middleOf(low, high);
    const key = await keyAfter(shared + character(middle) + character(TOP));
    if (key === undefined) high = middle;
    else low = Math.max(key.codePointAt(shared.length) ?? 0, middle + 1);
    middle = middleOf(low, high);
  }
  return low;
}

/** Between two code points, the lower one included. */
function middleOf(low: number, high: number): number {
  const middle = (low + high) >>> 1;
  const isSurrogate = middle >= 0xd800 && middle <= 0xdfff;
  return isSurrogate ? Math.max(low, 0xd7ff) : middle;
}

function character(codePoint: number): string {
  return String.fromCodePoint(codePoint);
}
