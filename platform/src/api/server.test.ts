import { Validator } from '@seriousme/openapi-schema-validator';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestServer, type TestServer } from './testing/test-server.ts';

let server: TestServer;
let databaseIsWell = true;

beforeAll(async () => {
  const check = () => (databaseIsWell ? Promise.resolve(undefined) : Promise.reject(new Error('connect ECONNREFUSED postgres://u:hidden@h')));
  server = await createTestServer([{ name: 'database', check }]);
});
afterAll(() => server.app.close());

describe('what reaches no route', () => {
  test.each([
    ['GET', '/v3/nothing', 404, { error: { code: 404, message: 'Could not find the requested resource.', title: 'Not Found' } }],
    ['GET', '/v3.0/nothing', 404, { error_code: 'IAM.0004', error_msg: 'Could not find the requested resource.' }],
    ['PATCH', '/v3/projects?x=1', 405, { error: { code: 405, message: 'The method is not allowed for the requested resource.', title: 'Method Not Allowed' } }],
    ['POST', '/v3.0/OS-CREDENTIAL/credentials/some', 405, { error_code: 'IAM.0009' }],
    ['GET', '/v3/%zz', 400, { error: { code: 400, title: 'Bad Request' } }],
  ] as const)('%s %s answers %i in the shape of its API', async (method, url, status, body) => {
    const answer = await server.app.inject({ method, url });
    expect(answer.statusCode).toBe(status);
    expect(answer.json()).toMatchObject(body);
    expect(answer.headers['x-request-id']).toMatch(/^[0-9a-f]{32}$/);
    expect(answer.headers['content-type']).toMatch(/^application\/json/);
  });

  test.each([['PATCH', '/v3/projects', 405], ['PATCH', '/v3/nothing', 404]] as const)('%s %s without the body that its header promises answers %i', async (method, url, status) => {
    expect((await server.app.inject({ method, url, headers: { 'content-type': 'application/json' } })).statusCode).toBe(status);
  });

  test('405 names the methods that there are', async () => {
    expect((await server.app.inject({ method: 'PATCH', url: '/v3/projects' })).headers['allow']).toBe('GET, POST');
  });
});

describe('a body that is none', () => {
  const post = (payload: string | Buffer, headers: Record<string, string> = { 'content-type': 'application/json' }) => server.app.inject({ method: 'POST', url: '/v3/auth/tokens', payload, headers });

  test.each([
    ['broken JSON', '{"auth":', 400, 'The request body is not valid JSON.'],
    ['nothing', '', 400, 'The request body is missing.'],
    ['another type', '[]', 400, 'Invalid input for field of the request: must be object.'],
    ['a missing field', '{"auth":{}}', 400, "Invalid input for field 'auth': must have required properties identity."],
    ['a field of the wrong type', '{"auth":{"identity":{"methods":"password"}}}', 400, "Invalid input for field 'auth.identity.methods': must be array."],
  ])('%s is refused', async (_what, payload, status, message) => {
    const answer = await post(payload);
    expect(answer.statusCode).toBe(status);
    expect(answer.json()).toMatchObject({ error: { code: status, message } });
  });

  test('too large is refused before it is read', async () => {
    const answer = await post(Buffer.alloc(12 * 1024 * 1024 + 1, 32));
    expect(answer.statusCode).toBe(413);
    expect(answer.json()).toMatchObject({ error: { code: 413, title: 'Request Entity Too Large' } });
  });

  test('of another content type is refused', async () => {
    expect((await post('<auth/>', { 'content-type': 'application/xml' })).statusCode).toBe(415);
  });
});

describe('what is no HTTP', () => {
  const exchange = async (request: string): Promise<string> => {
    if (!server.app.server.listening) await server.app.listen({ port: 0, host: '127.0.0.1' });
    const address = server.app.server.address();
    if (typeof address !== 'object' || address === null) throw new Error('not listening');
    const socket = connect(address.port, '127.0.0.1');
    socket.write(request);
    let text = '';
    for await (const chunk of socket) text += String(chunk);
    return text;
  };

  test('is answered in an error shape and cut off; oversized headers by their own status', async () => {
    expect(await exchange('HELLO\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 Bad Request[^]*\{"error":\{"code":400/);
  });

  test.each([['of the documented length is judged', 16_384, 401], ['of twice that is too large', 32_768, 431]])('but a token %s', async (_what, length, status) => {
    const request = `GET /v3/projects HTTP/1.1\r\nhost: h\r\nconnection: close\r\nx-auth-token: ${'x'.repeat(length)}\r\n\r\n`;
    expect(await exchange(request)).toContain(`HTTP/1.1 ${status} `);
  });
});

describe('operations', () => {
  test('readiness names the check that failed and no more', async () => {
    expect((await server.app.inject('/readyz')).json()).toEqual({ status: 'ready', checks: { database: 'ok' } });
    databaseIsWell = false;
    const answer = await server.app.inject('/readyz');
    databaseIsWell = true;
    expect(answer.statusCode).toBe(503);
    expect(answer.json()).toEqual({ status: 'not ready', checks: { database: 'failed' } });
  });

  test('liveness does not depend on anything', async () => {
    expect((await server.app.inject('/healthz')).json()).toEqual({ status: 'ok' });
  });

  test('metrics count requests by route and ask for the depth of the queue', async () => {
    await server.app.inject('/v3/projects');
    const { payload, headers } = await server.app.inject('/metrics');
    expect(headers['content-type']).toMatch(/^text\/plain; version=0\.0\.4/);
    expect(payload).toMatch(/haulier_http_request_seconds_count\{method="GET",route="\/v3\/projects",status="401"\} \d/);
    expect(payload).toContain('haulier_queue_depth 7');
    expect(payload).toContain('haulier_store_concurrency_limit{endpoint="https://h",direction="reads"} 32');
    expect(payload).toContain('haulier_store_concurrency{endpoint="https://h",direction="reads"} 5');
  });

  test('the OpenAPI description is valid and lists the routes', async () => {
    const { payload } = await server.app.inject('/openapi.json');
    expect(payload, 'a word of OpenAPI 3.0').not.toContain('"nullable"');
    const description: unknown = JSON.parse(payload);
    expect(await new Validator().validate(JSON.stringify(description, null, 1))).toEqual({ valid: true });
    expect(description).toMatchObject({ openapi: '3.1.0', paths: { '/v3/auth/tokens': { post: { summary: 'Obtain a token' } }, '/readyz': { get: {} } } });
  });
});

test('the log has a line for each request, with the id that the answer has and without its query', async () => {
  const answer = await server.app.inject({ url: '/v3/projects?name=SECRET', headers: { 'x-auth-token': 'SECRET' } });
  const line = server.log.find((each) => each.includes(String(answer.headers['x-request-id'])));
  expect(line).toContain('"path":"/v3/projects"');
  expect(server.log.join('')).not.toContain('SECRET');
});
