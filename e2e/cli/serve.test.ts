/** `haulier serve` as an operator starts it: over TLS, with what is wrong, and told to stop. */
import { once } from 'node:events';
import { readFile, stat } from 'node:fs/promises';
import { Agent, createServer, request as httpRequest, type IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask, signIn } from '../support/iam.ts';
import { createInstallation, freePort, haulier, type TestInstallation } from '../support/serve.ts';

const tls = (name: string): string => fileURLToPath(new URL(`../fixtures/tls/${name}`, import.meta.url));

let installation: TestInstallation;
beforeAll(async () => { installation = await createInstallation(); });
afterAll(() => installation.remove());

const serveOnce = (...args: readonly string[]) => haulier(['serve', '--config', installation.configFile, '--log-level', 'error', ...args]);

describe('haulier serve', () => {
  test('answers over TLS', async () => {
    await using secure = await createInstallation({ config: { tls: { certificate: tls('cert.pem'), key: tls('key.pem') } } });
    const started = secure.start('serve');
    await expect.poll(() => started.log(), { timeout: 30_000 }).toContain('listening on https://');
    const ca = await readFile(tls('cert.pem'));
    const status = await new Promise<number | undefined>((resolve, reject) => {
      request(secure.url.replace('http:', 'https:') + '/readyz', { ca }, (answer) => resolve(answer.resume().statusCode)).on('error', reject).end();
    });
    expect(status).toBe(200);
  });

  test('says what is wrong with its surroundings, without a stack and without secrets', async () => {
    const port = await freePort();
    const taken = createServer().listen(port, '127.0.0.1');
    await once(taken, 'listening');
    const busy = await serveOnce('--listen', `127.0.0.1:${port}`);
    taken.close();
    expect(busy).toMatchObject({ code: 1 });
    expect(busy.stderr).toMatch(/^haulier: 127\.0\.0\.1:\d+ cannot be listened on .*EADDRINUSE.*Choose another address with --listen\.\n$/);

    const lost = await haulier(['serve', '--data', installation.folder], { HAULIER_DATABASE_URL: 'postgres://user:SECRET@127.0.0.1:1/db' });
    expect(lost).toMatchObject({ code: 1, stderr: 'haulier: The database at 127.0.0.1:1/db cannot be used: connect ECONNREFUSED 127.0.0.1:1\n' });
    expect(await serveOnce('--config', '/nowhere.yaml')).toMatchObject({ code: 2 });
  });

  test('--init makes an account and keeps its secrets out of the output', async () => {
    const folder = join(installation.folder, 'fresh');
    const started = installation.start('serve', ['--init', '--data', folder]);
    await expect.poll(() => started.log(), { timeout: 30_000 }).toContain('listening on http://');
    const file = join(folder, 'first-account.json');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const written: unknown = JSON.parse(await readFile(file, 'utf8'));
    const fields = new Map<string, unknown>(typeof written === 'object' && written !== null ? Object.entries(written) : []);
    const account = { userName: String(fields.get('user_name')), domainName: String(fields.get('domain_name')), password: String(fields.get('password')), projectId: String(fields.get('project_id')) };
    await signIn(installation.url, account);
    expect(started.log()).not.toContain(account.password);
    expect(started.log()).not.toContain(String(fields.get('secret_key')));
    expect(await started.stop()).toBe(0);
  });

  test('answers the request under way before it stops', async () => {
    const server = await installation.serve();
    const body = '{"auth":{}}';
    const headers = { 'content-type': 'application/json', 'content-length': body.length, 'expect': '100-continue' };
    const slow = httpRequest(`${installation.url}/v3/auth/tokens`, { method: 'POST', headers, agent: new Agent({ keepAlive: true }) });
    slow.flushHeaders();
    await once(slow, 'continue');
    const stopped = server.stop();
    await expect.poll(() => server.log()).toContain('"msg":"stopping"');
    slow.end(body);
    const answer = await new Promise<IncomingMessage>((resolve, reject) => slow.once('response', resolve).once('error', reject));
    expect(answer.resume()).toMatchObject({ statusCode: 400, headers: { connection: 'close' } });
    expect(await stopped).toBe(0);
    expect(server.log()).toContain('"msg":"stopped"');
  });
});

test('haulier work runs beside a server on the same database, and leaves it running', async () => {
  const server = await installation.serve();
  const worker = installation.work();
  await expect.poll(() => worker.log(), { timeout: 30_000 }).toContain('"msg":"working"');
  expect(await worker.stop()).toBe(0);
  expect(worker.log()).not.toContain('The database server is stopped');
  expect((await ask(installation.url, 'GET', '/readyz')).status).toBe(200);
  expect(await server.stop()).toBe(0);
  expect(server.log()).toContain('The database server is stopped');
});

test('a NUL is refused by name or finds nothing, and never reaches the database', async () => {
  const server = await installation.serve();
  const { account, url } = installation;
  const token = await signIn(url, account);
  const nul = 'a\0b';
  const login = (user: unknown, scope?: unknown) => ({ auth: { identity: { methods: ['password'], password: { user } }, ...(scope === undefined ? {} : { scope }) } });
  const answers = [
    await ask(url, 'POST', '/v3/auth/tokens', { body: login({ name: nul, domain: { name: 'x' }, password: nul }) }),
    await ask(url, 'POST', '/v3/auth/tokens', { body: login({ id: account.userId, password: account.password }, { project: { name: nul } }) }),
    await ask(url, 'POST', '/v3.0/OS-USER/users', { token, body: { user: { domain_id: account.domainId, name: 'n', email: nul } } }),
    await ask(url, 'POST', '/v3.0/OS-CREDENTIAL/credentials', { token, body: { credential: { user_id: account.userId, description: nul } } }),
    await ask(url, 'GET', '/v3.0/OS-CREDENTIAL/credentials/a%00b', { token }),
    await ask(url, 'GET', '/v3/projects?name=a%00b', { token }),
    await ask(url, 'GET', '/v2/a%00b/tasks', { token }),
  ];
  expect(answers.map(({ status }) => status)).toEqual([400, 400, 400, 400, 400, 400, 403]);
  expect(await server.stop()).toBe(0);
});
