import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { SigningRequest } from './signer.ts';
import { SigV2Signer, stringToSign } from './sigv2.ts';

/** The examples of "Signing and authenticating REST requests", with the bucket in the host name. */
const credentials = { accessKey: 'AKIAIOSFODNN7EXAMPLE', secretKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' };
const base: SigningRequest = { method: 'GET', host: 'johnsmith.s3.amazonaws.com', path: '/', query: '', headers: [], payload: 'UNSIGNED-PAYLOAD' };

const examples: readonly [name: string, request: Partial<SigningRequest>, date: string, signature: string][] = [
  ['Object GET', { path: '/photos/puppy.jpg' }, 'Tue, 27 Mar 2007 19:36:42 +0000', 'bWq2s1WEIj+Ydj0vQ697zp+IXMU='],
  ['Object PUT', { method: 'PUT', path: '/photos/puppy.jpg', headers: [['content-type', 'image/jpeg']] }, 'Tue, 27 Mar 2007 21:15:45 +0000', 'MyyxeRY7whkBe+bq8fHCL/2kKUg='],
  ['List', { query: 'max-keys=50&prefix=photos' }, 'Tue, 27 Mar 2007 19:42:41 +0000', 'htDYFYduRNen8P9ZfE/s9SuKy0U='],
  ['Fetch', { query: 'acl=' }, 'Tue, 27 Mar 2007 19:44:46 +0000', 'c2WLPFtWHVgbEmeEG93a4cG37dM='],
];

describe('a V2 signature', () => {
  test.each(examples)('matches the documented example: %s', (_, request, date, signature) => {
    const text = stringToSign({ ...base, ...request }, date, '/johnsmith');
    expect(createHmac('sha1', credentials.secretKey).update(text).digest('base64')).toBe(signature);
  });

  test('signs x-amz- headers in order and sub-resources alone', () => {
    const headers = [['x-amz-meta-b', ' 2 '], ['content-md5', 'md5'], ['x-amz-meta-a', '1']] as const;
    const text = stringToSign({ ...base, method: 'PUT', path: '/bucket/key', query: 'partNumber=1&prefix=x&uploadId=a%2Bb', headers }, 'date', '');
    expect(text).toBe('PUT\nmd5\n\ndate\nx-amz-meta-a:1\nx-amz-meta-b:2\n/bucket/key?partNumber=1&uploadId=a+b');
  });

  test('is sent with the date it signs', () => {
    const lines = new SigV2Signer({ ...credentials, securityToken: 'token' }, '').sign(base, Date.parse('2013-05-24T00:00:00Z')).split('\r\n');
    expect(lines[0]).toBe('date: Fri, 24 May 2013 00:00:00 GMT');
    expect(lines[1]).toBe('x-amz-security-token: token');
    expect(lines[2]).toMatch(/^authorization: AWS AKIAIOSFODNN7EXAMPLE:[A-Za-z0-9+/]{27}=$/);
  });
});
