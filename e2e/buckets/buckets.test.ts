/** Questions about buckets, asked by the official SDK's core of the real server, of a Ceph gateway and of folders of this host. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { bytesSource } from '@haulier/lib/bytes/byte-stream.ts';
import type { ObjectStore } from '@haulier/platform/object-store/object-store.ts';
import { ClientRequestException } from '@huaweicloud/huaweicloud-sdk-core/exception/ClientRequestException.js';
import { Logger4jInstance } from '@huaweicloud/huaweicloud-sdk-core/logger/log4jLogger.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OmsClient } from '../oms-api/oms-client.ts';
import { storeOn } from '../s3/rgw-stores.ts';
import { makeBucket, startRgw, type Rgw, type RgwUser } from '../stores/rgw.ts';
import { withDatabase } from '../support/database.ts';
import { createInstallation, type TestInstallation, type TestProcess } from '../support/serve.ts';
import { brokenStores, type BrokenStores } from './broken-stores.ts';

let rgw: Rgw;
let broken: BrokenStores;
let folder: string;
let bucket: string;
let store: ObjectStore;
let installation: TestInstallation;
let server: TestProcess;
let oms: OmsClient;
const closing: (() => Promise<unknown>)[] = [];

const never = new AbortController().signal;
const objects: Readonly<Record<string, number>> = { 'A/': 0, 'A/large.bin': 1_572_864, 'A/small +%.txt': 5, 'A/deep/er/x': 1, 'A/wide/x': 1, 'top.txt': 1024 };
const lists: Readonly<Record<string, string>> = { 'good.txt': 'https://example.com/a\thello\n', 'empty.txt': '\n', 'odd.txt': 'https://example.com/a\nnot a url\n', 'long.txt': `https://example.com/${'a'.repeat(65_536)}`, 'list.csv': 'https://example.com/a' };

beforeAll(async () => {
  Logger4jInstance.level = 'off';
  rgw = await startRgw();
  broken = await brokenStores();
  closing.push(async () => broken[Symbol.asyncDispose]());
  folder = await mkdtemp(join(tmpdir(), 'haulier-buckets-'));
  closing.push(() => rm(folder, { recursive: true, force: true }));
  await mkdir(join(folder, 'first/sub'), { recursive: true });
  await writeFile(join(folder, 'first/sub/file.txt'), 'x'.repeat(2048));
  bucket = await makeBucket(rgw);
  store = storeOn(rgw, bucket, { tls: false, config: {} });
  closing.push(() => store.close());
  for (const [key, size] of Object.entries(objects)) await store.write(key, bytesSource(Buffer.alloc(size)), { metadata: { user: {} } }, never);
  for (const [key, text] of Object.entries(lists)) await store.write(key, bytesSource(Buffer.from(text)), { metadata: { contentType: 'text/plain', user: {} } }, never);
  await store.write('typed.txt', bytesSource(Buffer.from('https://example.com/a')), { metadata: { contentType: 'application/json', user: {} } }, never);
  installation = await createInstallation({ config: { regions: regions() } });
  closing.push(() => installation.remove());
  server = await installation.serve();
  oms = OmsClient.at(installation.url, installation.account);
});

afterAll(async () => {
  for (const close of closing.toReversed()) await close();
});

/** The first of each cloud is asked where no region is named. */
function regions(): readonly object[] {
  return [
    { cloud: 'AWS', region: 'ceph', endpoint: rgw.endpoint, description: 'A gateway of our own' },
    { cloud: 'HEC', region: 'ceph', endpoint: rgw.endpoint },
    { cloud: 'Local', region: 'here', endpoint: `file://${folder}` },
    ...(['closed', 'silent', 'moved', 'shut'] as const).flatMap((way) => [
      { cloud: 'AWS', region: way, endpoint: broken[way] },
      { cloud: 'HEC', region: way, endpoint: broken[way] },
    ]),
    { cloud: 'HuaweiCloud', region: 'closed', endpoint: broken.closed },
    { cloud: 'Aliyun', region: 'shut', endpoint: broken.shut, signature: 'v4' },
    { cloud: 'Baidu', region: 'silent', endpoint: broken.silent, signature: 'v4' },
  ];
}

const keysOf = ({ accessKey, secretKey }: RgwUser) => ({ ak: accessKey, sk: secretKey });
const alice = () => keysOf(rgw.users[0]);
const bob = () => keysOf(rgw.users[1]);
const wrongSecret = () => ({ ...alice(), sk: 'a-wrong-secret' });
const unknownKey = () => ({ ak: 'AKIDNOBODY0000000000', sk: 'nothing' });
const page = (changes: object = {}) => ({ cloud_type: 'AWS', file_path: 'A/', ...alice(), data_center: 'ceph', page_size: 100, behind_filename: '', bucket_name: bucket, ...changes } as const);
const prefix = (changes: object = {}) => ({ cloud_type: 'AWS', ...alice(), bucket_name: bucket, file_name: 'A/', data_center: 'ceph', ...changes } as const);
const list = (changes: object = {}) => ({ obs_bucket: bucket, list_file_key: 'good.txt', ...alice(), region: 'ceph', ...changes } as const);

describe('of a Ceph gateway', () => {
  it('lists the buckets of each account', async () => {
    expect([...await oms.showBucketList({ cloud_type: 'AWS', ...alice() })]).toContain(bucket);
    expect([...await oms.showBucketList({ cloud_type: 'HEC', ...alice() })]).toContain(bucket);
    expect([...await oms.showBucketList({ cloud_type: 'AWS', ...bob() })]).not.toContain(bucket);
  });

  it('finds the region of a bucket', async () => {
    expect(await oms.showBucketRegion({ cloud_type: 'AWS', ...alice(), bucket_name: bucket })).toMatchObject({ id: 'ceph', name: 'A gateway of our own', support: true });
  });

  it('shows a folder with sizes for people', async () => {
    expect(await oms.showBucketObjects(page())).toMatchObject({
      next_page: false,
      next_marker: null,
      records: [{ name: 'A/', size: '0 B' }, { name: 'A/deep/', size: '--' }, { name: 'A/large.bin', size: '1.50 MB' }, { name: 'A/small +%.txt', size: '5 B' }, { name: 'A/wide/', size: '--' }],
    });
    expect((await oms.showBucketObjects(page({ file_path: '' }))).records).toContainEqual({ name: 'top.txt', size: '1.00 KB' });
    expect(await oms.showBucketObjects(page({ file_path: 'none/' }))).toMatchObject({ next_page: false, next_marker: null, records: [] });
  });

  it.each([1, 2, 3])('shows the same in pages of %i', async (size) => {
    const names: string[] = [];
    for (let behind: string | null = ''; behind !== null;) {
      const answer = await oms.showBucketObjects(page({ page_size: size, behind_filename: behind }));
      expect(answer.records.length).toBeLessThanOrEqual(size);
      expect(answer.next_page).toBe(answer.next_marker !== null);
      names.push(...answer.records.map(({ name }) => name));
      behind = answer.next_marker;
    }
    expect(names).toEqual(['A/', 'A/deep/', 'A/large.bin', 'A/small +%.txt', 'A/wide/']);
  });

  it('looks for prefixes', async () => {
    for (const [name, exist] of [['A/de', true], ['', true], ['A/deep/er/x', true], ['A/none', false]] as const) expect(await oms.checkPrefix(prefix({ file_name: name })), name).toMatchObject({ exist });
  });

  it('checks a list of URLs', async () => {
    expect(await oms.checkUrlSourceListFileFormat(list())).toMatchObject({ httpStatusCode: 200 });
  });
});

it('asks folders of this host the same', async () => {
  expect([...await oms.showBucketList({ cloud_type: 'Local' })]).toEqual(['first']);
  expect(await oms.showBucketRegion({ cloud_type: 'Local', bucket_name: 'first' })).toMatchObject({ id: 'here', support: true });
  const here = { cloud_type: 'Local', data_center: 'here', bucket_name: 'first' } as const;
  expect(await oms.showBucketObjects(page({ ...here, file_path: '' }))).toMatchObject({ records: [{ name: 'sub/', size: '--' }] });
  expect(await oms.showBucketObjects(page({ ...here, file_path: 'sub/' }))).toMatchObject({ records: [{ name: 'sub/file.txt', size: '2.00 KB' }] });
  expect(await oms.checkPrefix(prefix({ ...here, file_name: 'sub' }))).toMatchObject({ exist: true });
});

it('tells which clouds and regions there are', async () => {
  expect([...await oms.showCloudType('src')]).toEqual(expect.arrayContaining(['AWS', 'HuaweiCloud', 'URLSource', 'Local']));
  expect([...await oms.showCloudType('dst')]).toEqual(['HEC', 'Local']);
  const services = [...await oms.showRegionInfo()];
  const aws = services.find(({ service_name: name }) => name === 'AWS')?.region_list;
  expect(aws?.[0]).toEqual({ cloud_type: 'AWS', value: 'us-east-1', description: 'US Standard (N. Virginia)' });
  expect(aws).toContainEqual({ cloud_type: 'AWS', value: 'ceph', description: 'A gateway of our own' });
  expect(services.at(-1)?.service_name).toBe('Local');
});

it('keeps the agreement to the privacy statement', async () => {
  expect(await oms.updatePrivacyAgreementRecord()).toMatchObject({ httpStatusCode: 200 });
  expect(await oms.updatePrivacyAgreementRecord()).toMatchObject({ httpStatusCode: 200 });
  const kept = await withDatabase(installation.folder, (db) => db.selectFrom('privacy_agreement').selectAll().execute());
  const { projectId, domainId, userId } = installation.account;
  expect(kept).toEqual([{ project_id: projectId, domain_id: domainId, user_id: userId, agreed_at: expect.any(Date) as Date }]);
});

/** The code of a refusal, which has to come within 10 s: a limit of the product, not a measure of this machine. */
async function refusal(call: Promise<unknown>): Promise<string | undefined> {
  const began = performance.now();
  const error: unknown = await call.then(() => new Error('the call succeeded'), (thrown: unknown) => thrown);
  if (!(error instanceof ClientRequestException)) throw error;
  expect(error.httpStatusCode).toBe(400);
  if (performance.now() - began > 10_000) throw new Error(`${String(error.errorCode)} came too late`);
  return error.errorCode;
}

describe.concurrent('is refused with a code of its own', () => {
  const cases: readonly (readonly [string, () => Promise<unknown>, string])[] = [
    ['the list of buckets, with a wrong secret', () => oms.showBucketList({ cloud_type: 'AWS', ...wrongSecret() }), 'OMS.1016'],
    ['the list of buckets, with an unknown key', () => oms.showBucketList({ cloud_type: 'AWS', ...unknownKey() }), 'OMS.1016'],
    ['the list of buckets, of a closed port', () => oms.showBucketList({ cloud_type: 'HuaweiCloud', ...alice() }), 'OMS.0153'],
    ['the list of buckets, of a store that says nothing', () => oms.showBucketList({ cloud_type: 'Baidu', ...alice() }), 'OMS.0153'],
    ['the list of buckets, without permission', () => oms.showBucketList({ cloud_type: 'Aliyun', ...alice() }), 'S3M.0153'],
    ['the list of buckets, of URLs', () => oms.showBucketList({ cloud_type: 'URLSource' }), 'OMS.0057'],
    ['the region, with a wrong secret', () => oms.showBucketRegion({ cloud_type: 'AWS', ...wrongSecret(), bucket_name: bucket }), 'OMS.1016'],
    ['the region, without permission', () => oms.showBucketRegion({ cloud_type: 'AWS', ...bob(), bucket_name: bucket }), 'S3M.0155'],
    ['the region, of no bucket', () => oms.showBucketRegion({ cloud_type: 'AWS', ...alice(), bucket_name: 'no-such-bucket' }), 'OMS.1018'],
    ['the region, of a closed port', () => oms.showBucketRegion({ cloud_type: 'HuaweiCloud', ...alice(), bucket_name: bucket }), 'OMS.0155'],
    ['the region, of a store that says nothing', () => oms.showBucketRegion({ cloud_type: 'Baidu', ...alice(), bucket_name: bucket }), 'OMS.0155'],
    ['a folder, with a wrong secret', () => oms.showBucketObjects(page(wrongSecret())), 'OMS.1016'],
    ['a folder, with an unknown key', () => oms.showBucketObjects(page(unknownKey())), 'OMS.1016'],
    ['a folder, without permission', () => oms.showBucketObjects(page(bob())), 'S3M.0302'],
    ['a folder, of no bucket', () => oms.showBucketObjects(page({ bucket_name: 'no-such-bucket' })), 'OMS.1018'],
    ['a folder, in another region', () => oms.showBucketObjects(page({ data_center: 'moved' })), 'OMS.0182'],
    ['a folder, in no region', () => oms.showBucketObjects(page({ data_center: 'nowhere' })), 'OMS.0079'],
    ['a folder, of a closed port', () => oms.showBucketObjects(page({ data_center: 'closed' })), 'OMS.0153'],
    ['a folder, of a store that says nothing', () => oms.showBucketObjects(page({ data_center: 'silent' })), 'OMS.0153'],
    ['a folder, of no bucket of this host', () => oms.showBucketObjects(page({ cloud_type: 'Local', data_center: 'here', bucket_name: 'second' })), 'OMS.1018'],
    ['a prefix, with a wrong secret', () => oms.checkPrefix(prefix(wrongSecret())), 'OMS.1016'],
    ['a prefix, without permission', () => oms.checkPrefix(prefix(bob())), 'S3M.0302'],
    ['a prefix, of no bucket', () => oms.checkPrefix(prefix({ bucket_name: 'no-such-bucket' })), 'OMS.1018'],
    ['a prefix, in another region', () => oms.checkPrefix(prefix({ data_center: 'moved' })), 'OMS.0182'],
    ['a prefix, of a closed port', () => oms.checkPrefix(prefix({ data_center: 'closed' })), 'OMS.0153'],
    ['a prefix, of a store that says nothing', () => oms.checkPrefix(prefix({ data_center: 'silent' })), 'OMS.0153'],
    ['a list of URLs, with a wrong secret', () => oms.checkUrlSourceListFileFormat(list(wrongSecret())), 'OMS.1020'],
    ['a list of URLs, without permission', () => oms.checkUrlSourceListFileFormat(list(bob())), 'S3M.1020'],
    ['a list of URLs, in no bucket', () => oms.checkUrlSourceListFileFormat(list({ obs_bucket: 'no-such-bucket' })), 'S3M.0082'],
    ['a list of URLs, in another region', () => oms.checkUrlSourceListFileFormat(list({ region: 'moved' })), 'OMS.0183'],
    ['a list of URLs, in no region', () => oms.checkUrlSourceListFileFormat(list({ region: 'nowhere' })), 'OMS.0080'],
    ['a list of URLs, of a closed port', () => oms.checkUrlSourceListFileFormat(list({ region: 'closed' })), 'S3M.0154'],
    ['a list of URLs, of a store that says nothing', () => oms.checkUrlSourceListFileFormat(list({ region: 'silent' })), 'S3M.0154'],
    ['a list of URLs, that is not there', () => oms.checkUrlSourceListFileFormat(list({ list_file_key: 'none.txt' })), 'TRF.0013'],
    ['a list of URLs, of another name', () => oms.checkUrlSourceListFileFormat(list({ list_file_key: 'list.csv' })), 'S3M.1044'],
    ['a list of URLs, of another type', () => oms.checkUrlSourceListFileFormat(list({ list_file_key: 'typed.txt' })), 'TRF.0019'],
    ['a list of URLs, with nothing in it', () => oms.checkUrlSourceListFileFormat(list({ list_file_key: 'empty.txt' })), 'TRF.0017'],
    ['a list of URLs, with a line that is none', () => oms.checkUrlSourceListFileFormat(list({ list_file_key: 'odd.txt' })), 'TRF.0016'],
    ['a list of URLs, with a line too long', () => oms.checkUrlSourceListFileFormat(list({ list_file_key: 'long.txt' })), 'TRF.0018'],
  ];

  it.each(cases)('%s', async (_, call, code) => {
    expect(await refusal(call())).toBe(code);
  });
});

it('never finds a key in the log of the server', () => {
  expect(server.log()).toContain('objectstorage');
  for (const secret of [rgw.users[0].secretKey, rgw.users[1].secretKey, 'a-wrong-secret']) expect(server.log()).not.toContain(secret);
});
