import { algorithm, formatSdkDate, sha256, signatureOf } from './sdk-hmac-sha256.ts';

export interface RequestToSign {
  readonly method: string;
  readonly url: URL;
  /** Headers that are sent and signed besides Host and X-Sdk-Date. */
  readonly headers: Readonly<Record<string, string>>;
  /** Exactly the bytes that are sent; empty when there are none. */
  readonly body: string;
  /** What X-Sdk-Content-Sha256 says, when that header is sent; the body's own digest when absent. */
  readonly payloadHash?: string;
}

export interface SigningKey {
  readonly accessKey: string;
  readonly secretKey: string;
  /** Of a temporary access key. */
  readonly securityToken?: string;
}

/**
 * All headers to send, signature included.
 * @param now milliseconds since the epoch
 */
export function signRequest(request: RequestToSign, key: SigningKey, now: number): Record<string, string> {
  const date = formatSdkDate(now);
  const headers = new Map(Object.entries({
    ...request.headers,
    host: request.url.host,
    'x-sdk-date': date,
    ...(key.securityToken === undefined ? {} : { 'x-security-token': key.securityToken }),
  }).map(([name, value]) => [name.toLowerCase(), value]));
  const signedHeaders = [...headers.keys()].sort();
  const signature = signatureOf({
    method: request.method,
    target: request.url.pathname + request.url.search,
    header: (name) => headers.get(name),
    signedHeaders,
    payloadHash: request.payloadHash ?? sha256(request.body),
  }, date, key.secretKey);
  const authorization = `${algorithm} Access=${key.accessKey}, SignedHeaders=${signedHeaders.join(';')}, Signature=${signature}`;
  return { ...Object.fromEntries(headers), authorization };
}
