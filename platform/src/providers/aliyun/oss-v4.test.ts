import { describe, expect, test } from 'vitest';
import type { SigningRequest } from '../s3/signer.ts';
import { OssV4Signer } from './oss-v4.ts';

/** The request that Alibaba Cloud's own SDKs are tested with; a header outside the signature is sent along. */
const request: SigningRequest = {
  method: 'PUT',
  host: 'bucket.oss-cn-hangzhou.aliyuncs.com',
  path: '/1234%2B-/123/1.txt',
  query: '%2Bparam1=value3&%2Bparam2=&%7Cparam1=value4&%7Cparam2=&param1=value1&param2=',
  headers: [['x-oss-head1', 'value'], ['abc', 'value'], ['zabc', 'value'], ['xyz', 'value'], ['content-type', 'text/plain']],
  payload: 'UNSIGNED-PAYLOAD',
};
const credentials = { accessKey: 'ak', secretKey: 'sk' };

describe('an OSS signature', () => {
  test('is that of the SDKs', () => {
    const lines = new OssV4Signer(credentials, 'cn-hangzhou', '/bucket').sign(request, 1_702_743_657_000).split('\r\n');
    expect(lines).toEqual([
      'x-oss-content-sha256: UNSIGNED-PAYLOAD',
      'x-oss-date: 20231216T162057Z',
      'authorization: OSS4-HMAC-SHA256 Credential=ak/20231216/cn-hangzhou/oss/aliyun_v4_request,Signature=e21d18daa82167720f9b1047ae7e7f1ce7cb77a31e8203a7d5f4624fa0284afe',
      '',
    ]);
  });

  test('covers the token of temporary credentials', () => {
    const signed = new OssV4Signer({ ...credentials, securityToken: 'token' }, 'cn-hangzhou', '/bucket').sign(request, 1_702_784_856_000);
    expect(signed).toContain('x-oss-security-token: token\r\n');
    expect(signed).toContain('Credential=ak/20231217/cn-hangzhou/oss/aliyun_v4_request,Signature=b94a3f999cf85bcdc00d332fbd3734ba03e48382c36fa4d5af5df817395bd9ea');
  });

  test('follows the date over midnight', () => {
    const signer = new OssV4Signer(credentials, 'cn-hangzhou', '');
    for (const at of [1_702_771_199_000, 1_702_771_200_000, 1_702_743_657_000]) {
      expect(signer.sign(request, at)).toBe(new OssV4Signer(credentials, 'cn-hangzhou', '').sign(request, at));
    }
  });
});
