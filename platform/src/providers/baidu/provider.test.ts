import { expect, test } from 'vitest';
import { never } from '../../object-store/contract/fixture.ts';
import { fakeCloud, listAnswer } from '../s3/testing/fake-cloud.ts';
import { baidu } from './provider.ts';

/** "Compatible signature authentication": `<access-key>/<date>/<bos-region>/s3/aws4_request`, signed host, digest and date. */
test('Baidu has its own name of a region in the scope of the signature, and temporary credentials as at Amazon', async () => {
  const { store, seen } = await fakeCloud(baidu, 'bj', () => listAnswer(), { accessKey: '82fa964ae', secretKey: 'sk', securityToken: 'token' });
  await store.list({ prefix: '', from: { kind: 'start' } }, never);
  expect(seen[0]?.headers.authorization).toMatch(/^AWS4-HMAC-SHA256 Credential=82fa964ae\/20260101\/bj\/s3\/aws4_request, SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-security-token, Signature=[0-9a-f]{64}$/);
  expect(seen[0]?.headers['x-amz-security-token']).toBe('token');
});

test.each([['ARCHIVE', true], ['COLD', false], ['MAZ_STANDARD_IA', false]])('Baidu keeps %s objects where they have to be restored first: %s', async (storageClass, archived) => {
  const { store } = await fakeCloud(baidu, 'bj', () => ({ headers: { 'x-amz-storage-class': storageClass } }));
  expect((await store.stat('k', never)).archived).toBe(archived);
  // The fake is no host of Baidu's, beside which the native API would be.
  expect(store.restore).toBeUndefined();
});

test.each([['InvalidHTTPAuthHeader', 400, 'bad-credentials'], ['RequestExpired', 400, 'transient'], ['NoSuchBucket', 404, 'no-bucket']])('Baidu says %s', async (code, status, kind) => {
  const { store } = await fakeCloud(baidu, 'bj', () => ({ status, body: `<Error><Code>${code}</Code><Message>m</Message></Error>` }));
  await expect(store.checkBucket(never)).rejects.toMatchObject({ kind, code });
});
