import { describe, expect, test } from 'vitest';
import { collectBytes } from '@haulier/lib/bytes/byte-stream.ts';
import { AimdLimiter } from '@haulier/lib/limiter/aimd.ts';
import { MemoryStore } from '../../engine/transfer/testing/memory-store.ts';
import type { CdnAuthentication } from '../../object-store/cdn.ts';
import { put } from '../../object-store/contract/fixture.ts';
import { withConcurrency } from '../../object-store/decorators/concurrency.ts';
import type { FailureKind } from '../../object-store/failure.ts';
import type { ObjectStore, ReadOptions } from '../../object-store/object-store.ts';
import { fakeWeb, type FakeWeb, type WebAnswer, type WebRequest } from '../web/testing/fake-web.ts';
import { createCdnStore } from './cdn-store.ts';
import { readThroughCdn } from './read-through-cdn.ts';

const never = new AbortController().signal;
const written = Date.UTC(2026, 0, 1, 12);
const noon = 'Thu, 01 Jan 2026 12:00:00 GMT';
const content = '0123456789';
const etag = '781e5e245d69b566979b86e28d23f2c7';
const key = 'a b/../ü';
const path = '/a%20b/../%C3%BC';

interface Setting extends FakeWeb {
  readonly bucket: MemoryStore;
}

async function setting(answer: (request: WebRequest, n: number) => WebAnswer, authentication: CdnAuthentication = 'none'): Promise<Setting> {
  const bucket = new MemoryStore({ now: () => written });
  await put(bucket, key, content, { contentType: 'text/css', user: { owner: 'alice' } });
  let names = 0;
  let now = written;
  const runtime = { clock: { now: () => (now += 1000) }, uniqueName: () => `name-${++names}` };
  const credentials = { accessKey: 'AK', secretKey: 'SK' };
  const web = await fakeWeb((origin) => {
    const access = { cdn: { protocol: 'http', domain: new URL(origin).host, authentication }, key: 'the-key' } as const;
    return readThroughCdn(bucket, createCdnStore({ access, bucket: 'bucket', credentials, runtime }));
  }, answer);
  return { ...web, bucket };
}

async function readText(store: ObjectStore, options: ReadOptions = {}): Promise<string> {
  const { body } = await store.read(key, options, never);
  const bytes = await collectBytes(body, 1000);
  expect(body.length).toBe(bytes.byteLength);
  return bytes.toString();
}

function part({ headers: { range } }: WebRequest, total = content.length): WebAnswer {
  const [, first = 0, last = 0] = /^bytes=(\d+)-(\d+)$/.exec(range ?? '') ?? [];
  return { status: 206, headers: { etag: `"${etag}"`, 'content-range': `bytes ${first}-${last}/${total}` }, body: content.slice(Number(first), Number(last) + 1) };
}

describe('reading through a CDN', () => {
  test.each<[string, WebAnswer]>([
    ['with the bucket\'s ETag', { body: content, headers: { etag: `"${etag}"`, 'last-modified': 'Fri, 02 Jan 2026 12:00:00 GMT' } }],
    ['with its time', { body: content, headers: { 'last-modified': noon } }],
    ['with a weak ETag and its time', { body: content, headers: { etag: 'W/"other"', 'last-modified': noon } }],
    ['with nothing but its size', { body: content }],
    ['in chunks that tell no length', { body: content, chunked: true, headers: { etag: `"${etag}"` } }],
  ])('gives an answer %s', async (_, answer) => {
    const { store, seen } = await setting(() => answer);
    expect(await readText(store, { ifMatch: etag })).toBe(content);
    expect(seen).toMatchObject([{ method: 'GET', target: path, headers: { 'accept-encoding': 'identity' } }]);
  });

  test('gives the metadata of the bucket, whatever the CDN makes of it', async () => {
    const { store } = await setting(() => ({ body: content, headers: { 'content-type': 'text/html' } }));
    const { object, body } = await store.read(key, {}, never);
    body.discard();
    expect(object).toMatchObject({ key, size: 10, etag, lastModified: written, metadata: { contentType: 'text/css', user: { owner: 'alice' } } });
  });

  test('gives a range of it', async () => {
    const { store } = await setting((request) => part(request));
    expect(await readText(store, { range: { first: 3, last: 5 }, ifMatch: etag })).toBe('345');
  });

  test('signs each request and each range anew', async () => {
    const { store, seen } = await setting((request) => (request.headers.range === undefined ? { body: content } : part(request)), 'aliyun-a');
    await readText(store);
    await readText(store, { range: { first: 0, last: 4 } });
    const targets = seen.map(({ target }) => target);
    for (const target of targets) expect(target).toMatch(/^\/a%20b\/\.\.\/%C3%BC\?auth_key=17672688\d\d-name\d-0-[0-9a-f]{32}$/);
    expect(new Set(targets).size).toBe(2);
  });

  test.each<[string, WebAnswer, FailureKind, string]>([
    ['another ETag', { body: content, headers: { etag: '"other"', 'last-modified': noon } }, 'changed', 'ETag "other"'],
    ['another size', { body: '<html>sorry</html>', headers: { 'last-modified': noon } }, 'changed', '18 bytes, not 10'],
    ['another time', { body: content, headers: { 'last-modified': 'Thu, 01 Jan 2026 11:59:59 GMT' } }, 'changed', '2026-01-01T11:59:59'],
    ['a compressed body', { body: content, headers: { etag: `"${etag}"`, 'content-encoding': 'gzip' } }, 'unsupported', 'compression'],
    ['401', { status: 401, body: 'no' }, 'denied', 'the CDN refused GET http://127.0.0.1'],
    ['403', { status: 403, body: '<Code>AccessDenied</Code>' }, 'denied', 'the CDN refused GET http://127.0.0.1'],
    ['404', { status: 404 }, 'absent', '404'],
    ['429', { status: 429 }, 'throttled', '429'],
    ['503', { status: 503 }, 'throttled', '503'],
    ['500', { status: 500 }, 'transient', '500'],
    ['206 to a read of all', { status: 206, body: content }, 'protocol', '206'],
  ])('fails for %s', async (_, answer, kind, message) => {
    const { store } = await setting(() => answer);
    const failure: unknown = await store.read(key, { ifMatch: etag }, never).catch((error: unknown) => error);
    expect(failure).toMatchObject({ kind });
    expect(String(failure)).toContain(message);
  });

  test.each<[string, (request: WebRequest) => WebAnswer, FailureKind]>([
    ['the whole object', () => ({ body: content }), 'unsupported'],
    ['another range', (request) => ({ ...part(request), headers: { 'content-range': 'bytes 4-6/10' } }), 'corrupt'],
    ['a range of another object', (request) => part(request, 11), 'changed'],
    ['a range of another version', (request) => ({ ...part(request), headers: { etag: '"x"', 'content-range': 'bytes 3-5/10' } }), 'changed'],
  ])('fails for a range answered with %s', async (_, answer, kind) => {
    const { store } = await setting(answer);
    await expect(store.read(key, { range: { first: 3, last: 5 } }, never)).rejects.toMatchObject({ kind });
  });

  test.each([['too much', `${content}!`], ['too little', '012']])('fails for %s in chunks', async (_, body) => {
    const { store } = await setting(() => ({ body, chunked: true }));
    const opened = await store.read(key, {}, never);
    await expect(collectBytes(opened.body, 1000)).rejects.toMatchObject({ kind: 'changed' });
  });

  test('fails for a body that breaks off', async () => {
    const { store } = await setting(() => ({ body: content, cutAfter: 4 }));
    const opened = await store.read(key, {}, never);
    await expect(collectBytes(opened.body, 1000)).rejects.toMatchObject({ kind: 'transient' });
  });

  test('fails as the bucket does', async () => {
    const { store, bucket } = await setting(() => ({ body: content }));
    await expect(store.read(key, { ifMatch: 'other' }, never)).rejects.toMatchObject({ kind: 'changed' });
    bucket.objects.clear();
    await expect(store.read(key, {}, never)).rejects.toMatchObject({ kind: 'absent' });
  });
});

describe('a store that is read through a CDN', () => {
  test('is looked at by the bucket alone, and is no source of copies by the store itself', async () => {
    const { store, bucket, seen, origin } = await setting(() => ({ body: content }));
    expect((await store.stat(key, never)).etag).toBe(etag);
    expect(seen).toEqual([]);
    expect(store.location).toEqual({ ...bucket.location, account: `account through ${origin}` });
  });

  test('bears what both of them bear', () => {
    const limiter = (initial: number): AimdLimiter => new AimdLimiter({ initial, min: 1, max: 100, now: () => 0 });
    const bearing = (reads: number, others: number): ObjectStore => withConcurrency(new MemoryStore(), { reads: limiter(reads), others: limiter(others) });
    expect(readThroughCdn(bearing(1, 9), bearing(20, 3)).bears?.('reads')).toBe(9);
    expect(readThroughCdn(bearing(1, 30), bearing(20, 3)).bears?.('reads')).toBe(20);
  });

  test('asks its CDN for any answer', async () => {
    const { store, seen } = await setting(() => ({ status: 403 }));
    await store.checkReads?.(never);
    expect(seen).toMatchObject([{ method: 'HEAD', target: '/' }]);
  });
});

test.each<[string, CdnAuthentication, string | undefined, string | undefined, FailureKind]>([
  ['no key where one is needed', 'aliyun-b', undefined, undefined, 'bad-credentials'],
  ['a key with blanks', 'azure-sas', 'a b', undefined, 'bad-credentials'],
  ['temporary credentials to sign with', 'qiniu', undefined, 'token', 'unsupported'],
])('refuses %s', (_, authentication, cdnKey, securityToken, kind) => {
  const credentials = { accessKey: 'AK', secretKey: 'SK', ...(securityToken === undefined ? {} : { securityToken }) };
  const runtime = { clock: { now: () => 0 }, uniqueName: () => 'name' };
  const open = (): ObjectStore => createCdnStore({ access: { cdn: { protocol: 'https', domain: 'cdn.example', authentication }, key: cdnKey }, bucket: 'b', credentials, runtime });
  expect(open).toThrow(expect.objectContaining({ kind }));
});
