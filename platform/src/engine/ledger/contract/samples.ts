/** Values and short cuts that the parts of the ledger contract share. */
import { NO_TALLY } from '../counts.ts';
import type { FailedObject, ItemLease, Ledger, NewWorkItem, PageCommit, RangeLease, RangePosition, RangeScope, Tally } from '../ledger.ts';

/** A time that no clock under test reaches: the year 2255. */
export const FAR_FUTURE = 9_000_000_000_000;

export const wholeBucket: RangeScope = { kind: 'keys', prefix: '' };

export const after = (key: string): RangePosition => ({ kind: 'after', key });

export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

export function commitTo(cursor: RangePosition, more: Partial<PageCommit> = {}): PageCommit {
  return { cursor, done: false, tally: NO_TALLY, failures: [], items: [], segment: undefined, ...more };
}

export function tallyOf(parts: { readonly [column in keyof Tally]?: readonly [objects: number, bytes: number] }): Tally {
  const column = (pair: readonly [number, number] = [0, 0]) => ({ objects: pair[0], bytes: pair[1] });
  return { succeeded: column(parts.succeeded), skipped: column(parts.skipped), failed: column(parts.failed) };
}

export function newItem(key: string, more: Partial<NewWorkItem> = {}): NewWorkItem {
  return {
    kind: 'large',
    object: { key, size: 7, lastModified: 1_700_000_000_123, etag: 'abc', storageClass: 'STANDARD', crc64: '18446744073709551615' },
    destinationKey: `to/${key}`,
    notBefore: 0,
    attempts: 0,
    ...more,
  };
}

export function failedObject(key: string, more: Partial<FailedObject> = {}): FailedObject {
  return { sourceKey: key, destinationKey: `to/${key}`, size: 7, lastModified: 1_700_000_000_123, etag: 'abc', code: 'denied', reason: 'not yours', ...more };
}

export async function claimedRange(ledger: Ledger): Promise<RangeLease> {
  const lease = await ledger.claimRange();
  if (lease === undefined) throw new Error('there is no range to claim');
  return lease;
}

export async function claimedItem(ledger: Ledger, kind?: NewWorkItem['kind']): Promise<ItemLease> {
  const lease = await ledger.claimItem(kind);
  if (lease === undefined) throw new Error('there is no item to claim');
  return lease;
}

/** A ledger of one whole-bucket range, held, into which these items have been committed. */
export async function withItems(ledger: Ledger, items: readonly NewWorkItem[]): Promise<RangeLease> {
  await ledger.seed([wholeBucket]);
  const lease = await claimedRange(ledger);
  await ledger.commitPage(lease, commitTo(after('m'), { items }));
  return lease;
}
