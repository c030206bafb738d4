/** `haulier task` against the real server, as a person or a script runs it. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask, signIn } from '../support/iam.ts';
import { createInstallation, haulier, type TestInstallation } from '../support/serve.ts';

const topic = 'urn:smn:local:p:t';
let installation: TestInstallation;
let buckets: string;
beforeAll(async () => {
  const topics = [{ urn: topic, subscribers: [{ kind: 'http', endpoint: 'http://127.0.0.1:9/' }] }];
  installation = await createInstallation({ config: { topics } });
  buckets = join(installation.folder, 'stores', 'local');
  for (const bucket of ['from', 'to', 'slow']) await mkdir(join(buckets, bucket), { recursive: true });
  for (const name of ['a.txt', 'b.txt', 'c.txt']) await writeFile(join(buckets, 'from', name), `this is ${name}`);
  await installation.serve();
});
afterAll(() => installation.remove());

const environment = (): Record<string, string> => ({
  HAULIER_ENDPOINT: installation.url, HAULIER_ACCESS_KEY: installation.account.accessKey, HAULIER_SECRET_KEY: installation.account.secretKey,
  HAULIER_SRC_ACCESS_KEY: 'none', HAULIER_SRC_SECRET_KEY: 'none', HAULIER_DST_ACCESS_KEY: 'none', HAULIER_DST_SECRET_KEY: 'none',
});
const task = (...args: readonly string[]) => haulier(['task', ...args], environment());

describe('haulier task', () => {
  test('creates, follows, lists, shows and deletes a task', async () => {
    const made = await task('create', 'local:local/from', 'local:local/to/under/', '--watch', '--json');
    expect(made).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(made.stdout)).toMatchObject({ status: 5, total_num: 3, successful_num: 3, failed_num: 0, progress: 1 });
    expect(await readFile(join(buckets, 'to', 'under', 'b.txt'), 'utf8')).toBe('this is b.txt');

    const listed = await task('list', '--status', 'succeeded', '--json');
    const id = /"id":(\d+)/.exec(listed.stdout)?.[1] ?? '';
    expect(JSON.parse(listed.stdout)).toMatchObject({ count: 1, tasks: [{ id: Number(id) }] });
    expect((await task('list')).stdout).toMatch(new RegExp(`^ID .*\\n${id} +succeeded +100% +3/3 .*local:local/from +local/to/under/\\n1 of 1\\n$`));
    expect((await task('list', '--status', 'failed')).stdout).toMatch(/\n0 of 0\n$/);
    expect((await task('show', id)).stdout).toContain('objects      3 of 3: 3 migrated, 0 skipped, 0 failed');
    expect(await task('watch', id)).toMatchObject({ code: 0 });

    expect(await task('delete', id)).toMatchObject({ code: 0 });
    expect(await task('show', id)).toMatchObject({ code: 1 });
  });

  test('takes single objects before the places, as its help says', async () => {
    const made = await task('create', '--object', 'a.txt', '--object', 'c.txt', 'local:local/from', 'local:local/to/single/', '--watch', '--json');
    expect(made).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(made.stdout)).toMatchObject({ task_type: 'object', src_node: { object_key: ['a.txt', 'c.txt'] }, total_num: 2, successful_num: 2 });
  });

  test('migrates the URLs of a list by rules, and brings over what has failed, without keys of theirs', async () => {
    let gone = true;
    const web = createServer((request, response) => {
      const missing = gone && request.url === '/late.txt';
      response.writeHead(missing ? 404 : 200, { 'last-modified': 'Thu, 01 Jan 2026 12:00:00 GMT' }).end(missing ? 'gone' : `this is ${request.url ?? ''}`);
    });
    await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
    try {
      const origin = `http://127.0.0.1:${(web.address() as AddressInfo).port}`;
      await mkdir(join(buckets, 'lists'), { recursive: true });
      await writeFile(join(buckets, 'lists', 'urls.txt'), `${origin}/early.txt\n${origin}/late.txt\tnamed.txt\n`);
      const without = { ...environment(), HAULIER_SRC_ACCESS_KEY: '', HAULIER_SRC_SECRET_KEY: '' };
      const options = ['--check', 'no_check', '--bandwidth', '08:00-17:59=20M', '--bandwidth', '18:00-07:59=100M', '--notify', topic, '--notify-on', 'success'];
      const made = await haulier(['task', 'create', 'url:lists/urls.txt', 'local:local/to/web/', ...options, '--watch', '--json'], without);
      const id = /"id":(\d+)/.exec(made.stdout)?.[1] ?? '';
      expect(made).toMatchObject({ code: 1, stderr: '' });
      expect(JSON.parse(made.stdout)).toMatchObject({
        task_type: 'url_list', status: 4, consistency_check: 'no_check', successful_num: 1, failed_num: 1, src_node: { cloud_type: 'URLSource', list_file: { obs_bucket: 'lists', list_file_key: 'urls.txt' } },
        bandwidth_policy: [{ start: '08:00', end: '17:59', max_bandwidth: 20_971_520 }, { start: '18:00', end: '07:59', max_bandwidth: 104_857_600 }],
      });
      gone = false;
      expect(await haulier(['task', 'start', '--failed-only', id], without)).toMatchObject({ code: 0 });
      expect(await haulier(['task', 'watch', id], without)).toMatchObject({ code: 0 });
      expect(await readFile(join(buckets, 'to', 'web', 'named.txt'), 'utf8')).toBe('this is /late.txt');
    } finally {
      web.closeAllConnections();
      web.close();
    }
  });

  test('stops a task and starts it again', async () => {
    await writeFile(join(buckets, 'slow', 'large.bin'), Buffer.alloc(64 * 1024 * 1024, 7));
    const { stdout } = await task('create', 'local:local/slow', 'local:local/to', '--priority', 'LOW', '--description', 'slow one');
    const id = stdout.trim();
    expect(id).toMatch(/^\d{1,15}$/);
    const stopped = await task('stop', id);
    const end = JSON.parse((await task('watch', id, '--json')).stdout) as { readonly status: number };
    expect(stopped.code === 0 ? [3, 5] : [5], 'a task that is pausing may end first').toContain(end.status);
    if (end.status === 3) expect(await task('start', id)).toMatchObject({ code: 0 });
    expect(await task('watch', id)).toMatchObject({ code: 0 });
  });

  test('ends with 1 when the server refuses, and says what the server said', async () => {
    const refused = await task('create', 'local:nowhere/from', 'local:local/to');
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toMatch(/^haulier: .+ \(OMS\.\d{4}\)\n$/);
    expect(await task('stop', '1')).toMatchObject({ code: 1 });
  });

  test('ends with 2 for what it cannot understand, before it asks anybody', async () => {
    for (const args of [['create', 'nonsense', 'local:local/to'], ['create', 'azur:r/b', 'local:local/to'], ['create', 'local:local/from', 'aws:r/b'], ['create', 'local:local/from', 'local:local/to', '--bandwidth', 'fast'], ['create', 'aliyun:r/b', 'local:local/to', '--cdn', 'https://cdn', '--cdn-auth', 'ALIYUN_OSS_A'], ['list', '--status', 'lost'], ['show'], ['frobnicate']]) {
      expect(await haulier(['task', ...args], { ...environment(), HAULIER_ENDPOINT: 'http://127.0.0.1:9' })).toMatchObject({ code: 2 });
    }
    expect((await haulier(['task', 'list'], { ...environment(), HAULIER_SECRET_KEY: '' })).stderr).toContain('set HAULIER_ACCESS_KEY and HAULIER_SECRET_KEY');
  });

  test('takes server and keys from a profile, which nobody else may read', async () => {
    const file = join(installation.folder, 'profiles.yaml');
    const { accessKey, secretKey, projectId } = installation.account;
    await writeFile(file, JSON.stringify({ mine: { endpoint: installation.url, access_key: accessKey, secret_key: secretKey, project_id: projectId } }), { mode: 0o600 });
    expect(await haulier(['task', 'list', '--profile', 'mine'], { HAULIER_PROFILES: file })).toMatchObject({ code: 0 });
    expect(await haulier(['task', 'list', '--profile', 'yours'], { HAULIER_PROFILES: file })).toMatchObject({ code: 2 });
  });

  test('says so when no server answers', async () => {
    const lost = await haulier(['task', 'list'], { ...environment(), HAULIER_ENDPOINT: 'http://127.0.0.1:65000' });
    expect(lost).toMatchObject({ code: 1 });
    expect(lost.stderr).toMatch(/^haulier: http:\/\/127\.0\.0\.1:65000 does not answer: /);
  });

  test('takes one of several projects by its name or ID', async () => {
    const { url, account } = installation;
    const made = await ask(url, 'POST', '/v3/projects', { token: await signIn(url, account), body: { project: { name: 'other' } } });
    const id = /"id":"([0-9a-f]{32})"/.exec(JSON.stringify(made.body))?.[1] ?? '';
    expect(await task('list')).toMatchObject({ code: 2, stderr: expect.stringContaining('several projects') as string });
    expect(await task('list', '--project', 'nowhere')).toMatchObject({ code: 2, stderr: `haulier: this user has no project "nowhere" on the server; it has ${account.projectName}, other\n` });
    for (const project of ['other', id]) expect((await task('list', '--project', project)).stdout).toMatch(/\n0 of 0\n$/);
    expect((await task('list', '--project', account.projectName)).stdout).not.toMatch(/\n0 of 0\n$/);
    expect((await haulier(['task', 'list', '--project', account.projectName], { ...environment(), HAULIER_PROJECT_ID: id })).stdout).not.toMatch(/\n0 of 0\n$/);
  });
});
