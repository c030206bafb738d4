import { describe, expect, test } from 'vitest';
import { bytesSource, collectBytes } from '@haulier/lib/bytes/byte-stream.ts';
import type { ReadOptions } from '../../object-store/object-store.ts';
import { fakeStore, type FakeAnswer } from './testing/fake-store.ts';
import { amazonHeaders } from './vocabulary.ts';

const never = new AbortController().signal;
const metadata = { user: {} };
const now = Date.UTC(2026, 0, 1);

function error(code: string, status: number, headers: Readonly<Record<string, string>> = {}): FakeAnswer {
  return { status, headers, body: `<?xml version="1.0"?><Error><Code>${code}</Code><Message>why</Message></Error>` };
}

describe('requests', () => {
  test('name the key exactly and ask for the bytes as they are', async () => {
    const { store, seen } = await fakeStore(() => ({ body: 'x', headers: { etag: '"e"' } }));
    await collectBytes((await store.read('../a//./%2e?#', { ifMatch: 'e', range: { first: 0, last: 0 } }, never)).body, 1);
    expect(seen[0]).toMatchObject({ method: 'GET', target: '/b/../a//./%252e%3F%23', headers: { 'accept-encoding': 'identity', 'if-match': '"e"', range: 'bytes=0-0' } });
  });

  test('carry no checksum of the newer kind and no chunked coding', async () => {
    const { store, seen } = await fakeStore(() => ({ headers: { etag: '"e"' } }));
    await store.write('k', bytesSource(Buffer.from('body')), { metadata }, never);
    expect(seen[0]).toMatchObject({ body: 'body', headers: { 'content-length': '4', 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' } });
    expect(Object.keys(seen[0]?.headers ?? {}).filter((name) => /checksum|transfer-encoding|content-encoding|expect/.test(name))).toEqual([]);
  });

  test('say with each of them that the requester pays', async () => {
    const { store, seen } = await fakeStore(() => ({ headers: { etag: '"e"' } }), { requesterPays: true, credentials: { accessKey: 'ak', secretKey: 'sk', securityToken: 'token' } });
    await store.stat('k', never);
    await store.write('k', bytesSource(Buffer.from('x')), { metadata }, never);
    await store.remove('k', never);
    for (const { headers } of seen) expect(headers).toMatchObject({ 'x-amz-request-payer': 'requester', 'x-amz-security-token': 'token' });
  });

  test('keep secrets out of every failure', async () => {
    const { store } = await fakeStore(() => error('SignatureDoesNotMatch', 403), { credentials: { accessKey: 'ak', secretKey: 'top-secret', securityToken: 'temporary' } });
    const failure = await store.checkBucket(never).then(() => undefined, (thrown: unknown) => thrown);
    expect(JSON.stringify([failure, String(failure)])).not.toMatch(/top-secret|temporary/);
  });
});

describe('a read', () => {
  const range = { first: 2, last: 4 };
  test.each<[string, FakeAnswer, ReadOptions, string]>([
    ['the whole object for a range', { body: 'abcdef' }, { range }, 'protocol'],
    ['another range', { status: 206, body: 'abc', headers: { 'content-range': 'bytes 0-2/6' } }, { range }, 'corrupt'],
    ['a shorter range', { status: 206, body: 'cd', headers: { 'content-range': 'bytes 2-3/6' } }, { range }, 'corrupt'],
    ['a range of another length than it says', { status: 206, body: 'cd', headers: { 'content-range': 'bytes 2-4/6' } }, { range }, 'corrupt'],
    ['a range that it does not name', { status: 206, body: 'cde' }, { range }, 'corrupt'],
    ['a part of what was asked for whole', { status: 206, body: 'cde', headers: { 'content-range': 'bytes 2-4/6' } }, {}, 'protocol'],
    ['an archived object', error('InvalidObjectState', 403), {}, 'archived'],
    ['a redirection', error('PermanentRedirect', 301, { 'x-amz-bucket-region': 'eu-west-1' }), {}, 'wrong-region'],
  ])('of %s fails', async (_, answer, options, kind) => {
    const { store } = await fakeStore(() => answer);
    await expect(store.read('k', options, never)).rejects.toMatchObject({ kind });
  });

  test.each<[string, FakeAnswer, ReadOptions, number]>([
    ['the range asked for', { status: 206, body: 'cde', headers: { 'content-range': 'bytes 2-4/6' } }, { range }, 6],
    ['what there is of it', { status: 206, body: 'cd', headers: { 'content-range': 'bytes 2-3/4' } }, { range }, 4],
    ['the whole object where that is the range', { body: 'abc' }, { range: { first: 0, last: 2 } }, 3],
  ])('of %s succeeds', async (_, answer, options, size) => {
    const { store } = await fakeStore(() => answer);
    const { object, body } = await store.read('k', options, never);
    expect([object.size, (await collectBytes(body, 10)).byteLength]).toEqual([size, body.length]);
  });

  test('that breaks off is a failure of the store', async () => {
    const { store } = await fakeStore(() => ({ body: 'abcdef', cutAfter: 3 }));
    const { body } = await store.read('k', {}, never);
    await expect(collectBytes(body, 10)).rejects.toMatchObject({ name: 'StoreFailure', kind: 'transient' });
  });

  test('tells the checksum that the store keeps', async () => {
    const { store } = await fakeStore(() => ({ body: 'x', headers: { 'x-cos-hash-crc64ecma': '123' } }), { headers: { ...amazonHeaders, crc64Header: 'x-cos-hash-crc64ecma' } });
    expect(store.traits.crc64).toBe('ecma');
    expect((await store.stat('k', never)).crc64).toBe('123');
  });
});

describe('a refusal', () => {
  test('for haste says when to come back', async () => {
    const { store } = await fakeStore(() => error('SlowDown', 503, { 'retry-after': '3' }));
    await expect(store.stat('k', never)).rejects.toMatchObject({ kind: 'throttled', retryAfterMs: 3000 });
  });

  test('for skew is answered with the clock of the store, once', async () => {
    const later = new Date(now + 7_200_000);
    const { store, seen } = await fakeStore((_, n) => (n === 0 ? error('RequestTimeTooSkewed', 403, { date: later.toUTCString() }) : { body: '<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>' }));
    await store.checkBucket(never);
    expect(seen.map(({ headers }) => headers['x-amz-date'])).toEqual(['20260101T000000Z', '20260101T020000Z']);
  });

  test('for skew that stays is a failure', async () => {
    const { store, seen } = await fakeStore(() => error('RequestTimeTooSkewed', 403));
    await expect(store.checkBucket(never)).rejects.toMatchObject({ kind: 'transient', code: 'RequestTimeTooSkewed' });
    expect(seen).toHaveLength(2);
  });

  test('of a bucket without a body is of the bucket', async () => {
    const { store } = await fakeStore(() => ({ status: 404 }));
    await expect(store.checkBucket(never)).rejects.toMatchObject({ kind: 'no-bucket' });
    await expect(store.stat('k', never)).rejects.toMatchObject({ kind: 'absent' });
  });
});

describe('under status 200', () => {
  const upload = { key: 'k', uploadId: 'u' };
  const parts = [{ number: 1, etag: 'e', size: 1 }];

  test('an error is an error', async () => {
    const { store } = await fakeStore(() => ({ ...error('SlowDown', 200), status: 200 }));
    await expect(store.multipart?.complete(upload, parts, never)).rejects.toMatchObject({ kind: 'throttled' });
    await expect(store.serverSideCopy?.copy(store.location, 's', 'e', 'k', { metadata }, never)).rejects.toMatchObject({ kind: 'throttled' });
    await expect(store.serverSideCopy?.copyPart?.(store.location, 's', 'e', { first: 0, last: 1 }, upload, 1, never)).rejects.toMatchObject({ kind: 'throttled' });
  });

  test('blanks before the document are waited out', async () => {
    const { store, seen } = await fakeStore(() => ({ body: '  \n \n<?xml version="1.0"?><CompleteMultipartUploadResult><ETag>"abc-1"</ETag></CompleteMultipartUploadResult>' }));
    expect(await store.multipart?.complete(upload, parts, never)).toMatchObject({ etag: 'abc-1' });
    expect(seen[0]?.body).toContain('<Part><PartNumber>1</PartNumber><ETag>&quot;e&quot;</ETag></Part>');
  });

  test('another document than the one expected is refused', async () => {
    const { store } = await fakeStore(() => ({ body: '<Other/>' }));
    await expect(store.multipart?.complete(upload, parts, never)).rejects.toMatchObject({ kind: 'protocol' });
  });
});

describe('long lists', () => {
  const uploads = (entries: string, next: string): FakeAnswer => ({ body: `<ListMultipartUploadsResult>${next}${entries}</ListMultipartUploadsResult>` });
  const entry = (key: string, id: string, day: number): string => `<Upload><Key>${key}</Key><UploadId>${id}</UploadId><Initiated>2026-01-0${day}T00:00:00.000Z</Initiated></Upload>`;
  const more = (key: string, id: string): string => `<IsTruncated>true</IsTruncated><NextKeyMarker>${key}</NextKeyMarker><NextUploadIdMarker>${id}</NextUploadIdMarker>`;

  test('of uploads are read until the key is past', async () => {
    const answers = [uploads(entry('k&amp;', 'late', 3), more('k&amp;', 'late')), uploads(entry('k&amp;', 'early', 1) + entry('k&amp;2', 'other', 2), more('k&amp;2', 'other'))];
    const fake = await fakeStore((_, n) => answers[n] ?? {});
    expect((await fake.store.multipart?.uploadsOf('k&', never))?.map(({ uploadId }) => uploadId)).toEqual(['early', 'late']);
    expect(fake.parameter('upload-id-marker')).toEqual([null, 'late']);
    expect(fake.parameter('key-marker')).toEqual([null, 'k&']);
  });

  test('of uploads that do not advance are refused', async () => {
    const { store } = await fakeStore(() => uploads(entry('k', 'u', 1), more('k', 'u')));
    await expect(store.multipart?.uploadsOf('k', never)).rejects.toMatchObject({ kind: 'protocol' });
  });

  const part = (number: number): string => `<Part><PartNumber>${number}</PartNumber><ETag>"e${number}"</ETag><Size>5</Size></Part>`;
  test('of parts are read to the end', async () => {
    const answers = [
      { body: `<ListPartsResult><IsTruncated>true</IsTruncated><NextPartNumberMarker>2</NextPartNumberMarker>${part(1)}${part(2)}</ListPartsResult>` },
      { body: `<ListPartsResult><IsTruncated>false</IsTruncated>${part(7)}</ListPartsResult>` },
    ];
    const fake = await fakeStore((_, n) => answers[n] ?? {});
    expect(await fake.store.multipart?.partsOf({ key: 'k', uploadId: 'u' }, never)).toEqual([1, 2, 7].map((number) => ({ number, etag: `e${number}`, size: 5 })));
    expect(fake.parameter('part-number-marker')).toEqual(['0', '2']);
  });

  test('of parts that do not advance are refused', async () => {
    const { store } = await fakeStore(() => ({ body: `<ListPartsResult><IsTruncated>true</IsTruncated><NextPartNumberMarker>0</NextPartNumberMarker>${part(1)}</ListPartsResult>` }));
    await expect(store.multipart?.partsOf({ key: 'k', uploadId: 'u' }, never)).rejects.toMatchObject({ kind: 'protocol' });
  });
});

test('a server-side copy names its source and replaces the metadata', async () => {
  const { store, seen } = await fakeStore(() => ({ body: '<CopyObjectResult><ETag>"e2"</ETag></CopyObjectResult>' }));
  const copied = await store.serverSideCopy?.copy({ ...store.location, bucket: 'from' }, 'a b/ü', 'e1', 'k', { metadata: { contentType: 'text/plain', user: { a: 'b' } } }, never);
  expect(copied).toMatchObject({ etag: 'e2' });
  expect(seen[0]).toMatchObject({
    method: 'PUT', target: '/b/k',
    headers: { 'x-amz-copy-source': '/from/a%20b/%C3%BC', 'x-amz-copy-source-if-match': '"e1"', 'x-amz-metadata-directive': 'REPLACE', 'content-type': 'text/plain', 'x-amz-meta-a': 'b' },
  });
});
