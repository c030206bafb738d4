/**
 * What can go wrong at an object store, in the product's own words.
 *
 * A provider classifies an answer or an I/O error once, here at its edge; retrying, error codes of the API and the
 * list of failed objects all read the `kind` and never look at a cloud's own codes again.
 */
export type FailureKind =
  /** The object (or upload) is not there. */
  | 'absent'
  /** The bucket is not there. */
  | 'no-bucket'
  /** The keys are right and may not do this. */
  | 'denied'
  /** The access key is unknown, the signature is wrong or the account is suspended. */
  | 'bad-credentials'
  /** A temporary credential is past its time. */
  | 'expired-credentials'
  /** The store asks for fewer requests (SlowDown, 429, 503). */
  | 'throttled'
  /** A reset, a time-out, a 5xx: the same request may succeed later. */
  | 'transient'
  /** The endpoint could not be found or connected to, or its certificate is not trusted. */
  | 'unreachable'
  /** One of many servers behind a store cannot be connected to now. Its objects are put off; those of the others go on. */
  | 'server-away'
  /** One of many servers behind a store has not been there for a while, when others were. Never retried: only its own objects fail. */
  | 'no-server'
  /** A condition on the object's version (If-Match, If-None-Match) did not hold. */
  | 'changed'
  /** What arrived is not what was sent: a length, digest or range that does not match. */
  | 'corrupt'
  /** The destination has no room or quota left. */
  | 'full'
  /** The object is archived and must be restored before it can be read. */
  | 'archived'
  /** The store refuses this key's name, length or metadata. */
  | 'bad-key'
  /** The bucket lives elsewhere; `hint` names the region where the store told it. */
  | 'wrong-region'
  /** The store cannot do what was asked. */
  | 'unsupported'
  /** The store was asked to encrypt with its key service and has not: what it took was removed again. */
  | 'unencrypted'
  /** An answer that follows no protocol we know. Never retried. */
  | 'protocol';

export interface FailureDetails {
  /** The store's own code, e.g. `NoSuchKey`; for people, never for decisions. */
  readonly code?: string;
  readonly status?: number;
  /** The store's request id, for its support. */
  readonly requestId?: string;
  /** How long the store asked us to wait, in milliseconds (Retry-After). */
  readonly retryAfterMs?: number;
  /** The region a `wrong-region` answer named. */
  readonly hint?: string;
  /** What an `unsupported` request lacked, where the store told: with it the store will take it. */
  readonly wants?: 'content-md5';
  /** What of the request the store named in its refusal. */
  readonly about?: 'encryption';
  readonly cause?: unknown;
}

/** Thrown by every ObjectStore operation. The message names what was attempted and on which key, never a secret. */
export class StoreFailure extends Error {
  override readonly name = 'StoreFailure';
  readonly kind: FailureKind;
  readonly code: string | undefined;
  readonly status: number | undefined;
  readonly requestId: string | undefined;
  readonly retryAfterMs: number | undefined;
  readonly hint: string | undefined;
  readonly wants: FailureDetails['wants'] | undefined;
  readonly about: FailureDetails['about'] | undefined;

  constructor(kind: FailureKind, message: string, details: FailureDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.kind = kind;
    this.code = details.code;
    this.status = details.status;
    this.requestId = details.requestId;
    this.retryAfterMs = details.retryAfterMs;
    this.hint = details.hint;
    this.wants = details.wants;
    this.about = details.about;
  }
}

/** Failures after which the very same request may succeed, within seconds. */
export function isRetryable(kind: FailureKind): boolean {
  return kind === 'throttled' || kind === 'transient' || kind === 'unreachable';
}

export function isFailure(error: unknown, ...kinds: readonly FailureKind[]): error is StoreFailure {
  return error instanceof StoreFailure && (kinds.length === 0 || kinds.includes(error.kind));
}
