import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createClouds } from '../../main/clouds.ts';
import { clock } from '../../main/environment.ts';
import { builtInRegions } from '../../providers/built-in-regions.ts';
import { createCatalogue } from '../../providers/catalogue.ts';
import { LimitersByEndpoint, type StoreRuntime } from '../../providers/index.ts';
import { createBuckets, type Buckets, type FolderQuery } from './buckets.ts';

/** Folders of this host, behind the real clouds. */
let root: string;
let buckets: Buckets;

const files: Readonly<Record<string, string>> = { 'one/a.txt': 'first', 'one/folder/b.txt': 'second', 'one/folder/deep/c.txt': 'third', 'one/z.txt': '' };

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'haulier-buckets-'));
  for (const folder of ['one/folder/deep', 'one/empty', 'two', '.hidden']) await mkdir(join(root, folder), { recursive: true });
  for (const [path, text] of Object.entries(files)) await writeFile(join(root, path), text);
  await writeFile(join(root, 'a-file'), '');
  const local = (region: string, folder: string) => ({ cloud: 'Local', region, endpoint: pathToFileURL(folder).href, addressing: 'path', signature: 'v4' } as const);
  const runtime: StoreRuntime = { clock, random: () => 0, uniqueName: randomUUID, limiters: new LimitersByEndpoint({ now: () => 0 }) };
  const catalogue = createCatalogue(builtInRegions(), [local('here', root), local('gone', join(root, 'nowhere'))]);
  buckets = createBuckets({ clouds: createClouds(catalogue, runtime), clock, limitMs: 5_000, readLimitMs: 5_000 });
});

afterAll(() => rm(root, { recursive: true }));

const credentials = { accessKey: '', secretKey: '' };
const at = { cloud: 'Local', appId: undefined, credentials, region: 'here', bucket: 'one' } as const;

describe('an account', () => {
  test('has its folders as buckets', async () => {
    expect(await buckets.list(at)).toEqual(['one', 'two']);
  });

  test('knows where a bucket is', async () => {
    expect(await buckets.regionOf(at)).toEqual({ region: 'here', description: 'here', supported: true });
    await expect(buckets.regionOf({ ...at, bucket: 'three' })).rejects.toMatchObject({ question: 'region', problem: { failure: 'no-bucket', bucket: 'three' } });
    await expect(buckets.regionOf({ ...at, bucket: 'a-file' })).rejects.toMatchObject({ problem: { failure: 'no-bucket' } });
  });

  test('is not there for URLs', async () => {
    await expect(buckets.list({ ...at, cloud: 'URLSource' })).rejects.toMatchObject({ question: 'buckets', problem: { failure: 'unsupported' } });
  });
});

describe('a folder', () => {
  const view = (changes: Partial<FolderQuery> = {}) => buckets.folder({ ...at, prefix: '', after: '', limit: 100, ...changes });

  test('shows folders and objects in the order of their names', async () => {
    expect(await view()).toEqual({ entries: [{ name: 'a.txt', bytes: 5 }, { name: 'folder/', bytes: undefined }, { name: 'z.txt', bytes: 0 }], next: undefined });
    expect(await view({ prefix: 'folder/' })).toEqual({ entries: [{ name: 'folder/b.txt', bytes: 6 }, { name: 'folder/deep/', bytes: undefined }], next: undefined });
    expect(await view({ prefix: 'empty/' })).toEqual({ entries: [], next: undefined });
  });

  test('goes on page by page, after a folder too', async () => {
    const first = await view({ limit: 2 });
    expect(first).toEqual({ entries: [{ name: 'a.txt', bytes: 5 }, { name: 'folder/', bytes: undefined }], next: 'folder/' });
    expect(await view({ limit: 2, after: 'folder/' })).toEqual({ entries: [{ name: 'z.txt', bytes: 0 }], next: undefined });
  });

  test('of a page of nothing tells whether there is anything', async () => {
    expect(await view({ limit: 0 })).toEqual({ entries: [], next: '' });
    expect(await view({ limit: 0, after: 'folder/' })).toEqual({ entries: [], next: 'folder/' });
    expect(await view({ limit: 0, after: 'zz' })).toEqual({ entries: [], next: undefined });
  });

  test('is refused where there is no region or no bucket', async () => {
    await expect(view({ region: 'elsewhere' })).rejects.toMatchObject({ question: 'objects', problem: { kind: 'unknown-region' } });
    await expect(view({ bucket: 'three' })).rejects.toMatchObject({ problem: { failure: 'no-bucket' } });
    await expect(view({ cloud: 'AWS', region: 'us-east-1' })).rejects.toMatchObject({ problem: { failure: 'bad-credentials' } });
  });
});

test.each([['', true], ['fol', true], ['folder/deep/c.txt', true], ['empty', false], ['none', false]])('a bucket with the prefix %j: %s', async (prefix, expected) => {
  expect(await buckets.hasPrefix({ ...at, prefix })).toBe(expected);
});

describe('a list of URLs', () => {
  async function check(content: string | Buffer, name = 'list.txt', changes: object = {}): Promise<void> {
    await writeFile(join(root, 'two', name), content);
    await buckets.checkListFile({ region: 'here', bucket: 'two', key: name, credentials, ...changes });
  }

  test.each<[string, string]>([
    ['one line', 'http://example.com/a.txt'],
    ['names, blank lines, a mark and carriage returns', '\ufeffhttps://example.com/a%20b?x=y\tname\r\n\r\n\nHTTP://example.com/x\n'],
    ['more than one page', 'http://example.com/a\n'.repeat(2_500)],
  ])('with %s is one', async (_, content) => {
    await expect(check(content)).resolves.toBeUndefined();
  });

  test.each<[string, string | Buffer, string]>([
    ['nothing', '', 'no-url'],
    ['blank lines', '\n\r\n', 'no-url'],
    ['no URL', 'http://example.com/a\nexample.com/b\n', 'malformed'],
    ['an ftp URL', 'ftp://example.com/b\n', 'malformed'],
    ['an empty name', 'http://example.com/a\t\n', 'malformed'],
    ['a URL without a path or a name', 'http://example.com/a\nhttp://example.com/\n', 'malformed'],
    ['a fault far behind', `${'http://example.com/a\n'.repeat(2_500)}nothing\n`, 'malformed'],
    ['bytes that are no text', Buffer.from('687474703a2f2f612f61ff', 'hex'), 'malformed'],
    ['a line too long', `http://example.com/${'a'.repeat(65_536)}`, 'line-too-long'],
  ])('with %s is refused', async (_, content, fault) => {
    await expect(check(content)).rejects.toMatchObject({ question: 'list-file', problem: { kind: 'list-file', fault } });
  });

  test('has a name that says so, and is there', async () => {
    await expect(check('http://example.com/a', 'list.csv')).rejects.toMatchObject({ problem: { fault: 'no-txt' } });
    await expect(buckets.checkListFile({ region: 'here', bucket: 'two', key: 'none.txt', credentials })).rejects.toMatchObject({ problem: { failure: 'absent' } });
    await expect(buckets.checkListFile({ region: 'here', bucket: 'three', key: 'none.txt', credentials })).rejects.toMatchObject({ problem: { failure: 'no-bucket', bucket: 'three' } });
    await expect(buckets.checkListFile({ region: 'elsewhere', bucket: 'two', key: 'list.txt', credentials })).rejects.toMatchObject({ problem: { kind: 'unknown-region' } });
  });
});

test('regions are those that can be migrated from or to', () => {
  const names = buckets.regions().map(({ cloud, region }) => `${cloud} ${region}`);
  expect(names).toContain('AWS us-east-1');
  expect(names).toContain('HEC cn-north-4');
  expect(names).toContain('Local here');
});
