/** How an object is cut into parts. */
import { createHash } from 'node:crypto';
import { compositeMd5, plainMd5 } from './verify.ts';

const MiB = 1024 * 1024;

export interface PartLimits {
  readonly minPartBytes: number;
  readonly maxPartBytes: number;
  readonly maxParts: number;
}

/** Parts of `partBytes`, but for a shorter last one: some stores (R2) take no others. */
export interface PartPlan {
  /** Of the object, in bytes; above 0. */
  readonly size: number;
  readonly partBytes: number;
  /** The parts are, as far as its ETag tells, those that the source was uploaded in: multipart ETags then compare. */
  readonly keepsBoundaries: boolean;
}

export interface PartRange {
  /** 1 and up. */
  readonly number: number;
  /** Inclusive byte offsets. */
  readonly first: number;
  readonly last: number;
  readonly bytes: number;
}

/** What uploaders use, the likeliest first. */
const commonMiB = [8, 16, 5, 64, 100, 32, 128, 15, 10, 50, 20, 25, 256, 512, 1024, 200, 500, 48, 24, 40];
/** A part that breaks is sent again whole: boundaries are not kept at any price. */
const largestKept = 1024 * MiB;
const largestChosen = 64 * MiB;
/** From this many parts on, parts of our own choice grow. */
const partsBeforeGrowth = 1_000;

/**
 * The cut of an object of `size` bytes (above 0), or undefined when it is too large for the destination.
 *
 * @param preferred bytes of a part where nothing speaks for another size.
 */
export function planParts(size: number, sourceEtag: string | undefined, limits: PartLimits, preferred: number): PartPlan | undefined {
  const kept = sourcePartBytes(size, sourceEtag, limits);
  if (kept !== undefined) return { size, partBytes: kept, keepsBoundaries: true };
  const chosen = size > preferred * partsBeforeGrowth ? Math.max(preferred, Math.min(largestChosen, wholeMiB(size / partsBeforeGrowth))) : preferred;
  const needed = size > chosen * limits.maxParts ? wholeMiB(size / limits.maxParts) : chosen;
  const partBytes = Math.min(Math.max(needed, limits.minPartBytes), limits.maxPartBytes);
  return Math.ceil(size / partBytes) > limits.maxParts ? undefined : { size, partBytes, keepsBoundaries: false };
}

/** The cut that an upload under way was begun with. */
export function resumedPlan(size: number, partBytes: number, sourceEtag: string | undefined): PartPlan {
  return { size, partBytes, keepsBoundaries: partsOfComposite(sourceEtag) === Math.ceil(size / partBytes) };
}

export function partCount(plan: PartPlan): number {
  return Math.ceil(plan.size / plan.partBytes);
}

export function partRange(plan: PartPlan, number: number): PartRange {
  const first = (number - 1) * plan.partBytes;
  const end = Math.min(first + plan.partBytes, plan.size);
  return { number, first, last: end - 1, bytes: end - first };
}

/**
 * The ETag of a multipart object (S3's unwritten rule: the MD5 of the parts' MD5s, a dash, their number), from the ETags
 * of its parts in order; undefined when one of them is no MD5.
 */
export function compositeEtag(partEtags: readonly (string | undefined)[]): string | undefined {
  const md5 = createHash('md5');
  for (const etag of partEtags) {
    const plain = plainMd5(etag);
    if (plain === undefined) return undefined;
    md5.update(plain, 'hex');
  }
  return `${md5.digest('hex')}-${partEtags.length}`;
}

/** The part size of an object whose ETag says how many parts it had: a common one, else the smallest whole MiB that fits. */
function sourcePartBytes(size: number, sourceEtag: string | undefined, limits: PartLimits): number | undefined {
  const count = partsOfComposite(sourceEtag);
  if (count === undefined || count > limits.maxParts) return undefined;
  const most = Math.min(limits.maxPartBytes, largestKept);
  if (count === 1) return size <= most ? Math.max(size, limits.minPartBytes) : undefined;
  const fits = (bytes: number): boolean => bytes >= limits.minPartBytes && bytes <= most && Math.ceil(size / bytes) === count;
  const common = commonMiB.find((mebibytes) => fits(mebibytes * MiB));
  if (common !== undefined) return common * MiB;
  const smallest = wholeMiB(Math.max(size / count, limits.minPartBytes));
  return fits(smallest) ? smallest : undefined;
}

function partsOfComposite(etag: string | undefined): number | undefined {
  const composite = compositeMd5(etag);
  return composite === undefined ? undefined : Number(composite.slice(33));
}

function wholeMiB(bytes: number): number {
  return Math.ceil(bytes / MiB) * MiB;
}
