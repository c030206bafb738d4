import { TaskGroupResp } from '@haulier/wire/oms/task-groups.ts';
import fastify, { type FastifyInstance } from 'fastify';
import { Compile } from 'typebox/compile';
import { beforeEach, describe, expect, it } from 'vitest';
import type { GroupState } from '../../object-migration/groups/group.ts';
import { MigrationRefusal, type GroupAction } from '../../object-migration/task.ts';
import type { Principal } from '../principal.ts';
import { batchByGroupExample, bandwidthExample } from './fixtures/requests.ts';
import { groupPrefixExample, groupRetryExample, groupStartExample } from './fixtures/group-requests.ts';
import { group } from './fixtures/group.ts';
import { MemoryBuckets } from './fixtures/memory-buckets.ts';
import { MemoryGroups } from './fixtures/memory-groups.ts';
import { MemorySyncTasks } from './fixtures/memory-sync-tasks.ts';
import { MemoryTasks } from './fixtures/memory-tasks.ts';
import { toTaskGroupResp } from './group-to-wire.ts';
import { omsRoutes } from './routes.ts';

const project = '2c0689c860ad4728a497c91ec0844383';
const root = `/v2/${project}/taskgroups`;
const id = '157ece42-3270-4824-a3d2-f0187a03ca01';
const principals: Readonly<Record<string, Principal>> = {
  admin: { projectId: project, domainId: 'd', userId: 'u', roles: ['admin'] },
  reader: { projectId: project, domainId: 'd', userId: 'u', roles: ['readonly'] },
};
const windows = [{ startMinute: 1, endMinute: 1439, bytesPerSecond: 50_000_000 }];

const buckets = new MemoryBuckets();
let groups: MemoryGroups;
let app: FastifyInstance;

beforeEach(async () => {
  groups = new MemoryGroups();
  app = fastify();
  app.decorateRequest('principal', null);
  await app.register(omsRoutes({
    tasks: new MemoryTasks(),
    groups,
    syncTasks: new MemorySyncTasks(),
    buckets,
    agreements: buckets,
    authenticate: async (request, _reply, payload) => {
      request.principal = principals[String(request.headers['x-auth-token'])] ?? null;
      return payload;
    },
  }));
});

async function call(method: 'GET' | 'POST' | 'PUT' | 'DELETE', url: string, body?: object, token = 'admin') {
  const response = await app.inject({ method, url, headers: { 'x-auth-token': token }, ...(body === undefined ? {} : { payload: body }) });
  return { status: response.statusCode, body: response.body === '' ? undefined : response.json<unknown>() };
}

describe('the operations on groups', () => {
  it('list', async () => {
    expect(await call('GET', `${root}?offset=0&limit=10&status=0`)).toEqual({ status: 200, body: { count: 353, taskgroups: [toTaskGroupResp(groups.known)] } });
    expect(groups.calls).toEqual([['list', project, { limit: 10, offset: 0, state: 'waiting' }]]);
  });

  it.each([['limit=0', 'OMS.0051'], ['limit=101', 'OMS.0051'], ['offset=-1', 'OMS.0051'], ['status=10', 'S3M.1035'], ['status=x', 'S3M.1035'], ['limit=x&status=x', 'OMS.0051']])('do not list %s', async (query, code) => {
    expect(await call('GET', `${root}?${query}`)).toMatchObject({ status: 400, body: { error_code: code } });
  });

  it('show, and know nothing of another group', async () => {
    expect(await call('GET', `${root}/${id}`)).toEqual({ status: 200, body: toTaskGroupResp(groups.known) });
    expect(await call('GET', `${root}/other`)).toMatchObject({ status: 404, body: { error_code: 'OMS.0095' } });
  });

  it('create', async () => {
    expect(await call('POST', root, groupPrefixExample)).toEqual({ status: 200, body: { group_id: id } });
    expect(groups.calls).toMatchObject([['create', { project, source: { selection: { kind: 'prefixes' } } }]]);
  });

  it.each<[string, 'PUT' | 'DELETE' | 'POST', string, object | undefined, readonly unknown[]]>([
    ['delete', 'DELETE', `${root}/${id}`, undefined, ['remove', project, id]],
    ['pause', 'PUT', `${root}/${id}/stop`, undefined, ['stop', project, id]],
    ['resume', 'PUT', `${root}/${id}/start`, groupStartExample, ['start', project, id, { source: { accessKey: 'src_AK', secretKey: 'src_SK' }, destination: { accessKey: 'dst_AK', secretKey: 'dst_AK' } }]],
    ['retry', 'PUT', `${root}/${id}/retry`, groupRetryExample, ['retry', project, id, { source: { accessKey: 'src_AK' }, destination: { accessKey: 'dst_AK' }, failedObjectsOnly: false }]],
    ['retry with the keys that there are', 'PUT', `${root}/${id}/retry`, { migrate_failed_object: true }, ['retry', project, id, { source: undefined, destination: undefined, cdnKey: undefined, failedObjectsOnly: true }]],
    ['retry without a body', 'PUT', `${root}/${id}/retry`, undefined, ['retry', project, id, { source: undefined, destination: undefined, cdnKey: undefined, failedObjectsOnly: false }]],
    ['limit bandwidth', 'PUT', `${root}/${id}/update`, bandwidthExample, ['update', project, id, { bandwidth: windows }]],
    ['limit bandwidth in batches', 'POST', `/v2/${project}/tasks/batch-update`, batchByGroupExample, ['update', project, 'xxxxxxxx', { bandwidth: windows, priority: undefined }]],
  ])('%s and answer nothing', async (_what, method, url, body, expected) => {
    expect(await call(method, url, body)).toEqual({ status: 200, body: undefined });
    expect(groups.calls.at(-1)).toMatchObject(expected);
  });

  it.each<[string, object | undefined, string]>([
    ['start', undefined, 'OMS.1004'],
    ['start', { ...groupStartExample, src_ak: undefined }, 'OMS.1004'],
    ['start', { ...groupStartExample, dst_sk: '' }, 'OMS.0058'],
    ['start', { ...groupStartExample, src_crypto_type: 'KMS' }, 'S3M.1003'],
    ['retry', { dst_ak: 'a' }, 'OMS.1004'],
    ['retry', { src_ak: 'a'.repeat(101), src_sk: 's' }, 'OMS.0057'],
    ['retry', { migrate_failed_object: 'yes' }, 'OMS.1002'],
    ['retry', { source_cdn_authentication_key: 'k' }, 'S3M.1003'],
    ['update', {}, 'OMS.1004'],
  ])('%s is refused with %o', async (action, body, code) => {
    expect(await call('PUT', `${root}/${id}/${action}`, body)).toMatchObject({ status: 400, body: { error_code: code } });
    expect(groups.calls).toEqual([]);
  });

  it.each<[GroupAction, string]>([['stop', 'OMS.1038'], ['start', 'OMS.1039'], ['retry', 'OMS.1040'], ['delete', 'OMS.1047'], ['update', 'OMS.1036']])('that the state does not allow are refused: %s', async (action, code) => {
    groups.failure = new MigrationRefusal({ kind: 'not-allowed-for-group', action, state: 'succeeded' });
    expect(await call('PUT', `${root}/${id}/stop`)).toMatchObject({ status: 400, body: { error_code: code } });
  });

  it('are refused beyond the quota', async () => {
    groups.failure = new MigrationRefusal({ kind: 'quota-groups' });
    expect(await call('POST', root, groupPrefixExample)).toMatchObject({ status: 400, body: { error_code: 'OMS.1037' } });
  });

  it('that change something are not for readers', async () => {
    for (const [method, path] of [['POST', ''], ['DELETE', `/${id}`], ['PUT', `/${id}/stop`], ['PUT', `/${id}/start`], ['PUT', `/${id}/retry`], ['PUT', `/${id}/update`]] as const) {
      expect(await call(method, root + path, {}, 'reader')).toMatchObject({ status: 403, body: { error_code: 'OMS.0205' } });
    }
    expect(await call('GET', `${root}/${id}`, undefined, 'reader')).toMatchObject({ status: 200 });
    expect(groups.calls).toEqual([]);
  });
});

describe('a group whose source is read through a CDN', () => {
  const cdn = { protocol: 'https', domain: 'cdn.example', authentication: 'aliyun-a' } as const;

  it('asks for its key at a start, keeps it at a retry, and is shown without it', async () => {
    groups.known = group({ source: { ...group().source, cdn } });
    expect(await call('PUT', `${root}/${id}/start`, groupStartExample)).toMatchObject({ status: 400, body: { error_code: 'OMS.1032' } });
    expect(await call('PUT', `${root}/${id}/start`, { ...groupStartExample, source_cdn_authentication_key: 'k' })).toMatchObject({ status: 200 });
    expect(groups.calls).toMatchObject([['start', project, id, { cdnKey: 'k' }]]);
    expect(await call('PUT', `${root}/${id}/retry`, {})).toMatchObject({ status: 200 });
    expect(groups.calls.at(-1)).toMatchObject(['retry', project, id, { cdnKey: undefined }]);
    expect(await call('GET', `${root}/${id}`)).toMatchObject({ body: { source_cdn: { domain: 'cdn.example', protocol: 'https', authentication_type: 'ALIYUN_OSS_A' } } });
  });
});

describe('a group in an answer', () => {
  const schema = Compile(TaskGroupResp);

  it('has every field of the table', () => {
    expect(toTaskGroupResp(group())).toEqual({
      group_id: id, status: 2, error_reason: null,
      src_node: { bucket: 'src_bucket', cloud_type: 'HUAWEICLOUD', region: 'cn-north-7', app_id: '', object_key: [''], list_file: null },
      description: 'test log', dst_node: { bucket: 'dst_bucket', region: 'cn-north-1', save_prefix: 'save/' },
      enable_metadata_migration: false, enable_failed_object_recording: true, enable_restore: false, enable_kms: false, task_type: 'PREFIX',
      bandwidth_policy: [], smn_config: null, source_cdn: null, migrate_since: 0, migrate_speed: 6, total_time: 5000, start_time: 1_700_000_001_000,
      total_task_num: 15, create_task_num: 15, failed_task_num: 4, complete_task_num: 5, paused_task_num: 3, executing_task_num: 2, waiting_task_num: 1,
      total_num: 120, create_complete_num: 120, success_num: 30, fail_num: 10, skip_num: 20, total_size: 1_200, create_complete_size: 1_200, complete_size: 600,
      failed_object_record: { result: null, list_file_key: null, error_code: null },
      object_overwrite_mode: 'SIZE_LAST_MODIFIED_COMPARISON_OVERWRITE', dst_storage_policy: 'STANDARD', consistency_check: 'size_last_modified', enable_requester_pays: false,
    });
  });

  it('is what its schema says, at its fullest', () => {
    const full = group({
      source: { cloud: 'Tencent', region: 'ap-beijing', bucket: 'b', appId: '125', selection: { kind: 'url-list', bucket: 'lists', key: 'hw/' } },
      listFiles: 12, error: { code: 'TRF.0004', message: 'Some objects failed to be migrated.' }, toCreate: 3,
      numbers: { ...group().numbers, failuresListed: true, failedListError: 'TRF.0020' },
    });
    expect(schema.Errors(toTaskGroupResp(full))).toEqual([]);
    expect(toTaskGroupResp(full)).toMatchObject({
      total_task_num: 18, task_type: 'URL_LIST', src_node: { cloud_type: 'TENCENT', app_id: '125', object_key: [], list_file: { list_file_num: '12' } },
      failed_object_record: { result: true, list_file_key: `oms/task_group/${id}/failed_object_lists/`, error_code: 'TRF.0020' },
    });
  });

  it.each<[GroupState, number]>([
    ['waiting', 0], ['creating', 1], ['monitoring', 2], ['paused', 3], ['creation-failed', 4], ['failed', 5], ['succeeded', 6], ['pausing', 7], ['to-delete', 8], ['deleting', 9],
  ])('%s has the number %i', (state, status) => {
    expect(toTaskGroupResp(group({ state })).status).toBe(status);
  });
});
