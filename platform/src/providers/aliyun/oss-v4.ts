/**
 * OSS signature version 4 in the Authorization header.
 *
 * Source: OSS developer reference, "Include a V4 signature in the header (recommended)".
 */
import { hash } from 'node:crypto';
import { HmacSha256 } from '../s3/hmac-sha256.ts';
import type { S3Credentials } from '../s3/s3-config.ts';
import type { Header, Signer, SigningRequest } from '../s3/signer.ts';

const ALGORITHM = 'OSS4-HMAC-SHA256';
const REQUEST = 'aliyun_v4_request';
/** The only value documented: bodies are never part of the signature. */
const PAYLOAD = 'UNSIGNED-PAYLOAD';
/** The algorithm, a date, a scope and a digest. */
const MAX_STRING_TO_SIGN = 256;
/** Signed wherever they are sent; of the rest only what starts with `x-oss-`. */
const SIGNED: ReadonlySet<string> = new Set(['content-md5', 'content-type']);

interface DayKey {
  readonly day: string;
  readonly hmac: HmacSha256;
}

export class OssV4Signer implements Signer {
  readonly #credentials: S3Credentials;
  readonly #region: string;
  readonly #resourcePrefix: string;
  #key: DayKey | undefined;

  /** `region` as `cn-hangzhou`; `resourcePrefix`: `/bucket` where the bucket is in the host name. */
  constructor(credentials: S3Credentials, region: string, resourcePrefix: string) {
    this.#credentials = credentials;
    this.#region = region;
    this.#resourcePrefix = resourcePrefix;
  }

  sign(request: SigningRequest, now: number): string {
    const date = `${new Date(now).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
    const day = date.slice(0, 8);
    const { accessKey, securityToken } = this.#credentials;
    const own: Header[] = [['x-oss-content-sha256', PAYLOAD], ['x-oss-date', date]];
    if (securityToken !== undefined) own.push(['x-oss-security-token', securityToken]);
    const scope = `${day}/${this.#region}/oss/${REQUEST}`;
    const digest = hash('sha256', this.#canonicalRequest(request, own), 'hex');
    const signature = this.#keyOf(day).hex(`${ALGORITHM}\n${date}\n${scope}\n${digest}`);
    return `${own.map(([name, value]) => `${name}: ${value}\r\n`).join('')}authorization: ${ALGORITHM} Credential=${accessKey}/${scope},Signature=${signature}\r\n`;
  }

  #canonicalRequest({ method, path, query, headers }: SigningRequest, own: readonly Header[]): string {
    const signed = [...headers.filter(([name]) => SIGNED.has(name) || name.startsWith('x-oss-')), ...own].toSorted(([a], [b]) => (a < b ? -1 : 1));
    const lines = signed.map(([name, value]) => `${name}:${value.trim()}\n`).join('');
    const parameters = query.split('&').map((pair) => (pair.endsWith('=') ? pair.slice(0, -1) : pair)).join('&');
    // Between the headers and the payload stand the names of further signed headers: none.
    return `${method}\n${this.#resourcePrefix}${path}\n${parameters}\n${lines}\n\n${PAYLOAD}`;
  }

  #keyOf(day: string): HmacSha256 {
    if (this.#key?.day === day) return this.#key.hmac;
    let key: Uint8Array = Buffer.from(`aliyun_v4${this.#credentials.secretKey}`, 'utf8');
    for (const part of [day, this.#region, 'oss', REQUEST]) key = new HmacSha256(key, MAX_STRING_TO_SIGN).bytes(part);
    this.#key = { day, hmac: new HmacSha256(key, MAX_STRING_TO_SIGN) };
    return this.#key.hmac;
  }
}
