/** `haulier task-group` against the real server, as a person or a script runs it. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createInstallation, haulier, type TestInstallation } from '../support/serve.ts';

let installation: TestInstallation;
let buckets: string;

beforeAll(async () => {
  installation = await createInstallation({ config: { groups: { objects: 2 } } });
  buckets = join(installation.folder, 'stores', 'local');
  for (const bucket of ['from', 'to', 'lists/hw']) await mkdir(join(buckets, bucket), { recursive: true });
  for (const name of ['a.txt', 'b.txt', 'c.txt']) await writeFile(join(buckets, 'from', name), `this is ${name}`);
  await writeFile(join(buckets, 'lists', 'hw', '1.txt'), 'a.txt\nlater.txt\n');
  await installation.serve();
});

afterAll(() => installation.remove());

const environment = (): Record<string, string> => ({
  HAULIER_ENDPOINT: installation.url, HAULIER_ACCESS_KEY: installation.account.accessKey, HAULIER_SECRET_KEY: installation.account.secretKey,
});
const group = (...args: readonly string[]) => haulier(['task-group', ...args], environment());

describe('haulier task-group', () => {
  test('creates, follows, lists, shows and deletes a group', async () => {
    const made = await group('create', 'local:local/from', 'local:local/to/under/', '--watch', '--json');
    expect(made).toMatchObject({ code: 0, stderr: '' });
    const { group_id: id } = JSON.parse(made.stdout) as { readonly group_id: string };
    expect(JSON.parse(made.stdout)).toMatchObject({ status: 6, total_task_num: 2, total_num: 3, success_num: 3 });
    expect(await readFile(join(buckets, 'to', 'under', 'b.txt'), 'utf8')).toBe('this is b.txt');
    expect((await group('list', '--status', 'succeeded')).stdout).toMatch(new RegExp(`^ID .*\\n${id} +succeeded +100% +2/2 +3/3 .*local:local/from +local/to/under/\\n1 of 1\\n$`));
    expect((await group('show', id)).stdout).toContain('tasks        2: 2 succeeded\nobjects      3 of 3: 3 migrated, 0 skipped, 0 failed');
    expect(await group('watch', id)).toMatchObject({ code: 0 });
    expect((await group('stop', id)).stderr).toMatch(/\(OMS\.1038\)\n$/);
    expect(await group('delete', id)).toMatchObject({ code: 0 });
    expect((await group('delete', id)).code).toBe(1);
  });

  test('retries what failed, with the keys that the server has', async () => {
    const { stdout } = await group('create', 'local:local/from', 'local:local/to', '--list-file', 'lists/hw/');
    const id = stdout.trim();
    const failed = await group('watch', id);
    expect(failed).toMatchObject({ code: 1 });
    expect(failed.stdout).toContain(`failed lists oms/task_group/${id}/failed_object_lists/\n`);
    expect((await group('start', id)).stderr).toMatch(/\(OMS\.1039\)\n$/);
    await writeFile(join(buckets, 'from', 'later.txt'), 'this is late');
    expect(await group('retry', '--failed-only', id)).toMatchObject({ code: 0 });
    expect(await group('watch', id)).toMatchObject({ code: 0 });
    expect(await readFile(join(buckets, 'to', 'later.txt'), 'utf8')).toBe('this is late');
  });

  test('pauses a group and resumes it', async () => {
    await writeFile(join(buckets, 'from', 'large.bin'), Buffer.alloc(64 * 1024 * 1024, 7));
    const id = (await group('create', '--prefix', 'large', '--prefix', 'a', 'local:local/from', 'local:local/to/again/')).stdout.trim();
    const stopped = await group('stop', id);
    const end = JSON.parse((await group('watch', id, '--json')).stdout) as { readonly status: number };
    expect(stopped.code === 0 ? [3, 6] : [6]).toContain(end.status);
    if (end.status === 3) expect(await group('start', id)).toMatchObject({ code: 0 });
    expect(await group('watch', id)).toMatchObject({ code: 0 });
  });

  test('ends with 2 for what it cannot understand, before it asks anybody', async () => {
    for (const args of [['create', 'nonsense', 'local:local/to'], ['create', 'local:local/from/x', 'local:local/to', '--prefix', 'a'], ['create', 'local:local/from', 'local:local/to', '--list-file', 'x'], ['list', '--status', 'lost'], ['show']]) {
      expect(await haulier(['task-group', ...args], { ...environment(), HAULIER_ENDPOINT: 'http://127.0.0.1:9' })).toMatchObject({ code: 2 });
    }
  });
});
