import { signRequest, type SigningKey } from '@haulier/lib/sdk-hmac-sha256/sign-request.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestServer, type TestServer } from '../testing/test-server.ts';

let server: TestServer;
let token: string;
beforeAll(async () => {
  server = await createTestServer();
  token = await tokenFor({ project: { name: 'cn-north-1' } });
});
afterAll(() => server.app.close());

interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: unknown;
}

async function ask(method: 'GET' | 'POST' | 'DELETE', url: string, body?: object, headers: Record<string, string> = { 'x-auth-token': token }): Promise<Reply> {
  const answer = await server.app.inject({ method, url, headers, ...(body === undefined ? {} : { payload: body }) });
  return { status: answer.statusCode, headers: answer.headers, body: answer.payload === '' ? undefined : answer.json() };
}

function password(user: object, scope?: object): object {
  return { auth: { identity: { methods: ['password'], password: { user } }, ...(scope === undefined ? {} : { scope }) } };
}

const root = () => ({ name: 'root', domain: { name: 'acme' }, password: server.account.password });

async function tokenFor(scope?: object): Promise<string> {
  const { headers } = await ask('POST', '/v3/auth/tokens', password(root(), scope), {});
  return String(headers['x-subject-token']);
}

async function askSigned(method: 'GET' | 'POST', path: string, key: SigningKey, headers: Record<string, string> = {}, body = ''): Promise<Reply> {
  const signed = signRequest({ method, url: new URL(`http://localhost${path}`), headers: { ...headers, ...(body === '' ? {} : { 'content-type': 'application/json' }) }, body }, key, server.now);
  const answer = await server.app.inject({ method, url: path, headers: signed, ...(body === '' ? {} : { payload: body }) });
  return { status: answer.statusCode, headers: answer.headers, body: answer.json() };
}

describe('POST /v3/auth/tokens', () => {
  test('answers 201 with the token in X-Subject-Token and what it stands for', async () => {
    const { project, domain, user } = server.account;
    const { status, headers, body } = await ask('POST', '/v3/auth/tokens?nocatalog=true', password(root(), { project: { id: project.id } }), {});
    expect(status).toBe(201);
    expect(headers['x-subject-token']).toMatch(/^[\w-]{64}$/);
    expect(body).toEqual({
      token: {
        catalog: [], methods: ['password'], issued_at: '2026-04-16T09:53:41.000000Z', expires_at: '2026-04-17T09:53:41.000000Z',
        project: { id: project.id, name: 'cn-north-1', domain: { id: domain.id, name: 'acme' } },
        roles: [{ id: '0', name: 'te_admin' }, { id: '0', name: 'secu_admin' }],
        user: { id: user.id, name: 'root', domain: { id: domain.id, name: 'acme' }, password_expires_at: '' },
      },
    });
  });

  test.each([
    ['a user by id, a project by name', () => password({ id: server.account.user.id, password: server.account.password }, { project: { name: 'cn-north-1' } }), { project: { name: 'cn-north-1' } }],
    ['a domain scope', () => password(root(), { domain: { name: 'acme' } }), { domain: { name: 'acme' } }],
    ['no scope', () => password(root()), { domain: { name: 'acme' } }],
    ['a token', () => ({ auth: { identity: { methods: ['token'], token: { id: token } }, scope: { project: { name: 'cn-north-1' } } } }), { methods: ['token'], project: { name: 'cn-north-1' } }],
  ])('takes %s', async (_what, body, expected) => {
    const answer = await ask('POST', '/v3/auth/tokens', body(), {});
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({ token: expected });
  });

  test.each([
    ['a wrong password', () => password({ ...root(), password: 'wrong' }), 401],
    ['an unknown user', () => password({ ...root(), name: 'nobody' }), 401],
    ['a name without its domain', () => password({ name: 'root', password: 'x' }), 400],
    ['a scope that names nothing', () => password(root(), { project: {} }), 400],
    ['somebody else’s project', () => password(root(), { project: { id: 'f'.repeat(32) } }), 401],
    ['an unknown method', () => ({ auth: { identity: { methods: ['totp'] } } }), 400],
    ['a method without its part', () => ({ auth: { identity: { methods: ['password'] } } }), 400],
    ['a made-up token', () => ({ auth: { identity: { methods: ['token'], token: { id: 'x' } } } }), 401],
  ])('refuses %s', async (_what, body, status) => {
    const answer = await ask('POST', '/v3/auth/tokens', body(), {});
    expect(answer.status).toBe(status);
    expect(answer.body).toMatchObject({ error: { code: status } });
    expect(JSON.stringify(answer.body)).not.toContain(server.account.password);
  });
});

describe('a token', () => {
  test('is shown by GET, to people of its domain', async () => {
    expect(await ask('GET', '/v3/auth/tokens', undefined, { 'x-auth-token': token, 'x-subject-token': token })).toMatchObject({ status: 200, body: { token: { user: { name: 'root' } } } });
    expect(await ask('GET', '/v3/auth/tokens')).toMatchObject({ status: 400 });
  });

  test.each([[undefined], ['x']])('that is %s opens nothing', async (wrong) => {
    for (const path of ['/v3/projects', '/v3/auth/projects', '/v3/auth/domains', '/v3.0/OS-CREDENTIAL/credentials']) {
      const answer = await ask('GET', path, undefined, wrong === undefined ? {} : { 'x-auth-token': wrong });
      expect(answer.status).toBe(401);
      expect(answer.body).toMatchObject(path.startsWith('/v3.0') ? { error_code: 'IAM.0001' } : { error: { code: 401, title: 'Unauthorized' } });
    }
  });
});

describe('projects and domains', () => {
  test('are listed as the SDKs look them up', async () => {
    const { project, domain } = server.account;
    const { body } = await ask('GET', '/v3/projects?name=cn-north-1');
    expect(body).toEqual({
      links: { self: 'http://localhost:80/v3/projects?name=cn-north-1', previous: null, next: null },
      projects: [{ id: project.id, name: 'cn-north-1', domain_id: domain.id, parent_id: domain.id, description: '', is_domain: false, enabled: true, links: { self: `http://localhost:80/v3/projects/${project.id}` } }],
    });
    expect((await ask('GET', '/v3/projects?name=elsewhere')).body).toMatchObject({ projects: [] });
    expect((await ask('GET', '/v3/auth/projects')).body).toMatchObject({ projects: [{ id: project.id }] });
    expect((await ask('GET', '/v3/auth/domains')).body).toMatchObject({ domains: [{ id: domain.id, name: 'acme', enabled: true }] });
  });

  test('are made once, with a name of their own', async () => {
    expect(await ask('POST', '/v3/projects', { project: { name: 'eu-west-101' } })).toMatchObject({ status: 201, body: { project: { name: 'eu-west-101' } } });
    expect(await ask('POST', '/v3/projects', { project: { name: 'eu-west-101' } })).toMatchObject({ status: 409 });
    expect(await ask('POST', '/v3/projects', { project: { name: 'a b' } })).toMatchObject({ status: 400 });
  });
});

describe('users', () => {
  const user = (fields: object) => ({ user: { domain_id: server.account.domain.id, name: 'IAMUser', password: 'Correct-horse-1', email: 'a@example.com', description: 'IAM User Description', ...fields } });

  test('are made as in the documents’ own example', async () => {
    const { status, body } = await ask('POST', '/v3.0/OS-USER/users', user({}));
    expect(status).toBe(201);
    expect(body).toMatchObject({
      user: {
        name: 'IAMUser', description: 'IAM User Description', areacode: '', phone: '', email: 'a@example.com', status: null, enabled: true, pwd_status: false, access_mode: 'default',
        is_domain_owner: false, xuser_id: '', xuser_type: '', password_expires_at: null, create_time: '2026-04-16T09:53:41.000000', domain_id: server.account.domain.id, default_project_id: null,
      },
    });
  });

  test.each([
    ['a name that is taken', { name: 'root' }, 409, '1109'],
    ['a weak password', { name: 'weak', password: 'short' }, 400, '1103'],
    ['a name that starts with a digit', { name: '1st' }, 400, 'IAM.0073'],
    ['another domain', { domain_id: 'other' }, 403, 'IAM.0003'],
  ])('are refused for %s', async (_what, fields, status, code) => {
    expect(await ask('POST', '/v3.0/OS-USER/users', user(fields))).toMatchObject({ status, body: { error_code: code } });
  });

  test('are not made by those who may only read', async () => {
    await ask('POST', '/v3.0/OS-USER/users', user({ name: 'reader' }));
    const { headers } = await ask('POST', '/v3/auth/tokens', password({ name: 'reader', domain: { name: 'acme' }, password: 'Correct-horse-1' }), {});
    const reader = { 'x-auth-token': String(headers['x-subject-token']) };
    expect(await ask('POST', '/v3.0/OS-USER/users', user({ name: 'other' }), reader)).toMatchObject({ status: 403, body: { error_code: 'IAM.0003' } });
    expect(await ask('POST', '/v3/projects', { project: { name: 'p' } }, reader)).toMatchObject({ status: 403 });
    expect(await ask('POST', '/v3.0/OS-CREDENTIAL/credentials', { credential: { user_id: server.account.user.id } }, reader)).toMatchObject({ status: 403 });
    expect(await ask('GET', '/v3/auth/projects', undefined, reader)).toMatchObject({ status: 200 });
  });
});

describe('access keys', () => {
  const base = '/v3.0/OS-CREDENTIAL/credentials';

  test('show their secret once and sign requests until they are deleted', async () => {
    const made = await ask('POST', base, { credential: { user_id: server.account.user.id, description: 'robot' } });
    expect(made).toMatchObject({ status: 201, body: { credential: { user_id: server.account.user.id, description: 'robot', status: 'active', create_time: '2026-04-16T09:53:41.000000Z' } } });
    const { access, secret } = credentialOf(made.body);
    for (const seen of [await ask('GET', `${base}/${access}`), await ask('GET', base)]) {
      expect(JSON.stringify(seen.body)).toContain(access);
      expect(JSON.stringify(seen.body)).not.toContain(secret);
    }
    const key = { accessKey: access, secretKey: secret };
    expect(await askSigned('GET', '/v3/auth/domains', key)).toMatchObject({ status: 200 });
    expect(await ask('DELETE', `${base}/${access}`)).toMatchObject({ status: 204 });
    expect(await askSigned('GET', '/v3/auth/domains', key)).toMatchObject({ status: 401 });
    expect(await ask('DELETE', `${base}/${access}`)).toMatchObject({ status: 404, body: { error_code: 'IAM.0004' } });
  });

  test('that are temporary want X-Security-Token and end', async () => {
    const { status, body } = await ask('POST', '/v3.0/OS-CREDENTIAL/securitytokens', { auth: { identity: { methods: ['token'], token: { duration_seconds: 900 } } } });
    expect(status).toBe(201);
    expect(body).toMatchObject({ credential: { expires_at: '2026-04-16T10:08:41.000000Z' } });
    const { access, secret, securitytoken } = credentialOf(body);
    const key = { accessKey: access, secretKey: secret };
    expect(await askSigned('GET', '/v3/auth/domains', key)).toMatchObject({ status: 401 });
    expect(await askSigned('GET', '/v3/auth/domains', { ...key, securityToken: 'x' })).toMatchObject({ status: 401 });
    expect(await askSigned('GET', '/v3/auth/domains', { ...key, securityToken: securitytoken })).toMatchObject({ status: 200 });
    const start = server.now;
    server.now += 900_000;
    expect(await askSigned('GET', '/v3/auth/domains', { ...key, securityToken: securitytoken })).toMatchObject({ status: 401 });
    server.now = start;
  });

  test.each([899, 86_401, 1.5])('are not temporary for %d seconds', async (seconds) => {
    expect(await ask('POST', '/v3.0/OS-CREDENTIAL/securitytokens', { auth: { identity: { methods: ['token'], token: { duration_seconds: seconds } } } })).toMatchObject({ status: 400 });
  });
});

describe('a signed request', () => {
  const key = () => ({ accessKey: server.account.accessKey, secretKey: server.account.secretKey });

  test('may have a body and name its project and domain', async () => {
    const headers = { 'x-project-id': server.account.project.id, 'x-domain-id': server.account.domain.id };
    expect(await askSigned('POST', '/v3/projects', key(), headers, '{"project":{"name":"signed"}}')).toMatchObject({ status: 201 });
    expect(await askSigned('GET', '/v3/projects?name=signed&name=&x=%2B+%C3%A4', key(), headers)).toMatchObject({ status: 400 });
  });

  test.each([['x-project-id'], ['x-domain-id']])('may not name another %s', async (header) => {
    expect(await askSigned('GET', '/v3/projects', key(), { [header]: 'other' })).toMatchObject({ status: 403 });
  });

  test('is refused with another secret, an unknown key, or an old date', async () => {
    expect(await askSigned('GET', '/v3/projects', { ...key(), secretKey: 'other' })).toMatchObject({ status: 401 });
    expect(await askSigned('GET', '/v3/projects', { ...key(), accessKey: 'other' })).toMatchObject({ status: 401 });
  });
});

describe('discovery', () => {
  const versions = { status: 300, body: { versions: { values: [{ id: 'v3.6', links: [{ rel: 'self', href: 'http://localhost:80/v3/' }] }] } } };

  test('needs no token, at GET /v3 and at GET /', async () => {
    for (const path of ['/v3', '/v3/']) expect(await ask('GET', path, undefined, {})).toMatchObject({ status: 200, body: { version: { id: 'v3.6' } } });
    expect(await ask('GET', '/', undefined, {})).toMatchObject(versions);
  });

  test('on the host of the IAM is there for callers with a token too', async () => {
    for (const headers of [{}, { 'x-auth-token': token }]) {
      expect(await ask('GET', '/', undefined, { host: 'iam.example.com', ...headers })).toMatchObject({ status: 300, body: { versions: { values: [{ links: [{ href: 'http://iam.example.com/v3/' }] }] } } });
    }
  });

  test.each([
    ['a caller with a token', { 'x-auth-token': 'x' }],
    ['a signed request', { authorization: 'SDK-HMAC-SHA256 Access=a' }],
    ['the host of another service', { host: 'oms.example.com' }],
    ['the host of another service and its port', { host: 'evs.example.com:8642' }],
  ])('leaves GET / to the other APIs for %s', async (_whose, headers) => {
    expect((await ask('GET', '/', undefined, headers)).body).not.toHaveProperty('versions');
  });

  test('finds an image service without images, since clients that make disks look for one', async () => {
    expect(await ask('GET', '/image', undefined, {})).toMatchObject({ status: 300, body: { versions: [{ id: 'v2.0', links: [{ href: 'http://localhost:80/image/v2/' }] }] } });
    expect(await ask('GET', '/image/v2/images')).toMatchObject({ status: 200, body: { images: [] } });
    expect(await ask('GET', '/image/v2/images', undefined, {})).toMatchObject({ status: 401, body: { error: { code: 401 } } });
    expect(await ask('GET', '/image/v2/images/some')).toMatchObject({ status: 404, body: { error: { code: 404 } } });
  });
});

describe('the service catalogue', () => {
  const urls = (body: unknown): Record<string, string> => Object.fromEntries(catalogueOf(body).map(({ type, endpoints }) => [type, endpoints.map(({ url }) => url).join(' ')]));

  test('comes with every token and by itself, under the address by which the caller came', async () => {
    const project = server.account.project.id;
    const expected = {
      'identity': 'http://haulier.example:8642/v3', 'iam': 'http://haulier.example:8642/v3.0', 'volumev3': `http://haulier.example:8642/volume/v3/${project}`,
      'volumev2': `http://haulier.example:8642/v2/${project}`, 'evs': `http://haulier.example:8642/v2/${project}`, 'oms': `http://haulier.example:8642/v2/${project}`,
      'sms': 'http://haulier.example:8642/v3', 'image': 'http://haulier.example:8642/image',
    };
    const headers = { 'host': 'haulier.example:8642', 'x-auth-token': token, 'x-subject-token': token };
    for (const answer of [
      await ask('GET', '/v3/auth/catalog', undefined, headers),
      await ask('GET', '/v3/auth/tokens', undefined, headers),
      await ask('POST', '/v3/auth/tokens', password(root(), { project: { id: project } }), { host: 'haulier.example:8642' }),
    ]) expect(urls(answer.body)).toEqual(expected);
  });

  test.each([
    ['10.1.2.3', 'https://migrate.example/v3'],
    ['192.0.2.1', 'http://localhost:80/v3'],
  ])('believes X-Forwarded headers of proxies alone: from %s its URLs begin as in %s', async (remoteAddress, expected) => {
    const headers = { 'x-auth-token': token, 'x-forwarded-proto': 'https', 'x-forwarded-host': 'migrate.example' };
    const answer = await server.app.inject({ method: 'GET', url: '/v3/auth/catalog', headers, remoteAddress });
    expect(urls(answer.json())['identity']).toBe(expected);
  });

  test('tells each endpoint’s plane and region, by ids that stay', async () => {
    const [first, second] = [await ask('GET', '/v3/auth/catalog'), await ask('GET', '/v3/auth/catalog')];
    expect(second.body).toEqual(first.body);
    const entries = catalogueOf(first.body);
    expect(new Set(entries.flatMap(({ id, endpoints }) => [id, ...endpoints.map((each) => each.id)])).size).toBe(entries.length * 2);
    for (const { endpoints } of entries) expect(endpoints).toMatchObject([{ interface: 'public', region: 'cn-north-1', region_id: 'cn-north-1', id: expect.stringMatching(/^[0-9a-f]{32}$/) as string }]);
  });

  test.each([['eu-west-0_team-b', 'eu-west-0'], ['_odd', '_odd']])('has for the project %s the region %s', async (name, region) => {
    await ask('POST', '/v3/projects', { project: { name } });
    const { body } = await ask('POST', '/v3/auth/tokens', password(root(), { project: { name } }), {});
    for (const { endpoints } of catalogueOf(body)) expect(endpoints).toMatchObject([{ region_id: region }]);
  });

  test('of a domain has nothing that is addressed by project', async () => {
    const { body } = await ask('POST', '/v3/auth/tokens', password(root(), { domain: { name: 'acme' } }), {});
    expect(Object.keys(urls(body))).toEqual(['identity', 'iam', 'sms', 'image']);
    expect(catalogueOf(body)).toMatchObject(Array.from({ length: 4 }, () => ({ endpoints: [{ region_id: '*' }] })));
  });

  test.each(['', '=', '=false'])('is left out of tokens with ?nocatalog%s', async (value) => {
    expect((await ask('GET', `/v3/auth/tokens?nocatalog${value}`, undefined, { 'x-auth-token': token, 'x-subject-token': token })).body).toMatchObject({ token: { catalog: [] } });
  });

  test('is told to those with a token only', async () => {
    expect(await ask('GET', '/v3/auth/catalog', undefined, {})).toMatchObject({ status: 401 });
  });
});

interface Entry {
  readonly id: string;
  readonly type: string;
  readonly endpoints: readonly { readonly id: string; readonly url: string }[];
}

/** From an answer that is a catalogue, or a token with one. */
function catalogueOf(body: unknown): readonly Entry[] {
  const { token: inside, catalog } = body as { readonly token?: { readonly catalog: readonly Entry[] }; readonly catalog?: readonly Entry[] };
  return inside?.catalog ?? catalog ?? [];
}

function credentialOf(body: unknown): Record<'access' | 'secret' | 'securitytoken', string> {
  const credential: unknown = typeof body === 'object' && body !== null && 'credential' in body ? body.credential : undefined;
  const fields = new Map<string, unknown>(typeof credential === 'object' && credential !== null ? Object.entries(credential) : []);
  return { access: String(fields.get('access')), secret: String(fields.get('secret')), securitytoken: String(fields.get('securitytoken')) };
}
