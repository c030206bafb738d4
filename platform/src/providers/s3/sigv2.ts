/**
 * Signature Version 2, as "Signing and authenticating REST requests" describes it; older stores know no other, and several
 * clouds sign in the same way under names of their own.
 */
import { createHmac } from 'node:crypto';
import type { S3Credentials } from './s3-config.ts';
import type { Header, Signer, SigningRequest } from './signer.ts';

/** Query parameters that are part of the resource. Others, such as `prefix`, are not signed. */
const SUB_RESOURCES: ReadonlySet<string> = new Set([
  'acl', 'lifecycle', 'location', 'logging', 'notification', 'partNumber', 'policy', 'requestPayment', 'restore', 'tagging',
  'torrent', 'uploadId', 'uploads', 'versionId', 'versioning', 'versions', 'website',
]);

/** What clouds that sign alike call it. */
export interface V2Scheme {
  /** The first word of the Authorization header. */
  readonly name: string;
  /** Of the headers that are signed. */
  readonly prefix: string;
}

const amazonScheme: V2Scheme = { name: 'AWS', prefix: 'x-amz-' };

export class SigV2Signer implements Signer {
  readonly #credentials: S3Credentials;
  readonly #resourcePrefix: string;
  readonly #scheme: V2Scheme;

  /** `resourcePrefix` stands before the path in what is signed: `/bucket` where the bucket is in the host name. */
  constructor(credentials: S3Credentials, resourcePrefix: string, scheme = amazonScheme) {
    this.#credentials = credentials;
    this.#resourcePrefix = resourcePrefix;
    this.#scheme = scheme;
  }

  sign(request: SigningRequest, now: number): string {
    const { accessKey, secretKey, securityToken } = this.#credentials;
    const { name: scheme, prefix } = this.#scheme;
    const date = new Date(now).toUTCString();
    const token: readonly Header[] = securityToken === undefined ? [] : [[`${prefix}security-token`, securityToken]];
    const signed = stringToSign({ ...request, headers: [...request.headers, ...token] }, date, this.#resourcePrefix, prefix);
    const signature = createHmac('sha1', secretKey).update(signed, 'latin1').digest('base64');
    return `date: ${date}\r\n${token.map(([name, value]) => `${name}: ${value}\r\n`).join('')}authorization: ${scheme} ${accessKey}:${signature}\r\n`;
  }
}

/** `date` as the Date header has it. */
export function stringToSign({ method, path, query, headers }: SigningRequest, date: string, resourcePrefix: string, prefix = amazonScheme.prefix): string {
  const own = headers.filter(([name]) => name.startsWith(prefix)).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const ownLines = own.map(([name, value]) => `${name}:${value.trim()}\n`).join('');
  const subResources = query.split('&').filter((pair) => SUB_RESOURCES.has(nameOf(pair)));
  const resource = subResources.length === 0 ? '' : `?${subResources.map(asSigned).join('&')}`;
  return `${method}\n${valueOf(headers, 'content-md5')}\n${valueOf(headers, 'content-type')}\n${date}\n${ownLines}${resourcePrefix}${path}${resource}`;
}

function nameOf(pair: string): string {
  return pair.split('=', 1)[0] ?? '';
}

/** A parameter without a value stands without its `=`. */
function asSigned(pair: string): string {
  return pair.endsWith('=') ? pair.slice(0, -1) : decodeURIComponent(pair);
}

function valueOf(headers: readonly Header[], name: string): string {
  return headers.find(([candidate]) => candidate === name)?.[1] ?? '';
}
