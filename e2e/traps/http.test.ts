/** Traps of HTTP: throttling, clocks, redirects, codings and header values. */
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { answer, operationOf, refusal } from './fake-answers.ts';
import { content, fakeS3, migrate } from './migrating.ts';

const arrived = { end: { kind: 'finished' }, tally: { succeeded: { objects: 1 }, failed: { objects: 0 } } };

describe('a store that asks for patience', () => {
  test.each(['ListObjects', 'GetObject'])('in seconds gets as many (%s)', async (operation) => {
    const [from, to] = [await fakeS3(), await fakeS3()];
    from.bucket.put('x', 'content');
    let refusals = 0;
    from.trick = (request) => (operationOf(request) === operation && refusals++ === 0 ? refusal(503, 'SlowDown', { 'retry-after': '17' }) : undefined);
    const migrated = await migrate(from, to);
    expect(migrated).toMatchObject(arrived);
    expect(migrated.waits).toContain(17_000);
  });

  test('until a date gets time until then', async () => {
    const [from, to] = [await fakeS3(), await fakeS3()];
    from.bucket.put('x', 'content');
    let refusals = 0;
    from.trick = (request) => (operationOf(request) === 'GetObject' && refusals++ === 0 ? refusal(429, 'TooManyRequests', { 'retry-after': new Date(Date.now() + 31_000).toUTCString() }) : undefined);
    const migrated = await migrate(from, to);
    expect(migrated).toMatchObject(arrived);
    expect(migrated.waits.filter((ms) => ms > 25_000 && ms <= 31_000)).toHaveLength(1);
  });

  test('for longer than an object may wait in its place gets that one later', async () => {
    const [from, to] = [await fakeS3(), await fakeS3()];
    from.bucket.put('x', 'content');
    const asked: number[] = [];
    to.trick = (request) => {
      if (request.key !== 'x' || request.method !== 'PUT') return undefined;
      return asked.push(Date.now()) === 1 ? refusal(503, 'SlowDown', { 'retry-after': '6' }) : undefined;
    };
    expect(await migrate(from, to)).toMatchObject(arrived);
    expect((asked[1] ?? 0) - (asked[0] ?? 0)).toBeGreaterThanOrEqual(5_990);
  });

  test('while it is written to gets the object once more, from its source', async () => {
    const [from, to] = [await fakeS3(), await fakeS3()];
    from.bucket.put('x', 'content');
    let refusals = 0;
    to.trick = (request) => (request.key === 'x' && request.method === 'PUT' && refusals++ === 0 ? refusal(503, 'SlowDown', { 'retry-after': '3' }) : undefined);
    const migrated = await migrate(from, to);
    expect(migrated).toMatchObject(arrived);
    expect(migrated.waits).toContain(3000);
    expect(to.bucket.objects.get('x')?.body.toString()).toBe('content');
  });
});

test('a store whose clock is hours away is met with its own time', async () => {
  const [from, to] = [await fakeS3(), await fakeS3()];
  const theirs = (): number => Date.now() + 2 * 3_600_000;
  for (const name of ['x', 'y', 'z']) from.bucket.put(name, name);
  let skewed = 0;
  from.trick = ({ headers }, proceed) => {
    const [, year, month, day, hour, minute, second] = /^(....)(..)(..)T(..)(..)(..)Z$/.exec(headers['x-amz-date'] ?? '') ?? [];
    const told = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
    const date = new Date(theirs()).toUTCString();
    if (Math.abs(theirs() - told) < 900_000) return { ...proceed(), headers: { ...proceed().headers, date } };
    skewed += 1;
    return refusal(403, 'RequestTimeTooSkewed', { date });
  };
  expect(await migrate(from, to)).toMatchObject({ end: { kind: 'finished' }, tally: { succeeded: { objects: 3 } } });
  expect(skewed).toBe(1);
});

test('a bucket that lives elsewhere ends the migration with the name of its region, and nobody follows', async () => {
  const [from, to, elsewhere] = [await fakeS3(), await fakeS3(), await fakeS3()];
  from.trick = () => refusal(301, 'PermanentRedirect', { location: elsewhere.endpoint, 'x-amz-bucket-region': 'eu-west-9' });
  const { end } = await migrate(from, to);
  expect(end).toMatchObject({ kind: 'broken', side: 'source', failure: 'wrong-region' });
  expect(end.kind === 'broken' && end.message).toContain('eu-west-9');
  expect(elsewhere.seen).toEqual([]);
});

test('keys that expire under way end the migration with that reason', async () => {
  const [from, to] = [await fakeS3(), await fakeS3()];
  for (let n = 0; n < 50; n++) from.bucket.put(`key-${n}`, 'x');
  let reads = 0;
  from.trick = (request) => (operationOf(request) === 'GetObject' && ++reads > 10 ? refusal(400, 'ExpiredToken') : undefined);
  expect(await migrate(from, to)).toMatchObject({ end: { kind: 'broken', side: 'source', failure: 'expired-credentials' }, tally: { failed: { objects: 0 } } });
});

test('requests of a whole migration are such as every store takes', async () => {
  const [from, to] = [await fakeS3(), await fakeS3()];
  from.bucket.put('large', content(40_000_000));
  from.bucket.put('small', 'small');
  from.bucket.put('empty', '');
  from.bucket.put('folder/', '');
  expect(await migrate(from, to)).toMatchObject({ end: { kind: 'finished' }, tally: { succeeded: { objects: 4 } } });
  expect([...from.violations, ...to.violations]).toEqual([]);
  expect([...to.bucket.objects.keys()].filter((key) => !key.startsWith('oms/')).toSorted()).toEqual(['empty', 'folder/', 'large', 'small']);
  expect(to.seen.filter(({ operation }) => operation.includes('Part') || operation.includes('Multipart')).every(({ key }) => key === undefined || key === 'large')).toBe(true);
  const writtenKeys = new Set(to.seen.flatMap(({ method, key }) => (method === 'PUT' || method === 'POST') && key?.startsWith('oms/') === false ? [key] : []));
  expect([...writtenKeys].toSorted(), 'no temporary keys').toEqual(['empty', 'folder/', 'large', 'small']);
});

describe('content codings', () => {
  test('of gzip are carried, and the bytes stay as they are', async () => {
    const [from, to] = [await fakeS3(), await fakeS3()];
    const zipped = gzipSync('text '.repeat(1000));
    from.bucket.put('page', zipped, { headers: { 'content-encoding': 'gzip', 'content-type': 'text/html' } });
    expect(await migrate(from, to)).toMatchObject(arrived);
    const copy = to.bucket.objects.get('page');
    expect(copy?.body.equals(zipped)).toBe(true);
    expect(copy?.headers).toMatchObject({ 'content-encoding': 'gzip', 'content-type': 'text/html' });
  });

  test.each([['aws-chunked', undefined], ['aws-chunked,gzip', 'gzip']])('of %s lose what was never stored', async (coding, kept) => {
    const [from, to] = [await fakeS3(), await fakeS3()];
    from.bucket.put('x', 'bytes', { headers: { 'content-encoding': coding } });
    expect(await migrate(from, to)).toMatchObject(arrived);
    expect(to.bucket.objects.get('x')?.headers['content-encoding']).toBe(kept);
    expect(to.violations).toEqual([]);
  });
});

describe('metadata', () => {
  const utf8 = (text: string): string => Buffer.from(text).toString('latin1');
  test.each([
    ['in encoded words', '=?UTF-8?B?S8O2bG4=?=', 'Köln'],
    ['in quoted words', '=?ISO-8859-1?Q?K=F6ln?=', 'Köln'],
    ['in raw UTF-8', utf8('Köln'), 'Köln'],
    ['in Latin-1', 'K\u00f6ln', 'Köln'],
    ['in ASCII', 'Cologne', 'Cologne'],
  ])('%s arrives as what it means', async (_, sent, meant) => {
    const [from, to] = [await fakeS3(), await fakeS3()];
    from.bucket.put('x', 'x', { headers: { 'x-amz-meta-town': sent } });
    expect(await migrate(from, to)).toMatchObject(arrived);
    const arrivedAs = to.bucket.objects.get('x')?.headers['x-amz-meta-town'] ?? '';
    expect(arrivedAs).toMatch(/^[\x20-\x7e]*$/);
    expect(arrivedAs).toBe(meant === 'Cologne' ? meant : '=?UTF-8?B?S8O2bG4=?=');
  });
});

test('a proxy that answers for the store is no store', async () => {
  const [from, to] = [await fakeS3(() => answer(200, '<html><body>Welcome</body></html>', { 'content-type': 'text/html' })), await fakeS3()];
  expect(await migrate(from, to)).toMatchObject({ end: { kind: 'broken', side: 'source', failure: 'protocol' } });
});
