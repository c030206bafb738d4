/**
 * What proves that a copy arrived: one policy, as pure functions over facts.
 *
 * Each column is "equals" (=), "differs" (≠), "not there" (–) or "whatever" (·); the first row that fits holds.
 *
 * | check | source CRC64 : destination's | destination MD5 : source's | : read | CRC64 read : destination's | stat | verdict |
 * |---|---|---|---|---|---|---|
 * | crc64 | = | · | · | · | · | proved: crc64 |
 * | crc64 | ≠ | · | · | · | · | corrupt |
 * | · | · | = | · | · | · | proved: etag |
 * | · | · | – | = | · | · | proved: md5 |
 * | · | · | ≠ | =, and so was an earlier copy | · | · | proved: md5 |
 * | · | · | ≠ | = or – | · | · | read again with a digest |
 * | · | · | · | ≠ | · | – | look at the destination (is its ETag an MD5 at all?) |
 * | · | · | · | ≠ | · | there | corrupt |
 * | · | · | – | – | = | · | proved: crc64 |
 * | · | · | – | – | ≠ | · | corrupt |
 * | none, length never told | · | – | – | – | · | proved: none |
 * | · | · | – | – | – | – | look at the destination |
 * | · | · | – | – | – | same size, no earlier | proved: size-and-time |
 * | · | · | – | – | – | another size | corrupt |
 * | · | · | – | – | – | earlier | too early |
 *
 * An ETag of the source that looks like an MD5 and differs is contradicted by two readings that agree, not by one: that
 * one may be what is wrong.
 *
 * The documents' rule for `crc64` without both sums is size and modification time (section 5.2.3); a digest that proves
 * the content is taken in its place because it proves more and costs no request.
 */
import type { ListedObject } from '../../object-store/object-store.ts';
import type { CheckMode } from '../plan.ts';
import type { Proof } from './transfer.ts';

export interface Facts {
  readonly check: CheckMode;
  /** False when the source told no length before its body ended. */
  readonly lengthTold: boolean;
  /** ETags as digests: an MD5, or an MD5 of part MD5s with the number of parts. Absent where an ETag is none. */
  readonly sourceMd5?: string | undefined;
  readonly destinationMd5?: string | undefined;
  /** Of the bytes that passed through, of the same shape. */
  readonly readMd5?: string | undefined;
  /** Of what an earlier attempt had read, as the destination answered it. */
  readonly earlierMd5?: string | undefined;
  /** CRC64-ECMA as decimal strings. */
  readonly sourceCrc64?: string | undefined;
  readonly destinationCrc64?: string | undefined;
  readonly readCrc64?: string | undefined;
  /** How a stat of the destination compares with the source, once it was made. */
  readonly stat?: 'same' | 'other-size' | 'earlier' | undefined;
}

export type Verdict =
  | { readonly kind: 'proved'; readonly proof: Proof }
  /** The ETags disagree: the copy is wrong or the source's ETag is no MD5. Only the bytes can tell. */
  | { readonly kind: 'read-again' }
  | { readonly kind: 'stat' }
  | { readonly kind: 'corrupt'; readonly what: string }
  /** The destination's time is before the source's: by the documents' rule it does not count as migrated. */
  | { readonly kind: 'too-early' };

const proved = {
  etag: { kind: 'proved', proof: 'etag' },
  md5: { kind: 'proved', proof: 'md5' },
  crc64: { kind: 'proved', proof: 'crc64' },
  sizeAndTime: { kind: 'proved', proof: 'size-and-time' },
  none: { kind: 'proved', proof: 'none' },
} as const satisfies Record<string, Verdict>;

export function judge(facts: Facts): Verdict {
  const { sourceMd5, destinationMd5, readMd5, sourceCrc64, destinationCrc64, readCrc64 } = facts;
  if (facts.check === 'crc64' && sourceCrc64 !== undefined && destinationCrc64 !== undefined) {
    return sourceCrc64 === destinationCrc64 ? proved.crc64 : { kind: 'corrupt', what: 'CRC64 differs from the source\'s' };
  }
  if (destinationMd5 !== undefined) {
    if (destinationMd5 === sourceMd5) return proved.etag;
    if (destinationMd5 === readMd5) return sourceMd5 === undefined || facts.earlierMd5 === readMd5 ? proved.md5 : { kind: 'read-again' };
    if (readMd5 !== undefined) return facts.stat === undefined ? { kind: 'stat' } : { kind: 'corrupt', what: 'ETag differs from the MD5 of the bytes read' };
    if (sourceMd5 !== undefined) return { kind: 'read-again' };
  }
  if (readCrc64 !== undefined && destinationCrc64 !== undefined) {
    return readCrc64 === destinationCrc64 ? proved.crc64 : { kind: 'corrupt', what: 'CRC64 differs from that of the bytes read' };
  }
  if (facts.check === 'none' && !facts.lengthTold) return proved.none;
  return judgeStat(facts.stat);
}

function judgeStat(stat: Facts['stat']): Verdict {
  switch (stat) {
    case undefined:
      return { kind: 'stat' };
    case 'same':
      return proved.sizeAndTime;
    case 'other-size':
      return { kind: 'corrupt', what: 'size differs from the source\'s' };
    case 'earlier':
      return { kind: 'too-early' };
  }
}

/** Which digest the bytes need on their way so that {@link judge} can prove the copy: the cheapest that does. */
export function digestNeeded(known: {
  readonly check: CheckMode;
  /** The source's ETag, where it is believed to be a digest of the form that the destination will answer with. */
  readonly sourceMd5: string | undefined;
  readonly destinationGivesMd5: boolean;
  readonly sourceCrc64: string | undefined;
  readonly destinationGivesCrc64: boolean;
}): 'none' | 'md5' | 'crc64' {
  if (known.check === 'crc64' && known.sourceCrc64 !== undefined && known.destinationGivesCrc64) return 'none';
  if (known.destinationGivesMd5) return known.sourceMd5 === undefined ? 'md5' : 'none';
  return known.destinationGivesCrc64 ? 'crc64' : 'none';
}

/** Size and modification time, by the second because a HEAD tells no more: the destination's may not be earlier. */
export function compareByStat(source: Pick<ListedObject, 'size' | 'lastModified'>, destination: Pick<ListedObject, 'size' | 'lastModified'>): 'same' | 'other-size' | 'earlier' {
  if (source.size !== destination.size) return 'other-size';
  return Math.floor(destination.lastModified / 1000) >= Math.floor(source.lastModified / 1000) ? 'same' : 'earlier';
}

const md5Shape = /^[0-9a-f]{32}$/i;
const compositeShape = /^[0-9a-f]{32}-[1-9][0-9]{0,4}$/i;

/** The ETag in lower case when it looks like an MD5. One with a `-` never is. */
export function plainMd5(etag: string | undefined): string | undefined {
  return etag?.length === 32 && md5Shape.test(etag) ? etag.toLowerCase() : undefined;
}

/** The ETag in lower case when it looks like an MD5 of part MD5s. */
export function compositeMd5(etag: string | undefined): string | undefined {
  return etag !== undefined && compositeShape.test(etag) ? etag.toLowerCase() : undefined;
}
