/** What the steps of one attempt at a large object share. */
import type { ListedObject, MultipartUploads, OpenedObject, StoredObject, UploadedPart, WrittenObject } from '../../object-store/object-store.ts';
import { StoreFailure } from '../../object-store/failure.ts';
import { SidedFailure } from '../sided-failure.ts';
import { destinationGivesMd5, sameSecond, type TransferScope } from './scope.ts';
import type { UploadLedger } from './upload-ledger.ts';
import type { PartPlan } from './parts.ts';
import { compositeMd5 } from './verify.ts';

export interface LargeCopy {
  readonly scope: TransferScope;
  readonly key: string;
  readonly signal: AbortSignal;
  readonly multipart: MultipartUploads;
  readonly ledger: UploadLedger;
  /** The version that every read of this attempt is pinned to. */
  readonly version: StoredObject;
  /** The same, as the outcome shows it. */
  readonly source: ListedObject;
  readonly memory: LargeMemory;
}

/** A part that is there, with digests of the bytes that were read for it, where they were digested. */
export interface DigestedPart {
  readonly part: UploadedPart;
  readonly md5?: string | undefined;
  readonly crc64?: bigint | undefined;
}

/** What one attempt leaves to the next. */
export interface LargeMemory {
  /** Parts of the upload that the latest attempt filled, by number. */
  filled: { readonly uploadId: string; readonly parts: Map<number, DigestedPart> } | undefined;
  /** What the latest complete was sent for. */
  completing: { readonly uploadId: string; readonly copied: CopiedParts } | undefined;
  /** A copy arrived wrong: digest the bytes. */
  distrust: boolean;
  /** What is at the destination's key was completed by us. */
  wrote: boolean;
  /** What our latest complete has made of the key, when it was found to be wrong. */
  wrong: WrittenObject | undefined;
}

/** What is at the destination's upload, with digests of the bytes that were read for it, where they were. */
export interface CopiedParts {
  /** All of them, ascending. */
  readonly parts: readonly UploadedPart[];
  /** Of the shape of a multipart ETag; only when every part's bytes were digested. */
  readonly readMd5?: string | undefined;
  readonly readCrc64?: string | undefined;
  /** The destination copied the parts by itself. */
  readonly serverSide?: boolean;
}

/** The source's multipart ETag, where the destination's would be the same for the same bytes. */
export function comparableEtag(copy: LargeCopy, plan: Pick<PartPlan, 'keepsBoundaries'>): string | undefined {
  const { scope, version } = copy;
  if (!plan.keepsBoundaries || version.keyEncrypted || scope.context.source.traits.etag !== 'md5') return undefined;
  return scope.learned.sourceCompositesMislead ? undefined : compositeMd5(version.etag);
}

export function givesMd5(copy: LargeCopy): boolean {
  return destinationGivesMd5(copy.scope);
}

/** Fails as `changed` when the GET shows another version than the pinned one: not every store honours If-Match. */
export function checkPinned(version: StoredObject, { object }: OpenedObject): void {
  const same = version.etag === undefined || object.etag === undefined ? sameSecond(object, version) : object.etag === version.etag;
  if (!same || object.size !== version.size) throw new SidedFailure(new StoreFailure('changed', 'the source changed while it was copied'), 'source');
}
