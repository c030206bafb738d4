/** Encryption with the store's key service: nothing stays in a bucket unencrypted because a store took no notice. */
import { isFailure, isRetryable, StoreFailure } from '../../object-store/failure.ts';
import type { WriteOptions } from '../../object-store/object-store.ts';
import type { ObjectHeaders } from './vocabulary.ts';

/** What an answer tells in its headers. */
interface Answer {
  header(name: string): string | undefined;
}

export interface KeyServiceRequest<T extends { readonly answer: Answer }> {
  /** For messages: what is attempted, and on what. */
  readonly attempted: string;
  readonly encryption: WriteOptions['encryption'];
  readonly headers: ObjectHeaders;
  readonly send: () => Promise<T>;
  /** Takes back what the store has done unencrypted. */
  readonly undo: (done: T, signal: AbortSignal) => Promise<void>;
}

/** Taking back is not given up with the rest: what stayed would later pass for migrated. */
const UNDO_MS = 30_000;

/**
 * Sends a request whose answer has to say that the key service was used, where it was asked to be.
 *
 * @throws StoreFailure `unencrypted` when it does not, after an attempt to take back what was done, or when the store
 * refuses the request for its encryption; other failures as they are.
 */
export async function withKeyService<T extends { readonly answer: Answer }>({ attempted, encryption, headers, send, undo }: KeyServiceRequest<T>): Promise<T> {
  if (encryption === undefined) return send();
  const done = await send().catch((error: unknown) => {
    throw isFailure(error) && refusesEncryption(error) ? new StoreFailure('unencrypted', error.message, { cause: error }) : error;
  });
  if (saysEncrypted(done.answer, headers)) return done;
  const left = await undo(done, AbortSignal.timeout(UNDO_MS)).then(() => 'what it took was removed again', (error: unknown) => `what it took could not be removed, remove it: ${messageOf(error)}`);
  throw new StoreFailure('unencrypted', `${attempted}: the store does not say that it has encrypted with its key service; ${left}`);
}

/** A value may say more than was asked for, such as `aws:kms:dsse`. */
function saysEncrypted(answer: Answer, { vocabulary: { prefix, kms }, alsoPrefix = prefix }: ObjectHeaders): boolean {
  const told = answer.header(`${prefix}server-side-encryption`) ?? answer.header(`${alsoPrefix}server-side-encryption`) ?? '';
  return told.toLowerCase().startsWith(kms.value.toLowerCase());
}

/** A key that may not be used stays `denied`. NotImplemented says of some header that the store does not know it. */
function refusesEncryption({ kind, code, about }: StoreFailure): boolean {
  if (kind === 'denied' || isRetryable(kind)) return false;
  return about === 'encryption' || code === 'NotImplemented';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
