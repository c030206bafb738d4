import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { bytesSource, collectBytes } from '@haulier/lib/bytes/byte-stream.ts';
import type { ListPage, ObjectStore } from '../../object-store/object-store.ts';
import { atEnd, fakeServer, type FakeAnswer, type SeenRequest } from '../s3/testing/fake-server.ts';
import { createGoogleAccount, createGoogleStore, type GoogleConfig } from './google-store.ts';
import { google } from './provider.ts';
import { parseServiceAccount } from './service-account.ts';

const never = new AbortController().signal;
const pem = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' });

interface Fake {
  readonly config: GoogleConfig;
  /** Without those for tokens. */
  readonly seen: readonly SeenRequest[];
}

async function fakeConfig(answer: (request: SeenRequest, n: number) => FakeAnswer, complete = true): Promise<Fake> {
  const seen: SeenRequest[] = [];
  let tokens = 0;
  const { endpoint } = await fakeServer((request) => (request.target === '/token' ? { body: JSON.stringify({ access_token: `t${tokens++}`, expires_in: 3600 }) } : answer(request, seen.push(request) - 1)));
  const account = parseServiceAccount(JSON.stringify({ type: 'service_account', project_id: 'p', private_key: pem, client_email: 'a@p', token_uri: `${endpoint}/token` }));
  return { config: { endpoint, account, complete, now: () => Date.UTC(2026, 0, 1), uniqueName: () => 'unique' }, seen };
}

async function fakeGoogle(answer: (request: SeenRequest, n: number) => FakeAnswer, complete = true): Promise<{ store: ObjectStore; seen: readonly SeenRequest[] }> {
  const { config, seen } = await fakeConfig(answer, complete);
  const store = createGoogleStore(config, 'b');
  atEnd(() => store.close());
  return { store, seen };
}

const json = (value: unknown, status = 200): FakeAnswer => ({ status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) });
const refused = (status: number, reason: string, message = 'why'): FakeAnswer => json({ error: { code: status, message, errors: [{ domain: 'global', reason, message }] } }, status);
const md5 = '9e107d9d372bb6826bd81d3542a419d6';
const resource = (over: object = {}): object => ({
  kind: 'storage#object', name: 'k', size: '3', updated: '2026-01-01T00:00:00.500Z', generation: '1577836800000001', metageneration: '2', storageClass: 'NEARLINE', md5Hash: Buffer.from(md5, 'hex').toString('base64'), ...over,
});
const bytes = (more: Partial<FakeAnswer> = {}): FakeAnswer => ({ body: 'abc', ...more, headers: { 'x-goog-generation': '1577836800000001', ...more.headers } });
const either = (object: FakeAnswer, media: FakeAnswer) => ({ target }: SeenRequest): FakeAnswer => (target.includes('alt=media') ? media : object);
const list = (store: ObjectStore, from: Parameters<ObjectStore['list']>[0]['from'] = { kind: 'start' }): Promise<ListPage> => store.list({ prefix: '', from, limit: 2 }, never);

describe('a listing', () => {
  test('starts at a key with its offset, and does not show that key again', async () => {
    const { store, seen } = await fakeGoogle(() => json({ items: [resource({ name: 'a' }), resource({ name: 'b' })], nextPageToken: 'opaque' }));
    expect(await list(store, { kind: 'after', key: 'a' })).toMatchObject({ objects: [{ key: 'b', size: 3, lastModified: Date.UTC(2026, 0, 1, 0, 0, 0, 500), etag: '1577836800000001', storageClass: 'NEARLINE' }], next: { kind: 'after', key: 'b' } });
    expect(seen[0]).toMatchObject({ method: 'GET', target: '/storage/v1/b/b/o?fields=items%28name%2Csize%2Cupdated%2Cgeneration%2CstorageClass%29%2CnextPageToken%2Cprefixes&maxResults=2&startOffset=a', headers: { authorization: 'Bearer t0' } });
  });

  test('goes on over pages that show nothing new', async () => {
    const { store, seen } = await fakeGoogle((_, n) => (n === 0 ? json({ items: [resource({ name: 'a' })], nextPageToken: 'p2' }) : json({ items: [resource({ name: 'b' })] })));
    expect(await list(store, { kind: 'after', key: 'a' })).toMatchObject({ objects: [{ key: 'b' }], next: undefined });
    expect(seen[1]?.target).toContain('pageToken=p2');
  });

  test('may be empty', async () => {
    expect(await list((await fakeGoogle(() => json({ kind: 'storage#objects' }))).store)).toEqual({ objects: [], next: undefined });
  });

  test('folds what lies deeper into folders, and goes on after the last of both', async () => {
    const { store } = await fakeGoogle(() => json({ items: [resource({ name: 'p/b' })], prefixes: ['p/a/', 'p/c/'], nextPageToken: 't' }));
    const page = await store.folders?.list({ prefix: 'p/', from: { kind: 'after', key: 'p/a/' } }, never);
    expect(page).toMatchObject({ folders: ['p/c/'], objects: [{ key: 'p/b' }], next: { kind: 'after', key: 'p/c/' } });
  });

  test.each<[string, FakeAnswer]>([
    ['out of order', json({ items: [resource({ name: '\u{10000}' }), resource({ name: '\uffff' })] })],
    ['that does not advance', json({ nextPageToken: 'same' })],
    ['without a size', json({ items: [resource({ size: undefined })] })],
    ['with a size that cannot be held', json({ items: [resource({ size: '99999999999999999' })] })],
    ['that is no JSON', { body: '<html>' }],
  ])('%s fails', async (_, answer) => {
    await expect(list((await fakeGoogle(() => answer)).store)).rejects.toMatchObject({ kind: 'protocol' });
  });

  test('goes by tokens where the endpoint may not know offsets', async () => {
    const { store, seen } = await fakeGoogle(() => json({ items: [resource({ name: 'b' }), resource({ name: 'a' })], nextPageToken: 't2' }), false);
    expect(store.traits).toMatchObject({ listOrder: 'opaque', conditionalWrite: false });
    expect((await list(store, { kind: 'marker', marker: 't1' })).next).toEqual({ kind: 'marker', marker: 't2' });
    expect(seen[0]?.target).toContain('pageToken=t1');
    await expect(list(store, { kind: 'after', key: 'a' })).rejects.toMatchObject({ kind: 'protocol' });
  });
});

describe('a read', () => {
  test('takes metadata and bytes of one generation, and bytes as they are stored', async () => {
    const { store, seen } = await fakeGoogle(either(json(resource({ contentEncoding: 'gzip', metadata: { Owner: 'alice' } })), bytes()));
    const { object, body } = await store.read('a/../k ü', { ifMatch: '1577836800000001' }, never);
    expect((await collectBytes(body, 3)).toString()).toBe('abc');
    expect(object).toMatchObject({ md5, archived: false, metadata: { contentEncoding: 'gzip', user: { owner: 'alice' } } });
    expect(seen.map(({ target }) => target).toSorted()).toEqual(['/storage/v1/b/b/o/a%2F..%2Fk%20%C3%BC?alt=media&ifGenerationMatch=1577836800000001', '/storage/v1/b/b/o/a%2F..%2Fk%20%C3%BC?ifGenerationMatch=1577836800000001']);
    expect(seen.find(({ target }) => target.includes('media'))?.headers['accept-encoding']).toBe('gzip');
  });

  test('that names no generation takes that of the resource', async () => {
    const { store, seen } = await fakeGoogle(either(json(resource()), bytes()));
    (await store.read('k', {}, never)).body.discard();
    expect(seen.map(({ target }) => target)).toEqual(['/storage/v1/b/b/o/k', '/storage/v1/b/b/o/k?alt=media&ifGenerationMatch=1577836800000001']);
  });

  test.each<[string, FakeAnswer, FakeAnswer, string]>([
    ['another generation of bytes', json(resource()), bytes({ headers: { 'x-goog-generation': '2' } }), 'changed'],
    ['another generation of metadata', json(resource({ generation: '2' })), bytes(), 'changed'],
    ['a refused condition', refused(412, 'conditionNotMet'), { status: 412, body: 'Precondition Failed' }, 'changed'],
    ['another length', json(resource({ size: '4' })), bytes(), 'corrupt'],
    ['a missing object', refused(404, 'notFound', 'No such object: b/k'), { status: 404, body: 'No such object: b/k' }, 'absent'],
    ['a missing bucket', refused(404, 'notFound', 'The specified bucket does not exist.'), { status: 404, body: 'The specified bucket does not exist.' }, 'no-bucket'],
  ])('of %s fails', async (_, object, media, kind) => {
    const { store } = await fakeGoogle(either(object, media));
    await expect(store.read('k', { ifMatch: '1577836800000001' }, never)).rejects.toMatchObject({ kind });
  });

  test('of a range is checked against what was asked for', async () => {
    const ranged = bytes({ status: 206, body: 'b', headers: { 'content-range': 'bytes 1-1/3' } });
    const { store } = await fakeGoogle(either(json(resource()), ranged));
    (await store.read('k', { range: { first: 1, last: 1 } }, never)).body.discard();
    await expect(store.read('k', { range: { first: 2, last: 2 } }, never)).rejects.toMatchObject({ kind: 'corrupt' });
  });
});

test('a composed object has no MD5', async () => {
  expect((await (await fakeGoogle(() => json(resource({ md5Hash: undefined, componentCount: 3 })))).store.stat('k', never)).md5).toBeUndefined();
});

test('a write sends the resource and the bytes in one body', async () => {
  const { store, seen } = await fakeGoogle(() => json(resource()));
  const content = Buffer.from('content');
  expect(await store.write('k', bytesSource(content), { metadata: { contentType: 'text/x', user: { a: 'ü' } }, storageClass: 'COLDLINE', ifAbsent: true }, never)).toEqual({ etag: '1577836800000001' });
  expect(seen[0]).toMatchObject({ method: 'POST', target: '/upload/storage/v1/b/b/o?ifGenerationMatch=0&name=k&uploadType=multipart', headers: { 'content-type': 'multipart/related; boundary=haulier-unique' } });
  expect(seen[0]?.body).toBe('--haulier-unique\r\ncontent-type: application/json; charset=UTF-8\r\n\r\n{"name":"k","contentType":"text/x","metadata":{"a":"ü"},"storageClass":"COLDLINE"}\r\n--haulier-unique\r\ncontent-type: text/x\r\n\r\ncontent\r\n--haulier-unique--\r\n');
});

describe('a refusal', () => {
  test.each([
    [400, 'userProjectMissing', 'denied'], [400, 'invalid', 'unsupported'], [403, 'forbidden', 'denied'], [403, 'rateLimitExceeded', 'throttled'], [403, 'accountDisabled', 'bad-credentials'],
    [404, 'notFound', 'no-bucket'], [429, 'rateLimitExceeded', 'throttled'], [500, 'backendError', 'transient'], [503, 'backendError', 'transient'], [418, 'teapot', 'protocol'],
  ])('%i %s of a listing is %s', async (status, reason, kind) => {
    await expect(list((await fakeGoogle(() => refused(status, reason))).store)).rejects.toMatchObject({ kind, status, code: reason });
  });

  test('of a token asks for another, once', async () => {
    const { store, seen } = await fakeGoogle((_, n) => (n === 0 ? refused(401, 'authError') : json({})));
    expect(await list(store)).toEqual({ objects: [], next: undefined });
    expect(seen.map(({ headers }) => headers.authorization)).toEqual(['Bearer t0', 'Bearer t1']);
    const again = await fakeGoogle(() => refused(401, 'authError'));
    await expect(list(again.store)).rejects.toMatchObject({ kind: 'bad-credentials' });
    expect(again.seen).toHaveLength(2);
  });

  test('keeps tokens and keys out of its words', async () => {
    const failure = await list((await fakeGoogle(() => refused(401, 'authError'))).store).then(() => undefined, (thrown: unknown) => thrown);
    expect(JSON.stringify([failure, String(failure)])).not.toMatch(/Bearer|t1|PRIVATE/);
  });
});

test('an account lists the buckets of its project, and where each is', async () => {
  const { config, seen } = await fakeConfig(({ target }, n) => json(target.includes('project=') ? { items: [{ name: `b${n}`, location: 'EUROPE-WEST1' }], ...(n === 0 ? { nextPageToken: 'n' } : {}) } : { location: 'US' }));
  const account = createGoogleAccount(config);
  atEnd(() => account.close());
  expect(await account.listBuckets(never)).toEqual([{ name: 'b0', region: 'europe-west1' }, { name: 'b1', region: 'europe-west1' }]);
  expect(await account.regionOf('b0', never)).toBe('us');
  expect(seen.map(({ target }) => target)).toEqual(['/storage/v1/b?project=p', '/storage/v1/b?project=p&pageToken=n', '/storage/v1/b/b0?fields=location']);
});

describe('HMAC keys', () => {
  const entry = (endpoint: string) => ({ cloud: 'Google', region: 'us', endpoint, addressing: 'path', signature: 'v4' } as const);
  const runtime = { clock: { now: () => Date.UTC(2026, 0, 1) }, uniqueName: () => 'unique' };

  test('read bytes as they are stored, with metadata under either name, and sign neither', async () => {
    const { endpoint, seen } = await fakeServer(() => ({ body: 'x', headers: { 'etag': '"e"', 'x-goog-meta-owner': 'alice', 'x-goog-storage-class': 'ARCHIVE', 'x-amz-meta-more': 'b' } }));
    const store = google.openStore(entry(endpoint), { bucket: 'b', credentials: { accessKey: 'GOOG1E', secretKey: 's' }, runtime });
    atEnd(() => store.close());
    const { object, body } = await store.read('k', {}, never);
    body.discard();
    expect(object).toMatchObject({ storageClass: 'ARCHIVE', archived: false, metadata: { user: { owner: 'alice', more: 'b' } } });
    expect(seen[0]?.headers['accept-encoding']).toBe('gzip');
    expect(seen[0]?.headers.authorization).toMatch(/^AWS4-HMAC-SHA256 Credential=GOOG1E\/20260101\/us\/s3\/aws4_request, SignedHeaders=host;x-amz-content-sha256;x-amz-date, /);
  });

  test('copy no parts on the side of the store, which has no such request', () => {
    const store = google.openStore(entry('https://storage.googleapis.com'), { bucket: 'b', credentials: { accessKey: 'GOOG1E', secretKey: 's' }, runtime });
    expect(store.serverSideCopy?.canCopyFrom(store.location)).toBe(true);
    expect(Object.keys(store.serverSideCopy ?? {})).not.toContain('copyPart');
  });
});
