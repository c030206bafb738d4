/** What reaches no route of SMS, and who may use those there are. */
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import fastify from 'fastify';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FastifyInstance } from 'fastify';
import { AuthenticationError } from '../auth/authentication-error.ts';
import { createMetrics } from '../ops/metrics.ts';
import type { Principal } from '../principal.ts';
import { buildServer } from '../server.ts';
import type { ApiSurface } from '../surface.ts';
import { tenantOf } from './access.ts';
import { isSms } from './host.ts';
import { smsSurface } from './surface.ts';

const principals: Readonly<Record<string, Principal>> = {
  admin: { projectId: undefined, domainId: 'acme', userId: 'root', roles: ['admin'] },
  reader: { projectId: 'p', domainId: 'acme', userId: 'looker', roles: ['readonly'] },
};

const surface = smsSurface({
  authenticate: async (request, _reply, payload) => {
    const principal = principals[String(request.headers['x-auth-token'])];
    if (principal === undefined) throw new AuthenticationError(request.headers['x-domain-id'] === undefined ? 'missing' : 'wrong-scope');
    request.principal = principal;
    return payload;
  },
  routes: [(app) => {
    const schema = { operationId: 'TouchTask', response: { 200: {} } };
    app.get('/v3/tasks/mine', { schema }, (request) => ({ ...tenantOf(request), size: 2n ** 63n - 1n }));
    app.post('/v3/tasks/mine', { schema }, () => ({ done: true }));
    app.get('/v3/tasks/broken', () => Promise.reject(new Error('a secret')));
  }],
});

let app: FastifyInstance;
beforeAll(async () => {
  app = fastify();
  app.decorateRequest('principal', null);
  await app.register(surface.routes);
});
afterAll(() => app.close());

async function call(method: 'GET' | 'POST', url: string, headers: Readonly<Record<string, string>>) {
  const answer = await app.inject({ method, url, headers });
  return { status: answer.statusCode, text: answer.body, body: answer.json<Record<string, unknown>>() };
}

describe('the surface', () => {
  it.each([
    ['migration.example', '/v3/sources'], ['migration.example', '/v3/sources/1/command'], ['migration.example', '/v3/tasks/1/unknown'], ['migration.example', '/v3/vm/templates'],
    ['migration.example', '/v3/errors'], ['migration.example', '/v3/config'], ['migration.example', '/v3/migprojects/1'], ['migration.example', '/v3/privacy-agreements'],
    ['migration.example', '/v3/1/update-network-check-info'], ['sms.example', '/'], ['sms.example', '/v3'], ['sms.example', '/anything'],
  ])('claims %s%s', (host, path) => expect(isSms(host, path)).toBe(true));

  it.each([
    ['migration.example', '/'], ['migration.example', '/v3'], ['migration.example', '/v3/auth/tokens'], ['migration.example', '/v3/projects'], ['migration.example', '/v2/p/tasks'],
    ['migration.example', '/v3/tasksandmore'], ['iam.example', '/v3/tasks'], ['oms.example', '/v3/sources'], ['evs.example', '/v3/sources'], ['asms.example', '/v3'],
  ])('leaves %s%s to others', (host, path) => expect(isSms(host, path)).toBe(false));

  it('answers in the shape of SMS', () => {
    expect(surface.answer('not-found', '/v3/tasks/1/unknown')).toEqual({
      status: 404,
      body: {
        error_code: 'SMS.8006', error_msg: 'There is nothing at this path.', encoded_authorization_message: '', error_param: ['path'],
        details: [{ error_code: 'SMS.8006', error_msg: 'There is nothing at this path.' }],
      },
    });
  });
});

describe('access', () => {
  it('is that of the domain, and sizes keep their digits', async () => {
    expect((await call('GET', '/v3/tasks/mine', { 'x-auth-token': 'reader' })).text).toBe('{"domain":"acme","userId":"looker","size":9223372036854775807}');
    expect(await call('POST', '/v3/tasks/mine', { 'x-auth-token': 'admin' })).toMatchObject({ status: 200, body: { done: true } });
  });

  it('is not to be had without a token', async () => {
    expect(await call('GET', '/v3/tasks/mine', {})).toMatchObject({ status: 401, body: { error_code: 'SMS.8010', error_param: ['X-Auth-Token'] } });
    expect(await call('GET', '/v3/tasks/mine', { 'x-domain-id': 'another' })).toMatchObject({ status: 403, body: { error_code: 'SMS.9004', error_param: ['X-Domain-Id'] } });
  });

  it('to changes is not for those who may only look, in the words of the documents’ 403', async () => {
    const { status, body } = await call('POST', '/v3/tasks/mine', { 'x-auth-token': 'reader' });
    const sentence = 'You do not have permission to perform action TouchTask on resource /v3/tasks/mine.';
    expect(status).toBe(403);
    expect(body).toEqual({
      error_code: 'SMS.9004', error_msg: `The current account does not have the permission to execute policy. ${sentence}`, encoded_authorization_message: expect.any(String) as string,
      error_param: [sentence], details: [{ error_code: 'SMS.9004', error_msg: sentence }],
    });
    expect(JSON.parse(Buffer.from(String(body['encoded_authorization_message']), 'base64').toString())).toEqual({ allowed: false, action: 'TouchTask', resource: '/v3/tasks/mine', user: 'looker', domain: 'acme' });
  });

  it('says nothing of what broke inside', async () => {
    const { status, text, body } = await call('GET', '/v3/tasks/broken', { 'x-auth-token': 'reader' });
    expect({ status, body }).toMatchObject({ status: 500, body: { error_code: 'SMS.2007' } });
    expect(text).not.toContain('secret');
  });
});

describe('the server', () => {
  /** Routes without an error shape of their own. */
  const shapeless: ApiSurface = {
    name: 'shapeless',
    routes: (server) => {
      server.get('/limited', { config: { rateLimit: { max: 1, timeWindow: 60_000 } } }, () => ({}));
      server.get('/slow', { handlerTimeout: 20 }, () => sleep(10_000, {}, { ref: false }));
      return Promise.resolve();
    },
    claims: () => false,
    answer: () => ({ status: 500, body: {} }),
  };
  let server: FastifyInstance;
  beforeAll(async () => {
    server = await buildServer({ logger: pino({ level: 'silent' }), tls: undefined, proxies: [], version: '0', newRequestId: () => 'request', metrics: createMetrics(), readiness: [], surfaces: [surface, shapeless] });
  });
  afterAll(() => server.close());

  it.each([
    ['an unknown path', 'GET', '/v3/tasks/1/unknown', 404, 'SMS.8006'],
    ['a known path with another method', 'PATCH', '/v3/tasks/mine', 405, 'SMS.2003'],
    ['a path that is none', 'GET', '/v3/tasks/%zz', 400, 'SMS.8005'],
    ['what takes too long', 'GET', '/slow', 503, 'SMS.8009'],
  ] as const)('answers %s', async (_what, method, url, status, code) => {
    const answer = await server.inject({ method, url });
    expect({ status: answer.statusCode, body: answer.json<unknown>() }).toMatchObject({ status, body: { error_code: code } });
  });

  it('answers what comes too often, and what is too large', async () => {
    await server.inject('/limited');
    expect((await server.inject('/limited')).json<unknown>()).toMatchObject({ error_code: 'SMS.8008' });
    const answer = await server.inject({ method: 'POST', url: '/v3/tasks/mine', headers: { 'x-auth-token': 'admin' }, payload: Buffer.alloc(12 * 1024 * 1024 + 1) });
    expect({ status: answer.statusCode, body: answer.json<unknown>() }).toMatchObject({ status: 413, body: { error_code: 'SMS.2004' } });
  });

  it('answers headers that are too large', async () => {
    const socket = connect(Number(new URL(await server.listen({ port: 0, host: '127.0.0.1' })).port), '127.0.0.1');
    socket.write(`GET /v3/tasks HTTP/1.1\r\nhost: h\r\nx-long: ${'x'.repeat(40_000)}\r\n\r\n`);
    let text = '';
    for await (const chunk of socket) text += String(chunk);
    expect(text).toContain('HTTP/1.1 431 ');
    expect(text).toContain('"error_code":"SMS.8007"');
  });
});
