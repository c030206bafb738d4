/**
 * Where a bucket and a key are.
 *
 * Paths are built as text and never go through `URL`, which would resolve `.` and `..`, decode `%2e` and turn `\` round:
 * other keys than the ones meant.
 */
import { StoreFailure } from '../../object-store/failure.ts';

export interface Addressing {
  /** Scheme, host and port to connect to. */
  readonly origin: string;
  /** The path of the bucket: `/` or `/bucket`. */
  readonly bucketPath: string;
  /** Put before a key to form its path: `/` or `/bucket/`. */
  readonly keyPrefix: string;
  /** What a V2 signature puts before the path. */
  readonly resourcePrefix: string;
}

/** A certificate for `*.host` is not valid for a bucket with dots, so over TLS such a bucket is always in the path. */
export function addressOf(endpoint: string, bucket: string, style: 'path' | 'virtual-host'): Addressing {
  const url = new URL(endpoint);
  const dottedOverTls = url.protocol === 'https:' && bucket.includes('.');
  if (style === 'path' || dottedOverTls) return { origin: url.origin, bucketPath: `/${bucket}`, keyPrefix: `/${bucket}/`, resourcePrefix: '' };
  return { origin: `${url.protocol}//${bucket}.${url.host}`, bucketPath: '/', keyPrefix: '/', resourcePrefix: `/${bucket}` };
}

const PLAIN = /^[A-Za-z0-9\-._~/]*$/;

/**
 * Percent-encodes every byte of the key's UTF-8 but unreserved characters and `/`. An empty key is refused: its path would
 * be the bucket's own, where PUT makes a bucket and DELETE removes one.
 */
export function encodeKey(key: string): string {
  if (key === '') throw new StoreFailure('bad-key', 'an object has a key of at least one byte');
  return PLAIN.test(key) ? key : encode(key).replaceAll('%2F', '/');
}

/** `pairs` in the order of their names; `name=value&…`, percent-encoded. */
export function encodeQuery(pairs: readonly (readonly [name: string, value: string])[]): string {
  return pairs.map(([name, value]) => `${name}=${encode(value)}`).join('&');
}

function encode(text: string): string {
  try {
    return encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
  } catch (error) {
    throw new StoreFailure('bad-key', `${JSON.stringify(text)} is no well-formed Unicode`, { cause: error });
  }
}
