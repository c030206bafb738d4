/**
 * The signature of Baidu AI Cloud, version 1, in the Authorization header.
 *
 * Source: Baidu AI Cloud, "Generate Authentication String" (Reference, njwvz1yfu).
 */
import { createHmac } from 'node:crypto';
import type { S3Credentials } from '../s3/s3-config.ts';
import type { Header, Signer, SigningRequest } from '../s3/signer.ts';

const VALID_SECONDS = 1800;
const SIGNED: ReadonlySet<string> = new Set(['content-md5', 'content-type']);

export class BceV1Signer implements Signer {
  readonly #credentials: S3Credentials;

  constructor(credentials: S3Credentials) {
    this.#credentials = credentials;
  }

  sign(request: SigningRequest, now: number): string {
    const timestamp = new Date(now).toISOString().replace(/\.\d+/, '');
    const { securityToken } = this.#credentials;
    const added: readonly Header[] = [['x-bce-date', timestamp], ...(securityToken === undefined ? [] : [['x-bce-security-token', securityToken] as const])];
    const authorization = bceAuthorization({ ...request, headers: [...request.headers, ...added] }, this.#credentials, timestamp);
    return `${added.map(([name, value]) => `${name}: ${value}\r\n`).join('')}authorization: ${authorization}\r\n`;
  }
}

/** `timestamp`: the second from which it holds, for half an hour, as `2015-04-27T08:23:49Z`. */
export function bceAuthorization({ method, host, path, query, headers }: SigningRequest, { accessKey, secretKey }: S3Credentials, timestamp: string): string {
  const prefix = `bce-auth-v1/${accessKey}/${timestamp}/${VALID_SECONDS}`;
  const own = headers.filter(([name, value]) => (SIGNED.has(name) || name.startsWith('x-bce-')) && value.trim() !== '');
  const signed = [['host', host] as const, ...own].map(([name, value]) => ({ name, line: `${encode(name)}:${encode(value.trim())}` }));
  const lines = signed.map(({ line }) => line).toSorted().join('\n');
  const names = signed.map(({ name }) => name).toSorted().join(';');
  const parameters = query.split('&').toSorted().join('&');
  const signature = hmac(hmac(secretKey, prefix), `${method}\n${path}\n${parameters}\n${lines}`);
  return `${prefix}/${names}/${signature}`;
}

function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

function hmac(key: string, text: string): string {
  return createHmac('sha256', key).update(text).digest('hex');
}
