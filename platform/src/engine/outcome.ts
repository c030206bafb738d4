/** What became of one object of a page. */
import { detached } from '@haulier/lib/detached/detached.ts';
import type { FailureKind } from '../object-store/failure.ts';
import type { SkipReason } from './decide.ts';
import type { ListedObject } from '../object-store/object-store.ts';
import type { NewWorkItem } from './ledger/ledger.ts';
import type { TransferOutcome } from './transfer/transfer.ts';

export type Outcome =
  | Extract<TransferOutcome, { readonly kind: 'copied' }>
  /** A worker that died had copied it: it matches now, and did not when that worker began. */
  | { readonly kind: 'recovered' }
  | { readonly kind: 'skipped'; readonly reason: SkipReason }
  | { readonly kind: 'failed'; readonly failure: FailureKind; readonly message: string }
  /** Goes on as a work item. */
  | { readonly kind: 'deferred'; readonly item: NewWorkItem }
  /** One of our own records: no object of the user's. */
  | { readonly kind: 'ignored' };

export const RECOVERED = { kind: 'recovered' } as const satisfies Outcome;
export const IGNORED = { kind: 'ignored' } as const satisfies Outcome;
export const EXISTS = { kind: 'skipped', reason: 'exists' } as const satisfies Outcome;

/** The object goes on as a work item. Its bytes are counted while it waits, which a source that tells no size has none of. */
export function deferred(kind: NewWorkItem['kind'], object: ListedObject, destinationKey: string, notBefore = 0, attempts = 0): Outcome {
  const { key, size, etag } = object;
  // Items outlive the page that their object was listed on.
  const own = { ...object, key: detached(key), etag: etag === undefined ? undefined : detached(etag), size: Math.max(0, size) };
  return { kind: 'deferred', item: { kind, object: own, destinationKey: detached(destinationKey), notBefore, attempts } };
}
