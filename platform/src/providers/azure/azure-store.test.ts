import { describe, expect, test } from 'vitest';
import { collectBytes } from '@haulier/lib/bytes/byte-stream.ts';
import type { ListPage, ObjectStore } from '../../object-store/object-store.ts';
import { atEnd, fakeServer, type FakeAnswer, type SeenRequest } from '../s3/testing/fake-server.ts';
import type { Authority } from './access.ts';
import { createAzureAccount, createAzureStore, type AzureConfig } from './azure-store.ts';
import { stringToSign } from './shared-key.ts';

const never = new AbortController().signal;
const now = Date.UTC(2026, 0, 1);
const byKey: Authority = { kind: 'key', key: Buffer.from('a secret key') };
const bySas = (expires: number): Authority => ({ kind: 'sas', query: 'sv=2022-11-02&sig=top%2Fsecret', expires });

async function fakeConfig(answer: (request: SeenRequest, n: number) => FakeAnswer, authority: Authority): Promise<{ config: AzureConfig; seen: readonly SeenRequest[] }> {
  const { endpoint, seen } = await fakeServer(answer);
  return { config: { access: { account: 'acct', origin: endpoint, basePath: '/acct', authority }, now: () => now }, seen };
}

async function fakeAzure(answer: (request: SeenRequest, n: number) => FakeAnswer, authority = byKey): Promise<{ store: ObjectStore; seen: readonly SeenRequest[] }> {
  const { config, seen } = await fakeConfig(answer, authority);
  const store = createAzureStore(config, 'c');
  atEnd(() => store.close());
  return { store, seen };
}

function refused(code: string, status: number, headers: Readonly<Record<string, string>> = {}): FakeAnswer {
  return { status, headers: { 'x-ms-error-code': code, 'x-ms-request-id': 'r1', ...headers }, body: `\ufeff<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code><Message>why\nRequestId:r1\nTime:2026</Message></Error>` };
}

const blob = (name: string, more = ''): string => `<Blob>${name}<Properties><Last-Modified>Wed, 09 Sep 2009 09:20:03 GMT</Last-Modified><Etag>0x8CBFF45D8A29A19</Etag><Content-Length>100</Content-Length><Content-Type>text/html</Content-Type><BlobType>BlockBlob</BlobType><AccessTier>Hot</AccessTier>${more}</Properties></Blob>`;
const page = (blobs: string, marker = ''): FakeAnswer => ({ body: `\ufeff<?xml version="1.0" encoding="utf-8"?><EnumerationResults ServiceEndpoint="https://acct.blob.core.windows.net/" ContainerName="c"><MaxResults>3</MaxResults><Blobs>${blobs}</Blobs><NextMarker>${marker}</NextMarker></EnumerationResults>` });
const list = (store: ObjectStore): Promise<ListPage> => store.list({ prefix: '', from: { kind: 'start' } }, never);

describe('requests', () => {
  test('name the blob exactly, the version and the time, and are signed', async () => {
    const { store, seen } = await fakeAzure(() => ({ body: 'x', headers: { etag: '"0x1"' } }));
    await collectBytes((await store.read('../a//./%2e?#', { ifMatch: '0x1', range: { first: 0, last: 0 } }, never)).body, 1);
    expect(seen[0]).toMatchObject({
      method: 'GET', target: '/acct/c/../a//./%252e%3F%23',
      headers: { 'if-match': '"0x1"', 'range': 'bytes=0-0', 'x-ms-version': '2021-12-02', 'x-ms-date': 'Thu, 01 Jan 2026 00:00:00 GMT', 'authorization': expect.stringMatching(/^SharedKey acct:[A-Za-z0-9+/]{43}=$/) as string },
    });
  });

  test('with a shared access signature carry it in the query and nothing else', async () => {
    const { store, seen } = await fakeAzure(() => page(''), bySas(now + 1));
    await list(store);
    expect(seen[0]?.target).toBe('/acct/c?comp=list&maxresults=1000&restype=container&sv=2022-11-02&sig=top%2Fsecret');
    expect(seen[0]?.headers.authorization).toBeUndefined();
  });

  test('keep secrets out of every failure', async () => {
    const { store } = await fakeAzure(() => refused('AuthenticationFailed', 403), bySas(now + 1));
    const failure = await store.checkBucket(never).then(() => undefined, (thrown: unknown) => thrown);
    expect(JSON.stringify([failure, String(failure)])).not.toMatch(/top|secret/);
  });

  test('are made again by the service’s clock where ours is far from it', async () => {
    const { store, seen } = await fakeAzure((_, n) => (n === 0 ? refused('AuthenticationFailed', 403, { date: 'Thu, 01 Jan 2026 01:00:00 GMT' }) : page('')));
    await list(store);
    expect(seen.map(({ headers }) => headers['x-ms-date'])).toEqual(['Thu, 01 Jan 2026 00:00:00 GMT', 'Thu, 01 Jan 2026 01:00:00 GMT']);
  });

  test('to the account go to its root', async () => {
    expect(stringToSign('acct', { method: 'GET', path: '/', query: [['comp', 'list']], headers: [], contentLength: undefined })).toMatch(/\n\/acct\/\ncomp:list$/);
    const { config, seen } = await fakeConfig(({ target }, n) => ({
      body: target.includes('restype') ? '' : `<EnumerationResults><Containers><Container><Name>c${n}</Name></Container></Containers><NextMarker>${n === 0 ? '/acct/m' : ''}</NextMarker></EnumerationResults>`,
    }), byKey);
    const account = createAzureAccount(config, 'westeurope');
    atEnd(() => account.close());
    expect(await account.listBuckets(never)).toEqual([{ name: 'c0' }, { name: 'c1' }]);
    expect(await account.regionOf('c', never)).toBe('westeurope');
    expect(seen.map(({ target }) => target)).toEqual(['/acct/?comp=list', '/acct/?comp=list&marker=%2Facct%2Fm', '/acct/c?restype=container']);
  });
});

describe('a listing', () => {
  test('tells what the service documents of a blob', async () => {
    const { store } = await fakeAzure(() => page(blob('<Name>blob1.txt</Name>')));
    expect(await list(store)).toEqual({ objects: [{ key: 'blob1.txt', size: 100, lastModified: Date.UTC(2009, 8, 9, 9, 20, 3), etag: '0x8CBFF45D8A29A19', storageClass: 'Hot' }], next: undefined });
  });

  test('decodes names that XML cannot hold, and no others', async () => {
    const { store } = await fakeAzure(() => page(blob('<Name Encoded="true">a%EF%BF%BFb</Name>') + blob('<Name>100%25 &amp; more</Name>')));
    expect((await list(store)).objects.map(({ key }) => key)).toEqual(['a\uffffb', '100%25 & more']);
  });

  test('leaves out the directories of a hierarchical namespace', async () => {
    const { store } = await fakeAzure(() => page(blob('<Name>dir</Name>', '<ResourceType>directory</ResourceType>') + blob('<Name>dir/file</Name>', '<ResourceType>file</ResourceType>')));
    expect((await list(store)).objects.map(({ key }) => key)).toEqual(['dir/file']);
  });

  test('goes on over pages without a blob, at the marker it was given', async () => {
    const { store, seen } = await fakeAzure((_, n) => (n < 2 ? page('', `2!m${n}`) : page(blob('<Name>x</Name>'), '2!end')));
    expect((await list(store)).next).toEqual({ kind: 'marker', marker: '2!end' });
    expect(seen.map(({ target }) => new URLSearchParams(target.split('?')[1]).get('marker'))).toEqual([null, '2!m0', '2!m1']);
  });

  test('folds what lies deeper into folders', async () => {
    const { store, seen } = await fakeAzure(() => page(`<BlobPrefix><Name>p/a/</Name></BlobPrefix>${blob('<Name>p/b</Name>')}`, 'm'));
    const folded = await store.folders?.list({ prefix: 'p/', from: { kind: 'start' }, limit: 2 }, never);
    expect(folded).toMatchObject({ folders: ['p/a/'], objects: [{ key: 'p/b' }], next: { kind: 'marker', marker: 'm' } });
    expect(seen[0]?.target).toContain('delimiter=%2F');
  });

  test.each<[string, FakeAnswer]>([
    ['that does not advance', page('', 'same')],
    ['of something else', { body: '<Other/>' }],
    ['that is no XML', { body: 'hello' }],
    ['of a blob without a time', page('<Blob><Name>x</Name><Properties><Content-Length>1</Content-Length></Properties></Blob>')],
    ['of a blob without a name', page(blob(''))],
  ])('%s fails', async (_, answer) => {
    await expect(list((await fakeAzure(() => answer)).store)).rejects.toMatchObject({ kind: 'protocol' });
  });

  test('starts at no key', async () => {
    const { store } = await fakeAzure(() => page(''));
    await expect(store.list({ prefix: '', from: { kind: 'after', key: 'a' } }, never)).rejects.toMatchObject({ kind: 'protocol' });
  });
});

describe('a blob', () => {
  const md5 = '9e107d9d372bb6826bd81d3542a419d6';
  const base64 = Buffer.from(md5, 'hex').toString('base64');

  test.each<[string, Readonly<Record<string, string>>, object]>([
    ['without a digest', {}, { md5: undefined }],
    ['with its digest', { 'content-md5': base64 }, { md5 }],
    ['with a digest that is none', { 'content-md5': 'x' }, { md5: undefined }],
    ['in the archive', { 'x-ms-access-tier': 'Archive' }, { archived: true, storageClass: 'Archive' }],
    ['on its way out of the archive', { 'x-ms-access-tier': 'Archive', 'x-ms-archive-status': 'rehydrate-pending-to-hot' }, { archived: true, restoring: true }],
    ['in another tier', { 'x-ms-access-tier': 'Cold' }, { archived: false, storageClass: 'Cold' }],
    ['of pages', { 'x-ms-blob-type': 'PageBlob', 'x-ms-blob-sequence-number': '0' }, { archived: false, metadata: { user: {} } }],
    ['with metadata', { 'x-ms-meta-Owner': 'alice', 'content-language': 'de' }, { metadata: { contentLanguage: 'de', user: { owner: 'alice' } } }],
  ])('%s', async (_, headers, expected) => {
    const { store } = await fakeAzure(() => ({ headers: { 'etag': '"0x1"', 'last-modified': 'Wed, 09 Sep 2009 09:20:03 GMT', ...headers } }));
    expect(await store.stat('k', never)).toMatchObject(expected);
  });

  test('shows the digest of all of it, not of the range that was read', async () => {
    const answer: FakeAnswer = { status: 206, body: 'x', headers: { 'content-range': 'bytes 1-1/3', 'content-md5': Buffer.alloc(16).toString('base64'), 'x-ms-blob-content-md5': base64 } };
    const { object, body } = await (await fakeAzure(() => answer)).store.read('k', { range: { first: 1, last: 1 } }, never);
    body.discard();
    expect(object).toMatchObject({ size: 3, md5 });
  });

  test.each<[string, FakeAnswer]>([['the whole', { body: 'abc' }], ['another range', { status: 206, body: 'b', headers: { 'content-range': 'bytes 2-2/3' } }]])('of which %s comes for a range is refused', async (_, answer) => {
    await expect((await fakeAzure(() => answer)).store.read('k', { range: { first: 1, last: 1 } }, never)).rejects.toMatchObject({ name: 'StoreFailure' });
  });
});

describe('a rehydration', () => {
  const archived = { 'x-ms-access-tier': 'Archive' };
  test.each<[string, Readonly<Record<string, string>>, FakeAnswer, string, number]>([
    ['is asked for once', archived, { status: 202 }, 'requested', 2],
    ['is under way', { ...archived, 'x-ms-archive-status': 'rehydrate-pending-to-cool' }, { status: 202 }, 'requested', 1],
    ['was asked for by another', archived, refused('BlobBeingRehydrated', 409), 'requested', 2],
    ['is not needed', { 'x-ms-access-tier': 'Hot' }, { status: 202 }, 'readable', 1],
  ])('that %s', async (_, headers, answer, expected, requests) => {
    const { store, seen } = await fakeAzure(({ method }) => (method === 'HEAD' ? { headers } : answer));
    expect(await store.restore?.request('k', 7, never)).toBe(expected);
    expect(seen).toHaveLength(requests);
    if (requests === 2) expect(seen[1]).toMatchObject({ method: 'PUT', target: '/acct/c/k?comp=tier', headers: { 'x-ms-access-tier': 'Hot', 'x-ms-rehydrate-priority': 'Standard' } });
  });

  test('that is refused fails', async () => {
    const { store } = await fakeAzure(({ method }) => (method === 'HEAD' ? { headers: archived } : refused('AuthorizationPermissionMismatch', 403)));
    await expect(store.restore?.request('k', 7, never)).rejects.toMatchObject({ kind: 'denied' });
  });
});

describe('a refusal', () => {
  test.each([
    ['BlobNotFound', 404, 'absent'], ['ContainerNotFound', 404, 'no-bucket'], ['ContainerBeingDeleted', 409, 'no-bucket'], ['AuthenticationFailed', 403, 'bad-credentials'],
    ['AuthorizationFailure', 403, 'denied'], ['AuthorizationPermissionMismatch', 403, 'denied'], ['ServerBusy', 503, 'throttled'], ['OperationTimedOut', 500, 'transient'], ['InternalError', 500, 'transient'],
    ['ConditionNotMet', 412, 'changed'], ['BlobArchived', 409, 'archived'], ['BlobBeingRehydrated', 409, 'archived'], ['LeaseIdMissing', 412, 'denied'], ['Md5Mismatch', 400, 'corrupt'], ['InvalidRange', 416, 'corrupt'],
    ['InvalidResourceName', 400, 'bad-key'], ['SomethingNew', 500, 'transient'], ['SomethingNew', 400, 'protocol'],
  ])('%s (%i) is %s', async (code, status, kind) => {
    const { store } = await fakeAzure(() => refused(code, status));
    await expect(store.read('k', {}, never)).rejects.toMatchObject({ kind, code, status, requestId: 'r1', message: `GET acct/c/k: ${code}: why` });
    await expect(store.stat('k', never)).rejects.toMatchObject({ kind, code });
  });

  test('of a signature past its time says so', async () => {
    const { store } = await fakeAzure(() => refused('AuthenticationFailed', 403), bySas(now - 1));
    await expect(list(store)).rejects.toMatchObject({ kind: 'expired-credentials' });
  });

  test('may ask for patience', async () => {
    const { store } = await fakeAzure(() => refused('ServerBusy', 503, { 'retry-after': '7' }));
    await expect(list(store)).rejects.toMatchObject({ kind: 'throttled', retryAfterMs: 7000 });
  });
});
