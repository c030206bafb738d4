/**
 * Copies one object and proves that it arrived. The engine's ranges and items call this and know nothing of requests.
 */
import type { ListedObject, ObjectStore } from '../../object-store/object-store.ts';
import type { FailureKind } from '../../object-store/failure.ts';
import type { MigrationPlan } from '../plan.ts';
import type { ItemLease, UploadRecord } from '../ledger/ledger.ts';

/** What proved the copy, recorded with each success. */
export type Proof =
  /** The destination's ETag equals the source's, both digests of the content (also of equal part boundaries). */
  | 'etag'
  /** The MD5 of the bytes read equals the destination's ETag. */
  | 'md5'
  | 'crc64'
  /** The store copied by itself and its answer or a stat confirms size and version. */
  | 'server-side'
  /** Size and modification time only. */
  | 'size-and-time'
  | 'none';

export type TransferOutcome =
  | { readonly kind: 'copied'; /** As read, newer than listed if it changed in between. */ readonly source: ListedObject; readonly destinationEtag: string | undefined; readonly proof: Proof }
  /** The destination took an object of that key since it was listed and the plan says `never`: nothing was written. */
  | { readonly kind: 'exists' }
  /** Only from `copyObject`: it has grown past `largeFrom`, or its source tells no length and more came than one request takes. Give it to `copyLarge`. */
  | { readonly kind: 'large'; readonly source: ListedObject }
  /** `retryable`: worth another attempt later. `fatal`: no object of this migration can succeed (no bucket, bad keys, full …). */
  | { readonly kind: 'failed'; readonly failure: FailureKind; readonly severity: 'object' | 'retryable' | 'fatal'; readonly side: 'source' | 'destination'; readonly message: string; /** How long the store asked to be left alone. */ readonly retryAfterMs?: number };

export interface TransferContext {
  readonly source: ObjectStore;
  readonly destination: ObjectStore;
  readonly plan: MigrationPlan;
  /** Waits for the task's bandwidth; undefined when there is nothing to wait for. Bytes that the store copies by itself count too. */
  readonly bandwidth: { take(bytes: number, signal: AbortSignal): Promise<void> | undefined };
  readonly clock: Clock;
}

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** The durable side of a multipart copy: `Ledger` bound to one item's lease. */
export interface UploadJournal {
  readonly current: UploadRecord | undefined;
  record(upload: UploadRecord): Promise<void>;
  abandon(): Promise<void>;
}

export interface Transfer {
  /** Objects of more bytes than this become `large` work items. */
  readonly largeFrom: number;
  copyObject(object: ListedObject, destinationKey: string, signal: AbortSignal): Promise<TransferOutcome>;
  /** Goes on with `journal.current` where that upload is still there and the source unchanged. */
  copyLarge(item: Pick<ItemLease, 'object' | 'destinationKey'>, journal: UploadJournal, signal: AbortSignal): Promise<TransferOutcome>;
}
