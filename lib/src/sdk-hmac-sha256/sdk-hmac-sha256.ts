/**
 * SDK-HMAC-SHA256, the signature of the API request signing guide.
 *
 * The string that is signed covers the method, the path, the query, the named headers and a digest of the body. Signer
 * and verifier share this file; only the verifier knows clocks and keys.
 */
import { createHash, createHmac } from 'node:crypto';
import { percentDecode, percentEncode } from './percent-coding.ts';

export const algorithm = 'SDK-HMAC-SHA256';
/** In place of a digest, for bodies that are not signed. */
export const unsignedPayload = 'UNSIGNED-PAYLOAD';

export interface SignableRequest {
  /** In upper case. */
  readonly method: string;
  /** Path and query as they stand in the request line. */
  readonly target: string;
  /** The value of a header by its name in lower case. */
  readonly header: (name: string) => string | undefined;
  /** Names in lower case, in the order in which they are signed. */
  readonly signedHeaders: readonly string[];
  /** Lower-case hex SHA-256 of the body, or what X-Sdk-Content-Sha256 says. */
  readonly payloadHash: string;
}

/** @param date X-Sdk-Date as it stands, e.g. `20240416T095341Z` */
export function signatureOf(request: SignableRequest, date: string, secretKey: string): string {
  const toSign = [algorithm, date, sha256(canonicalRequest(request))].join('\n');
  return createHmac('sha256', secretKey).update(toSign).digest('hex');
}

export function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

export function canonicalRequest({ method, target, header, signedHeaders, payloadHash }: SignableRequest): string {
  const question = target.indexOf('?');
  const path = question < 0 ? target : target.slice(0, question);
  const query = question < 0 ? '' : target.slice(question + 1);
  const headers = signedHeaders.map((name) => `${name}:${(header(name) ?? '').trim()}\n`).join('');
  return [method, canonicalPath(path), canonicalQuery(query), headers, signedHeaders.join(';'), payloadHash].join('\n');
}

/** Each segment decoded and encoded once; always with a slash at the end. */
function canonicalPath(path: string): string {
  const encoded = path.split('/').map((segment) => percentEncode(percentDecode(segment))).join('/');
  return encoded.endsWith('/') ? encoded : `${encoded}/`;
}

/** Pairs sorted by name, then value, in byte order; a name without a value gets an empty one. */
function canonicalQuery(query: string): string {
  return query.split('&').filter((pair) => pair !== '').map((pair) => {
    const equals = pair.indexOf('=');
    const [name, value] = equals < 0 ? [pair, ''] : [pair.slice(0, equals), pair.slice(equals + 1)];
    return { name: decodeComponent(name), value: decodeComponent(value) };
  }).sort((a, b) => Buffer.compare(a.name, b.name) || Buffer.compare(a.value, b.value))
    .map(({ name, value }) => `${percentEncode(name)}=${percentEncode(value)}`).join('&');
}

function decodeComponent(text: string): Buffer {
  return percentDecode(text.replaceAll('+', ' '));
}

/** `20240416T095341Z`. */
export function formatSdkDate(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`;
}

/** Milliseconds since the epoch; undefined when the text is no X-Sdk-Date. */
export function parseSdkDate(text: string): number | undefined {
  const match = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second] = match;
  const milliseconds = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(milliseconds) || formatSdkDate(milliseconds) !== text ? undefined : milliseconds;
}
