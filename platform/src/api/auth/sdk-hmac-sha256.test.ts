import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { signRequest } from '@haulier/lib/sdk-hmac-sha256/sign-request.ts';
import { sha256 } from '@haulier/lib/sdk-hmac-sha256/sdk-hmac-sha256.ts';
import { AuthenticationError } from './authentication-error.ts';
import { readClaim, verifySignature, type ReceivedRequest } from './sdk-hmac-sha256.ts';

const now = Date.UTC(2026, 3, 16, 9, 53, 41);
const key = { accessKey: 'AK', secretKey: 'secret' };

interface Sent {
  readonly method: string;
  readonly url: URL;
  readonly headers: Record<string, string>;
  readonly body: string;
}

function send(sent: Sent): ReceivedRequest {
  const headers = signRequest(sent, key, now);
  return { method: sent.method, target: sent.url.pathname + sent.url.search, header: (name) => headers[name], body: Buffer.from(sent.body) };
}

/** `accepted`, or why not. */
function verdict(request: ReceivedRequest, secretKey = key.secretKey, at = now): string {
  try {
    const claim = readClaim(request.header, at);
    if (claim === undefined) return 'unsigned';
    verifySignature(claim, request, secretKey);
    return 'accepted';
  } catch (error) {
    if (error instanceof AuthenticationError) return error.failure;
    throw error;
  }
}

const method = fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'PATCH');
const name = fc.string({ unit: 'grapheme', maxLength: 12 });
const sentRequest: fc.Arbitrary<Sent> = fc.record({
  method,
  path: fc.array(name, { maxLength: 5 }),
  query: fc.array(fc.tuple(name, name), { maxLength: 6 }),
  headers: fc.dictionary(fc.stringMatching(/^x-[a-z]{1,8}$/), fc.stringMatching(/^[ -~]*$/), { maxKeys: 3 }),
  body: fc.string({ unit: 'binary' }),
}).map(({ method: verb, path, query, headers, body }) => {
  const url = new URL(`https://oms.example:8642/${path.map(encodeURIComponent).join('/')}`);
  url.search = new URLSearchParams(query).toString();
  return { method: verb, url, headers, body };
});

describe('a signature', () => {
  test('is accepted for any method, path, query, headers and body', () => {
    fc.assert(fc.property(sentRequest, (sent) => { expect(verdict(send(sent))).toBe('accepted'); }));
  });

  test('is refused when anything that it covers was changed', () => {
    fc.assert(fc.property(sentRequest, method, fc.string({ minLength: 1 }), (sent, otherMethod, extra) => {
      const request = send(sent);
      if (otherMethod !== sent.method) expect(verdict({ ...request, method: otherMethod })).toBe('bad-signature');
      expect(verdict({ ...request, body: Buffer.concat([request.body, Buffer.from(extra)]) })).toBe('bad-signature');
      expect(verdict({ ...request, target: `/more${request.target}` })).toBe('bad-signature');
      expect(verdict({ ...request, target: `${request.target}${request.target.includes('?') ? '&' : '?'}more=1` })).toBe('bad-signature');
      expect(verdict({ ...request, header: (header) => (header === 'host' ? 'other.example' : request.header(header)) })).toBe('bad-signature');
      expect(verdict(request, 'other')).toBe('bad-signature');
    }));
  });

  const plain = (): ReceivedRequest => send({ method: 'GET', url: new URL('https://h/v2'), headers: {}, body: '' });

  test.each([[-15 * 60_000, 'accepted'], [15 * 60_000, 'accepted'], [-15 * 60_000 - 1000, 'clock-skew'], [15 * 60_000 + 1000, 'clock-skew'], [24 * 3_600_000, 'clock-skew']])('is, %i ms away, %s', (skew, expected) => {
    expect(verdict(plain(), key.secretKey, now + skew)).toBe(expected);
  });

  test.each([
    [undefined, 'unsigned'],
    ['Bearer x', 'unsigned'],
    ['SDK-HMAC-SHA256', 'unsigned'],
    ['SDK-HMAC-SHA256 ', 'malformed'],
    ['SDK-HMAC-SHA256 Access=AK, SignedHeaders=host;x-sdk-date, Signature=xyz', 'malformed'],
    [`SDK-HMAC-SHA256 Access=, SignedHeaders=x-sdk-date, Signature=${'0'.repeat(64)}`, 'malformed'],
    [`SDK-HMAC-SHA256 Access=AK, SignedHeaders=host, Signature=${'0'.repeat(64)}`, 'malformed'],
    [`SDK-HMAC-SHA256 Access=AK, SignedHeaders=x-sdk-date, Signature=${'0'.repeat(64)}`, 'bad-signature'],
    [`SDK-HMAC-SHA256 Access=AK,SignedHeaders=x-sdk-date,Signature=${'0'.repeat(64)}`, 'bad-signature'],
  ])('in the header %j is %s', (authorization, expected) => {
    const request = plain();
    expect(verdict({ ...request, header: (header) => (header === 'authorization' ? authorization : request.header(header)) })).toBe(expected);
  });

  test.each(['', 'yesterday', '20260416', '2026-04-16T09:53:41Z'])('with X-Sdk-Date %j is malformed', (date) => {
    const request = plain();
    expect(verdict({ ...request, header: (header) => (header === 'x-sdk-date' ? date : request.header(header)) })).toBe('malformed');
  });
});

describe('a body that is not signed', () => {
  const unsigned = (type: string, body: string): ReceivedRequest => {
    const headers: Record<string, string> = { 'x-sdk-content-sha256': 'UNSIGNED-PAYLOAD', 'content-type': type };
    const sent = { method: 'POST', url: new URL('https://h/v2'), headers, body };
    return sendWithHash(sent, 'UNSIGNED-PAYLOAD');
  };

  test.each([
    ['application/octet-stream', 'bytes', 'accepted'],
    ['application/json', '', 'accepted'],
    ['application/json', '{}', 'bad-signature'],
    ['application/json; charset=utf-8', '{}', 'bad-signature'],
    ['application/merge-patch+json', '{}', 'bad-signature'],
  ])('of type %s holding %j is %s', (type, body, expected) => {
    expect(verdict(unsigned(type, body))).toBe(expected);
  });

  test('cannot hide behind a wrong digest', () => {
    const headers = { 'x-sdk-content-sha256': sha256('other') };
    expect(verdict(sendWithHash({ method: 'POST', url: new URL('https://h/v2'), headers, body: '{}' }, sha256('other')))).toBe('bad-signature');
  });
});

/** Signs as the SDKs do when they put something else in the place of the body's digest. */
function sendWithHash(sent: Sent, payloadHash: string): ReceivedRequest {
  const headers = signRequest({ ...sent, payloadHash }, key, now);
  return { method: sent.method, target: sent.url.pathname + sent.url.search, header: (name) => headers[name], body: Buffer.from(sent.body) };
}
