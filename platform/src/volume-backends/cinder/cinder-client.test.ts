import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isDeepStrictEqual } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { BackendFailure } from '../../volumes/volume-backend.ts';
import { cinderClient, type CinderClient } from './cinder-client.ts';
import type { CloudCredentials } from './keystone.ts';
import { settled } from './settle.ts';

/** What a cloud does that Debian's does not let a test bring about; `e2e/volumes/` asks the real one the rest. */
interface StubbedCloud {
  /** The password that is right; what the application credential `of-alice` is for; who has a role in the project p1. */
  password: string;
  applicationProject: string;
  hasRole: boolean;
  /** Tokens that are good. */
  readonly tokens: Set<string>;
  readonly catalogue: { type: string; endpoints: { interface: string; region: string; url: string }[] }[];
  expires: string;
  version: string;
  answer: { status: number; body: unknown };
  /** Method, path, token and microversion of each request to the volume service. */
  readonly asked: string[];
  opened: number;
}

let cloud: StubbedCloud;
let client: (options?: { region?: string; now?: () => number; credentials?: CloudCredentials }) => CinderClient;
let close: () => Promise<unknown>;
const password: CloudCredentials = { kind: 'password', user: 'alice', userDomain: 'Default', password: 'secret' };
const application: CloudCredentials = { kind: 'application', id: 'of-alice', secret: 'app-secret' };
const never = new AbortController().signal;

beforeEach(async () => {
  cloud = { password: 'secret', applicationProject: 'p1', hasRole: true, tokens: new Set(), catalogue: [], expires: '2030-01-01T00:00:00.000000Z', version: '3.70', answer: { status: 200, body: { volumes: [] } }, asked: [], opened: 0 };
  const server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      const { status, headers = {}, json } = answerOf(request, body);
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(json));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const origin = `http://127.0.0.1:${port}`;
  cloud.catalogue.push({ type: 'identity', endpoints: [{ interface: 'public', region: 'one', url: `${origin}/v3` }] }, {
    type: 'volumev3',
    endpoints: [{ interface: 'internal', region: 'one', url: 'http://inside' }, { interface: 'public', region: 'one', url: `${origin}/volume/v3/p1/` }, { interface: 'public', region: 'two', url: `${origin}/second/v3/p1` }],
  });
  client = ({ region, now = () => 0, credentials = password } = {}) => cinderClient({ identity: `${origin}/v3`, region, ca: undefined, now }, { id: 'p1', credentials: () => credentials });
  close = () => new Promise((resolve) => server.close(resolve));
});
afterEach(() => close());

function answerOf({ method = '', url = '', headers }: IncomingMessage, body: unknown): { status: number; headers?: Record<string, string>; json: unknown } {
  if (url === '/v3/auth/tokens') {
    const project = projectFor(body);
    if (project === undefined) return { status: 401, json: { error: { code: 401, title: 'Unauthorized', message: 'The request you have made requires authentication.' } } };
    const token = `token-${++cloud.opened}`;
    cloud.tokens.add(token);
    return { status: 201, headers: { 'x-subject-token': token }, json: { token: { expires_at: cloud.expires, ...(project === 'none' ? {} : { project: { id: project }, catalog: cloud.catalogue }) } } };
  }
  const token = String(headers['x-auth-token']);
  if (!cloud.tokens.has(token)) return { status: 401, json: { error: { message: 'unauthorized' } } };
  if (url.endsWith('/v3/')) return { status: 200, json: { versions: [{ id: 'v2.0', version: '' }, { id: 'v3.0', version: cloud.version }] } };
  cloud.asked.push(`${method} ${url} ${token} ${String(headers['openstack-api-version'])}`);
  return { status: cloud.answer.status, json: cloud.answer.body };
}

/** As Keystone: which project the token is for; undefined where there is none. */
function projectFor(body: unknown): string | undefined {
  const byPassword = (scope: unknown, said: string) => ({ auth: { identity: { methods: ['password'], password: { user: { name: 'alice', domain: { name: 'Default' }, password: said } } }, scope } });
  const scoped = { project: { id: 'p1' } };
  if (isDeepStrictEqual(body, { auth: { identity: { methods: ['application_credential'], application_credential: { id: 'of-alice', secret: 'app-secret' } } } })) return cloud.applicationProject;
  if (isDeepStrictEqual(body, byPassword('unscoped', cloud.password))) return 'none';
  if (isDeepStrictEqual(body, byPassword(scoped, cloud.password)) && cloud.hasRole) return 'p1';
  for (const scope of ['unscoped', scoped]) if (isDeepStrictEqual(body, byPassword(scope, 'secret'))) return undefined;
  if (JSON.stringify(body).includes('application_credential')) return undefined;
  throw new Error(`no request of the Identity API: ${JSON.stringify(body)}`);
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text === '' ? undefined : JSON.parse(text);
}

const list = { method: 'GET', path: '/volumes' } as const;

test('asks the public endpoint of the region with one token, in the microversion that is needed', async () => {
  const one = client();
  await one.ask(list, never);
  await one.ask(list, never);
  await client({ region: 'two' }).ask(list, never);
  expect(cloud.asked).toEqual(['GET /volume/v3/p1/volumes token-1 volume 3.55', 'GET /volume/v3/p1/volumes token-1 volume 3.55', 'GET /second/v3/p1/volumes token-2 volume 3.55']);
});

test('asks an older cloud in the highest microversion that it has', async () => {
  cloud.version = '3.27';
  await client().ask(list, never);
  expect(cloud.asked).toEqual(['GET /volume/v3/p1/volumes token-1 volume 3.27']);
});

test('a revoked token is replaced, once', async () => {
  const one = client();
  await one.ask(list, never);
  cloud.tokens.clear();
  await one.ask(list, never);
  expect(cloud.asked.at(-1)).toBe('GET /volume/v3/p1/volumes token-2 volume 3.55');
  cloud.answer = { status: 401, body: { error: { message: 'no' } } };
  await expect(one.ask(list, never)).rejects.toMatchObject({ kind: 'refused' });
  expect(cloud.opened).toBe(3);
});

test.each([
  ['five minutes before it ends', '2030-01-01T00:00:00Z', '2029-12-31T23:54:59Z', '2029-12-31T23:55:01Z'],
  ['of a short life: in the middle of that', '1970-01-01T00:01:00Z', '1970-01-01T00:00:29Z', '1970-01-01T00:00:31Z'],
])('a token is replaced %s', async (_, expires, good, over) => {
  cloud.expires = expires;
  let now = 0;
  const one = client({ now: () => now });
  for (const moment of ['1970-01-01T00:00:00Z', good, over, over]) {
    now = Date.parse(moment);
    await one.ask(list, never);
  }
  expect(cloud.asked.map((line) => line.split(' ')[2])).toEqual(['token-1', 'token-1', 'token-2', 'token-2']);
});

test('an application credential asks for no scope, since Keystone refuses one', async () => {
  await client({ credentials: application }).ask(list, never);
  expect(cloud.asked).toEqual(['GET /volume/v3/p1/volumes token-1 volume 3.55']);
});

test.each<[string, () => void, { region?: string; credentials?: CloudCredentials }, string]>([
  ['a wrong password', () => { cloud.password = 'changed'; }, {}, 'Keystone refuses the configured user for the cloud project p1: name, domain or password is wrong'],
  ['a project that is not the user’s', () => { cloud.hasRole = false; }, {}, 'the configured user has no role in the cloud project p1, or there is no such project'],
  ['a wrong application credential', () => {}, { credentials: { ...application, secret: 'wrong-secret' } }, 'Keystone refuses the configured application credential for the cloud project p1'],
  ['an application credential of another project', () => { cloud.applicationProject = 'p2'; }, { credentials: application }, 'the configured credentials are for the cloud project p2, not for p1'],
  ['a region without a volume service', () => {}, { region: 'three' }, 'the cloud has no volume service in the region three, but in one, two'],
  ['a cloud without a volume service', () => { cloud.catalogue.pop(); }, {}, "the cloud's catalogue has no public endpoint of a volume service"],
  ['a volume service at no address', () => { cloud.catalogue.at(-1)?.endpoints.splice(0, 9, { interface: 'public', region: 'one', url: 'nowhere' }); }, {}, "the cloud's catalogue names something as its volume service that is no URL"],
])('%s is refused by its name, without any secret', async (_, spoil, options, said) => {
  spoil();
  const failure: unknown = await client(options).ask(list, never).catch((error: unknown) => error);
  expect(failure).toMatchObject({ kind: 'refused', message: expect.stringContaining(said) as string });
  for (const secret of ['app-secret', 'wrong-secret', 'changed', '"secret"']) expect(failure instanceof BackendFailure && failure.whole).not.toContain(secret);
  for (const account of ['alice', '127.0.0.1']) expect(String(failure)).not.toContain(account);
  expect(cloud.asked).toEqual([]);
});

test.each([
  [400, { badRequest: { code: 400, message: 'Invalid volume' } }, 'refused'],
  [403, { forbidden: { code: 403, message: 'Policy' } }, 'refused'],
  [404, { itemNotFound: { code: 404, message: 'gone' } }, 'absent'],
  [409, { conflictingRequest: { code: 409, message: 'busy' } }, 'unavailable'],
  [413, { overLimit: { code: 413, message: 'VolumeLimitExceeded: Maximum number of volumes allowed (10) exceeded' } }, 'full'],
  [413, { overLimitFault: { code: 413, message: 'This request was rate-limited.' } }, 'unavailable'],
  [429, {}, 'unavailable'],
  [500, { computeFault: { code: 500, message: 'oops' } }, 'unavailable'],
  [503, 'not even an object', 'unavailable'],
])('status %i with %j is %3$s', async (status, body, kind) => {
  cloud.answer = { status, body };
  const said = typeof body === 'string' ? '' : Object.values<{ message: string }>(body)[0]?.message ?? '';
  await expect(client().ask(list, never)).rejects.toMatchObject({ kind, message: expect.stringContaining(said) as string });
});

describe('waiting', () => {
  const clock = () => {
    const waits: number[] = [];
    let now = 0;
    return { waits, now: () => now, sleep: (ms: number) => Promise.resolve(void (waits.push(ms), now += ms)) };
  };

  test('looks ever more seldom', async () => {
    const time = clock();
    let left = 12;
    await settled(time, 'it', () => Promise.resolve(left-- === 0 || undefined), never);
    expect(time.waits.slice(0, 3)).toEqual([250, 375, 562.5]);
    expect(time.waits.at(-1)).toBe(5000);
  });

  test('ends after an hour', async () => {
    await expect(settled(clock(), 'it', () => Promise.resolve(undefined), never)).rejects.toMatchObject({ kind: 'unavailable' });
  });
});
