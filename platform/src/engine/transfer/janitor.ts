/** Ends multipart uploads that nobody goes on with: their parts cost the user money until they are gone. */
import type { MultipartUploads, ObjectStore, Upload } from '../../object-store/object-store.ts';
import { isFailure } from '../../object-store/failure.ts';
import type { AbandonedUpload, Ledger } from '../ledger/ledger.ts';

export interface Cleaned {
  /** Gone from the store, and forgotten. */
  readonly gone: number;
  /** To be tried again. */
  readonly left: number;
}

/** A part that was under way when its upload was aborted may land afterwards: the abort is then repeated. */
const abortsPerCall = 3;

/**
 * Aborts up to `limit` abandoned uploads and forgets those that the store no longer knows. What cannot be ended now stays
 * recorded for the next call. Rejects only with the signal's reason or with what the ledger throws.
 */
export async function abortAbandoned(ledger: Pick<Ledger, 'abandonedUploads' | 'forgetUpload'>, destination: ObjectStore, signal: AbortSignal, limit = 1_000): Promise<Cleaned> {
  let gone = 0;
  let left = 0;
  for (const abandoned of await ledger.abandonedUploads(limit)) {
    if (await isGone(abandoned, destination, signal)) {
      await ledger.forgetUpload(abandoned.id);
      gone += 1;
    } else {
      left += 1;
    }
  }
  return { gone, left };
}

async function isGone(abandoned: AbandonedUpload, { multipart }: ObjectStore, signal: AbortSignal): Promise<boolean> {
  if (multipart === undefined) return true;
  try {
    let gone = true;
    for (const upload of await uploadsMeant(abandoned, multipart, signal)) gone = (await abortUntilGone(upload, multipart, signal)) && gone;
    return gone;
  } catch (error) {
    signal.throwIfAborted();
    if (!isFailure(error)) throw error;
    return error.kind === 'no-bucket';
  }
}

/**
 * The uploads that an abandoned record stands for. Where only an intent was recorded these are the uploads of exactly
 * that key that were not there before it. When nobody could list those, no upload can be told from somebody else's, and
 * none is touched: the store's own life cycle rule for incomplete uploads has to end it.
 */
async function uploadsMeant({ destinationKey, uploadId, known }: AbandonedUpload, multipart: MultipartUploads, signal: AbortSignal): Promise<readonly Upload[]> {
  if (uploadId !== undefined) return [{ key: destinationKey, uploadId }];
  if (known === undefined) return [];
  return (await multipart.uploadsOf(destinationKey, signal)).filter((upload) => !known.includes(upload.uploadId));
}

async function abortUntilGone(upload: Upload, multipart: MultipartUploads, signal: AbortSignal): Promise<boolean> {
  for (let abort = 0; abort < abortsPerCall; abort++) {
    await multipart.abort(upload, signal);
    try {
      await multipart.partsOf(upload, signal);
    } catch (error) {
      if (isFailure(error, 'absent')) return true;
      // Who may abort but not look takes the answer to the abort for it.
      if (isFailure(error, 'denied', 'unsupported')) return true;
      throw error;
    }
  }
  return false;
}
