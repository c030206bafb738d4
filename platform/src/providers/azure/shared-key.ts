/** The signature of "Authorize with Shared Key", as versions from 2015-02-21 on make it. */
import { createHmac } from 'node:crypto';
import type { Header } from '../s3/signer.ts';

export interface SharedKeyRequest {
  readonly method: string;
  /** As it is sent, percent-encoded. */
  readonly path: string;
  /** Not encoded. */
  readonly query: readonly (readonly [name: string, value: string])[];
  /** Everything sent besides Host, Content-Length and Authorization; names in lower case. */
  readonly headers: readonly Header[];
  /** Bytes; undefined without a body. */
  readonly contentLength: number | undefined;
}

/** Headers that stand in the string to sign by their place, after the method; the length is the third. */
const BEFORE_LENGTH = ['content-encoding', 'content-language'];
const AFTER_LENGTH = ['content-md5', 'content-type', 'date', 'if-modified-since', 'if-match', 'if-none-match', 'if-unmodified-since', 'range'];

/** The value of the Authorization header. */
export function sharedKey(account: string, key: Uint8Array, request: SharedKeyRequest): string {
  const signature = createHmac('sha256', key).update(stringToSign(account, request), 'utf8').digest('base64');
  return `SharedKey ${account}:${signature}`;
}

export function stringToSign(account: string, { method, path, query, headers, contentLength }: SharedKeyRequest): string {
  const value = (name: string): string => headers.find(([known]) => known === name)?.[1] ?? '';
  const length = contentLength === undefined || contentLength === 0 ? '' : String(contentLength);
  const standard = [method, ...BEFORE_LENGTH.map(value), length, ...AFTER_LENGTH.map(value)].join('\n');
  return `${standard}\n${canonicalHeaders(headers)}/${account}${path}${canonicalQuery(query)}`;
}

function canonicalHeaders(headers: readonly Header[]): string {
  return headers
    .filter(([name]) => name.startsWith('x-ms-'))
    .toSorted(([a], [b]) => compareNames(a, b))
    .map(([name, value]) => `${name}:${value.trim().replace(/\s+/g, ' ')}\n`)
    .join('');
}

function canonicalQuery(query: SharedKeyRequest['query']): string {
  const values = new Map<string, string[]>();
  for (const [name, value] of query) {
    const lower = name.toLowerCase();
    values.set(lower, [...(values.get(lower) ?? []), value]);
  }
  return [...values].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([name, all]) => `\n${name}:${all.toSorted().join(',')}`).join('');
}

/**
 * The service sorts names as its own language environment does, not by bytes: dashes count only between names that are
 * otherwise equal, and an underscore comes before digits and letters. Not in the documentation; Microsoft's own clients do so.
 */
function compareNames(a: string, b: string): number {
  const [weightsA, weightsB] = [weights(a), weights(b)];
  if (weightsA !== weightsB) return weightsA < weightsB ? -1 : 1;
  return a === b ? 0 : a < b ? -1 : 1;
}

function weights(name: string): string {
  return name.replaceAll('-', '').replaceAll('_', '!');
}
