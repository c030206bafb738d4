import fastify, { type FastifyInstance } from 'fastify';
import { beforeEach, describe, expect, it } from 'vitest';
import { MigrationRefusal, type Refusal } from '../../object-migration/task.ts';
import { AuthenticationError } from '../auth/authentication-error.ts';
import { MemoryBuckets } from './fixtures/memory-buckets.ts';
import { MemoryGroups } from './fixtures/memory-groups.ts';
import { MemorySyncTasks, knownSyncTask, knownToken } from './fixtures/memory-sync-tasks.ts';
import { MemoryTasks } from './fixtures/memory-tasks.ts';
import { omsRoutes } from './routes.ts';

const { id, project } = knownSyncTask;
const root = `/v2/${project}/sync-tasks`;
const unknown = '00000000-0000-4000-8000-000000000000';

let syncTasks: MemorySyncTasks;
let app: FastifyInstance;

beforeEach(async () => {
  syncTasks = new MemorySyncTasks();
  const buckets = new MemoryBuckets();
  app = fastify({ routerOptions: { maxParamLength: 1024 } });
  app.decorateRequest('principal', null);
  await app.register(omsRoutes({
    tasks: new MemoryTasks(),
    syncTasks,
    buckets,
    agreements: buckets,
    groups: new MemoryGroups(),
    authenticate: (request, _reply, payload) => {
      const role = request.headers['x-auth-token'];
      if (role !== 'admin' && role !== 'readonly') throw new AuthenticationError('missing');
      request.principal = { projectId: project, domainId: 'd', userId: 'u', roles: [role] };
      return Promise.resolve(payload);
    },
  }));
});

async function call(method: 'GET' | 'POST' | 'DELETE', path: string, payload?: object, token = 'admin') {
  const response = await app.inject({ method, url: root + path, headers: token === '' ? {} : { 'x-auth-token': token }, ...(payload === undefined ? {} : { payload }) });
  return { status: response.statusCode, body: response.body === '' ? undefined : response.json<unknown>() };
}

const error = (status: number, code: string) => ({ status, body: { error_code: code } });

describe('the operations', () => {
  it('list as in the example', async () => {
    const { status, body } = await call('GET', '?offset=0&limit=5&status=SYNCHRONIZING');
    expect({ status, body }).toEqual({
      status: 200,
      body: {
        tasks: [{
          sync_task_id: id, src_cloud_type: 'HuaweiCloud', src_region: 'cn-north-7', src_bucket: 'oms-sdk-test-src', create_time: 1700639560751, last_start_time: 1700639560751,
          dst_bucket: 'oms-sdk-test-dst', dst_region: 'cn-north-7', description: 'sync task test', status: 'SYNCHRONIZING', enable_kms: false, enable_metadata_migration: false,
          enable_restore: false, app_id: null, source_cdn: null, object_overwrite_mode: 'SIZE_LAST_MODIFIED_COMPARISON_OVERWRITE', dst_storage_policy: 'STANDARD', consistency_check: 'size_last_modified',
        }],
        count: 1,
      },
    });
    expect(syncTasks.calls).toEqual([['list', project, { limit: 5, offset: 0, state: 'synchronizing' }]]);
  });

  it('show with the statistics of a month', async () => {
    expect(await call('GET', `/${id}?query_time=1700639560751`)).toMatchObject({
      status: 200, body: { sync_task_id: id, monthly_acceptance_request: 11, monthly_success_object: 5, monthly_failure_object: 4, monthly_skip_object: 2, monthly_size: 2 ** 40 },
    });
    expect(await call('GET', `/${id}`)).toMatchObject(error(400, 'OMS.1004'));
  });

  it('show statistics without the steps in which nothing was counted', async () => {
    expect(await call('GET', `/${id}/statistics?data_type=REQUEST,SUCCESS,SKIP&start_time=1700150400000&end_time=1700188200000`)).toEqual({
      status: 200,
      body: {
        sync_task_id: id,
        statistic_time_type: 'FIVE_MINUTES',
        statistic_datas: [
          { data_type: 'REQUEST', data: [{ time_stamp: 1700150400000, statistic_num: 1 }, { time_stamp: 1700151000000, statistic_num: 20 }] },
          { data_type: 'SUCCESS', data: [{ time_stamp: 1700151000000, statistic_num: 21 }] },
          { data_type: 'SKIP', data: [] },
        ],
      },
    });
  });

  it('take events', async () => {
    expect(await call('POST', `/${id}/events`, { object_keys: ['test%2F001.txt', 'test+001.txt'] })).toEqual({ status: 200, body: undefined });
    expect(syncTasks.calls).toEqual([['request', project, id, ['test/001.txt', 'test+001.txt']]]);
  });

  it('create, stop, start and delete', async () => {
    const keys = { src_ak: 'a', src_sk: 'b', dst_ak: 'c', dst_sk: 'd' };
    expect(await call('POST', '', { ...keys, src_region: 'r', src_bucket: 's', dst_region: 'r', dst_bucket: 'd' })).toEqual({ status: 200, body: { sync_task_id: id } });
    for (const [method, path, body] of [['POST', '/stop', undefined], ['POST', '/start', keys], ['DELETE', '', undefined]] as const) {
      expect(await call(method, `/${id}${path}`, body)).toEqual({ status: 200, body: undefined });
    }
    expect(syncTasks.calls.map(([useCase]) => useCase)).toEqual(['create', 'stop', 'start', 'remove']);
  });

  it('make and end a webhook', async () => {
    expect(await call('POST', `/${id}/webhook`)).toEqual({ status: 200, body: { url: `http://localhost:80${root}/${id}/notifications?token=${knownToken}`, token: knownToken } });
    expect(await call('DELETE', `/${id}/webhook`)).toEqual({ status: 200, body: undefined });
  });
});

describe('refusals', () => {
  it('say 404 where the page does', async () => {
    for (const [method, path] of [['GET', `/${unknown}?query_time=1`], ['POST', `/${unknown}/events`], ['GET', `/${unknown}/statistics?data_type=SIZE&start_time=1&end_time=2`], ['GET', '/not-an-id?query_time=1']] as const) {
      expect(await call(method, path, method === 'POST' ? { object_keys: ['a'] } : undefined), path).toMatchObject(error(404, 'OMS.0095'));
    }
    expect(await call('DELETE', '/not-an-id')).toMatchObject(error(400, 'OMS.0095'));
  });

  it.each<[Refusal, string]>([
    [{ kind: 'sync-not-allowed-in-state', action: 'stop', state: 'stopped' }, 'OMS.0066'],
    [{ kind: 'sync-not-allowed-in-state', action: 'start', state: 'synchronizing' }, 'OMS.0065'],
    [{ kind: 'sync-not-allowed-in-state', action: 'delete', state: 'synchronizing' }, 'OMS.0063'],
    [{ kind: 'sync-not-allowed-in-state', action: 'request', state: 'stopped' }, 'OMS.0094'],
    [{ kind: 'quota-sync-tasks' }, 'S3M.0091'],
  ])('%j', async (refusal, code) => {
    syncTasks.failure = new MigrationRefusal(refusal);
    expect(await call('POST', `/${id}/events`, { object_keys: ['a'] })).toMatchObject(error(400, code));
  });

  it('come before the body: who it is, whose project, who may write', async () => {
    expect(await call('GET', '', undefined, '')).toMatchObject(error(401, 'OMS.9999'));
    expect(await call('POST', `/${id}/events`, { object_keys: [] }, 'readonly')).toMatchObject(error(403, 'OMS.0205'));
    expect((await call('GET', `/${id}?query_time=1`, undefined, 'readonly')).status).toBe(200);
    const foreign = await app.inject({ method: 'GET', url: '/v2/another/sync-tasks', headers: { 'x-auth-token': 'admin' } });
    expect([foreign.statusCode, foreign.json<{ readonly error_code: string }>().error_code]).toEqual([403, 'OMS.2001']);
  });
});

describe('the webhook', () => {
  const body = { Records: [{ eventName: 'ObjectCreated:Put', eventSource: 'ceph:s3', s3: { bucket: { name: 'oms-sdk-test-src' }, object: { key: 'a b' } } }] };

  it('takes a notification from who has the token, in the query or as a bearer, whatever its type', async () => {
    expect(await call('POST', `/${id}/notifications?token=${knownToken}`, body, '')).toEqual({ status: 200, body: { accepted: 1, ignored: 0 } });
    const bearer = await app.inject({ method: 'POST', url: `${root}/${id}/notifications`, headers: { authorization: `Bearer ${knownToken}`, 'content-type': 'text/plain' }, payload: JSON.stringify(body) });
    expect(bearer.statusCode).toBe(200);
    expect(syncTasks.calls).toEqual([1, 2].map(() => ['notify', project, id, [{ bucket: 'oms-sdk-test-src', key: 'a b' }]]));
  });

  it('opens to nobody else, not even to a user', async () => {
    for (const path of [`/${id}/notifications`, `/${id}/notifications?token=wrong`, `/${unknown}/notifications?token=${knownToken}`, `/x/notifications?token=${knownToken}`]) {
      expect(await call('POST', path, body), path).toMatchObject(error(401, 'OMS.9999'));
    }
    expect(syncTasks.calls).toEqual([]);
  });
});
