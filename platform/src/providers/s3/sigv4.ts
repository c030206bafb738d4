/** Signature Version 4 in the Authorization header, as "Authenticating Requests (AWS Signature Version 4)" describes it. */
import { hash } from 'node:crypto';
import { HmacSha256 } from './hmac-sha256.ts';
import type { S3Credentials } from './s3-config.ts';
import type { Header, Signer, SigningRequest } from './signer.ts';

const ALGORITHM = 'AWS4-HMAC-SHA256';
/** The algorithm, a date, a scope and a digest. */
const MAX_STRING_TO_SIGN = 256;
const SIGNED_BESIDES_AMZ: ReadonlySet<string> = new Set(['range', 'date', 'content-md5']);

interface DayKey {
  readonly day: string;
  readonly scope: string;
  readonly hmac: HmacSha256;
}

export class SigV4Signer implements Signer {
  readonly #credentials: S3Credentials;
  readonly #region: string;
  #second = -1;
  /** As `20130524T000000Z`. */
  #date = '';
  #key: DayKey | undefined;

  constructor(credentials: S3Credentials, region: string) {
    this.#credentials = credentials;
    this.#region = region;
  }

  sign(request: SigningRequest, now: number): string {
    const { hmac, scope } = this.#keyAt(now);
    const { canonical, names } = this.#canonicalHeaders(request);
    const digest = hash('sha256', `${request.method}\n${request.path}\n${request.query}\n${canonical}\n${names}\n${request.payload}`, 'hex');
    const signature = hmac.hex(`${ALGORITHM}\n${this.#date}\n${scope}\n${digest}`);
    const { accessKey, securityToken } = this.#credentials;
    const token = securityToken === undefined ? '' : `x-amz-security-token: ${securityToken}\r\n`;
    const authorization = `${ALGORITHM} Credential=${accessKey}/${scope}, SignedHeaders=${names}, Signature=${signature}`;
    return `x-amz-content-sha256: ${request.payload}\r\nx-amz-date: ${this.#date}\r\n${token}authorization: ${authorization}\r\n`;
  }

  #canonicalHeaders({ host, headers, payload }: SigningRequest): { canonical: string; names: string } {
    const { securityToken } = this.#credentials;
    if (securityToken === undefined && !headers.some(isSigned)) {
      return {
        canonical: `host:${host}\nx-amz-content-sha256:${payload}\nx-amz-date:${this.#date}\n`,
        names: 'host;x-amz-content-sha256;x-amz-date',
      };
    }
    const all: Header[] = [['host', host], ['x-amz-content-sha256', payload], ['x-amz-date', this.#date], ...headers.filter(isSigned)];
    if (securityToken !== undefined) all.push(['x-amz-security-token', securityToken]);
    all.sort(([a], [b]) => (a < b ? -1 : 1));
    return {
      canonical: all.map(([name, value]) => `${name}:${value.trim().replace(/ {2,}/g, ' ')}\n`).join(''),
      names: all.map(([name]) => name).join(';'),
    };
  }

  #keyAt(now: number): DayKey {
    const second = Math.floor(now / 1000);
    if (second !== this.#second) {
      this.#second = second;
      this.#date = `${new Date(second * 1000).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
    }
    if (this.#key === undefined || !this.#date.startsWith(this.#key.day)) this.#key = this.#deriveKey(this.#date.slice(0, 8));
    return this.#key;
  }

  #deriveKey(day: string): DayKey {
    let key: Uint8Array = Buffer.from(`AWS4${this.#credentials.secretKey}`, 'utf8');
    for (const part of [day, this.#region, 's3', 'aws4_request']) key = new HmacSha256(key, MAX_STRING_TO_SIGN).bytes(part);
    return { day, scope: `${day}/${this.#region}/s3/aws4_request`, hmac: new HmacSha256(key, MAX_STRING_TO_SIGN) };
  }
}

function isSigned([name]: Header): boolean {
  return name.startsWith('x-amz-') || SIGNED_BESIDES_AMZ.has(name);
}
