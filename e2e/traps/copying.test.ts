/** Traps of copying: bodies, versions, answers that lie or never come. */
import { createHash, randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { answer, operationOf, refusal, type FakeAnswer, type FakeRequest } from './fake-answers.ts';
import type { FakeObject } from './fake-bucket.ts';
import type { FakeS3, Trick } from './fake-s3.ts';
import { content, createWorld, fakeS3, migrate, migrateStores, MiB, openFake } from './migrating.ts';

const large = content(40 * MiB);
const arrived = { end: { kind: 'finished' }, tally: { succeeded: { objects: 1 }, failed: { objects: 0 } } };

/** One bucket with one object, and an empty one. */
async function pair(body: Buffer | string, over: Partial<FakeObject> = {}): Promise<{ readonly from: FakeS3; readonly to: FakeS3 }> {
  const [from, to] = [await fakeS3(), await fakeS3()];
  from.bucket.put('x', body, over);
  return { from, to };
}

/** Bends the first `times` answers to an operation on objects of the user. */
function bend(operation: string, bent: (proceed: () => FakeAnswer, request: FakeRequest) => ReturnType<Trick>, times = 1): Trick {
  let left = times;
  return (request, proceed) => (operationOf(request) === operation && request.key?.startsWith('oms/') !== true && left-- > 0 ? bent(proceed, request) : undefined);
}

function bytesOf(fake: FakeS3, key = 'x'): Buffer | undefined {
  return fake.bucket.objects.get(key)?.body;
}

function expectCopied({ from, to }: { readonly from: FakeS3; readonly to: FakeS3 }): void {
  expect(bytesOf(to)?.equals(bytesOf(from) ?? Buffer.from('none'))).toBe(true);
  expect(to.bucket.uploads.size).toBe(0);
  expect([...from.violations, ...to.violations]).toEqual([]);
}

function withHeaders({ status, headers, body }: FakeAnswer, more: Readonly<Record<string, string>>): FakeAnswer {
  return { status, body, headers: { ...headers, ...more } };
}

describe('the source', () => {
  test.each([['a small object', content(MiB)], ['a part', large]])('breaks off in %s: it is read again', async (_, body) => {
    const stores = await pair(body);
    stores.from.trick = bend('GetObject', (proceed) => ({ answer: proceed(), cutAfter: 300_000 }), 2);
    expect(await migrate(stores.from, stores.to)).toMatchObject(arrived);
    expectCopied(stores);
  });

  test('breaks off for ever: nothing of it is in the destination', async () => {
    const { from, to } = await pair(content(MiB));
    from.trick = bend('GetObject', (proceed) => ({ answer: proceed(), cutAfter: 300_000 }), Infinity);
    expect(await migrate(from, to)).toMatchObject({ end: { kind: 'finished' }, tally: { succeeded: { objects: 0 }, failed: { objects: 1 } } });
    expect(bytesOf(to)).toBeUndefined();
  });

  test('ignores ranges: the object is read in one go', async () => {
    const stores = await pair(large);
    stores.from.trick = ({ key, method, headers }) => {
      const object = stores.from.bucket.objects.get(key ?? '');
      return method === 'GET' && headers['range'] !== undefined && object !== undefined
        ? answer(200, object.body, { etag: object.etag, 'last-modified': new Date(object.modified).toUTCString() })
        : undefined;
    };
    expect(await migrate(stores.from, stores.to)).toMatchObject(arrived);
    expectCopied(stores);
  });

  test.each([['once', 1, 'copied'], ['for ever', Infinity, 'failed']])('answers %s with another range than asked for', async (_, times, fate) => {
    const stores = await pair(large);
    stores.from.trick = bend('GetObject', (proceed) => withHeaders(proceed(), { 'content-range': `bytes 7-${16 * MiB + 6}/${large.byteLength}` }), times);
    const { tally, failures } = await migrate(stores.from, stores.to);
    if (fate === 'copied') expectCopied(stores);
    else expect({ tally, failures }).toMatchObject({ tally: { failed: { objects: 1 } }, failures: [{ sourceKey: 'x' }] });
    if (fate === 'failed') expect([bytesOf(stores.to), stores.to.bucket.uploads.size]).toEqual([undefined, 0]);
  });

  test('changes between two parts: the new version arrives, and nothing of the old one', async () => {
    const stores = await pair(large);
    const { from } = stores;
    let reads = 0;
    from.trick = (request) => {
      if (operationOf(request) === 'GetObject' && ++reads === 2) from.bucket.put('x', content(38 * MiB, 2), { modified: Date.now() });
      return undefined;
    };
    expect(await migrate(from, stores.to)).toMatchObject(arrived);
    expectCopied(stores);
    expect(bytesOf(stores.to)?.byteLength).toBe(38 * MiB);
  });

  test('changes for ever: the object fails with that reason, and no upload is left', async () => {
    const { from, to } = await pair(large);
    let version = 1;
    from.trick = (request) => {
      if (operationOf(request) === 'GetObject') from.bucket.put('x', content(38 * MiB, ++version), { modified: Date.now() });
      return undefined;
    };
    const { tally, failures } = await migrate(from, to);
    expect(tally).toMatchObject({ failed: { objects: 1 } });
    expect(failures[0]?.code).toBe('changed');
    expect([bytesOf(to), to.bucket.uploads.size]).toEqual([undefined, 0]);
  });

  test.each<[string, Buffer, string, Readonly<Record<string, string>>]>([
    ['is encrypted with a key service: its ETag is no MD5', content(MiB), randomBytes(16).toString('hex'), { 'x-amz-server-side-encryption': 'aws:kms' }],
    ['has an ETag that looks like an MD5 and is none', content(MiB), randomBytes(16).toString('hex'), {}],
    ['has an ETag of parts', content(MiB), `${randomBytes(16).toString('hex')}-3`, {}],
    ['has an opaque ETag', content(MiB), '0x8D4BCC2E4835CD0', {}],
    ['is large, with an ETag of parts that nobody can make again', large, `${randomBytes(16).toString('hex')}-5`, {}],
  ])('%s', async (_, body, etag, headers) => {
    const stores = await pair(body, { etag: `"${etag}"`, headers });
    expect(await migrate(stores.from, stores.to)).toMatchObject(arrived);
    expectCopied(stores);
  });

  test('is archived: it fails with that reason, unless it was restored', async () => {
    const { from, to } = await pair('cold', { headers: { 'x-amz-storage-class': 'GLACIER' } });
    from.bucket.put('restored', 'warm', { headers: { 'x-amz-storage-class': 'GLACIER', 'x-amz-restore': 'ongoing-request="false", expiry-date="Fri, 21 Dec 2035 00:00:00 GMT"' } });
    from.trick = (request) => (operationOf(request) === 'GetObject' && request.key === 'x' ? refusal(403, 'InvalidObjectState') : undefined);
    const { tally, failures } = await migrate(from, to);
    expect(tally).toMatchObject({ succeeded: { objects: 1 }, failed: { objects: 1 } });
    expect(failures).toMatchObject([{ sourceKey: 'x', code: 'archived' }]);
    expect(bytesOf(to, 'restored')?.toString()).toBe('warm');
  });

  test.each([['a small object', 'x'], ['a large one', large]])('does not show all metadata of %s: it is not lost in silence', async (_, body) => {
    const stores = await pair(body, { headers: { 'x-amz-missing-meta': '2' } });
    const { tally, failures } = await migrate(stores.from, stores.to);
    expect(tally).toMatchObject({ succeeded: { objects: 0 }, failed: { objects: 1 } });
    expect(failures).toMatchObject([{ code: 'unsupported' }]);
    expect(failures[0]?.reason).toContain('2 of the object\'s metadata');
    expect([bytesOf(stores.to), stores.to.bucket.uploads.size]).toEqual([undefined, 0]);
    expect(await migrate(stores.from, stores.to, { carryMetadata: false })).toMatchObject(arrived);
    expectCopied(stores);
  });

  test('of nothing is read without a range and written in one request', async () => {
    const stores = await pair('');
    stores.from.bucket.put('folder/', '');
    expect(await migrate(stores.from, stores.to)).toMatchObject({ tally: { succeeded: { objects: 2 } } });
    expectCopied(stores);
    expect(stores.to.bucket.objects.has('folder/')).toBe(true);
    expect(stores.from.seen.some(({ headers }) => headers['range'] !== undefined)).toBe(false);
  });
});

describe('the destination', () => {
  test('stores other bytes than were sent: they are sent again', async () => {
    const stores = await pair(content(MiB));
    const { to } = stores;
    to.trick = bend('PutObject', (_, { key = '' }) => answer(200, '', { etag: to.bucket.put(key, content(MiB, 9)).etag }));
    expect(await migrate(stores.from, to)).toMatchObject(arrived);
    expectCopied(stores);
  });

  test('gives ETags that are no MD5s, of whole objects and of parts: size and time prove', async () => {
    for (const body of [content(MiB), large]) {
      const stores = await pair(body);
      const opaque = (proceed: () => FakeAnswer): FakeAnswer => withHeaders(proceed(), { etag: `"${randomBytes(16).toString('hex')}"`, 'x-amz-server-side-encryption': 'aws:kms' });
      stores.to.trick = (request, proceed) => (['PutObject', 'UploadPart', 'HeadObject'].includes(operationOf(request)) ? opaque(proceed) : undefined);
      expect(await migrate(stores.from, stores.to)).toMatchObject(arrived);
      expectCopied(stores);
    }
  });

  test('loses its answer to a PUT', async () => {
    const stores = await pair('content');
    stores.to.trick = bend('PutObject', (proceed) => { proceed(); return 'lost'; });
    expect(await migrate(stores.from, stores.to)).toMatchObject(arrived);
    expectCopied(stores);
  });

  test('loses its answer to a complete: the object is found, and not copied twice', async () => {
    const stores = await pair(large);
    stores.to.trick = bend('CompleteMultipartUpload', (proceed) => { proceed(); return 'lost'; });
    expect(await migrate(stores.from, stores.to)).toMatchObject(arrived);
    expectCopied(stores);
    expect(stores.to.seen.filter(({ operation }) => operation === 'UploadPart')).toHaveLength(3);
  });

  test('loses a complete before it was done: it is sent again', async () => {
    const stores = await pair(large);
    stores.to.trick = bend('CompleteMultipartUpload', () => 'lost');
    expect(await migrate(stores.from, stores.to)).toMatchObject(arrived);
    expectCopied(stores);
    expect(stores.to.seen.filter(({ operation }) => operation === 'UploadPart')).toHaveLength(3);
  });

  test('completes with an error under status 200: it is sent again', async () => {
    const stores = await pair(large);
    stores.to.trick = bend('CompleteMultipartUpload', () => answer(200, `<?xml version="1.0"?>\n   <Error><Code>InternalError</Code></Error>`));
    expect(await migrate(stores.from, stores.to)).toMatchObject(arrived);
    expectCopied(stores);
  });

  test('completes with an error for ever: the object fails, and no upload is left', async () => {
    const { from, to } = await pair(large);
    to.trick = bend('CompleteMultipartUpload', () => answer(200, '<Error><Code>EntityTooSmall</Code></Error>'), Infinity);
    expect(await migrate(from, to)).toMatchObject({ end: { kind: 'finished' }, tally: { failed: { objects: 1 } } });
    expect([bytesOf(to), to.bucket.uploads.size]).toEqual([undefined, 0]);
  });

  test('forgets the upload under way: the object is copied anew', async () => {
    const stores = await pair(large);
    stores.to.trick = bend('UploadPart', (_, { query }) => {
      stores.to.bucket.uploads.delete(query.get('uploadId') ?? '');
      return refusal(404, 'NoSuchUpload');
    });
    expect(await migrate(stores.from, stores.to)).toMatchObject(arrived);
    expectCopied(stores);
  });

  test('refuses a part, and then to abort: the abort is sent until the upload is gone', async () => {
    const { from, to } = await pair(large);
    let aborts = 0;
    to.trick = (request) => {
      if (operationOf(request) === 'UploadPart') return refusal(403, 'AccessDenied');
      return operationOf(request) === 'AbortMultipartUpload' && ++aborts <= 3 ? refusal(500, 'InternalError') : undefined;
    };
    const { tally, failures } = await migrate(from, to);
    expect(tally).toMatchObject({ failed: { objects: 1 } });
    expect(failures[0]?.code).toBe('denied');
    expect(to.bucket.uploads.size).toBe(0);
  });

  test('has no room left: the migration ends, and the objects are not called failed', async () => {
    const { from, to } = await pair('x');
    to.trick = bend('PutObject', () => refusal(403, 'QuotaExceeded'), Infinity);
    expect(await migrate(from, to)).toMatchObject({ end: { kind: 'broken', side: 'destination', failure: 'full' }, tally: { failed: { objects: 0 } } });
  });

  describe('has object lock and takes no body without its MD5', () => {
    const locked: Trick = (request) => {
      const operation = operationOf(request);
      if (operation !== 'PutObject' && operation !== 'UploadPart') return undefined;
      const sent = request.headers['content-md5'];
      if (sent === undefined) return refusal(400, 'InvalidRequest', {}, 'Content-MD5 OR x-amz-checksum- HTTP header is required for Put Object requests with Object Lock parameters');
      return sent === createHash('md5').update(request.body).digest('base64') ? undefined : refusal(400, 'BadDigest');
    };

    test.each<[string, Buffer | string, Partial<FakeObject>]>([
      ['whose MD5 the source tells', 'content', {}],
      ['of nothing', '', {}],
      ['whose MD5 it does not tell', 'content', { etag: '"opaque"' }],
      ['whose MD5 it tells wrong', 'content', { etag: `"${randomBytes(16).toString('hex')}"` }],
      ['that is too long to be held', content(5 * MiB), { etag: '"opaque"' }],
      ['in parts', large, {}],
      ['in parts that are too long to be held', large, { etag: `"${randomBytes(16).toString('hex')}-2"` }],
    ])('an object %s', async (_, body, over) => {
      const stores = await pair(body, over);
      stores.to.trick = locked;
      expect(await migrate(stores.from, stores.to, { recordFailures: true })).toMatchObject(arrived);
      expectCopied(stores);
      expect([...stores.to.bucket.objects.keys()].some((key) => key.startsWith('oms/'))).toBe(true);
    });

    test('which is learned once, from whatever is under way', async () => {
      const stores = await pair('x');
      for (let n = 0; n < 200; n++) stores.from.bucket.put(`many/${n}`, `content ${n}`);
      stores.to.trick = locked;
      expect(await migrate(stores.from, stores.to)).toMatchObject({ tally: { succeeded: { objects: 201 } } });
      expect(stores.to.seen.filter(({ operation, headers }) => operation === 'PutObject' && headers['content-md5'] === undefined).length).toBeLessThanOrEqual(8);
    });
  });

  test('wants a checksum that we do not send: the object fails with the words of the store', async () => {
    const { from, to } = await pair('x');
    to.trick = bend('PutObject', () => refusal(400, 'InvalidRequest'), Infinity);
    const { tally, failures } = await migrate(from, to);
    expect(tally).toMatchObject({ succeeded: { objects: 0 }, failed: { objects: 1 } });
    expect(failures[0]?.reason).toContain('InvalidRequest it is');
  });

  test('takes no key of more than 1,024 bytes: the longer ones fail by name, the others arrive', async () => {
    const { from, to } = await pair('x');
    from.bucket.put('k'.repeat(1023), 'long');
    const { tally, failures } = await migrate(from, to, { savePrefix: 'p/' });
    expect(tally).toMatchObject({ succeeded: { objects: 1 }, failed: { objects: 1 } });
    expect(failures).toMatchObject([{ code: 'bad-key' }]);
    expect(bytesOf(to, 'p/x')?.toString()).toBe('x');
  });
});

describe('a store that copies by itself', () => {
  async function within(trick: (fake: FakeS3) => Trick): Promise<{ readonly fake: FakeS3; readonly tally: object }> {
    const [fake, world] = [await fakeS3(), createWorld()];
    fake.bucket.put('in/x', 'content', { headers: { 'x-amz-meta-town': 'Cologne', 'content-type': 'text/plain' } });
    fake.trick = trick(fake);
    const { tally } = await migrateStores(openFake(fake, world), openFake(fake, world), world, { selection: { kind: 'prefixes', prefixes: ['in/'] }, savePrefix: 'out/' });
    return { fake, tally };
  }

  test('with an error under status 200 is asked again', async () => {
    const { fake, tally } = await within(() => bend('CopyObject', () => answer(200, '<Error><Code>InternalError</Code></Error>')));
    expect(tally).toMatchObject({ succeeded: { objects: 1 } });
    expect(fake.bucket.objects.get('out/in/x')).toMatchObject({ headers: { 'x-amz-meta-town': 'Cologne', 'content-type': 'text/plain' } });
    expect(fake.seen.some(({ operation }) => operation === 'GetObject')).toBe(false);
  });

  test('and does not show all metadata of the source is not asked to copy', async () => {
    const { fake, tally } = await within(() => bend('HeadObject', (proceed) => withHeaders(proceed(), { 'x-amz-missing-meta': '1' }), Infinity));
    expect(tally).toMatchObject({ succeeded: { objects: 0 }, failed: { objects: 1 } });
    expect(fake.bucket.objects.has('out/in/x')).toBe(false);
  });

  test('and does not after all is given the bytes', async () => {
    const { fake, tally } = await within(() => bend('CopyObject', () => refusal(501, 'NotImplemented'), Infinity));
    expect(tally).toMatchObject({ succeeded: { objects: 1 } });
    expect(bytesOf(fake, 'out/in/x')?.toString()).toBe('content');
  });
});
