import { generateKeyPairSync, verify } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { atEnd, fakeServer, type FakeAnswer, type SeenRequest } from '../s3/testing/fake-server.ts';
import { AccessTokens } from './access-token.ts';
import { parseServiceAccount } from './service-account.ts';

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const never = new AbortController().signal;
const start = Date.UTC(2026, 0, 1);

const keyFile = (over: Readonly<Record<string, unknown>> = {}): string => JSON.stringify({ type: 'service_account', project_id: 'p', private_key_id: 'kid', private_key: pem, client_email: 'a@p.iam.gserviceaccount.com', ...over });
const granted = (token: string, expires = 3600): FakeAnswer => ({ body: JSON.stringify({ access_token: token, expires_in: expires, token_type: 'Bearer' }) });
const refused = (error: string, status = 400, headers: Readonly<Record<string, string>> = {}): FakeAnswer => ({ status, headers, body: JSON.stringify({ error, error_description: 'why' }) });

async function fakeTokens(answer: (request: SeenRequest, n: number) => FakeAnswer) {
  const { endpoint, seen } = await fakeServer(answer);
  const clock = { now: start };
  const tokens = new AccessTokens({ account: parseServiceAccount(keyFile({ token_uri: `${endpoint}/token?v=1` })), now: () => clock.now });
  atEnd(() => {
    tokens.close();
    return Promise.resolve();
  });
  return { tokens, seen, clock, endpoint };
}

/** Of an assertion whose signature is right. */
function claimsOf(request: SeenRequest | undefined): { readonly header: unknown; readonly claims: unknown } {
  const form = new URLSearchParams(request?.body);
  expect(form.get('grant_type')).toBe('urn:ietf:params:oauth:grant-type:jwt-bearer');
  const [header = '', claims = '', signature = ''] = (form.get('assertion') ?? '').split('.');
  expect(verify('sha256', Buffer.from(`${header}.${claims}`), publicKey, Buffer.from(signature, 'base64url'))).toBe(true);
  const decoded = (part: string): unknown => JSON.parse(Buffer.from(part, 'base64url').toString());
  return { header: decoded(header), claims: decoded(claims) };
}

describe('an access token', () => {
  test('is asked for with a signed assertion as documented', async () => {
    const { tokens, seen, endpoint } = await fakeTokens(() => granted('t'));
    expect(await tokens.get(never)).toBe('t');
    expect(seen[0]).toMatchObject({ method: 'POST', target: '/token?v=1', headers: { 'content-type': 'application/x-www-form-urlencoded' } });
    expect(claimsOf(seen[0])).toEqual({
      header: { alg: 'RS256', typ: 'JWT', kid: 'kid' },
      claims: { iss: 'a@p.iam.gserviceaccount.com', scope: 'https://www.googleapis.com/auth/devstorage.read_write', aud: `${endpoint}/token?v=1`, iat: start / 1000, exp: start / 1000 + 3600 },
    });
  });

  test('is asked for once by all, held, and replaced before it ends', async () => {
    const { tokens, seen, clock } = await fakeTokens((_, n) => granted(`t${n}`));
    expect(await Promise.all([tokens.get(never), tokens.get(never), tokens.get(never)])).toEqual(['t0', 't0', 't0']);
    clock.now += 54 * 60_000;
    expect(await tokens.get(never)).toBe('t0');
    clock.now += 2 * 60_000;
    expect(await tokens.get(never)).toBe('t1');
    expect(seen).toHaveLength(2);
  });

  test('of a short life is used for half of it', async () => {
    const { tokens, clock } = await fakeTokens((_, n) => granted(`t${n}`, 60));
    await tokens.get(never);
    clock.now += 29_000;
    expect(await tokens.get(never)).toBe('t0');
    clock.now += 2000;
    expect(await tokens.get(never)).toBe('t1');
  });

  test('that was refused is another the next time, unless it is another already', async () => {
    const { tokens } = await fakeTokens((_, n) => granted(`t${n}`));
    tokens.refused(await tokens.get(never));
    expect(await tokens.get(never)).toBe('t1');
    tokens.refused('t0');
    expect(await tokens.get(never)).toBe('t1');
  });

  test('is signed by the server’s clock where ours is refused', async () => {
    const { tokens, seen } = await fakeTokens((_, n) => (n === 0 ? refused('invalid_grant', 400, { date: 'Thu, 01 Jan 2026 02:00:00 GMT' }) : granted('t')));
    expect(await tokens.get(never)).toBe('t');
    expect(claimsOf(seen[1]).claims).toMatchObject({ iat: start / 1000 + 7200 });
  });

  test('does not keep who has given up from giving up', async () => {
    const { tokens } = await fakeTokens(() => granted('t'));
    const abort = new AbortController();
    const reason = new Error('enough');
    const [first, second] = [tokens.get(abort.signal), tokens.get(never)];
    abort.abort(reason);
    await expect(first).rejects.toBe(reason);
    expect(await second).toBe('t');
  });

  test.each<[string, FakeAnswer, string]>([
    ['invalid_grant', refused('invalid_grant', 400, { date: 'Thu, 01 Jan 2026 00:00:10 GMT' }), 'bad-credentials'],
    ['an unknown client', refused('invalid_client', 401), 'bad-credentials'],
    ['too many requests', refused('rate_limit_exceeded', 429, { 'retry-after': '3' }), 'throttled'],
    ['an error of the server', { status: 500, body: 'oops' }, 'transient'],
    ['no token', { body: '{}' }, 'protocol'],
    ['no JSON', { body: '<html>' }, 'protocol'],
  ])('%s is a failure, which the next call tries again', async (_, answer, kind) => {
    const { tokens, seen } = await fakeTokens((_request, n) => (n === 0 ? answer : granted('t')));
    await expect(tokens.get(never)).rejects.toMatchObject({ name: 'StoreFailure', kind });
    expect(await tokens.get(never)).toBe('t');
    expect(seen).toHaveLength(2);
  });
});

describe('a key file', () => {
  test('is asked at Google unless it says otherwise', () => {
    expect(parseServiceAccount(keyFile())).toMatchObject({ tokenUri: 'https://oauth2.googleapis.com/token', projectId: 'p', keyId: 'kid' });
  });

  test.each([
    ['nonsense', 'no JSON object'], ['[]', 'no JSON object'], [keyFile({ type: 'authorized_user' }), 'of type authorized_user'], [keyFile({ type: undefined }), 'not that of a service account'],
    [keyFile({ client_email: '' }), 'client_email'], [keyFile({ private_key: undefined }), 'private_key'], [keyFile({ private_key: 'pem' }), 'no private key'], [keyFile({ token_uri: 'file:///etc/passwd' }), 'token_uri'],
    [keyFile({ private_key: generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }) }), 'no RSA key'],
  ])('%# is refused for what it lacks', (file, says) => {
    expect(() => parseServiceAccount(file)).toThrow(expect.objectContaining({ kind: 'bad-credentials', message: expect.stringContaining(says) as string }));
  });
});
