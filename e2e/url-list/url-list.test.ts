/** What a list of URLs names, from a real web server into a real bucket, through the binary and its API. */
import { randomBytes } from 'node:crypto';
import { dirname } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startNginx, type Nginx } from '../stores/nginx.ts';
import { startRgw } from '../stores/rgw.ts';
import { never, objectKeys, openListTasks, putObject, readObject, type ListTask, type ListTasks } from './list-tasks.ts';

const MiB = 2 ** 20;
const small = Buffer.from('small');
const middle = randomBytes(3 * MiB + 7);
const large = randomBytes(40 * MiB + 1);
const odd = Buffer.from('odd');

let web: Nginx;
let tasks: ListTasks;

beforeAll(async () => {
  const rgw = await startRgw();
  web = await startNginx(dirname(rgw.ca));
  await web.put('small.txt', small);
  await web.put('middle.bin', middle);
  await web.put('large.bin', large);
  await web.put('empty.css', '');
  await web.put('a b/ü+%.txt', odd);
  for (let n = 0; n < 8; n++) await web.put(`many/${n}.txt`, `file ${n}`);
  tasks = await openListTasks(rgw, { NODE_EXTRA_CA_CERTS: rgw.ca });
}, 900_000);

afterAll(async () => {
  await tasks.close();
  await web.stop();
});

async function listed(name: string, lines: readonly string[]): Promise<Pick<ListTask, 'type' | 'list'>> {
  await putObject(tasks.lists, name, lines.join('\n'));
  return { type: 'url_list', list: name };
}

describe('a list of URLs', () => {
  test('is migrated, whatever the manners of the server', async () => {
    const { name, store } = await tasks.newBucket();
    const expected: Readonly<Record<string, Buffer>> = {
      'to/files/small.txt': small, 'to/renamed/middle': middle, 'to/files/large.bin': large, 'to/files/empty.css': Buffer.alloc(0), 'to/files/a b/ü+%.txt': odd,
      'to/norange/middle.bin': middle, 'to/norange/large.bin': large, 'to/nohead/middle.bin': middle, 'to/nohead/large.bin': large,
      'to/moved-twice/small.txt': small, 'to/moved/large.bin': large, 'to/secret/small.txt': small, 'to/tls.bin': middle, 'to/slow.txt': small,
      ...Object.fromEntries(Array.from({ length: 8 }, (_, n) => [`to/flaky/many/${n}.txt`, Buffer.from(`file ${n}`)])),
    };
    const { url, tlsUrl } = web;
    const task = await listed('manners.txt', [
      `${url}/files/small.txt`, `${url}/files/middle.bin\trenamed/middle`, `${url}/files/large.bin`, `${url}/files/empty.css`, `${url}/files/a%20b/%C3%BC+%25.txt`,
      `${url}/norange/middle.bin`, `${url}/norange/large.bin`, `${url}/nohead/middle.bin`, `${url}/nohead/large.bin`,
      `${url}/moved-twice/small.txt`, `${url}/moved/large.bin`, `${url}/secret/small.txt?token=open`, `${tlsUrl}/files/middle.bin\ttls.bin`, `${url}/slow/small.txt\tslow.txt`,
      ...Array.from({ length: 8 }, (_, n) => `${url}/flaky/many/${n}.txt`),
    ]);
    const shown = await tasks.run({ ...task, destination: name, savePrefix: 'to/', options: { enable_metadata_migration: true } });
    const bytes = Object.values(expected).reduce((sum, content) => sum + content.byteLength, 0);
    const objects = Object.keys(expected).length;
    expect(shown).toMatchObject({
      status: 5, error_reason: null, task_type: 'url_list', is_query_over: true, progress: 1,
      total_num: objects, successful_num: objects, failed_num: 0, skipped_num: 0, total_size: bytes, real_size: bytes, complete_size: bytes,
      src_node: { cloud_type: 'URLSource', region: '', bucket: '', list_file: { obs_bucket: tasks.listBucket, list_file_key: 'manners.txt' } },
    });
    expect([...await objectKeys(store)].sort()).toEqual(Object.keys(expected).sort());
    for (const [key, content] of Object.entries(expected)) expect((await readObject(store, key)).equals(content), key).toBe(true);
    expect((await store.stat('to/files/empty.css', never)).metadata).toMatchObject({ contentType: 'text/css', cacheControl: 'max-age=60' });
    expect(await web.log()).toContain('"GET /files/a%20b/%C3%BC+%25.txt HTTP/1.1"');
  });

  test.each(['size_last_modified', 'no_check'])('without lengths is migrated with consistency_check %s', async (check) => {
    const { name, store } = await tasks.newBucket();
    const task = await listed('untold.txt', [`${web.url}/untold/small.txt`, `${web.url}/untold/middle.bin`, `${web.url}/untold/large.bin`, `${web.url}/files/small.txt`]);
    const bytes = 2 * small.byteLength + middle.byteLength + large.byteLength;
    const options = { consistency_check: check };
    const shown = await tasks.run({ ...task, destination: name, options });
    expect(shown).toMatchObject({ status: 5, consistency_check: check, total_num: 4, successful_num: 4, skipped_num: 0, total_size: bytes, real_size: bytes, complete_size: bytes, progress: 1 });
    for (const [key, content] of Object.entries({ 'untold/small.txt': small, 'untold/middle.bin': middle, 'untold/large.bin': large })) {
      expect((await readObject(store, key)).equals(content), key).toBe(true);
    }
    // What tells no size cannot be known to be there already.
    expect(await tasks.run({ ...task, destination: name, options })).toMatchObject({ status: 5, successful_num: 3, skipped_num: 1 });
  });

  test('fails object by object, with reasons that tell no query', async () => {
    const { name, store } = await tasks.newBucket();
    const { url } = web;
    const faults: Readonly<Record<string, readonly [code: string, message: RegExp]>> = {
      [`${url}/files/none.txt?s=hidden`]: ['absent', /^HEAD .*\/files\/none\.txt: status 404$/],
      [`${url}/e410/a.txt?s=hidden`]: ['absent', /status 410/],
      [`${url}/e403/b.txt?s=hidden`]: ['denied', /^GET .*\/e403\/b\.txt: status 403$/],
      [`${url}/secret/c.txt?s=hidden`]: ['denied', /status 403/],
      [`${url}/round/d.txt?s=hidden`]: ['protocol', /more than 5 redirects/],
      'ftp://127.0.0.1/e.txt?s=hidden': ['bad-key', /not an http or https URL/],
      'http://name:hidden@127.0.0.1/f.txt': ['bad-key', /user name or password/],
      'no url at all': ['bad-key', /not an http or https URL/],
    };
    const shown = await tasks.run({ ...await listed('faults.txt', [...Object.keys(faults), `${url}/files/small.txt`]), destination: name });
    const failed = Object.keys(faults).length;
    expect(shown).toMatchObject({ status: 4, error_reason: { error_code: 'TRF.0004' }, total_num: failed + 1, successful_num: 1, failed_num: failed, skipped_num: 0, real_size: 5 });
    expect(await objectKeys(store)).toEqual(['files/small.txt']);
    const lines = await tasks.failedList(store, shown);
    expect(lines.map(({ key }) => key).sort()).toEqual(Object.keys(faults).sort());
    for (const { key, code, message } of lines) {
      expect(message, key).toMatch(faults[key]?.[1] ?? /^$/);
      expect([key, code]).toEqual([key, faults[key]?.[0]]);
      expect(message).not.toContain('hidden');
    }
    expect(tasks.log()).not.toContain('hidden');
    expect(JSON.stringify(shown)).not.toContain('hidden');
  });

  test('takes a page for people for no object, and a page that was asked for as one', async () => {
    const { name, store } = await tasks.newBucket();
    const { url } = web;
    const pages = [`${url}/people/photo.jpg`, `${url}/people/archive.tar.gz?token=hidden`, `${url}/sign-in/notes.txt`];
    const objects = { 'people/page.html': /^<!DOCTYPE html>/, 'people/page': /^<!DOCTYPE html>/, 'called-html/small.txt': /^small$/, 'called-html/middle.bin': /./, 'files/page.html': /^<html>/, 'sign-in/about': /^<!DOCTYPE/ };
    await web.put('page.html', '<html>a page of the site</html>');
    const shown = await tasks.run({ ...await listed('pages.txt', [...pages, ...Object.keys(objects).map((path) => `${url}/${path}`)]), destination: name });
    expect(shown).toMatchObject({ status: 4, error_reason: { error_code: 'TRF.0004' }, successful_num: 6, failed_num: 3 });
    expect([...await objectKeys(store)].sort()).toEqual(Object.keys(objects).sort());
    for (const [key, content] of Object.entries(objects)) expect((await readObject(store, key)).toString('latin1'), key).toMatch(content);
    const lines = await tasks.failedList(store, shown);
    expect(lines.map(({ key }) => key).sort()).toEqual(pages.toSorted());
    for (const { code, message } of lines) expect({ code, message }).toEqual({ code: 'protocol', message: expect.stringMatching(/a page for people(?!.*hidden)/) as string });
  });

  test('follows no redirect from https to http', async () => {
    const { name, store } = await tasks.newBucket();
    const shown = await tasks.run({ ...await listed('down.txt', [`${web.tlsUrl}/down/small.txt`, `${web.url}/down/small.txt`]), destination: name });
    expect(shown).toMatchObject({ status: 4, successful_num: 1, failed_num: 1 });
    expect(await tasks.failedList(store, shown)).toMatchObject([{ key: `${web.tlsUrl}/down/small.txt`, code: 'protocol', message: expect.stringContaining('from https to') as string }]);
    expect((await readObject(store, 'down/small.txt')).toString()).toBe('small');
  });

  test('fails fast where a server is not there or not to be trusted, while others go on', async () => {
    const { name, store } = await tasks.newBucket();
    // A port that no process is given by chance.
    const dead = 'http://127.0.0.1:1';
    const lost = Array.from({ length: 8 }, (_, n) => [`${dead}/${n}.txt?s=hidden`, `${web.selfSignedUrl}/untrusted-${n}.txt`]).flat();
    const shown = await tasks.run({ ...await listed('lost.txt', [...lost, `${web.url}/files/small.txt`]), destination: name });
    expect(shown).toMatchObject({ status: 4, error_reason: { error_code: 'TRF.0004' }, total_num: 17, successful_num: 1, failed_num: 16 });
    const lines = await tasks.failedList(store, shown);
    expect(lines.map(({ key }) => key).sort()).toEqual(lost.toSorted());
    for (const { key, code, message } of lines) {
      expect({ key, code, message }).toEqual({ key, code: 'no-server', message: expect.stringMatching(key.startsWith(dead) ? /ECONNREFUSED(?!.*hidden)/ : /certificate/) as string });
    }
  });

  test('skips what is there, and no more', async () => {
    const { name } = await tasks.newBucket();
    const task = await listed('again.txt', [`${web.url}/files/small.txt`, `${web.url}/files/large.bin`]);
    expect(await tasks.run({ ...task, destination: name })).toMatchObject({ status: 5, successful_num: 2, skipped_num: 0 });
    expect(await tasks.run({ ...task, destination: name })).toMatchObject({ status: 5, successful_num: 0, skipped_num: 2, total_size: 5 + large.byteLength, real_size: 0 });
  });

  test('is migrated in one version although a file changes meanwhile', async () => {
    const { name, store } = await tasks.newBucket();
    const [before, after] = [Buffer.alloc(120 * MiB, 'a'), Buffer.alloc(120 * MiB, 'b')];
    await web.put('changing.bin', before);
    const running = tasks.run({ ...await listed('changing.txt', [`${web.url}/slow/changing.bin`]), destination: name });
    await expect.poll(async () => (await web.log()).split('GET /slow/changing.bin').length, { timeout: 60_000 }).toBeGreaterThan(2);
    await web.put('changing.bin', after, 60);
    expect(await running).toMatchObject({ status: 5, total_num: 1, successful_num: 1 });
    expect((await readObject(store, 'slow/changing.bin')).equals(after)).toBe(true);
  });

  test('is migrated as far as it failed when it is started again', async () => {
    const { name, store } = await tasks.newBucket();
    const late = `${web.url}/files/late.txt?signature=x`;
    const failed = await tasks.run({ ...await listed('late.txt', [late, `${web.url}/files/small.txt`]), destination: name });
    expect(failed).toMatchObject({ status: 4, total_num: 2, successful_num: 1, failed_num: 1 });
    await web.put('late.txt', 'late');
    expect(await tasks.retry(failed.id)).toMatchObject({ status: 5, error_reason: null, total_num: 2, successful_num: 2, failed_num: 0 });
    expect((await readObject(store, 'files/late.txt')).toString()).toBe('late');
  });

  test('names its targets percent-encoded where it must', async () => {
    const { name, store } = await tasks.newBucket();
    const targets = ['new%20name', '%E4%BD%A0%2F1+1', '100%', 'tab\tinside'];
    expect(await tasks.run({ ...await listed('targets.txt', targets.map((target) => `${web.url}/files/small.txt\t${target}`)), destination: name })).toMatchObject({ status: 5, successful_num: 4 });
    expect([...await objectKeys(store)].sort()).toEqual(['100%', 'new name', 'tab\tinside', '你/1+1']);
  });

  test('counts all lines that failed under one key when their retry succeeds', async () => {
    const { name, store } = await tasks.newBucket();
    const twice = `${web.url}/files/twice.txt`;
    const failed = await tasks.run({ ...await listed('twice.txt', [twice, twice, `${twice}?again\tfiles/twice.txt`, `${web.url}/files/small.txt`]), destination: name });
    expect(failed).toMatchObject({ status: 4, total_num: 4, successful_num: 1, failed_num: 3 });
    expect(await tasks.failedList(store, failed)).toHaveLength(1);
    expect(await tasks.retry(failed.id)).toMatchObject({ status: 4, total_num: 4, successful_num: 1, failed_num: 3 });
    await web.put('twice.txt', 'twice');
    expect(await tasks.retry(failed.id)).toMatchObject({ status: 5, error_reason: null, total_num: 4, successful_num: 4, failed_num: 0 });
    expect((await readObject(store, 'files/twice.txt')).toString()).toBe('twice');
  });

  test('fails where it leaves an object without a name', async () => {
    const { name, store } = await tasks.newBucket();
    const lines = [`${web.url}/?name=none`, `${web.url}/files/small.txt\t`];
    const shown = await tasks.run({ ...await listed('nameless.txt', lines), destination: name });
    expect(shown).toMatchObject({ status: 4, total_num: 2, failed_num: 2 });
    expect(await tasks.failedList(store, shown)).toMatchObject([{ to: '', code: 'bad-key' }]);
    expect(await objectKeys(store)).toEqual([]);
  });
});
