/**
 * Why an exchange failed.
 *
 * - `connect`: the name did not resolve, or no connection came about in time.
 * - `tls`: the handshake failed or the certificate is not trusted.
 * - `timeout`: the peer was silent for too long.
 * - `reset`: the connection broke, or ended before the answer did.
 * - `protocol`: the peer does not speak HTTP/1.1 as we know it.
 * - `aborted`: the client was closed, or the body was given up or consumed before.
 * - `stale`: a connection kept from an earlier exchange died before a byte of the answer came. Nothing tells whether
 *   the request was processed; the client sends it once more by itself where it still has the body.
 */
export type HttpErrorKind = 'connect' | 'tls' | 'timeout' | 'reset' | 'protocol' | 'aborted' | 'stale';

/** Thrown for every failed exchange, except that an aborted signal's reason is thrown as it is. */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly kind: HttpErrorKind;

  constructor(kind: HttpErrorKind, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.kind = kind;
  }
}
