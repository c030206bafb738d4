/** What the dialects say that no store of the tests can be made to ask for; the rest is in e2e/clouds/. */
import { describe, expect, test } from 'vitest';
import type { FailureKind } from '../../object-store/failure.ts';
import { storageTiers } from '../../object-store/storage-tier.ts';
import { aliyun } from '../aliyun/provider.ts';
import { aws } from '../aws/provider.ts';
import type { CloudProvider, ProviderRuntime } from '../cloud-provider.ts';
import { huawei } from '../huawei/provider.ts';
import { kingsoft } from '../kingsoft/provider.ts';
import type { RegionEntry } from '../region-catalogue.ts';
import { tencent } from '../tencent/provider.ts';
import { fakeStore, type FakeAnswer, type FakeStore } from './testing/fake-store.ts';

const never = new AbortController().signal;
const runtime: ProviderRuntime = { clock: { now: () => 0 }, uniqueName: () => '', resolve: () => '127.0.0.1' };
const credentials = { accessKey: 'ak', secretKey: 'sk' };
const clouds: readonly (readonly [string, CloudProvider])[] = [['AWS', aws], ['HEC', huawei], ['Aliyun', aliyun], ['Tencent', tencent], ['KingsoftCloud', kingsoft]];

function entryOn(fake: FakeStore, signature: RegionEntry['signature'], host = '127.0.0.1'): RegionEntry {
  return { cloud: 'Cloud', region: 'here', endpoint: fake.endpoint.replace('127.0.0.1', host), addressing: 'path', signature };
}

async function asked(provider: CloudProvider, signature: 'v4' | 'native', prefix: string, storageClass: string, days: number): Promise<string | undefined> {
  const fake = await fakeStore(({ method }) => (method === 'HEAD' ? { headers: { [`${prefix}storage-class`]: storageClass, ...(storageClass === 'INTELLIGENT_TIERING' ? { [`${prefix}archive-status`]: 'ARCHIVE_ACCESS' } : {}) } } : { status: 202 }));
  const store = provider.openStore(entryOn(fake, signature), { bucket: 'b', credentials, runtime });
  expect(await store.restore?.request('k', days, never)).toBe('requested');
  await store.close();
  return fake.seen[1]?.body;
}

describe('a restore', () => {
  const standard = '<GlacierJobParameters><Tier>Standard</Tier></GlacierJobParameters>';
  test.each<[string, CloudProvider, 'v4' | 'native', string, string, number, string]>([
    ['AWS', aws, 'v4', 'x-amz-', 'DEEP_ARCHIVE', 500, `<RestoreRequest><Days>500</Days>${standard}</RestoreRequest>`],
    ['AWS', aws, 'v4', 'x-amz-', 'INTELLIGENT_TIERING', 5, `<RestoreRequest>${standard}</RestoreRequest>`],
    ['HEC', huawei, 'native', 'x-obs-', 'COLD', 31, '<RestoreRequest><Days>30</Days></RestoreRequest>'],
    ['HEC', huawei, 'v4', 'x-amz-', 'GLACIER', 3, '<RestoreRequest><Days>3</Days></RestoreRequest>'],
    ['Aliyun', aliyun, 'native', 'x-oss-', 'Archive', 8, '<RestoreRequest><Days>7</Days></RestoreRequest>'],
    ['Aliyun', aliyun, 'native', 'x-oss-', 'ColdArchive', 400, '<RestoreRequest><Days>365</Days></RestoreRequest>'],
    ['Tencent', tencent, 'native', 'x-cos-', 'DEEP_ARCHIVE', 9, '<RestoreRequest><Days>9</Days><CASJobParameters><Tier>Standard</Tier></CASJobParameters></RestoreRequest>'],
    ['KingsoftCloud', kingsoft, 'native', 'x-kss-', 'ARCHIVE', 5, ''],
    ['KingsoftCloud', kingsoft, 'native', 'x-kss-', 'DEEP_COLD_ARCHIVE', 5, '<RestoreRequest><Days>5</Days></RestoreRequest>'],
  ])('of %s asks as documented: %#', async (_, provider, signature, prefix, storageClass, days, body) => {
    expect(await asked(provider, signature, prefix, storageClass, days)).toBe(body);
  });

  test.each([['Aliyun', aliyun], ['Tencent', tencent], ['KingsoftCloud', kingsoft]])('of %s is not offered in S3\'s words, for which none is documented', async (_, provider) => {
    const entry = entryOn(await fakeStore(() => ({})), 'v4');
    expect(provider.openStore(entry, { bucket: 'b', credentials, runtime }).restore).toBeUndefined();
  });
});

describe.each(clouds)('%s', (_, provider) => {
  test('takes for each tier a class of that tier', () => {
    for (const tier of storageTiers) expect(provider.storageClasses[provider.classOf(tier) ?? '']).toBe(tier);
  });
});

test('a cloud without a protocol of its own refuses to speak it', async () => {
  const entry = entryOn(await fakeStore(() => ({})), 'native');
  expect(() => aws.openStore(entry, { bucket: 'b', credentials, runtime })).toThrow(expect.objectContaining({ kind: 'unsupported' }));
});

test.each<[string, CloudProvider, string, 'WARM' | 'STANDARD_IA' | 'IA', 'v4' | 'native']>([
  ['HEC', huawei, 'x-obs-', 'WARM', 'native'], ['HEC', huawei, 'x-amz-', 'STANDARD_IA', 'v4'], ['Aliyun', aliyun, 'x-oss-', 'IA', 'native'], ['Aliyun', aliyun, 'x-amz-', 'STANDARD_IA', 'v4'],
])('%s writes an infrequent class with %s%s', async (_, provider, prefix, written, signature) => {
  const fake = await fakeStore(() => ({ headers: { etag: '"e"' } }));
  const store = provider.openStore(entryOn(fake, signature), { bucket: 'b', credentials, runtime });
  await store.multipart?.create('k', { metadata: { user: {} }, storageClass: provider.classOf('infrequent') ?? '' }, never).catch(() => undefined);
  await store.close();
  expect(fake.seen[0]?.headers[`${prefix}storage-class`]).toBe(written);
});

test('Tencent\'s buckets carry the APPID on the wire, once', async () => {
  const fake = await fakeStore(() => ({ body: '<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>' }));
  for (const bucket of ['photos', 'photos-1250000000']) {
    const store = tencent.openStore({ ...entryOn(fake, 'native', 'cos.ap-beijing.myqcloud.com'), addressing: 'virtual-host' }, { bucket, appId: '1250000000', credentials, runtime });
    await store.checkBucket(never);
    await store.close();
  }
  for (const { headers } of fake.seen) expect(headers.host).toMatch(/^photos-1250000000\.cos\.ap-beijing\.myqcloud\.com:/);
});

test.each<[string, CloudProvider, string, string, FailureKind]>([
  ['HEC', huawei, 'x-obs-', 'FrozenUserId', 'bad-credentials'],
  ['HEC', huawei, 'x-obs-', 'InsufficientStorageSpace', 'full'],
  ['Aliyun', aliyun, 'x-oss-', 'FileImmutable', 'denied'],
  ['Aliyun', aliyun, 'x-oss-', 'SecurityTokenExpired', 'expired-credentials'],
  ['Aliyun', aliyun, 'x-oss-', 'InvalidBucketName', 'no-bucket'],
  ['Tencent', tencent, 'x-cos-', 'UserNetworkTooSlow', 'transient'],
])('%s, %s: %s%s is %s', async (_, provider, prefix, code, kind) => {
  const fake = await fakeStore(() => ({ status: 400, headers: { [`${prefix}request-id`]: 'r1' }, body: `<Error><Code>${code}</Code></Error>` }));
  const store = provider.openStore(entryOn(fake, 'native'), { bucket: 'b', credentials, runtime });
  await expect(store.checkBucket(never)).rejects.toMatchObject({ kind, requestId: 'r1' });
  await store.close();
});

describe('the region of a bucket', () => {
  const located = (location: string): FakeAnswer => ({ body: `<LocationConstraint>${location}</LocationConstraint>` });
  const elsewhere: FakeAnswer = { status: 403, body: '<Error><Code>AccessDenied</Code><Endpoint>oss-cn-shanghai.aliyuncs.com</Endpoint></Error>' };
  test.each<[string, CloudProvider, string, FakeAnswer, string]>([
    ['Aliyun', aliyun, 'oss-cn-hangzhou.aliyuncs.com', located('oss-cn-beijing'), 'cn-beijing'],
    ['Aliyun', aliyun, 'oss-cn-hangzhou.aliyuncs.com', elsewhere, 'cn-shanghai'],
    ['KingsoftCloud', kingsoft, 'ks3-cn-beijing.ksyuncs.com', located('HONGKONG'), 'cn-hk-1'],
    ['HEC', huawei, 'obs.cn-north-4.myhuaweicloud.com', { body: '<Location>here</Location>' }, 'here'],
  ])('at %s is told: %#', async (_, provider, host, answer, region) => {
    const fake = await fakeStore(() => answer);
    const account = provider.openAccount?.(entryOn(fake, 'native', host), { credentials, runtime });
    expect(await account?.regionOf('b', never)).toBe(region);
    await account?.close();
  });
});
