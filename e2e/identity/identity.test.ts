/** Identity as its users meet it: the real binary, a real database, restarts in between. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { signRequest } from '@haulier/lib/sdk-hmac-sha256/sign-request.ts';
import { databaseUrl, withDatabase } from '../support/database.ts';
import { ask, passwordRequest, signIn, type Answer } from '../support/iam.ts';
import { createInstallation, haulier, type Account, type TestInstallation, type TestProcess } from '../support/serve.ts';

let installation: TestInstallation;
let server: TestProcess;
let account: Account;
beforeAll(async () => {
  installation = await createInstallation();
  account = installation.account;
  server = await installation.serve();
});
afterAll(() => installation.remove());

const tasks = (project: string): string => `/v2/${project}/tasks`;

describe('a token', () => {
  test('survives a kill and a restart', async () => {
    const token = await signIn(installation.url, account);
    await server.kill();
    server = await installation.serve();
    expect(await ask(installation.url, 'GET', tasks(account.projectId), { token })).toMatchObject({ status: 200, body: { tasks: [], count: 0 } });
    expect(await server.stop()).toBe(0);
    server = await installation.serve();
    expect(await ask(installation.url, 'GET', tasks(account.projectId), { token })).toMatchObject({ status: 200 });
  });

  test('opens nothing once its time has passed', async () => {
    const token = await signIn(installation.url, account);
    await withDatabase(installation.folder, (db) => db.updateTable('identity_token').set({ expires_at: Date.now() }).execute());
    const answer = await ask(installation.url, 'GET', tasks(account.projectId), { token });
    expect(answer.status).toBe(401);
    expect(JSON.stringify(answer.body)).toMatch(/"error_code":"\w+\.\d+"/);
    await signIn(installation.url, account);
    expect(await withDatabase(installation.folder, (db) => db.selectFrom('identity_token').select('user_id').execute())).toEqual([{ user_id: account.userId }]);
  });

  test('is kept as a digest only, and so is the password; the secret key is sealed', async () => {
    const token = await signIn(installation.url, account);
    const rows = await withDatabase(installation.folder, async (db) => [
      ...await db.selectFrom('identity_token').selectAll().execute(), ...await db.selectFrom('identity_user').selectAll().execute(), ...await db.selectFrom('identity_access_key').selectAll().execute(),
    ]);
    const text = rows.map((row) => Object.values(row).map((value) => (Buffer.isBuffer(value) ? value.toString('latin1') : JSON.stringify(value))).join('\n')).join('\n');
    for (const secret of [token, account.password, account.secretKey]) expect(text).not.toContain(secret);
  });

  test('opens only its own project', async () => {
    const token = await signIn(installation.url, account);
    const made = await ask(installation.url, 'POST', '/v3/projects', { token, body: { project: { name: 'other' } } });
    const other = idOf(made, 'project');
    for (const project of [other, 'f'.repeat(32)]) {
      expect(await ask(installation.url, 'GET', tasks(project), { token })).toMatchObject({ status: 403, body: { error_code: 'OMS.2001' } });
    }
    const scoped = await ask(installation.url, 'POST', '/v3/auth/tokens', { body: passwordRequest(account, { project: { name: 'other' } }) });
    expect(await ask(installation.url, 'GET', tasks(other), { token: String(scoped.headers.get('x-subject-token')) })).toMatchObject({ status: 200 });
    const domain = await ask(installation.url, 'POST', '/v3/auth/tokens', { body: passwordRequest(account, { domain: { name: account.domainName } }) });
    expect(await ask(installation.url, 'GET', tasks(account.projectId), { token: String(domain.headers.get('x-subject-token')) })).toMatchObject({ status: 403, body: { error_code: 'OMS.2001' } });
  });

  test('of a user who may only read changes nothing', async () => {
    const token = await signIn(installation.url, account);
    const reader = { userName: 'reader', password: 'Correct-horse-1', domainName: account.domainName, projectId: account.projectId };
    const user = { domain_id: account.domainId, name: reader.userName, password: reader.password };
    expect(await ask(installation.url, 'POST', '/v3.0/OS-USER/users', { token, body: { user } })).toMatchObject({ status: 201 });
    const reading = await signIn(installation.url, reader);
    expect(await ask(installation.url, 'GET', tasks(account.projectId), { token: reading })).toMatchObject({ status: 200 });
    for (const [method, path] of [['POST', ''], ['DELETE', '/1'], ['POST', '/1/stop'], ['POST', '/1/start'], ['PUT', '/1/bandwidth-policy'], ['POST', '/batch-update']] as const) {
      expect(await ask(installation.url, method, tasks(account.projectId) + path, { token: reading, body: {} })).toMatchObject({ status: 403, body: { error_code: 'OMS.0205' } });
    }
  });
});

describe('a signed request', () => {
  const signed = (path: string, key: Pick<Account, 'accessKey' | 'secretKey'>, at: number): Promise<Answer> => (
    ask(installation.url, 'GET', path, { headers: withoutHost(signRequest({ method: 'GET', url: new URL(path, installation.url), headers: {}, body: '' }, key, at)) })
  );

  test.each([[0, 200], [-14, 200], [14, 200], [-16, 401], [16, 401]])('that is %i minutes off is answered %i', async (minutes, status) => {
    expect((await signed(tasks(account.projectId), account, Date.now() + minutes * 60_000)).status).toBe(status);
  });

  test('opens the projects of its user only', async () => {
    expect(await signed(tasks('f'.repeat(32)), account, Date.now())).toMatchObject({ status: 403, body: { error_code: 'OMS.2001' } });
  });

  test('with a secret that is not the key’s is refused in the shape of the API asked', async () => {
    const wrong = { accessKey: account.accessKey, secretKey: 'x' };
    const answer = await signed(tasks(account.projectId), wrong, Date.now());
    expect(answer.status).toBe(401);
    expect(JSON.stringify(answer.body)).toContain('"error_code":');
    expect(await signed('/v3/projects', wrong, Date.now())).toMatchObject({ status: 401, body: { error: { code: 401 } } });
  });
});

test('nothing of tokens, passwords and keys was logged, and every answer has a request id', async () => {
  const token = await signIn(installation.url, account);
  const answer = await ask(installation.url, 'GET', tasks(account.projectId), { token });
  const id = answer.headers.get('x-request-id') ?? '';
  expect(id).toMatch(/^[0-9a-f]{32}$/);
  await expect.poll(() => server.log()).toContain(id);
  for (const secret of [token, account.password, account.secretKey]) expect(server.log()).not.toContain(secret);
});

describe('haulier init', () => {
  test('changes nothing the second time, and says so', async () => {
    const again = await haulier(['init', '--config', installation.configFile, '--json']);
    expect(again).toMatchObject({ code: 0, stdout: '{"initialised":false}\n' });
    await signIn(installation.url, account);
  });

  test('refuses a weak password before it makes an account', async () => {
    await using other = await createInstallation({ env: { HAULIER_INIT_PASSWORD: 'Good-password-1' } });
    expect(other.account.password).toBe('Good-password-1');
    const refused = await haulier(['init', '--data', join(other.folder, 'weak')], { HAULIER_INIT_PASSWORD: 'weak' });
    expect(refused).toMatchObject({ code: 1 });
    expect(refused.stderr).toContain('HAULIER_INIT_PASSWORD: expected 8 to 32 characters');
  });
});

describe('haulier serve', () => {
  test('in a folder without an installation says what to do and makes nothing', async () => {
    const missing = join(installation.folder, 'missing');
    const refused = await haulier(['serve', '--data', missing]);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('Run "haulier init" first');
  });

  test('refuses the key file of another installation', async () => {
    await using other = await createInstallation();
    const refused = await haulier(['work', '--data', other.folder], { HAULIER_DATABASE_URL: await databaseUrl(installation.folder) });
    expect(refused).toMatchObject({ code: 1 });
    expect(refused.stderr).toContain('is not the one this database was made with');
  });
});

function idOf({ body }: Answer, name: string): string {
  const found: unknown = typeof body === 'object' && body !== null ? Object.entries(body).find(([key]) => key === name)?.[1] : undefined;
  if (typeof found !== 'object' || found === null || !('id' in found)) throw new Error(`no ${name} in ${JSON.stringify(body)}`);
  return String(found.id);
}

/** `fetch` sets it itself. */
function withoutHost({ host, ...headers }: Record<string, string>): Record<string, string> {
  if (host === undefined) throw new Error('a signed request names its host');
  return headers;
}
