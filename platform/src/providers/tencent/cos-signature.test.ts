import { describe, expect, test } from 'vitest';
import type { SigningRequest } from '../s3/signer.ts';
import { cosAuthorization, CosSigner } from './cos-signature.ts';

const base: SigningRequest = { method: 'PUT', host: 'examplebucket-1250000000.cos.ap-beijing.myqcloud.com', path: '/', query: '', headers: [], payload: '' };

describe('a COS signature', () => {
  /** What Tencent's SDK for Go is tested with. */
  test('is that of the SDK', () => {
    const request: SigningRequest = {
      ...base,
      host: 'testbucket-125000000.cos.ap-guangzhou.myqcloud.com',
      path: '/testfile2',
      headers: [['x-cos-content-sha1', 'db8ac1c259eb89d4a131b253bacfca5f319d54f2'], ['x-cos-stroage-class', 'nearline']],
    };
    const credentials = { accessKey: 'QmFzZTY0IGlzIGEgZ2VuZXJp', secretKey: 'AKIDZfbOA78asKUYBcXFrJD0a1ICvR98JM' };
    expect(cosAuthorization(request, credentials, '1480932292;1481012292')).toBe(
      'q-sign-algorithm=sha1&q-ak=QmFzZTY0IGlzIGEgZ2VuZXJp&q-sign-time=1480932292;1481012292&q-key-time=1480932292;1481012292'
      + '&q-header-list=host;x-cos-content-sha1;x-cos-stroage-class&q-url-param-list=&q-signature=ce4ac0ecbcdb30538b3fee0a97cc6389694ce53a',
    );
  });

  test('covers the decoded path and lower-case parameters', () => {
    const credentials = { accessKey: 'ak', secretKey: 'sk' };
    const signed = cosAuthorization({ ...base, path: '/a%20b', query: 'partNumber=1&uploadId=a%2Bb' }, credentials, '1;2');
    expect(signed).toContain('&q-header-list=host&q-url-param-list=partnumber;uploadid&');
    // HMAC-SHA1 of "put\n/a b\npartnumber=1&uploadid=a%2Bb\nhost=…\n" by the documented steps, with OpenSSL.
    expect(signed).toMatch(/q-signature=12394e29077626557124ca30dab6acbc1150a3d9$/);
  });

  test('carries the token of temporary credentials and holds for an hour', () => {
    const signed = new CosSigner({ accessKey: 'ak', secretKey: 'sk', securityToken: 'token' }).sign(base, 1_557_989_211_000);
    expect(signed).toMatch(/^x-cos-security-token: token\r\nauthorization: q-sign-algorithm=sha1&q-ak=ak&q-sign-time=1557989151;1557992811&q-key-time=1557989151;1557992811&/);
  });
});
