/** Traps of listings: what a store may answer, and what must never be taken for a whole bucket. */
import { createS3Store } from '@haulier/platform/providers/s3/s3-store.ts';
import { describe, expect, test } from 'vitest';
import { listing, listObjects, operationOf, refusal, type FakeAnswer } from './fake-answers.ts';
import type { FakeBucket } from './fake-bucket.ts';
import type { FakeS3, Trick } from './fake-s3.ts';
import { createWorld, fakeS3, migrate, migrateStores, openFake } from './migrating.ts';

function onLists(bend: (bucket: FakeBucket, proper: FakeAnswer, after: string | null, n: number) => FakeAnswer | undefined): (fake: FakeS3) => Trick {
  let n = 0;
  return ({ bucket }) => (request, proceed) => {
    if (operationOf(request) !== 'ListObjects') return undefined;
    return bend(bucket, proceed(), request.query.get('start-after') ?? request.query.get('marker'), n++);
  };
}

async function source(keys: readonly string[], bent?: (fake: FakeS3) => Trick): Promise<FakeS3> {
  const fake = await fakeS3();
  for (const key of keys) fake.bucket.put(key, `content of ${key}`);
  fake.trick = bent?.(fake);
  return fake;
}

function copied(to: FakeS3): readonly string[] {
  return to.bucket.keys('', undefined).filter((key) => !key.startsWith('oms/'));
}

const many = Array.from({ length: 2500 }, (_, n) => `key-${String(n).padStart(5, '0')}`);

test('keys come back exactly from encoding-type=url, where + is a blank', async () => {
  const keys = ['a b', 'a+b', 'a%2Bb', 'ä ö+ü', 'new\nline', '001', '1e3', 'true', ' leading', '&amp;', 'a/', '/x', 'a//b', '../x', '\u0001'];
  const [from, to] = [await source(keys), await fakeS3()];
  expect(await migrate(from, to)).toMatchObject({ end: { kind: 'finished' }, tally: { succeeded: { objects: keys.length } } });
  expect(copied(to)).toEqual(from.bucket.keys('', undefined));
  for (const key of keys) expect(to.bucket.objects.get(key)?.body.toString()).toBe(`content of ${key}`);
});

test('two listings in the order of UTF-8 are joined rightly: the second run skips all', async () => {
  const keys = ['dir-2/x', 'dir/x', 'dir', '\uffff', '\u{10000}', '\ue000', '\u{1f4a9}', 'z'];
  const [from, to] = [await source(keys), await fakeS3()];
  expect(await migrate(from, to)).toMatchObject({ tally: { succeeded: { objects: keys.length } } });
  expect(await migrate(from, to)).toMatchObject({ tally: { succeeded: { objects: 0 }, skipped: { objects: keys.length } } });
});

test('a listing in version 1 goes on after its last key, where no NextMarker comes', async () => {
  const [from, to, world] = [await source(many), await fakeS3(), createWorld()];
  const store = createS3Store({ endpoint: from.endpoint, region: 'r', addressing: 'path', bucket: 'b', credentials: { accessKey: 'ak', secretKey: 'sk' }, listVersion: 1, now: () => Date.now() });
  expect(await migrateStores(store, openFake(to, world), world)).toMatchObject({ end: { kind: 'finished' }, tally: { succeeded: { objects: many.length } } });
  expect(from.seen.some(({ query }) => query.get('marker') === many[999])).toBe(true);
  await store.close();
});

test('a page that breaks off is asked for again', async () => {
  const [from, to] = [await source(many), await fakeS3()];
  let n = 0;
  from.trick = (request, proceed) => (operationOf(request) === 'ListObjects' && n++ % 2 === 0 ? { answer: proceed(), cutAfter: 5000 } : undefined);
  expect(await migrate(from, to)).toMatchObject({ end: { kind: 'finished' }, tally: { succeeded: { objects: many.length } } });
});

describe('a listing of the source that cannot be trusted ends the migration, and is not called all there is:', () => {
  test.each<[string, (fake: FakeS3) => Trick]>([
    ['it repeats its first page', onLists((bucket) => listing(bucket, many.slice(0, 1000), true))],
    ['it is of version 1 although 2 was asked for', (fake) => (request) => {
      if (operationOf(request) !== 'ListObjects') return undefined;
      request.query.delete('list-type');
      return listObjects(fake.bucket, request);
    }],
    ['its keys are out of order', onLists((bucket) => listing(bucket, ['b', 'a'], false))],
    ['its keys are in the order of UTF-16', onLists((bucket) => listing(bucket, ['\u{10000}', '\uffff'], false))],
    ['it has no keys and says that there are more', onLists((bucket) => listing(bucket, [], true))],
    ['it does not say whether it is all', onLists((_, proper) => ({ ...proper, body: Buffer.from(proper.body.toString().replace(/<IsTruncated>\w+<\/IsTruncated>/, '')) }))],
    ['its second page is refused', onLists((_, __, after) => (after === null ? undefined : refusal(403, 'AccessDenied')))],
    ['its second page fails for ever', onLists((_, __, after) => (after === null ? undefined : refusal(500, 'InternalError')))],
  ])('%s', async (_, bent) => {
    const [from, to] = [await source([...many, 'a', 'b', '\u{10000}', '\uffff'], bent), await fakeS3()];
    const { end } = await migrate(from, to);
    expect(end).toMatchObject({ kind: 'broken', side: 'source' });
  });
});

test('a listing of the destination that cannot be trusted ends the migration, and removes nothing', async () => {
  const [from, to] = [await source(many), await source(many.slice(0, 1500), onLists((_, __, after) => (after === null ? undefined : refusal(500, 'InternalError'))))];
  const before = to.bucket.keys('', undefined);
  expect(await migrate(from, to)).toMatchObject({ end: { kind: 'broken', side: 'destination' } });
  expect(to.bucket.keys('', undefined)).toEqual(expect.arrayContaining([...before]));
  expect(to.seen.filter(({ operation }) => operation === 'DeleteObject')).toEqual([]);
});
