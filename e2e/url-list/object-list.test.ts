/** What a list of object names brings over, and what becomes of lists that are none. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeBucket, startRgw, type Rgw } from '../stores/rgw.ts';
import { objectKeys, openListTasks, putObject, readObject, type ListTask, type ListTasks } from './list-tasks.ts';

/** Names as stores take them, none of which a list could not hold. */
const oddNames = ['plain', 'with blank ', ' leading', 'a//b', '/root', 'dir/', './x', '../y', 'ü🚚', 'tab\tinside', 'pl+us&amp;', '\u00a0', 'a', 'a/', 'e\u0301', '\u00e9'];

let rgw: Rgw;
let tasks: ListTasks;

beforeAll(async () => {
  rgw = await startRgw();
  tasks = await openListTasks(rgw);
  for (const name of oddNames) await putObject(tasks.lists, name, `content of ${name}`);
}, 900_000);

afterAll(() => tasks.close());

async function list(name: string, content: string | Uint8Array): Promise<Pick<ListTask, 'type' | 'list'>> {
  await putObject(tasks.lists, name, content);
  return { type: 'list', list: name };
}

describe('a list of objects', () => {
  test.each([['line feeds', '\n'], ['carriage returns and line feeds, a mark and blank lines', '\r\n\r\n']])('with %s is migrated', async (_, end) => {
    const { name, store } = await tasks.newBucket();
    const mark = end === '\n' ? '' : '\ufeff';
    const shown = await tasks.run({ ...await list('odd.txt', mark + oddNames.join(end) + end), destination: name, savePrefix: 'to/' });
    expect(shown).toMatchObject({ status: 5, task_type: 'list', total_num: oddNames.length, successful_num: oddNames.length, failed_num: 0, skipped_num: 0 });
    expect([...await objectKeys(store)].sort()).toEqual(oddNames.map((key) => `to/${key}`).sort());
    for (const key of oddNames) expect((await readObject(store, `to/${key}`)).toString()).toBe(`content of ${key}`);
  });

  test('may percent-encode its names', async () => {
    const { name, store } = await tasks.newBucket();
    const lines = ['with%20blank%20', 'a%2F%2Fb', '%C3%BC%F0%9F%9A%9A', 'pl+us%26amp;', '..%2fy'];
    expect(await tasks.run({ ...await list('encoded.txt', lines.join('\n')), destination: name })).toMatchObject({ status: 5, successful_num: lines.length });
    expect([...await objectKeys(store)].sort()).toEqual(lines.map((line) => decodeURIComponent(line)).sort());
  });

  test('counts each line, also one that comes twice', async () => {
    const { name, store } = await tasks.newBucket();
    const shown = await tasks.run({ ...await list('twice.txt', 'plain\nü🚚\nplain\nplain'), destination: name });
    expect(shown).toMatchObject({ status: 5, total_num: 4, failed_num: 0 });
    expect(shown.successful_num + shown.skipped_num).toBe(4);
    expect([...await objectKeys(store)].sort()).toEqual(['plain', 'ü🚚']);
    expect((await readObject(store, 'plain')).toString()).toBe('content of plain');
  });

  test('fails for the names that are not there, and migrates the others', async () => {
    const { name, store } = await tasks.newBucket();
    const shown = await tasks.run({ ...await list('missing.txt', 'gone.txt\nplain\ngone/too'), destination: name, savePrefix: 'to/' });
    expect(shown).toMatchObject({ status: 4, error_reason: { error_code: 'TRF.0004' }, total_num: 3, successful_num: 1, failed_num: 2 });
    expect(await tasks.failedList(store, shown)).toMatchObject([
      { key: 'gone.txt', to: 'to/gone.txt', code: 'absent', message: expect.stringContaining('gone.txt') as string },
      { key: 'gone/too', to: 'to/gone/too', code: 'absent', message: expect.stringContaining('gone/too') as string },
    ]);
    expect(await objectKeys(store)).toEqual(['to/plain']);
  });

  test('of thousands of lines is migrated whole', async () => {
    const { name, store } = await tasks.newBucket();
    const lines = Array.from({ length: 3_000 }, (_, n) => (n % 100 === 0 ? 'plain' : `none/${n}`));
    const shown = await tasks.run({ ...await list('long.txt', lines.join('\n')), destination: name });
    expect(shown).toMatchObject({ status: 4, total_num: 3_000, failed_num: 2_970 });
    expect(await tasks.failedList(store, shown)).toHaveLength(2_970);
  });
});

describe('a list file', () => {
  test.each([['that is not there', 'nothing.txt'], ['in a bucket that is not there', undefined]])('%s refuses the task', async (_, key) => {
    const { name } = await tasks.newBucket();
    const task: ListTask = { type: 'url_list', list: key ?? 'a.txt', destination: name };
    const options = key === undefined ? { src_node: { cloud_type: 'URLSource', list_file: { obs_bucket: 'no-such-bucket', list_file_key: 'a.txt' } } } : {};
    expect(await tasks.create({ ...task, options })).toMatchObject({ status: 400, body: { error_code: 'S3M.0082' } });
  });

  test('in another account’s bucket refuses the task', async () => {
    const { name } = await tasks.newBucket();
    const theirs = await makeBucket(rgw, rgw.users[1]);
    const options = { src_node: { cloud_type: 'URLSource', list_file: { obs_bucket: theirs, list_file_key: 'a.txt' } } };
    expect(await tasks.create({ type: 'url_list', list: 'a.txt', destination: name, options })).toMatchObject({ status: 400, body: { error_code: 'S3M.0082' } });
  });

  async function failingWith(type: ListTask['type'], content: string | Uint8Array, key = 'none.txt'): Promise<unknown> {
    const { name } = await tasks.newBucket();
    await putObject(tasks.lists, key, content);
    const { status, error_reason } = await tasks.run({ type, list: key, destination: name });
    return { status, code: error_reason?.error_code };
  }

  test('that is not UTF-8 fails the task', async () => {
    expect(await failingWith('list', Uint8Array.of(0x61, 0x0a, 0xff, 0xfe, 0x0a))).toEqual({ status: 4, code: 'TRF.0014' });
  });

  test.each<[string, ListTask['type'], string, string]>([
    ['of URLs that is empty', 'url_list', '', 'TRF.0017'],
    ['of URLs that holds blank lines alone', 'url_list', '\r\n\n\n', 'TRF.0017'],
    ['of objects that is empty', 'list', '', 'TRF.0012'],
    ['of objects that holds blank lines alone', 'list', '\r\n\n\n', 'TRF.0012'],
    ['with a line that is too long', 'list', `plain\n${'x'.repeat(65_536)}\n`, 'TRF.0018'],
  ])('%s fails the task', async (_, type, content, code) => {
    expect(await failingWith(type, content)).toEqual({ status: 4, code });
  });

  test('that vanishes while it is read fails the task', async () => {
    const { name } = await tasks.newBucket();
    const lines = Array.from({ length: 40_000 }, (_, n) => `none/${String(n).padStart(40, '0')}`);
    await putObject(tasks.lists, 'vanishing.txt', lines.join('\n'));
    const created = await tasks.create({ type: 'list', list: 'vanishing.txt', destination: name });
    const { id } = created.body as { readonly id: number };
    await tasks.untilSeen(id, ({ failed_num: failed }) => failed > 0);
    await tasks.lists.remove('vanishing.txt', new AbortController().signal);
    const { status, error_reason, failed_num } = await tasks.untilSeen(id, (seen) => seen.status === 4 || seen.status === 5);
    expect({ status, code: error_reason?.error_code }).toEqual({ status: 4, code: 'TRF.0013' });
    expect(failed_num).toBeLessThan(lines.length);
  });

  test('whose name does not end in .txt, or of more than 100 MB, fails the task', async () => {
    expect(await failingWith('list', 'plain\n', 'list.csv')).toEqual({ status: 4, code: 'TRF.0014' });
    expect(await failingWith('list', 'plain\n'.repeat(17_500_000), 'large.txt')).toEqual({ status: 4, code: 'TRF.0014' });
  });

  test.each([['another type', { contentType: 'text/csv' }], ['no type', { contentType: 'binary/octet-stream' }], ['an encoding', { contentEncoding: 'gzip' }]])('with %s refuses the task', async (_, metadata) => {
    const { name } = await tasks.newBucket();
    await putObject(tasks.lists, 'typed.txt', 'plain\n', metadata);
    expect(await tasks.create({ type: 'list', list: 'typed.txt', destination: name })).toMatchObject({ status: 400, body: { error_code: 'TRF.0019' } });
  });

  test('whose type says its characters is read', async () => {
    const { name } = await tasks.newBucket();
    await putObject(tasks.lists, 'charset.txt', 'plain\n', { contentType: 'Text/Plain; charset=utf-8' });
    expect(await tasks.run({ type: 'list', list: 'charset.txt', destination: name })).toMatchObject({ status: 5, successful_num: 1 });
  });
});
