import swagger from '@fastify/swagger';
import { Validator } from '@seriousme/openapi-schema-validator';
import fastify, { type FastifyInstance, type InjectOptions } from 'fastify';
import { beforeEach, describe, expect, it } from 'vitest';
import { MigrationRefusal } from '../../object-migration/task.ts';
import { AuthenticationError } from '../auth/authentication-error.ts';
import { parameterHeader } from '../http-errors.ts';
import { openapiOf } from '../openapi.ts';
import type { Principal } from '../principal.ts';
import { MemoryBuckets } from './fixtures/memory-buckets.ts';
import { MemoryGroups } from './fixtures/memory-groups.ts';
import { MemorySyncTasks } from './fixtures/memory-sync-tasks.ts';
import { MemoryTasks } from './fixtures/memory-tasks.ts';
import { batchByIdsExample, bandwidthExample, prefixExample, startExample } from './fixtures/requests.ts';
import { omsRoutes } from './routes.ts';
import { toTaskResp } from './to-wire.ts';

const project = '2c0689c860ad4728a497c91ec0844383';
const root = `/v2/${project}/tasks`;
const principals: Readonly<Record<string, Principal>> = {
  admin: { projectId: project, domainId: 'd', userId: 'u', roles: ['admin'] },
  reader: { projectId: project, domainId: 'd', userId: 'u', roles: ['readonly'] },
  stranger: { projectId: 'another', domainId: 'd', userId: 'u', roles: ['admin'] },
  unscoped: { projectId: undefined, domainId: 'd', userId: 'u', roles: ['admin'] },
};

let tasks: MemoryTasks;
const buckets = new MemoryBuckets();
let groups: MemoryGroups;
let app: FastifyInstance;

beforeEach(async () => {
  tasks = new MemoryTasks();
  groups = new MemoryGroups();
  app = fastify({ bodyLimit: 100_000, routerOptions: { ignoreTrailingSlash: true, maxParamLength: 1024 } });
  app.decorateRequest('principal', null);
  await app.register(omsRoutes({
    tasks,
    syncTasks: new MemorySyncTasks(),
    buckets,
    agreements: buckets,
    groups,
    authenticate: async (request, _reply, payload) => {
      const principal = principals[String(request.headers['x-auth-token'])];
      if (principal === undefined) throw new AuthenticationError('missing');
      request.principal = principal;
      return payload;
    },
  }));
});

async function call(method: 'GET' | 'POST' | 'PUT' | 'DELETE', url: string, body?: object | string, options: InjectOptions & { token?: string } = {}) {
  const { token = 'admin', headers, ...rest } = options;
  const response = await app.inject({ method, url, headers: { 'x-auth-token': token, ...headers }, ...(body === undefined ? {} : { payload: body }), ...rest });
  return { status: response.statusCode, text: response.body, body: response.body === '' ? undefined : response.json<unknown>(), headers: response.headers };
}

const id = '191297407830872';
const own = project;

describe('the operations', () => {
  it('lists', async () => {
    const { status, body } = await call('GET', `${root}?offset=0&limit=10&status=4`);
    expect({ status, body }).toEqual({ status: 200, body: { tasks: [toTaskResp(tasks.known)], count: 41 } });
    expect(tasks.calls).toEqual([['list', own, { limit: 10, offset: 0, state: 'failed' }]]);
  });

  it('shows', async () => {
    expect(await call('GET', `${root}/${id}`)).toMatchObject({ status: 200, body: toTaskResp(tasks.known) });
  });

  it('creates', async () => {
    expect(await call('POST', root, prefixExample)).toMatchObject({ status: 200, body: { id: 200429548242937, task_name: 'task_name' } });
    expect(tasks.calls).toMatchObject([['create', { project, source: { selection: { kind: 'prefixes' } } }]]);
  });

  it.each<[string, 'POST' | 'PUT' | 'DELETE', string, object | undefined, unknown[]]>([
    ['pauses', 'POST', `/${id}/stop`, undefined, ['stop', own, 191297407830872]],
    ['pauses with a body nobody reads', 'POST', `/${id}/stop`, {}, ['stop', own, 191297407830872]],
    ['deletes', 'DELETE', `/${id}`, undefined, ['remove', own, 191297407830872]],
    ['limits bandwidth', 'PUT', `/${id}/bandwidth-policy`, bandwidthExample, ['setBandwidth', own, 191297407830872, [{ startMinute: 1, endMinute: 1439, bytesPerSecond: 50_000_000 }]]],
    ['updates in batches', 'POST', '/batch-update', batchByIdsExample, ['batchUpdate', own, { ids: [111, 222], priority: undefined, bandwidth: [{ startMinute: 1, endMinute: 1439, bytesPerSecond: 50_000_000 }] }]],
  ])('%s and answers nothing', async (_what, method, path, body, useCase) => {
    expect(await call(method, root + path, body)).toMatchObject({ status: 200, text: '' });
    expect(tasks.calls).toEqual([useCase]);
  });

  it('starts, asking which keys the task’s source needs', async () => {
    expect(await call('POST', `${root}/${id}/start`, startExample)).toMatchObject({ status: 200, text: '' });
    expect(tasks.calls.at(-1)).toMatchObject(['start', own, 191297407830872, { failedObjectsOnly: false, credentials: { source: { accessKey: 'src_ak' } } }]);
  });

  it('takes a body without Content-Type for JSON, and one in a charset', async () => {
    const body = JSON.stringify(bandwidthExample);
    for (const type of [{}, { 'content-type': 'application/json;charset=UTF-8' }, { 'content-type': 'Application/JSON' }]) {
      expect(await call('PUT', `${root}/${id}/bandwidth-policy`, body, { headers: type })).toMatchObject({ status: 200 });
    }
  });

  it('needs no body where it reads none, whatever Content-Type says', async () => {
    expect(await call('POST', `${root}/${id}/stop`, undefined, { headers: { 'content-type': 'application/json' } })).toMatchObject({ status: 200 });
  });
});

describe('versions', () => {
  const version = { id: 'v2', links: [{ rel: 'self', href: 'http://oms.example:8080/v2/' }], status: 'CURRENT', updated: '2020-04-01T12:00:00Z' };
  const headers = { host: 'oms.example:8080' };

  it('are listed and shown', async () => {
    expect(await call('GET', '/', undefined, { headers })).toMatchObject({ status: 200, body: { versions: [version] } });
    expect(await call('GET', '/v2', undefined, { headers, token: 'reader' })).toMatchObject({ status: 200, body: version });
    expect(await call('GET', '/v2/', undefined, { headers })).toMatchObject({ status: 200, body: version });
  });

  it('need a token', async () => {
    for (const path of ['/', '/v2']) expect(await call('GET', path, undefined, { token: '' })).toMatchObject({ status: 401, body: { error_code: 'OMS.9999', error_msg: 'no auth' } });
  });

  it.each(['/v1', '/v9', '/latest', `/${'v'.repeat(11)}`])('other than v2 do not exist: %s', async (path) => {
    expect(await call('GET', path)).toMatchObject({ status: 404, body: { error_code: 'S3M.0256', error_msg: 'The current API version does not exist.' } });
  });
});

describe('who may not', () => {
  const writes = [['POST', ''], ['POST', `/${id}/stop`], ['POST', `/${id}/start`], ['DELETE', `/${id}`], ['PUT', `/${id}/bandwidth-policy`], ['POST', '/batch-update']] as const;
  const readOnly = { error_code: 'OMS.0205', error_msg: 'Insufficient permission. Read-only users do not have the permissions to create, modify, or delete resources.' };

  it.each(writes)('a reader: %s %s', async (method, path) => {
    expect(await call(method, root + path, '{', { token: 'reader' })).toMatchObject({ status: 403, body: readOnly });
    expect(tasks.calls).toEqual([]);
  });

  it('a reader may look', async () => {
    expect(await call('GET', root, undefined, { token: 'reader' })).toMatchObject({ status: 200 });
    expect(await call('GET', `${root}/${id}`, undefined, { token: 'reader' })).toMatchObject({ status: 200 });
  });

  it.each(['stranger', 'unscoped'])('%s in this project', async (token) => {
    const refusal = { status: 403, body: { error_code: 'OMS.2001', error_msg: 'project verify fail.' } };
    expect(await call('GET', root, undefined, { token })).toMatchObject(refusal);
    expect(await call('POST', root, '{', { token })).toMatchObject(refusal);
    expect(tasks.calls).toEqual([]);
  });

  it('nobody', async () => {
    expect(await call('POST', root, '{', { token: '' })).toMatchObject({ status: 401, body: { error_code: 'OMS.9999', error_msg: 'no auth' } });
  });
});

describe('errors', () => {
  it.each<[string, string | object | undefined, Record<string, string>, number, string]>([
    ['broken JSON', '{"task_type":', {}, 400, 'OMS.0067'],
    ['JSON twice', '{}{}', {}, 400, 'OMS.0067'],
    ['no body', undefined, {}, 400, 'OMS.1004'],
    ['a body that is a list', '[]', {}, 400, 'OMS.1002'],
    ['an empty object', '{}', {}, 400, 'OMS.1004'],
    ['another format', 'task_type=list', { 'content-type': 'application/x-www-form-urlencoded' }, 415, 'OMS.0067'],
    ['a body too large', JSON.stringify({ description: 'x'.repeat(100_001) }), {}, 413, 'S3M.0172'],
    ['a broken rule', { ...prefixExample, description: '<' }, {}, 400, 'OMS.0078'],
  ])('%s', async (_what, body, headers, status, code) => {
    const answer = await call('POST', root, body, { headers: { 'content-type': 'application/json', ...headers } });
    expect(answer).toMatchObject({ status, body: { error_code: code } });
    expect(Object.keys(answer.body as object).sort()).toEqual(['error_code', 'error_msg']);
    expect(answer.headers['content-type']).toMatch(/^application\/json/);
    expect(tasks.calls).toEqual([]);
  });

  it('name the parameter in a header, and never its value', async () => {
    const answer = await call('POST', root, { ...prefixExample, src_node: { ...prefixExample.src_node, sk: `secret${'x'.repeat(100)}` } });
    expect(answer.headers[parameterHeader]).toBe('src_node.sk');
    expect(answer.text).not.toContain('secret');
  });

  it('of a task that is not there: 404 where it is shown, 400 elsewhere', async () => {
    const missing = { error_code: 'OMS.0095', error_msg: 'You do not have permission to access the task or the task does not exist.' };
    expect(await call('GET', `${root}/7`)).toMatchObject({ status: 404, body: missing });
    expect(await call('POST', `${root}/7/start`, '{')).toMatchObject({ status: 400, body: missing });
    expect(await call('POST', `${root}/batch-update`, { ...batchByIdsExample, ids: [1_000_000_000_000_000] })).toMatchObject({ status: 400, body: missing });
  });

  it.each(['1000000000000000', 'abc', '-1'])('of the id %s come before those of the body', async (bad) => {
    expect(await call('PUT', `${root}/${bad}/bandwidth-policy`, '{')).toMatchObject({ status: 400, body: { error_code: 'OMS.0054' } });
  });

  it('of a refused use case', async () => {
    tasks.failure = new MigrationRefusal({ kind: 'not-allowed-in-state', action: 'delete', state: 'migrating' });
    expect(await call('DELETE', `${root}/${id}`)).toMatchObject({ status: 400, body: { error_code: 'OMS.0063', error_msg: 'The task is in progress. Pause the task and then delete it.' } });
  });

  it('of our own say nothing about their cause', async () => {
    tasks.failure = new Error('password=secret');
    const answer = await call('POST', `${root}/${id}/stop`);
    expect(answer).toMatchObject({ status: 500, body: { error_code: 'S3M.1001', error_msg: 'Internal server error.' } });
    expect(answer.text).not.toContain('secret');
  });
});

describe('the OpenAPI document', () => {
  it('describes every operation with its parameters, body and answers', async () => {
    const described = fastify();
    described.decorateRequest('principal', null);
    await described.register(swagger, openapiOf('0'));
    await described.register(omsRoutes({ tasks, syncTasks: new MemorySyncTasks(), groups, buckets, agreements: buckets, authenticate: (_request, _reply, payload) => Promise.resolve(payload) }));
    await described.ready();
    const text = JSON.stringify(described.swagger(), null, 1);
    expect(await new Validator().validate(text)).toEqual({ valid: true });
    const document: unknown = JSON.parse(text);
    expect(document).toMatchObject({
      paths: {
        '/': { get: { operationId: 'ListApiVersions' } },
        '/{version}': { get: { operationId: 'ShowApiInfo' } },
        '/v2/{project_id}/tasks': { get: { operationId: 'ListTasks' }, post: { operationId: 'CreateTask' } },
        '/v2/{project_id}/tasks/batch-update': { post: { operationId: 'BatchUpdateTasks' } },
        '/v2/{project_id}/tasks/{task_id}': { get: { operationId: 'ShowTask' }, delete: { operationId: 'DeleteTask' } },
        '/v2/{project_id}/tasks/{task_id}/bandwidth-policy': { put: { operationId: 'UpdateBandwidthPolicy' } },
        '/v2/{project_id}/tasks/{task_id}/start': { post: { operationId: 'StartTask' } },
        '/v2/{project_id}/tasks/{task_id}/stop': { post: { operationId: 'StopTask' } },
      },
    });
    for (const field of ['migrate_since', 'object_overwrite_mode', 'SRC_STORAGE_MAPPING', 'failed_object_record', 'error_code', 'task_name']) expect(text).toContain(field);
  });
});
