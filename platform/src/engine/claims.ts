/**
 * What a claim remembers of a page, and what it tells after a crash.
 *
 * An object that matches after a crash was copied by us if it did not match before. So a claim holds either the keys
 * that needed no copy, together with the stretch in which all others did, or the keys that did need one: whichever are
 * fewer. Ranges whose positions have no order can only hold the latter.
 *
 * Bytes: a tag; for `MATCHED` the source key after which the stretch begins; then the destination keys. Keys are front
 * coded, each as the number of bytes it shares with the one before, the number of bytes that follow, and those.
 */
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { compareUtf8 } from '@haulier/lib/byte-order/byte-order.ts';
import type { Claim, RangePosition } from './ledger/ledger.ts';

const MATCHED = 0;
const TO_COPY = 1;
/** Set when what follows the tag is deflated. */
const DEFLATED = 2;
const WORTH_DEFLATING = 1_024;

export interface ClaimedPage {
  /** Where the page begins; undefined when positions of this range have no order. */
  readonly from: RangePosition | undefined;
  readonly to: RangePosition;
  /** Destination keys that need no copy. */
  readonly matched: readonly string[];
  /** Destination keys that may be written before the next commit. */
  readonly toCopy: readonly string[];
}

export function claimOf({ from, to, matched, toCopy }: ClaimedPage): Claim {
  const ordered = from?.kind === 'after' || (from?.kind === 'start' && to.kind === 'after');
  const body = ordered && matched.length < toCopy.length ? [from.kind === 'after' ? from.key : '', ...matched] : toCopy;
  const bytes = frontCoded(body);
  const tag = body === toCopy ? TO_COPY : MATCHED;
  const deflated = bytes.byteLength >= WORTH_DEFLATING;
  return { to, matched: Buffer.concat([Buffer.of(deflated ? tag | DEFLATED : tag), deflated ? deflateRawSync(bytes, { level: 1 }) : bytes]) };
}

/** Whether a dead worker may have written an object that now matches. */
export interface Recovery {
  wasToCopy(sourceKey: string, destinationKey: string): boolean;
}

/** What the claims that were left behind tell; undefined when there are none. */
export function recoveryOf(claims: readonly Claim[]): Recovery | undefined {
  if (claims.length === 0) return undefined;
  const toCopy = new Set<string>();
  const stretches: { readonly from: string; readonly to: string; readonly matched: ReadonlySet<string> }[] = [];
  for (const { to, matched } of claims) {
    const tag = matched[0] ?? TO_COPY;
    const keys = keysOf((tag & DEFLATED) === 0 ? matched.subarray(1) : inflateRawSync(matched.subarray(1)));
    if ((tag & TO_COPY) !== 0) for (const key of keys) toCopy.add(key);
    else if (to.kind === 'after') stretches.push({ from: keys[0] ?? '', to: to.key, matched: new Set(keys.slice(1)) });
  }
  return {
    wasToCopy: (sourceKey, destinationKey) =>
      toCopy.has(destinationKey) ||
      stretches.some(({ from, to, matched }) => compareUtf8(from, sourceKey) < 0 && compareUtf8(sourceKey, to) <= 0 && !matched.has(destinationKey)),
  };
}

function frontCoded(keys: readonly string[]): Buffer {
  const coded: Buffer[] = [];
  let previous = Buffer.alloc(0);
  for (const key of keys) {
    const bytes = Buffer.from(key);
    let shared = 0;
    while (shared < previous.byteLength && shared < bytes.byteLength && previous[shared] === bytes[shared]) shared++;
    coded.push(Buffer.from([...varint(shared), ...varint(bytes.byteLength - shared)]), bytes.subarray(shared));
    previous = bytes;
  }
  return Buffer.concat(coded);
}

function keysOf(bytes: Uint8Array): readonly string[] {
  const keys: string[] = [];
  let previous = Buffer.alloc(0);
  let at = 0;
  const number = (): number => {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = bytes[at++] ?? 0;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 0x80;
    }
  };
  while (at < bytes.byteLength) {
    const shared = number();
    const more = number();
    previous = Buffer.concat([previous.subarray(0, shared), bytes.subarray(at, at + more)]);
    at += more;
    keys.push(previous.toString());
  }
  return keys;
}

function varint(value: number): readonly number[] {
  return value < 0x80 ? [value] : [(value % 0x80) | 0x80, ...varint(Math.floor(value / 0x80))];
}
