import { describe, expect, test } from 'vitest';
import { bytesSource, collectBytes } from '@haulier/lib/bytes/byte-stream.ts';
import { HttpError } from '@haulier/lib/http/http-error.ts';
import { isFailure, type FailureKind } from '../../object-store/failure.ts';
import type { ObjectStore, ReadOptions } from '../../object-store/object-store.ts';
import { fakeWeb as startWeb, type FakeWeb, type WebAnswer, type WebRequest } from '../web/testing/fake-web.ts';
import { AbsentServers } from '../web/absent-servers.ts';
import { createUrlStore } from './url-store.ts';

const never = new AbortController().signal;
const noon = 'Thu, 01 Jan 2026 12:00:00 GMT';
const one = 'Thu, 01 Jan 2026 13:00:00 GMT';

function fakeWeb(answer: (request: WebRequest, n: number) => WebAnswer): Promise<FakeWeb> {
  return startWeb(() => createUrlStore({ now: () => Date.UTC(2026, 0, 1) }), answer);
}

/** A file as a well-made server answers for it. */
function file(content: string, headers: Readonly<Record<string, string>> = {}): (request: WebRequest) => WebAnswer {
  return ({ method, headers: { range } }) => {
    const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(range ?? '') ?? [];
    if (method === 'HEAD') return { headers: { 'content-length': String(content.length), ...headers } };
    if (first === undefined || last === undefined) return { body: content, headers };
    if (Number(first) >= content.length) return { status: 416, headers: { 'content-range': `bytes */${content.length}` }, body: 'no' };
    const part = content.slice(Number(first), Number(last) + 1);
    return { status: 206, headers: { ...headers, 'content-range': `bytes ${first}-${Number(first) + part.length - 1}/${content.length}` }, body: part };
  };
}

async function readText(store: ObjectStore, url: string, options: ReadOptions = {}): Promise<string> {
  return (await collectBytes((await store.read(url, options, never)).body, 1 << 20)).toString();
}

describe('looking at a URL', () => {
  test('tells size, time, version and metadata of it', async () => {
    const headers = { 'last-modified': noon, etag: '"v1"', 'content-type': 'text/css', 'content-encoding': 'gzip', 'cache-control': 'no-store', 'content-language': 'de', 'content-disposition': 'attachment', expires: one };
    const { store, origin, seen } = await fakeWeb(file('0123456789', headers));
    expect(await store.stat(`${origin}/a/../b?s=1`, never)).toEqual({
      key: `${origin}/a/../b?s=1`, size: 10, lastModified: Date.UTC(2026, 0, 1, 12), etag: 'v1', archived: false, keyEncrypted: false,
      metadata: { contentType: 'text/css', contentEncoding: 'gzip', contentLanguage: 'de', contentDisposition: 'attachment', cacheControl: 'no-store', expires: one, user: {} },
    });
    expect(seen).toMatchObject([{ method: 'HEAD', target: '/a/../b?s=1', headers: { 'accept-encoding': 'identity' } }]);
  });

  test.each([400, 403, 405, 501])('asks for a byte when HEAD is refused with %i', async (status) => {
    const { store, origin, seen } = await fakeWeb((request) => (request.method === 'HEAD' ? { status } : file('0123456789', { etag: '"v1"' })(request)));
    expect(await store.stat(`${origin}/a`, never)).toMatchObject({ size: 10, etag: 'v1' });
    expect(seen.map(({ method, headers }) => [method, headers.range])).toEqual([['HEAD', undefined], ['GET', 'bytes=0-0']]);
  });

  test.each<[string, (request: WebRequest) => WebAnswer, number]>([
    ['no length', (request) => (request.method === 'HEAD' ? { chunked: true } : file('0123456789')(request)), 10],
    ['a length of 0', (request) => (request.method === 'HEAD' ? {} : file('0123456789')(request)), 10],
    ['a length of 0 that is true', file(''), 0],
    ['no length, as GET does', () => ({ chunked: true, body: 'x' }), -1],
    ['no length and ranges of anything', (request) => (request.headers.range === undefined ? { chunked: true, body: 'xx' } : { status: 206, headers: { 'content-range': 'bytes 0-0/*' }, body: 'x' }), -1],
    ['no length and ignores ranges', (request) => (request.method === 'HEAD' ? { chunked: true } : { body: 'whole' }), 5],
  ])('finds the size where HEAD tells %s', async (_, answer, size) => {
    const { store, origin } = await fakeWeb(answer);
    expect(await store.stat(`${origin}/a`, never)).toMatchObject({ size, lastModified: 0, etag: undefined });
  });
});

describe('reading a URL', () => {
  test('brings its bytes, all or a range', async () => {
    const { store, origin } = await fakeWeb(file('0123456789'));
    expect(await readText(store, `${origin}/a`)).toBe('0123456789');
    expect(await readText(store, `${origin}/a`, { range: { first: 2, last: 4 } })).toBe('234');
    expect(await readText(store, `${origin}/a`, { range: { first: 8, last: 99 } })).toBe('89');
    expect((await store.read(`${origin}/a`, { range: { first: 2, last: 4 } }, never)).object.size).toBe(10);
  });

  test('keeps bytes that a server encoded unasked, and says so', async () => {
    const { store, origin } = await fakeWeb(() => ({ headers: { 'content-encoding': 'gzip' }, body: Buffer.from([0x1f, 0x8b, 8]) }));
    const { object, body } = await store.read(`${origin}/a`, {}, never);
    expect([object.metadata.contentEncoding, body.length, [...await collectBytes(body, 99)]]).toEqual(['gzip', 3, [0x1f, 0x8b, 8]]);
  });

  test('of untold length has a body of undefined length', async () => {
    const { store, origin } = await fakeWeb(() => ({ chunked: true, body: 'some' }));
    const { object, body } = await store.read(`${origin}/a`, {}, never);
    expect([object.size, body.length, (await collectBytes(body, 99)).toString()]).toEqual([-1, undefined, 'some']);
  });

  test.each<[string, Readonly<Record<string, string>>, Readonly<Record<string, string>>, Readonly<Record<string, string>>]>([
    ['a strong ETag', { etag: '"v1"', 'last-modified': noon }, { 'if-match': '"v1"' }, { etag: '"v2"', 'last-modified': noon }],
    ['a weak ETag, at another time', { etag: 'W/"v1"', 'last-modified': noon }, { 'if-unmodified-since': noon }, { etag: 'W/"v1"', 'last-modified': one }],
    ['another weak ETag', { etag: 'W/"v1"' }, {}, { etag: 'W/"v2"' }],
    ['an ETag without quotes', { etag: 'v1' }, {}, { etag: 'v2' }],
    ['a time', { 'last-modified': noon }, { 'if-unmodified-since': noon }, { 'last-modified': one }],
    ['an ETag that is gone', { etag: '"v1"' }, { 'if-match': '"v1"' }, {}],
  ])('is of one version, known by %s', async (_, headers, condition, later) => {
    const { store, origin, seen } = await fakeWeb((request, n) => file('0123456789', n < 2 ? headers : later)(request));
    const { etag } = await store.stat(`${origin}/a`, never);
    if (etag === undefined) throw new Error('no version');
    expect(await readText(store, `${origin}/a`, { ifMatch: etag, range: { first: 0, last: 3 } })).toBe('0123');
    const { 'if-match': match, 'if-unmodified-since': since } = seen[1]?.headers ?? {};
    expect({ ...(match && { 'if-match': match }), ...(since && { 'if-unmodified-since': since }) }).toEqual(condition);
    await expect(store.read(`${origin}/a`, { ifMatch: etag, range: { first: 4, last: 7 } }, never)).rejects.toMatchObject({ kind: 'changed' });
  });

  test.each<[string, WebAnswer, FailureKind]>([
    ['ranges are ignored', { body: '0123456789' }, 'unsupported'],
    ['another range comes', { status: 206, headers: { 'content-range': 'bytes 0-2/10' }, body: '012' }, 'corrupt'],
    ['a shorter range comes', { status: 206, headers: { 'content-range': 'bytes 2-3/10' }, body: '23' }, 'corrupt'],
    ['the body is not the range', { status: 206, headers: { 'content-range': 'bytes 2-4/10' }, body: '23' }, 'corrupt'],
    ['the range is not named', { status: 206, body: '234' }, 'corrupt'],
    ['the whole has no length', { status: 206, headers: { 'content-range': 'bytes 2-4/*' }, body: '234' }, 'unsupported'],
    ['it has become shorter', { status: 416, body: 'no' }, 'changed'],
  ])('in a range fails when %s', async (_, answer, kind) => {
    const { store, origin } = await fakeWeb(() => answer);
    await expect(store.read(`${origin}/a?secret`, { range: { first: 2, last: 4 } }, never)).rejects.toMatchObject({ kind, message: expect.not.stringContaining('secret') as string });
  });

  test('fails when it breaks off', async () => {
    const { store, origin } = await fakeWeb(() => ({ body: '0123456789', cutAfter: 4 }));
    await expect(readText(store, `${origin}/a?secret`)).rejects.toMatchObject({ kind: 'transient', message: expect.not.stringContaining('secret') as string });
  });
});

describe('a body that may be of two versions', () => {
  const content = 'x'.repeat(1_000_000);
  const old = { etag: '"v1"' };

  async function arrived(later: (request: WebRequest) => WebAnswer): Promise<{ readonly bytes: number; readonly error: unknown }> {
    const { store, origin } = await fakeWeb((request, n) => (n === 0 ? file(content, old) : later)(request));
    const { body } = await store.read(`${origin}/a`, { ifMatch: 'v1' }, never);
    let bytes = 0;
    const error: unknown = await body.pipe({ write: (chunk) => void (bytes += chunk.byteLength) })?.then(() => undefined, (thrown: unknown) => thrown);
    return { bytes, error };
  }

  test('never arrives in full when the file was written over', async () => {
    const { bytes, error } = await arrived(file(content, { etag: '"v2"' }));
    expect(error).toMatchObject({ kind: 'changed' });
    expect(bytes).toBeLessThan(content.length);
  });

  test.each<[string, (request: WebRequest) => WebAnswer]>([
    ['is still the same', file(content, old)],
    ['may not be looked at any more', () => ({ status: 403 })],
    ['is gone', () => ({ status: 410 })],
  ])('arrives when the file %s', async (_, later) => {
    expect(await arrived(later)).toEqual({ bytes: content.length, error: undefined });
  });
});

describe('redirects', () => {
  test('are followed with the condition and the range', async () => {
    const { store, origin, seen } = await fakeWeb((request, n) => (n < 5 ? { status: [301, 302, 303, 307, 308][n] ?? 0, headers: { location: `/step/${n}` } } : file('0123456789', { etag: '"v1"' })(request)));
    expect(await readText(store, `${origin}/a`, { range: { first: 1, last: 2 }, ifMatch: 'v1' })).toBe('12');
    expect(seen.map(({ target }) => target)).toEqual(['/a', '/step/0', '/step/1', '/step/2', '/step/3', '/step/4']);
  });

  test.each<[string, WebAnswer]>([
    ['more than five', { status: 302, headers: { location: '/round' } }],
    ['to nowhere', { status: 302 }],
    ['to another protocol', { status: 302, headers: { location: 'ftp://host/secret' } }],
    ['to no host', { status: 302, headers: { location: 'http://' } }],
  ])('%s are not', async (_, answer) => {
    const { store, origin } = await fakeWeb(() => answer);
    await expect(store.stat(`${origin}/a?secret`, never)).rejects.toMatchObject({ kind: 'protocol', message: expect.not.stringContaining('secret') as string });
  });
});

describe('failures', () => {
  test.each<[number, FailureKind]>([
    [401, 'denied'], [404, 'absent'], [408, 'transient'], [410, 'absent'], [412, 'changed'], [414, 'bad-key'], [418, 'protocol'], [429, 'throttled'],
    [451, 'denied'], [500, 'transient'], [502, 'transient'], [503, 'throttled'], [504, 'transient'], [204, 'protocol'], [304, 'protocol'],
  ])('of status %i are %s', async (status, kind) => {
    const { store, origin } = await fakeWeb(() => ({ status, headers: { 'retry-after': '7', 'content-type': 'text/html' } }));
    const failure = { kind, status, retryAfterMs: 7_000, message: `HEAD ${origin}/a: status ${status}` };
    await expect(store.stat(`${origin}/a?secret`, never)).rejects.toMatchObject(failure);
    await expect(store.read(`${origin}/a?secret`, {}, never)).rejects.toMatchObject({ ...failure, message: failure.message.replace('HEAD', 'GET') });
  });

  test('of GET after a HEAD that was refused are those of GET', async () => {
    const { store, origin } = await fakeWeb(() => ({ status: 403 }));
    await expect(store.stat(`${origin}/a`, never)).rejects.toMatchObject({ kind: 'denied', message: `GET ${origin}/a: status 403` });
  });

  test('of connections say what is missing', async () => {
    const { store, origin } = await fakeWeb(() => ({}));
    await expect(store.stat(`${origin.replace('http:', 'https:')}/a?secret`, never)).rejects.toMatchObject({ kind: 'unreachable', message: expect.stringMatching(/TLS(?!.*secret)/) as string });
    await expect(store.stat('http://127.0.0.1:1/a?secret', never)).rejects.toMatchObject({ kind: 'unreachable', message: expect.stringMatching(/ECONNREFUSED(?!.*secret)/) as string });
  });

  test('leave an aborted signal its reason', async () => {
    const { store, origin } = await fakeWeb(() => ({}));
    const reason = new Error('enough');
    await expect(store.stat(`${origin}/a`, AbortSignal.abort(reason))).rejects.toBe(reason);
  });
});

describe('a server that is not there', () => {
  test('is found out once, for all that it should have', async () => {
    let now = 1_000_000;
    const store = createUrlStore({ now: () => now, absent: new AbsentServers(() => now) });
    const look = async (path: string): Promise<unknown> => {
      const { kind, retryAfterMs, message } = await store.stat(`http://127.0.0.1:1/${path}?secret`, never).then(() => { throw new Error('there is something'); }, (error: unknown) => { if (isFailure(error)) return error; throw error; });
      expect(message).toMatch(/ECONNREFUSED(?!.*secret)/);
      return { kind, retryAfterMs, sent: !message.includes('none is tried') };
    };
    expect(await look('a')).toEqual({ kind: 'unreachable', retryAfterMs: 1_000, sent: true });
    expect(await look('b')).toEqual({ kind: 'unreachable', retryAfterMs: 1_000, sent: false });
    now += 4_000;
    expect(await look('a')).toEqual({ kind: 'server-away', retryAfterMs: 16_000, sent: true });
    expect(await look('b')).toEqual({ kind: 'server-away', retryAfterMs: 16_000, sent: false });
    now += 16_000;
    expect(await look('a')).toEqual({ kind: 'no-server', retryAfterMs: undefined, sent: true });
    expect(await look('b')).toEqual({ kind: 'no-server', retryAfterMs: undefined, sent: false });
  });

  test('is found out again when it has come back', async () => {
    let now = 1_000_000;
    const absent = new AbsentServers(() => now);
    const { store, origin } = await startWeb(() => createUrlStore({ now: () => now, absent }), file('0123456789'));
    absent.failed(origin, new HttpError('connect', 'ECONNREFUSED'), now);
    await expect(store.stat(`${origin}/a`, never)).rejects.toMatchObject({ kind: 'unreachable' });
    now += 1_000;
    expect(await store.stat(`${origin}/a`, never)).toMatchObject({ size: 10 });
    expect(await store.stat(`${origin}/b`, never)).toMatchObject({ size: 10 });
  });
});

test('keys with one server have it in common', () => {
  const { serverOf } = createUrlStore({ now: () => 0 });
  expect(['http://Host:80/a', 'http://host:80?b', 'http://host:80', 'https://host:80/a', 'no url at all'].map((url) => serverOf?.(url))).toEqual([
    'http://host:80', 'http://host:80', 'http://host:80', 'https://host:80', '',
  ]);
});

test('URLs cannot be listed, written to or removed', async () => {
  const store = createUrlStore({ now: () => 0 });
  const unsupported = { kind: 'unsupported' };
  await expect(store.list({ prefix: '', from: { kind: 'start' } }, never)).rejects.toMatchObject(unsupported);
  await expect(store.write('http://host/a', bytesSource(new Uint8Array(1)), { metadata: { user: {} } }, never)).rejects.toMatchObject(unsupported);
  await expect(store.remove('http://host/a', never)).rejects.toMatchObject(unsupported);
  expect([store.multipart, store.serverSideCopy]).toEqual([undefined, undefined]);
});

test('any number of servers is asked over a bounded number of clients', async () => {
  const webs = await Promise.all(Array.from({ length: 20 }, (_, n) => fakeWeb(file(`file ${n}`))));
  const store = createUrlStore({ now: () => 0 });
  const texts = await Promise.all([...webs, ...webs].map(({ origin }) => readText(store, `${origin}/a`)));
  expect(new Set(texts).size).toBe(20);
  await store.close();
});
