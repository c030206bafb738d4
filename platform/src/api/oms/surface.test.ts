/** What a request is told that reaches no route of an API, in the words of the first one. */
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { FastifyInstance } from 'fastify';
import { AuthenticationError } from '../auth/authentication-error.ts';
import { createMetrics } from '../ops/metrics.ts';
import { buildServer } from '../server.ts';
import type { ApiSurface } from '../surface.ts';
import { MemoryBuckets } from './fixtures/memory-buckets.ts';
import { MemoryGroups } from './fixtures/memory-groups.ts';
import { MemorySyncTasks } from './fixtures/memory-sync-tasks.ts';
import { MemoryTasks } from './fixtures/memory-tasks.ts';
import { omsSurface } from './surface.ts';

/** Routes without an error shape of their own. */
const shapeless: ApiSurface = {
  name: 'shapeless',
  routes: (app) => {
    app.get('/limited', { config: { rateLimit: { max: 1, timeWindow: 60_000 } } }, () => ({}));
    app.get('/strict', { schema: { querystring: { type: 'object', required: ['size'] } } }, () => ({}));
    app.get('/slow', { handlerTimeout: 20 }, () => sleep(10_000, {}, { ref: false }));
    return Promise.resolve();
  },
  claims: () => false,
  answer: () => ({ status: 500, body: {} }),
};

let app: FastifyInstance;
let port: number;

beforeAll(async () => {
  const buckets = new MemoryBuckets();
  const authenticate = () => Promise.reject(new AuthenticationError('missing'));
  const deps = { tasks: new MemoryTasks(), syncTasks: new MemorySyncTasks(), groups: new MemoryGroups(), buckets, agreements: buckets, authenticate };
  let ids = 0;
  app = await buildServer({ logger: pino({ level: 'silent' }), tls: undefined, proxies: [], version: '0', newRequestId: () => `request-${++ids}`, metrics: createMetrics(), readiness: [], surfaces: [omsSurface(deps), shapeless] });
  port = Number(new URL(await app.listen({ port: 0, host: '127.0.0.1' })).port);
});
afterAll(() => app.close());

test.each([
  ['an unknown path', 'GET', '/v2/p/nothing', 404, 'OMS.1009'],
  ['a known path with another method', 'PATCH', '/v2/p/tasks', 405, 'S3M.1008'],
  ['a path that is none', 'GET', '/v2/%zz', 400, 'OMS.0004'],
  ['a query that does not fit', 'GET', '/strict', 400, 'OMS.0064'],
  ['what takes too long', 'GET', '/slow', 503, 'OMS.0184'],
] as const)('%s', async (_what, method, url, status, code) => {
  const answer = await app.inject({ method, url });
  expect({ status: answer.statusCode, body: answer.json<unknown>() }).toMatchObject({ status, body: { error_code: code } });
});

test('too many requests', async () => {
  await app.inject('/limited');
  const answer = await app.inject('/limited');
  expect({ status: answer.statusCode, body: answer.json<unknown>() }).toMatchObject({ status: 429, body: { error_code: 'OMS.2004' } });
});

test.each([
  ['what is no HTTP', 'HELLO\r\n\r\n', 400, 'OMS.0004'],
  ['headers that are too large', `GET /v2 HTTP/1.1\r\nhost: h\r\nx-long: ${'x'.repeat(40_000)}\r\n\r\n`, 403, 'S3M.0162'],
] as const)('%s', async (_what, sent, status, code) => {
  const socket = connect(port, '127.0.0.1');
  socket.write(sent);
  let text = '';
  for await (const chunk of socket) text += String(chunk);
  expect(text).toContain(`HTTP/1.1 ${status} `);
  expect(text).toContain(`"error_code":"${code}"`);
});
