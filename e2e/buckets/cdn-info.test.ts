/** What a CDN has of a bucket, asked of the real server: nginx with a cache, in front of a bucket that everybody may read. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { ObjectStore } from '@haulier/platform/object-store/object-store.ts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openRgwStore } from '../durability/world.ts';
import { startCdn, type TestCdn } from '../stores/cdn.ts';
import { makeBucket, signedBy, startRgw, type Rgw } from '../stores/rgw.ts';
import { ask, signIn, type Answer } from '../support/iam.ts';
import { createInstallation, freePort, type TestInstallation } from '../support/serve.ts';
import { putObject } from '../url-list/list-tasks.ts';

const run = promisify(execFile);
const names = ['a/1', 'a/2 +', 'b/refused', 'b/stale', ...Array.from({ length: 12 }, (_, index) => `many/${index}`)];

let rgw: Rgw;
let bucket: string;
let source: ObjectStore;
let cdn: TestCdn;
let installation: TestInstallation;
let token: string;

beforeAll(async () => {
  rgw = await startRgw();
  const [user] = rgw.users;
  bucket = await makeBucket(rgw, user);
  const policy = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: `arn:aws:s3:::${bucket}/*` }] });
  await run('curl', ['--silent', '--show-error', '--fail', ...signedBy(user), '--request', 'PUT', '--data-binary', policy, `${rgw.endpoint}/${bucket}?policy=`]);
  source = openRgwStore(rgw, user, bucket);
  for (const name of names) await putObject(source, name, `content of ${name}`, { user: {} });
  cdn = await startCdn(`${rgw.endpoint}/${bucket}`, ({ target }) => target !== '/b/refused');
  installation = await createInstallation({ config: { regions: [{ cloud: 'AWS', region: 'rgw', endpoint: rgw.endpoint }, { cloud: 'Aliyun', region: 'rgw', endpoint: rgw.endpoint, signature: 'v4' }] } });
  await installation.serve();
  token = await signIn(installation.url, installation.account);
}, 900_000);

afterAll(async () => {
  await installation.remove();
  await cdn.stop();
  await source.close();
});

function info(changes: object = {}, through: object = {}): Promise<Answer> {
  const [{ accessKey, secretKey }] = rgw.users;
  const access = { protocol: 'http', domain: cdn.domain, authentication_type: 'NONE', ...through };
  const body = { ak: accessKey, sk: secretKey, cloud_type: 'AWS', region: 'rgw', bucket, source_cdn: access, ...changes };
  return ask(installation.url, 'POST', `/v2/${installation.account.projectId}/objectstorage/buckets/cdn-info`, { token, body });
}

const good = (key: string) => ({ key, is_etag_matching: true, is_object_existing: true });
const missing = (key: string) => ({ key, is_etag_matching: false, is_object_existing: false });

it('finds the objects of a prefix at the CDN, the same as at the source', async () => {
  expect(await info({ prefix: { keys: ['a/'] } })).toMatchObject({ status: 200, body: { is_same_cloud_type: false, is_download_available: true, checked_keys: [good('a/1'), good('a/2 +')] } });
});

it('looks at ten objects of a prefix, and of the bucket where none is named', async () => {
  for (const prefix of [{ prefix: { keys: ['many/'] } }, {}]) expect((await info(prefix)).body).toMatchObject({ checked_keys: { length: 10 } });
});

it('tells what the CDN refuses, what it has another version of, and what is nowhere', async () => {
  await fetch(`http://${cdn.domain}/b/stale`).then((answer) => answer.text());
  await putObject(source, 'b/stale', 'another content', { user: {} });
  expect((await info({ prefix: { keys: ['b/', 'none/'] } })).body).toEqual({
    is_same_cloud_type: false, is_download_available: false, checked_keys: expect.arrayContaining([missing('b/refused'), { key: 'b/stale', is_etag_matching: false, is_object_existing: true }, missing('none/')]) as unknown,
  });
});

it('knows by its authentication whose CDN it is', async () => {
  expect(await info({ cloud_type: 'Aliyun', prefix: { keys: ['a/'] } }, { authentication_type: 'ALIYUN_OSS_C', authentication_key: 'cdn-key' })).toMatchObject({ status: 200, body: { is_same_cloud_type: true } });
});

it('answers also for a CDN where nobody listens', async () => {
  expect((await info({ prefix: { keys: ['a/'] } }, { domain: `127.0.0.1:${await freePort()}` })).body).toEqual({ is_same_cloud_type: false, is_download_available: false, checked_keys: [missing('a/1'), missing('a/2 +')] });
});

it.each<[string, object, object, string]>([
  ['a wrong key of the source', { sk: 'wrong' }, {}, 'OMS.1016'],
  ['no bucket', { bucket: 'no-such-bucket' }, {}, 'OMS.1018'],
  ['no region', { region: 'nowhere' }, {}, 'OMS.0079'],
  ['no CDN', { source_cdn: undefined }, {}, 'OMS.1004'],
  ['a cloud without CDNs', { cloud_type: 'Google' }, {}, 'OMS.1003'],
  ['a key that is missing', {}, { authentication_type: 'TENCENT_COS_A' }, 'OMS.1032'],
  ['a key that no URL carries', {}, { authentication_type: 'TENCENT_COS_A', authentication_key: 'a b' }, 'OMS.1032'],
  ['a domain that is none', {}, { domain: 'a/b' }, 'OMS.0081'],
  ['too many prefixes', { prefix: { keys: Array.from({ length: 101 }, () => 'a') } }, {}, 'OMS.1003'],
])('refuses %s', async (_, changes, through, code) => {
  expect(await info(changes, through)).toMatchObject({ status: 400, body: { error_code: code } });
});
