/** `haulier migrate`: the real command between a real gateway and folders. */
import { randomBytes } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { oddKeys } from '@haulier/platform/object-store/contract/odd-keys.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { contents, expectSame, MiB, MigrateSetting, modify, never, put } from './migrate-setting.ts';

let setting: MigrateSetting;
beforeAll(async () => { setting = await MigrateSetting.create(); }, 600_000);
afterAll(() => setting.remove());

const aws = (bucket: string, prefix = ''): string => `aws:rgw/${bucket}${prefix === '' ? '' : `/${prefix}`}`;
const hec = (bucket: string, prefix = ''): string => `hec:rgw/${bucket}${prefix === '' ? '' : `/${prefix}`}`;

async function refused(says: string, args: readonly string[], over?: Readonly<Record<string, string>>): Promise<void> {
  const { code, stderr } = await setting.run(args, over);
  expect(code).toBe(2);
  expect(stderr).toContain(says);
}

describe('a bucket', () => {
  test('arrives whole, with odd keys and large objects, and is skipped whole the next time', async () => {
    const [from, to] = [await setting.bucket(0), await setting.bucket(1)];
    const world = new Map(oddKeys.map((key, n) => [key, randomBytes(n * 37)]));
    world.set('large/in parts', randomBytes(33 * MiB));
    await Promise.all([...world].map(([key, bytes]) => put(from, key, bytes, { contentType: 'text/x-odd', user: { town: 'Köln' } })));

    const first = await setting.json([aws(from.location.bucket), hec(to.location.bucket)]);
    expect(first).toMatchObject({ code: 0, summary: { result: 'arrived', succeeded: { objects: world.size }, skipped: { objects: 0 }, failed: { objects: 0 }, failures: [] } });
    expectSame(await contents(to), world);
    expect((await to.stat('large/in parts', never)).metadata).toMatchObject({ contentType: 'text/x-odd', user: { town: 'Köln' } });

    const again = await setting.json([aws(from.location.bucket), hec(to.location.bucket)]);
    expect(again).toMatchObject({ code: 0, summary: { result: 'arrived', succeeded: { objects: 0 }, skipped: { objects: world.size } } });
  });

  test('goes into folders and comes back the same', async () => {
    const [from, to] = [await setting.bucket(0), await setting.bucket(1)];
    const world = new Map(oddKeys.map((key, n) => [key, randomBytes(n)]));
    world.set('large', randomBytes(33 * MiB));
    await Promise.all([...world].map(([key, bytes]) => put(from, key, bytes, { contentType: 'text/x-odd', user: { town: 'Köln' } })));
    const folder = await setting.local('between');
    expect(await setting.run([aws(from.location.bucket), `local:${folder}`])).toMatchObject({ code: 0 });
    expect(await setting.run([`local:${folder}`, hec(to.location.bucket)])).toMatchObject({ code: 0 });
    expectSame(await contents(to), world);
    expect((await to.stat('../x', never)).metadata).toMatchObject({ contentType: 'text/x-odd', user: { town: 'Köln' } });
  });

  test('arrives over TLS with the CA of the catalogue', async () => {
    const [from, to] = [await setting.local('plain', { 'a/b.txt': 'text' }), await setting.bucket(1)];
    expect(await setting.run([`local:${from}`, `hec:rgw-tls/${to.location.bucket}`])).toMatchObject({ code: 0 });
    expectSame(await contents(to), new Map([['a/b.txt', Buffer.from('text')]]));
  });

  test('of which a prefix was asked for arrives under the prefix of the destination', async () => {
    const [from, to] = [await setting.bucket(0), await setting.bucket(1)];
    for (const key of ['a/1', 'a/2', 'b/1', 'a']) await put(from, key, key);
    expect(await setting.run([aws(from.location.bucket, 'a/'), hec(to.location.bucket, 'copy/of-')])).toMatchObject({ code: 0 });
    expectSame(await contents(to), new Map([['copy/of-a/1', Buffer.from('a/1')], ['copy/of-a/2', Buffer.from('a/2')]]));
  });

  test('tells on a screen how it went, and nothing on stdout', async () => {
    const [from, to] = [await setting.local('screen', { x: 'x' }), await setting.local('screen-to')];
    const { code, stdout, stderr } = await setting.run([`local:${from}`, `local:${to}`]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    expect(stderr).toMatch(/copied +1 +1 B[^]*Everything arrived\.\n$/);
    expect(await setting.run([`local:${from}`, `local:${to}`, '--quiet'])).toEqual({ code: 0, stdout: '', stderr: '' });
  });
});

describe('options', () => {
  test('--overwrite decides what becomes of objects that are there', async () => {
    const from = await setting.local('over', { size: 'size, longer', same: 'same, new' });
    await Promise.all(['size', 'same'].map((name) => modify(join(from, name), '2020-01-01')));
    const modes = ['never', 'size-or-time', 'crc64', 'always'] as const;
    const buckets = await Promise.all(modes.map(async (mode) => {
      const to = await setting.bucket(1);
      await Promise.all(['size', 'same', 'time'].map((key) => put(to, key, `${key}, old`)));
      return { mode, to };
    }));
    await sleep(2000);
    await writeFile(join(from, 'time'), 'time, new');
    const after = new Map<string, Record<string, string>>();
    for (const { mode, to } of buckets) {
      expect(await setting.run([`local:${from}`, hec(to.location.bucket), '--overwrite', mode])).toMatchObject({ code: 0 });
      after.set(mode, Object.fromEntries([...await contents(to)].map(([key, bytes]) => [key, bytes.toString()])));
    }
    expect(Object.fromEntries(after)).toEqual({
      never: { size: 'size, old', same: 'same, old', time: 'time, old' },
      'size-or-time': { size: 'size, longer', same: 'same, old', time: 'time, new' },
      crc64: { size: 'size, longer', same: 'same, old', time: 'time, new' },
      always: { size: 'size, longer', same: 'same, new', time: 'time, new' },
    });
  });

  test('--since leaves out what is not newer', async () => {
    const from = await setting.local('since', { old: 'old', edge: 'edge', fresh: 'fresh' });
    await modify(join(from, 'old'), '2021-01-01T00:00:00Z');
    await modify(join(from, 'edge'), '2022-01-01T00:00:00Z');
    const to = await setting.local('since-to');
    expect(await setting.json([`local:${from}`, `local:${to}`, '--since', '2022-01-01'])).toMatchObject({ code: 0, summary: { succeeded: { objects: 1 }, skipped: { objects: 2 } } });
    expect((await readdir(to)).filter((name) => !['oms', '.haulier'].includes(name))).toEqual(['fresh']);
  });

  test('--no-metadata still carries the Content-Type', async () => {
    const [from, to] = [await setting.bucket(0), await setting.bucket(1)];
    await put(from, 'x', 'x', { contentType: 'image/png', cacheControl: 'no-store', user: { town: 'Köln' } });
    expect(await setting.run([aws(from.location.bucket), hec(to.location.bucket), '--no-metadata'])).toMatchObject({ code: 0 });
    const { contentType, cacheControl, user } = (await to.stat('x', never)).metadata;
    expect({ contentType, cacheControl, user }).toEqual({ contentType: 'image/png', cacheControl: undefined, user: {} });
  });

  test('--bandwidth limits', async () => {
    const [from, to] = [await setting.local('slow', Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`file-${n}`, randomBytes(MiB)]))), await setting.bucket(1)];
    const { code, summary } = await setting.json([`local:${from}`, hec(to.location.bucket), '--bandwidth', '4M']);
    expect(code).toBe(0);
    expect(summary.seconds).toBeGreaterThan(3.5);
  });

  test('--no-records writes no list of failed objects', async () => {
    const [from, to] = [await setting.bucket(0), await setting.bucket(1)];
    await put(from, 'x'.repeat(1020), 'x');
    expect(await setting.json([aws(from.location.bucket), hec(to.location.bucket, 'prefix/'), '--no-records'])).toMatchObject({ code: 1, summary: { failed: { objects: 1 }, failed_list: null } });
  });
});

describe('what does not arrive', () => {
  test('ends with 1, names each object with its reason, and is listed in the destination', async () => {
    const [from, to] = [await setting.bucket(0), await setting.bucket(1)];
    const long = 'x'.repeat(1020);
    await put(from, long, 'x');
    await put(from, 'short', 'x');
    const args = [aws(from.location.bucket), hec(to.location.bucket, 'prefix/')];
    const { code, summary } = await setting.json(args);
    expect({ code, ...summary }).toMatchObject({ code: 1, result: 'incomplete', succeeded: { objects: 1 }, failed: { objects: 1, bytes: 1 }, failures: [{ key: long }] });
    expect(summary.failures[0]?.reason).toContain('1024');
    const [list] = (await to.list({ prefix: summary.failed_list ?? 'none', from: { kind: 'start' } }, never)).objects;
    expect(list?.key).toMatch(/^oms\//);
    const { stderr } = await setting.run(args);
    expect(stderr).toMatch(/failed: "x{1020}": .*1024[^]*Not everything arrived/);
  });

  test.each([
    ['a bucket that is not there', () => ({}), 'no-bucket'],
    ['a wrong secret', () => ({ HAULIER_DST_SECRET_KEY: 'not-the-secret' }), 'bad-credentials'],
  ])('for %s ends with 1 and says which side said what', async (_, over, failure) => {
    const [from, to] = [await setting.local('broken', { x: 'x' }), await setting.bucket(1)];
    const bucket = failure === 'no-bucket' ? 'no-such-bucket' : to.location.bucket;
    const { code, summary } = await setting.json([`local:${from}`, hec(bucket)], { ...setting.keys, ...over() });
    expect({ code, ...summary }).toMatchObject({ code: 1, result: 'broken', error: { side: 'destination', failure } });
    expect(JSON.stringify(summary)).not.toContain('not-the-secret');
  });

  test('of a source that is not there is not called arrived', async () => {
    const to = await setting.local('nothing-to');
    expect(await setting.json([`local:${join(setting.folder, 'no-such-folder')}`, `local:${to}`])).toMatchObject({ code: 1, summary: { result: 'broken', error: { side: 'source' } } });
  });
});

describe('usage', () => {
  const none = {};
  test.each<[string, readonly string[], Readonly<Record<string, string>>, RegExp]>([
    ['no destination', ['local:/x'], none, /missing required argument/],
    ['no cloud', ['bucket', 'local:y'], none, /"bucket" names no cloud/],
    ['an unknown cloud', ['azur:r/b', 'local:y'], none, /no cloud "azur"/],
    ['an unknown region', ['aws:nowhere-9/b', 'local:y'], none, /no region "nowhere-9"/],
    ['a cloud without a provider yet', ['qiniu:z0/b', 'local:y'], { HAULIER_SRC_ACCESS_KEY: 'a', HAULIER_SRC_SECRET_KEY: 'b' }, /provider|region/],
    ['no keys and no terminal', ['aws:rgw/b', 'local:y'], none, /HAULIER_SRC_ACCESS_KEY.*--src-profile/],
    ['half a pair of keys', ['aws:rgw/b', 'local:y'], { HAULIER_SRC_ACCESS_KEY: 'a' }, /set both/],
    ['a mode that is none', ['local:x', 'local:y', '--overwrite', 'sometimes'], none, /never, size-or-time, crc64, always/],
    ['a rate that is none', ['local:x', 'local:y', '--bandwidth', 'fast'], none, /50M/],
    ['no transfers', ['local:x', 'local:y', '--transfers', '0'], none, /1 to 4096/],
    ['a time that is none', ['local:x', 'local:y', '--since', 'yesterday'], none, /2026-01-31/],
    ['an unknown option', ['local:x', 'local:y', '--secret-key', 'hunter2'], none, /unknown option '--secret-key'/],
    ['a profile file that is not there', ['aws:rgw/b', 'local:y', '--src-profile', 'p'], none, /there is no .*profiles\.yaml/],
  ])('%s ends with 2', async (_, args, over, says) => {
    const { code, stdout, stderr } = await setting.run(args, over);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(says);
    expect(stderr).not.toMatch(/ {4}at /);
  });

  test.each([
    ['itself', '', ''], ['a folder within it', '', '/inner'], ['a folder around it', '/inner', ''],
  ])('a folder is not migrated into %s', async (_, src, dst) => {
    const folder = await setting.local('overlap', { 'inner/x': 'x' });
    await refused('overlap', [`local:${folder}${src}`, `local:${folder}${dst}`]);
  });

  test('a bucket is not migrated into what is read of it', async () => {
    const bucket = await setting.bucket(0);
    await put(bucket, 'a/x', 'x');
    const [own] = setting.rgw.users;
    const keys = { ...setting.keys, HAULIER_DST_ACCESS_KEY: own.accessKey, HAULIER_DST_SECRET_KEY: own.secretKey };
    const { bucket: name } = bucket.location;
    await refused('overlap', [aws(name), hec(name, 'copy/')], keys);
    expect(await setting.run([aws(name, 'a/'), hec(name, 'copy/')], keys)).toMatchObject({ code: 0 });
    expectSame(await contents(bucket), new Map([['a/x', Buffer.from('x')], ['copy/a/x', Buffer.from('x')]]));
  });
});

describe('keys', () => {
  test('come from a profile that nobody else may read', async () => {
    const [from, to] = [await setting.bucket(0), await setting.bucket(1)];
    await put(from, 'x', 'x');
    const file = join(setting.folder, 'profiles.yaml');
    const profile = (n: 0 | 1): Record<string, string> => ({ access_key: setting.rgw.users[n].accessKey, secret_key: setting.rgw.users[n].secretKey });
    await writeFile(file, JSON.stringify({ one: profile(0), two: profile(1) }), { mode: 0o600 });
    const args = [aws(from.location.bucket), hec(to.location.bucket), '--src-profile', 'one', '--dst-profile', 'two'];
    expect(await setting.run(args, { HAULIER_PROFILES: file })).toMatchObject({ code: 0 });
    expectSame(await contents(to), new Map([['x', Buffer.from('x')]]));

    const open = join(setting.folder, 'open.yaml');
    await writeFile(open, await readFile(file), { mode: 0o644 });
    await refused('chmod 600', args, { HAULIER_PROFILES: open });
    await refused('it has one, two', [...args.slice(0, 3), 'three'], { HAULIER_PROFILES: file });
  });
});
