import { describe, expect, test } from 'vitest';
import type { SigningRequest } from '../s3/signer.ts';
import { bceAuthorization, BceV1Signer } from './bce-v1.ts';

const credentials = { accessKey: 'my_ak', secretKey: 'my_sk' };
const base: SigningRequest = { method: 'POST', host: 'b.bj.bcebos.com', path: '/key', query: 'restore=', headers: [], payload: '' };

describe('a signature of Baidu AI Cloud', () => {
  /** What Baidu's SDKs for JavaScript and PHP are tested with. */
  test('is that of the SDKs', () => {
    const request: SigningRequest = {
      method: 'PUT', host: 'bce.baidu.com', path: '/v1/bucket/object1', query: 'A=&b=&C=d', headers: [['abc', '123'], ['x-bce-meta-key1', 'ABC']], payload: '',
    };
    expect(bceAuthorization(request, credentials, '2014-06-13T05:57:36Z')).toBe(
      'bce-auth-v1/my_ak/2014-06-13T05:57:36Z/1800/host;x-bce-meta-key1/80c9672aca2ea9af4bb40b9a8ff458d72df94e97d550840727f3a929af271d25',
    );
  });

  test('leaves out headers without a value, and sorts the others by what is signed', () => {
    const signedHeaders = (headers: SigningRequest['headers']): string | undefined => bceAuthorization({ ...base, headers }, credentials, 't').split('/').at(-2);
    expect(signedHeaders([['x-bce-restore-tier', ' '], ['x-bce-restore-days', '3'], ['content-type', 'text/plain'], ['accept-encoding', 'identity']])).toBe('content-type;host;x-bce-restore-days');
  });

  test('is sent with the date and the token that it signs', () => {
    const lines = new BceV1Signer({ ...credentials, securityToken: 'token' }).sign(base, Date.UTC(2026, 0, 1, 2, 3, 4, 567)).split('\r\n');
    expect(lines.slice(0, 2)).toEqual(['x-bce-date: 2026-01-01T02:03:04Z', 'x-bce-security-token: token']);
    expect(lines[2]).toMatch(/^authorization: bce-auth-v1\/my_ak\/2026-01-01T02:03:04Z\/1800\/host;x-bce-date;x-bce-security-token\/[0-9a-f]{64}$/);
  });
});
