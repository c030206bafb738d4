import { hash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { SigningRequest } from './signer.ts';
import { SigV4Signer } from './sigv4.ts';

/** The examples of "Signature Calculations for the Authorization Header" in the Amazon S3 API Reference. */
const credentials = { accessKey: 'AKIAIOSFODNN7EXAMPLE', secretKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' };
const now = Date.parse('2013-05-24T00:00:00Z');
const empty = hash('sha256', '', 'hex');
const base: SigningRequest = { method: 'GET', host: 'examplebucket.s3.amazonaws.com', path: '/', query: '', headers: [], payload: empty };

const examples: readonly [name: string, request: Partial<SigningRequest>, signedHeaders: string, signature: string][] = [
  ['GET Object', { path: '/test.txt', headers: [['range', 'bytes=0-9']] }, 'host;range;x-amz-content-sha256;x-amz-date', 'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41'],
  [
    'PUT Object',
    {
      method: 'PUT',
      path: '/test%24file.text',
      headers: [['date', 'Fri, 24 May 2013 00:00:00 GMT'], ['x-amz-storage-class', 'REDUCED_REDUNDANCY']],
      payload: '44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072',
    },
    'date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class',
    '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd',
  ],
  ['GET Bucket Lifecycle', { query: 'lifecycle=' }, 'host;x-amz-content-sha256;x-amz-date', 'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543'],
  ['GET Bucket (List Objects)', { query: 'max-keys=2&prefix=J' }, 'host;x-amz-content-sha256;x-amz-date', '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7'],
];

describe('a V4 signature', () => {
  test.each(examples)('matches the documented example: %s', (_, request, signedHeaders, signature) => {
    const lines = new SigV4Signer(credentials, 'us-east-1').sign({ ...base, ...request }, now).split('\r\n');
    expect(lines).toContain('x-amz-date: 20130524T000000Z');
    expect(lines).toContain(
      `authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, SignedHeaders=${signedHeaders}, Signature=${signature}`,
    );
  });

  test('signs the token of temporary credentials', () => {
    const signed = new SigV4Signer({ ...credentials, securityToken: 'token' }, 'us-east-1').sign(base, now);
    expect(signed).toContain('\r\nx-amz-security-token: token\r\n');
    expect(signed).toContain('SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-security-token,');
  });

  test('follows the date over midnight', () => {
    const signer = new SigV4Signer(credentials, 'us-east-1');
    const fresh = (at: number): string => new SigV4Signer(credentials, 'us-east-1').sign(base, at);
    for (const at of [now - 1, now, now + 999, now + 1000, now - 86_400_000]) expect(signer.sign(base, at)).toBe(fresh(at));
  });
});
