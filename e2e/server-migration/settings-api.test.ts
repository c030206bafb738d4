/** Migration projects, templates and the service's own questions, asked of the real binary before and after a SIGKILL. */
import { request } from 'node:http';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { withDatabase } from '../support/database.ts';
import { ask, signIn } from '../support/iam.ts';
import { createInstallation, type TestInstallation, type TestProcess } from '../support/serve.ts';
import { at, textAt } from './door.ts';
import { addDomain } from './second-domain.ts';

let installation: TestInstallation;
let server: TestProcess;
beforeAll(async () => {
  installation = await createInstallation();
  server = await installation.serve();
});
afterAll(() => installation.remove());

test('what was set up outlives SIGKILL, is the domain’s own, and the password is nowhere in the clear', async () => {
  const { url, account, folder } = installation;
  const token = await signIn(url, account);
  const first = await ask(url, 'GET', '/v3/migprojects', { token });
  expect(first).toMatchObject({ status: 200, body: { count: 1, migprojects: [{ isdefault: true }] } });
  const made = await ask(url, 'POST', '/v3/migprojects', { token, body: { name: 'mine', region: 'cn-north-1', type: 'MIGRATE_FILE', isdefault: true } });
  const secret = 'T4rget-of-the-template';
  const template = await ask(url, 'POST', '/v3/vm/templates', { token, body: { template: { name: 'web', flavor: 's6.large', target_password: secret } } });
  const path = `/v3/vm/templates/${textAt(template.body, 'id')}`;
  expect(await ask(url, 'POST', '/v3/privacy-agreements', { token })).toMatchObject({ status: 200, body: '' });

  await server.kill();
  const firstLog = server.log();
  server = await installation.serve();

  const projects = await ask(url, 'GET', '/v3/migprojects', { token });
  expect(projects).toMatchObject({ body: { count: 2, migprojects: [{ id: at(first.body, 'migprojects', 0, 'id'), isdefault: false }, { id: textAt(made.body, 'id'), name: 'mine', isdefault: true }] } });
  expect(await ask(url, 'DELETE', `/v3/migprojects/${textAt(made.body, 'id')}`, { token })).toMatchObject({ status: 400, body: { error_code: 'SMS.8038' } });
  expect(await ask(url, 'GET', `${path}/target-password`, { token })).toMatchObject({ status: 200, body: { target_password: secret } });
  for (const shown of [path, '/v3/vm/templates']) expect(JSON.stringify((await ask(url, 'GET', shown, { token })).body)).not.toContain(secret);
  expect(await ask(url, 'GET', '/v3/privacy-agreements', { token })).toMatchObject({ body: { flag: true } });
  expect(await ask(url, 'GET', '/v3/config', { token })).toMatchObject({ status: 200, body: { config: { mainRegion: account.projectName }, regions: [{ id: account.projectName }] } });

  const other = await signIn(url, await addDomain(folder, 'others'));
  expect(await ask(url, 'GET', '/v3/migprojects', { token: other })).toMatchObject({ body: { count: 1 } });
  expect(await ask(url, 'GET', '/v3/vm/templates', { token: other })).toMatchObject({ body: { count: 0 } });
  for (const foreign of [path, `${path}/target-password`, `/v3/migprojects/${textAt(made.body, 'id')}`]) expect(await ask(url, 'GET', foreign, { token: other })).toMatchObject({ status: 404 });
  expect(await ask(url, 'GET', '/v3/privacy-agreements', { token: other })).toMatchObject({ body: { flag: false } });

  expect(firstLog + server.log() + await readFile(installation.configFile, 'utf8')).not.toContain(secret);
  const rows = await withDatabase(folder, (db) => db.selectFrom('server_template').selectAll().execute());
  expect(rows).toHaveLength(1);
  expect(Buffer.concat(rows.map(({ password }) => password ?? Buffer.alloc(0))).toString('latin1') + JSON.stringify(rows)).not.toContain(secret);
});

test('the service’s own host has its versions, without a token', async () => {
  expect(await get('/', 'sms.example')).toMatchObject({ status: 200, body: { versions: [{ id: 'v3', status: 'SUPPORTED' }] } });
  expect(await get('/v3', 'sms.example')).toMatchObject({ status: 200, body: { id: 'v3', links: [{ rel: 'self', href: 'http://sms.example/v3' }] } });
  expect(await get('/v2', 'sms.example')).toMatchObject({ status: 404, body: { error_code: 'SMS.8006' } });
  expect(await get('/v3/vm/templates', 'sms.example')).toMatchObject({ status: 401, body: { error_code: 'SMS.8010' } });
});

/** With a host name of its own, which fetch would not send. */
function get(path: string, host: string): Promise<{ readonly status: number | undefined; readonly body: unknown }> {
  return new Promise((resolve, reject) => {
    request(installation.url + path, { headers: { host } }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (chunk: string) => { text += chunk; }).on('end', () => resolve({ status: answer.statusCode, body: JSON.parse(text) as unknown })).on('error', reject);
    }).on('error', reject).end();
  });
}
