/** Signature Version 4 in the Authorization header, as "Authenticating Requests (AWS Signature Version 4)" describes it. */
import { hash } from 'node:crypto';
import { HmacSha256 } from './hmac-sha256.ts';
import type { S3Credentials } from './s3-config.ts';
import type { Header, Signer, SigningRequest } from './signer.ts';

const ALGORITHM = 'AWS4-HMAC-SHA256';
/** Payloads of which there are many requests a second: the empty one and UNSIGNED-PAYLOAD, and some to spare. */
const PAYLOADS_KEPT = 8;
/** The algorithm, a date, a scope and a digest. */
const MAX_STRING_TO_SIGN = 256;
const SIGNED_BESIDES_AMZ: ReadonlySet<string> = new Set(['range', 'date', 'content-md5']);

interface DayKey {
  readonly day: string;
  readonly scope: string;
  readonly hmac: HmacSha256;
}

/** What the requests of one second to one host have in common, apart from their payload. */
interface Frame {
  readonly host: string;
  /** Of the canonical request, what follows the query. */
  readonly canonicalEnd: string;
  /** Of the header lines, what precedes the signature. */
  readonly linesStart: string;
}

export class SigV4Signer implements Signer {
  readonly #credentials: S3Credentials;
  readonly #region: string;
  #second = -1;
  /** As `20130524T000000Z`. */
  #date = '';
  #key: DayKey | undefined;
  /** Of this second and by payload, for requests that sign nothing of their own: nearly all. */
  readonly #frames = new Map<string, Frame>();

  constructor(credentials: S3Credentials, region: string) {
    this.#credentials = credentials;
    this.#region = region;
  }

  sign(request: SigningRequest, now: number): string {
    const { hmac, scope } = this.#keyAt(now);
    const { canonicalEnd, linesStart } = this.#frameOf(request, scope);
    const digest = hash('sha256', `${request.method}\n${request.path}\n${request.query}${canonicalEnd}`, 'hex');
    return `${linesStart}${hmac.hex(`${ALGORITHM}\n${this.#date}\n${scope}\n${digest}`)}\r\n`;
  }

  #frameOf(request: SigningRequest, scope: string): Frame {
    if (request.headers.some(isSigned)) return this.#frame(request, scope);
    const known = this.#frames.get(request.payload);
    if (known?.host === request.host) return known;
    const frame = this.#frame(request, scope);
    if (this.#frames.size < PAYLOADS_KEPT) this.#frames.set(request.payload, frame);
    return frame;
  }

  #frame({ host, headers, payload }: SigningRequest, scope: string): Frame {
    const { accessKey, securityToken } = this.#credentials;
    const { canonical, names } = this.#canonicalHeaders(host, headers, payload);
    const token = securityToken === undefined ? '' : `x-amz-security-token: ${securityToken}\r\n`;
    const authorization = `${ALGORITHM} Credential=${accessKey}/${scope}, SignedHeaders=${names}, Signature=`;
    return {
      host,
      canonicalEnd: `\n${canonical}\n${names}\n${payload}`,
      linesStart: `x-amz-content-sha256: ${payload}\r\nx-amz-date: ${this.#date}\r\n${token}authorization: ${authorization}`,
    };
  }

  #canonicalHeaders(host: string, headers: readonly Header[], payload: string): { canonical: string; names: string } {
    const { securityToken } = this.#credentials;
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
      this.#frames.clear();
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
