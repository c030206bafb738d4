/**
 * The signature of COS in the Authorization header.
 *
 * Source: COS API documentation, "Request Signature" (document 436/7778).
 */
import { createHmac, hash } from 'node:crypto';
import type { S3Credentials } from '../s3/s3-config.ts';
import type { Signer, SigningRequest } from '../s3/signer.ts';

/** A signature names the seconds between which it holds. It begins early, for clocks that run ahead of the store's. */
const EARLIER_SECONDS = 60;
const LATER_SECONDS = 3600;
const SIGNED: ReadonlySet<string> = new Set(['content-md5', 'content-type']);

export class CosSigner implements Signer {
  readonly #credentials: S3Credentials;

  constructor(credentials: S3Credentials) {
    this.#credentials = credentials;
  }

  sign(request: SigningRequest, now: number): string {
    const second = Math.floor(now / 1000);
    const { securityToken } = this.#credentials;
    const token = securityToken === undefined ? '' : `x-cos-security-token: ${securityToken}\r\n`;
    return `${token}authorization: ${cosAuthorization(request, this.#credentials, `${second - EARLIER_SECONDS};${second + LATER_SECONDS}`)}\r\n`;
  }
}

/** `keyTime`: first and last second of its validity, as `1557989151;1557996351`. */
export function cosAuthorization(request: SigningRequest, { accessKey, secretKey }: S3Credentials, keyTime: string): string {
  const parameters = listed(request.query === '' ? [] : request.query.split('&').map((pair) => split(pair)));
  const own = request.headers.filter(([name]) => SIGNED.has(name) || name.startsWith('x-cos-'));
  const headers = listed([['host', encode(request.host)], ...own.map(([name, value]) => [encode(name), encode(value.trim())] as const)]);
  const httpString = `${request.method.toLowerCase()}\n${decodeURIComponent(request.path)}\n${parameters.text}\n${headers.text}\n`;
  const signed = `sha1\n${keyTime}\n${hash('sha1', httpString, 'hex')}\n`;
  const signature = hmac(hmac(secretKey, keyTime), signed);
  return `q-sign-algorithm=sha1&q-ak=${accessKey}&q-sign-time=${keyTime}&q-key-time=${keyTime}&q-header-list=${headers.names}&q-url-param-list=${parameters.names}&q-signature=${signature}`;
}

/** Percent-encoded pairs, as they are signed: names in lower case and in order. */
function listed(pairs: readonly (readonly [name: string, value: string])[]): { readonly text: string; readonly names: string } {
  const sorted = pairs.map(([name, value]) => [name.toLowerCase(), value] as const).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return { text: sorted.map(([name, value]) => `${name}=${value}`).join('&'), names: sorted.map(([name]) => name).join(';') };
}

function split(pair: string): readonly [string, string] {
  const at = pair.indexOf('=');
  return [pair.slice(0, at), pair.slice(at + 1)];
}

function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

function hmac(key: string, text: string): string {
  return createHmac('sha1', key).update(text).digest('hex');
}
