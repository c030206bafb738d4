import fastify, { type FastifyInstance } from 'fastify';
import { beforeEach, describe, expect, it } from 'vitest';
import { BucketRefusal, type BucketProblem, type BucketQuestion } from '../../object-migration/buckets/bucket-refusal.ts';
import { StoreFailure } from '../../object-store/failure.ts';
import { AuthenticationError } from '../auth/authentication-error.ts';
import { parameterHeader } from '../http-errors.ts';
import type { Principal } from '../principal.ts';
import { MemoryBuckets } from './fixtures/memory-buckets.ts';
import { MemoryGroups } from './fixtures/memory-groups.ts';
import { MemorySyncTasks } from './fixtures/memory-sync-tasks.ts';
import { MemoryTasks } from './fixtures/memory-tasks.ts';
import { omsRoutes } from './routes.ts';

const project = '2c0689c860ad4728a497c91ec0844383';
const principals: Readonly<Record<string, Principal>> = {
  admin: { projectId: project, domainId: 'd', userId: 'u', roles: ['admin'] },
  reader: { projectId: project, domainId: 'd', userId: 'r', roles: ['readonly'] },
  stranger: { projectId: 'another', domainId: 'd', userId: 'u', roles: ['admin'] },
};

let buckets: MemoryBuckets;
let app: FastifyInstance;

beforeEach(async () => {
  buckets = new MemoryBuckets();
  app = fastify();
  app.decorateRequest('principal', null);
  await app.register(omsRoutes({
    tasks: new MemoryTasks(),
    syncTasks: new MemorySyncTasks(),
    groups: new MemoryGroups(),
    buckets,
    agreements: buckets,
    authenticate: async (request, _reply, payload) => {
      const principal = principals[String(request.headers['x-auth-token'])];
      if (principal === undefined) throw new AuthenticationError('missing');
      request.principal = principal;
      return payload;
    },
  }));
});

async function call(method: 'GET' | 'POST', path: string, body?: object, token = 'reader') {
  const response = await app.inject({ method, url: `/v2/${project}/${path}`, headers: { 'x-auth-token': token }, ...(body === undefined ? {} : { payload: body }) });
  return { status: response.statusCode, body: response.body === '' ? undefined : response.json<unknown>(), parameter: response.headers[parameterHeader] };
}

/** The examples of the documents, but for a prefix that is filled. */
const objects = { page_size: 100, behind_filename: '', file_path: 'A/', cloud_type: 'HuaweiCloud', bucket_name: 'xxx', ak: 'xxxxxak', sk: 'xxxxxsk', data_center: 'cn-north-x' };
const account = { cloud_type: 'HuaweiCloud', ak: 'xxxxak', sk: 'xxxxsk', app_id: 'apptest123' };
const region = { ...account, bucket_name: 'xxx' };
const prefix = { ...region, file_name: 'xxxx', data_center: 'cn-north-x', security_token: 'string' };
const listFile = { obs_bucket: 'lists', list_file_key: 'urls.txt', ak: 'ak', sk: 'sk', region: 'cn-north-4' };

const cdnInfo = {
  ak: 'xxx', sk: 'xxx', cloud_type: 'Aliyun', region: 'cn-hangzhou', bucket: 'xxx', source_cdn: { protocol: 'https', domain: 'xxx', authentication_type: 'ALIYUN_OSS_B', authentication_key: 'xcsad' },
};

const keys = { accessKey: 'xxxxak', secretKey: 'xxxxsk' };
const root = 'objectstorage/buckets';

describe('the operations, asked by a reader', () => {
  it.each<[string, string, object, unknown, readonly unknown[]]>([
    ['lists buckets', root, account, ['b-1', 'a-2'], ['list', { cloud: 'HuaweiCloud', appId: undefined, credentials: keys }]],
    ['finds a region', `${root}/regions`, region, { id: 'eu-west-1', name: 'EU (Ireland)', support: true }, ['regionOf', { cloud: 'HuaweiCloud', appId: undefined, credentials: keys, bucket: 'xxx' }]],
    ['lists a folder', `${root}/objects`, objects,
      { next_page: true, next_marker: 'A/c', records: [{ name: 'A/b/', size: '--' }, { name: 'A/c', size: '73.59 MB' }] },
      ['folder', { cloud: 'HuaweiCloud', appId: undefined, credentials: { accessKey: 'xxxxxak', secretKey: 'xxxxxsk' }, region: 'cn-north-x', bucket: 'xxx', prefix: 'A/', after: '', limit: 100 }]],
    ['looks for a prefix', `${root}/prefix`, prefix, { exist: true },
      ['hasPrefix', { cloud: 'HuaweiCloud', appId: undefined, credentials: { ...keys, securityToken: 'string' }, region: 'cn-north-x', bucket: 'xxx', prefix: 'xxxx' }]],
    ['compares with a CDN', `${root}/cdn-info`, cdnInfo,
      { is_same_cloud_type: true, is_download_available: false, checked_keys: [{ key: 'xxx', is_etag_matching: false, is_object_existing: true }] },
      ['checkCdn', { cloud: 'Aliyun', appId: undefined, credentials: { accessKey: 'xxx', secretKey: 'xxx' }, region: 'cn-hangzhou', bucket: 'xxx', prefixes: [''], cdn: { cdn: { protocol: 'https', domain: 'xxx', authentication: 'aliyun-b' }, key: 'xcsad' } }]],
    ['checks a list of URLs', `${root}/url-source-list-file`, listFile, undefined, ['checkListFile', { bucket: 'lists', key: 'urls.txt', credentials: { accessKey: 'ak', secretKey: 'sk' }, region: 'cn-north-4' }]],
  ])('%s', async (_, path, body, answer, useCase) => {
    expect(await call('POST', path, body)).toMatchObject({ status: 200, body: answer });
    expect(buckets.calls).toEqual([useCase]);
  });

  it.each([
    ['Tencent keeps its app_id', { ...account, cloud_type: 'Tencent' }, { appId: 'apptest123' }],
    ['Google needs no keys beside its file', { cloud_type: 'Google', json_auth_file: '{}' }, { credentials: { accessKey: '', secretKey: '', jsonAuthFile: '{}' } }],
    ['Azure needs none beside its connection string', { cloud_type: 'Azure', connection_string: 'c' }, { credentials: { accessKey: '', secretKey: '', connectionString: 'c' } }],
    ['Local needs none', { cloud_type: 'Local' }, { credentials: { accessKey: '', secretKey: '' } }],
  ])('%s', async (_, body, query) => {
    expect(await call('POST', root, body)).toMatchObject({ status: 200 });
    expect(buckets.calls).toMatchObject([['list', query]]);
  });

  it('tells clouds and regions, Local last', async () => {
    expect(await call('GET', 'objectstorage/cloud-type?type=src')).toMatchObject({ status: 200, body: ['AWS', 'URLSource', 'Local'] });
    expect(await call('GET', 'objectstorage/cloud-type?type=dst')).toMatchObject({ status: 200, body: ['HEC', 'Local'] });
    expect((await call('GET', 'objectstorage/data-center')).body).toEqual([
      { service_name: 'AWS', region_list: [{ cloud_type: 'AWS', value: 'us-east-1', description: 'US Standard (N. Virginia)' }, { cloud_type: 'AWS', value: 'mine', description: 'mine' }] },
      { service_name: 'HEC', region_list: [{ cloud_type: 'HEC', value: 'cn-north-4', description: 'CN North-Beijing4' }] },
      { service_name: 'Local', region_list: [{ cloud_type: 'Local', value: 'local', description: 'Buckets in the data folder' }] },
    ]);
  });
});

describe('privacy agreements', () => {
  it('are put on record for whoever may write', async () => {
    expect(await call('POST', 'privacy-agreements', undefined, 'admin')).toMatchObject({ status: 200, body: undefined });
    expect(buckets.calls).toEqual([['accept', { project, domainId: 'd', userId: 'u' }]]);
    expect(await call('POST', 'privacy-agreements')).toMatchObject({ status: 403, body: { error_code: 'OMS.0205' } });
  });
});

describe('a request', () => {
  it.each<[string, string, object, string, string]>([
    ['no cloud', root, { ...account, cloud_type: undefined }, 'OMS.1004', 'cloud_type'],
    ['an unknown cloud', root, { ...account, cloud_type: 'Oracle' }, 'OMS.1003', 'cloud_type'],
    ['no key', root, { ...account, ak: undefined }, 'OMS.1004', 'ak'],
    ['an empty secret', root, { ...account, sk: '' }, 'OMS.0057', 'sk'],
    ['a long key', root, { ...account, ak: 'x'.repeat(101) }, 'OMS.0057', 'ak'],
    ['a long app_id', root, { ...account, app_id: 'x'.repeat(256) }, 'OMS.1003', 'app_id'],
    ['a long connection string', root, { ...account, connection_string: 'x'.repeat(2049) }, 'OMS.0057', 'connection_string'],
    ['no bucket', `${root}/regions`, { ...region, bucket_name: undefined }, 'OMS.1004', 'bucket_name'],
    ['a long bucket', `${root}/regions`, { ...region, bucket_name: 'x'.repeat(101) }, 'OMS.1003', 'bucket_name'],
    ['a bucket that is a path', `${root}/regions`, { ...region, bucket_name: '../x' }, 'OMS.1003', 'bucket_name'],
    ['no folder', `${root}/objects`, { ...objects, file_path: undefined }, 'OMS.1004', 'file_path'],
    ['a folder without its slash', `${root}/objects`, { ...objects, file_path: 'A' }, 'OMS.1003', 'file_path'],
    ['a long folder', `${root}/objects`, { ...objects, file_path: `${'x'.repeat(1023)}/` }, 'OMS.1003', 'file_path'],
    ['no region', `${root}/objects`, { ...objects, data_center: undefined }, 'OMS.1004', 'data_center'],
    ['no page size', `${root}/objects`, { ...objects, page_size: undefined }, 'OMS.1004', 'page_size'],
    ['a page too large', `${root}/objects`, { ...objects, page_size: 101 }, 'OMS.1003', 'page_size'],
    ['a page below nothing', `${root}/objects`, { ...objects, page_size: -1 }, 'OMS.1003', 'page_size'],
    ['half a page', `${root}/objects`, { ...objects, page_size: 0.5 }, 'OMS.1002', 'page_size'],
    ['no place to go on', `${root}/objects`, { ...objects, behind_filename: undefined }, 'OMS.1004', 'behind_filename'],
    ['a long place to go on', `${root}/objects`, { ...objects, behind_filename: 'x'.repeat(1025) }, 'OMS.1003', 'behind_filename'],
    ['the first of many faults', `${root}/objects`, { ...objects, bucket_name: '', page_size: 101, file_path: 'A' }, 'OMS.1003', 'file_path'],
    ['no prefix', `${root}/prefix`, { ...prefix, file_name: undefined }, 'OMS.1004', 'file_name'],
    ['a long prefix', `${root}/prefix`, { ...prefix, file_name: 'x'.repeat(1025) }, 'OMS.1003', 'file_name'],
    ['a long token', `${root}/prefix`, { ...prefix, security_token: 'x'.repeat(16_385) }, 'OMS.0057', 'security_token'],
    ['no key for the CDN', `${root}/cdn-info`, { ...cdnInfo, ak: undefined }, 'OMS.1004', 'ak'],
    ['a cloud without a CDN', `${root}/cdn-info`, { ...cdnInfo, cloud_type: 'Google' }, 'OMS.1003', 'cloud_type'],
    ['prefixes without keys', `${root}/cdn-info`, { ...cdnInfo, prefix: {} }, 'OMS.1004', 'prefix.keys'],
    ['a long prefix for the CDN', `${root}/cdn-info`, { ...cdnInfo, prefix: { keys: ['', 'x'.repeat(2049)] } }, 'OMS.1003', 'prefix.keys%5B1%5D'],
    ['no CDN', `${root}/cdn-info`, { ...cdnInfo, source_cdn: undefined }, 'OMS.1004', 'source_cdn'],
    ['no list', `${root}/url-source-list-file`, { ...listFile, list_file_key: '' }, 'OMS.1003', 'list_file_key'],
    ['no key for the list', `${root}/url-source-list-file`, { ...listFile, ak: undefined }, 'OMS.1004', 'ak'],
  ])('with %s is refused', async (_, path, body, code, parameter) => {
    expect(await call('POST', path, body)).toMatchObject({ status: 400, body: { error_code: code }, parameter });
    expect(buckets.calls).toEqual([]);
  });

  it('without a body is refused', async () => {
    expect(await call('POST', root)).toMatchObject({ status: 400, body: { error_code: 'OMS.1004' } });
  });

  it.each([['', 'OMS.1004'], ['?type=', 'OMS.1003'], ['?type=both', 'OMS.1003'], ['?type=src&type=dst', 'OMS.1002']])('for cloud types%s is refused', async (query, code) => {
    expect(await call('GET', `objectstorage/cloud-type${query}`)).toMatchObject({ status: 400, body: { error_code: code }, parameter: 'type' });
  });

  it.each(['objectstorage/cloud-type?type=src', 'objectstorage/data-center'])('for another project is refused: %s', async (path) => {
    expect(await call('GET', path, undefined, 'stranger')).toMatchObject({ status: 403, body: { error_code: 'OMS.2001' } });
    expect(await call('GET', path, undefined, 'nobody')).toMatchObject({ status: 401, body: { error_code: 'OMS.9999' } });
  });
});

describe('a refusal', () => {
  const bodies = { buckets: account, region, objects, prefix, 'list-file': listFile } as const;
  const paths = { buckets: root, region: `${root}/regions`, objects: `${root}/objects`, prefix: `${root}/prefix`, 'list-file': `${root}/url-source-list-file` } as const;
  const failure = (kind: StoreFailure['kind']): BucketProblem => ({ kind: 'failure', failure: kind, bucket: 'xxx' });
  const file = (fault: Extract<BucketProblem, { kind: 'list-file' }>['fault']): BucketProblem => ({ kind: 'list-file', fault });

  it.each<[Exclude<BucketQuestion, 'cdn'>, BucketProblem, string, string | undefined]>([
    ['buckets', failure('bad-credentials'), 'OMS.1016', undefined],
    ['buckets', failure('denied'), 'S3M.0153', undefined],
    ['buckets', failure('unreachable'), 'OMS.0153', undefined],
    ['buckets', failure('unsupported'), 'OMS.0057', undefined],
    ['region', failure('bad-credentials'), 'OMS.1016', undefined],
    ['region', failure('denied'), 'S3M.0155', undefined],
    ['region', failure('no-bucket'), 'OMS.1018', 'bucket_name'],
    ['region', failure('unreachable'), 'OMS.0155', undefined],
    ['objects', failure('bad-credentials'), 'OMS.1016', undefined],
    ['objects', failure('denied'), 'S3M.0302', undefined],
    ['objects', failure('no-bucket'), 'OMS.1018', 'bucket_name'],
    ['objects', failure('wrong-region'), 'OMS.0182', 'data_center'],
    ['objects', failure('unreachable'), 'OMS.0153', undefined],
    ['objects', { kind: 'unknown-region' }, 'OMS.0079', 'data_center'],
    ['prefix', failure('denied'), 'S3M.0302', undefined],
    ['prefix', failure('wrong-region'), 'OMS.0182', 'data_center'],
    ['list-file', failure('bad-credentials'), 'OMS.1020', undefined],
    ['list-file', failure('denied'), 'S3M.1020', undefined],
    ['list-file', failure('no-bucket'), 'S3M.0082', 'obs_bucket'],
    ['list-file', failure('absent'), 'TRF.0013', undefined],
    ['list-file', failure('wrong-region'), 'OMS.0183', 'region'],
    ['list-file', failure('unreachable'), 'S3M.0154', undefined],
    ['list-file', { kind: 'unknown-region' }, 'OMS.0080', 'region'],
    ['list-file', file('no-txt'), 'S3M.1044', 'list_file_key'],
    ['list-file', file('too-large'), 'S3M.1043', 'list_file_key'],
    ['list-file', file('no-text'), 'TRF.0019', 'list_file_key'],
    ['list-file', file('line-too-long'), 'TRF.0018', 'list_file_key'],
    ['list-file', file('no-url'), 'TRF.0017', 'list_file_key'],
    ['list-file', file('malformed'), 'TRF.0016', 'list_file_key'],
  ])('of %s for %j is %s', async (question, problem, code, parameter) => {
    buckets.failure = new BucketRefusal(question, problem);
    expect(await call('POST', paths[question], bodies[question])).toMatchObject({ status: 400, body: { error_code: code }, parameter });
  });

  it('names the bucket where its message has a place for it, and no cause', async () => {
    buckets.failure = new BucketRefusal('list-file', failure('denied'), new StoreFailure('denied', 'a long story'));
    const { body } = await call('POST', paths['list-file'], listFile);
    expect(body).toEqual({ error_code: 'S3M.1020', error_msg: 'Can\'t get dest bucket [xxx]. Ensure that the AK and SK are correct and you have the permission to access the bucket.' });
  });
});
