/** Name in lower case, value. */
export type Header = readonly [name: string, value: string];

export interface SigningRequest {
  readonly method: string;
  readonly host: string;
  /** As it is sent: percent-encoded once, not normalised. */
  readonly path: string;
  /** Percent-encoded `name=value` pairs in the order of their names, joined by `&`; empty for none. */
  readonly query: string;
  /** What is sent besides Host and Content-Length. */
  readonly headers: readonly Header[];
  /** Lower-case hex SHA-256 of the body, or `UNSIGNED-PAYLOAD`. */
  readonly payload: string;
}

export interface Signer {
  /** The header lines that sign this request at this time (milliseconds since the epoch). */
  sign(request: SigningRequest, now: number): string;
}
