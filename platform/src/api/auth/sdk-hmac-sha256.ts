/** Verifies requests signed with SDK-HMAC-SHA256 (API request signing guide; section 3.2 of the document). */
import { timingSafeEqual } from 'node:crypto';
import { algorithm, parseSdkDate, sha256, signatureOf, unsignedPayload } from '@haulier/lib/sdk-hmac-sha256/sdk-hmac-sha256.ts';
import { AuthenticationError } from './authentication-error.ts';

/** Either way, in milliseconds. */
const maxSkewMs = 15 * 60_000;

export interface SignatureClaim {
  readonly accessKey: string;
  /** In lower case, as signed. */
  readonly signedHeaders: readonly string[];
  /** Lower-case hex. */
  readonly signature: string;
  /** X-Sdk-Date as it stands. */
  readonly date: string;
}

export type HeaderLookup = (name: string) => string | undefined;

export interface ReceivedRequest {
  readonly method: string;
  /** Path and query as they stand in the request line. */
  readonly target: string;
  readonly header: HeaderLookup;
  readonly body: Uint8Array;
}

/**
 * What a request says about its signature; undefined when its Authorization is of another scheme or absent. Throws
 * `malformed` or `clock-skew`; costs no key and no body, so it goes before both.
 * @param now milliseconds since the epoch
 */
export function readClaim(header: HeaderLookup, now: number): SignatureClaim | undefined {
  const authorization = header('authorization');
  if (authorization?.startsWith(`${algorithm} `) !== true) return undefined;
  const match = /^Access=([^,\s]{1,128}), ?SignedHeaders=([^,\s]+), ?Signature=([0-9a-f]{64})$/.exec(authorization.slice(algorithm.length + 1).trim());
  const date = header('x-sdk-date');
  const time = date === undefined ? undefined : parseSdkDate(date);
  const [, accessKey, names, signature] = match ?? [];
  if (accessKey === undefined || names === undefined || signature === undefined || date === undefined || time === undefined) throw new AuthenticationError('malformed');
  const signedHeaders = names.toLowerCase().split(';');
  if (!signedHeaders.includes('x-sdk-date')) throw new AuthenticationError('malformed');
  if (Math.abs(now - time) > maxSkewMs) throw new AuthenticationError('clock-skew');
  return { accessKey, signedHeaders, signature, date };
}

/** Throws `bad-signature`. The comparison takes the same time whatever differs. */
export function verifySignature(claim: SignatureClaim, request: ReceivedRequest, secretKey: string): void {
  const expected = signatureOf({ ...request, signedHeaders: claim.signedHeaders, payloadHash: payloadHashOf(claim, request) }, claim.date, secretKey);
  if (!timingSafeEqual(Buffer.from(expected), Buffer.from(claim.signature))) throw new AuthenticationError('bad-signature');
}

/**
 * The SDKs leave the body of other content types than JSON unsigned. A JSON body is always signed: it says what to do.
 */
function payloadHashOf({ signedHeaders }: SignatureClaim, { header, body }: ReceivedRequest): string {
  const digest = sha256(body);
  const said = signedHeaders.includes('x-sdk-content-sha256') ? header('x-sdk-content-sha256') : undefined;
  if (said === undefined || said === digest) return digest;
  const json = /^application\/(?:[^;]*\+)?json\b/i.test(header('content-type') ?? '');
  if (said !== unsignedPayload || (json && body.byteLength > 0)) throw new AuthenticationError('bad-signature');
  return said;
}
