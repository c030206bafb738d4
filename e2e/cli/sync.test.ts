/** `haulier sync` against the real server, as a person or a script runs it. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createInstallation, haulier, type TestInstallation } from '../support/serve.ts';
import { until } from '../worker/until.ts';

let installation: TestInstallation;
let buckets: string;

beforeAll(async () => {
  installation = await createInstallation();
  buckets = join(installation.folder, 'stores', 'local');
  for (const bucket of ['from', 'to']) await mkdir(join(buckets, bucket), { recursive: true });
  await installation.serve();
});

afterAll(() => installation.remove());

const sync = (...args: readonly string[]) => haulier(['sync', ...args], {
  HAULIER_ENDPOINT: installation.url, HAULIER_ACCESS_KEY: installation.account.accessKey, HAULIER_SECRET_KEY: installation.account.secretKey,
});

test('creates, looks, shows, counts, stops, starts and deletes', async () => {
  const made = await sync('create', 'local:local/from', 'local:local/to', '--description', 'of the command line');
  expect(made).toMatchObject({ code: 0, stderr: '' });
  const id = made.stdout.trim();
  expect((await sync('list')).stdout).toBe(`ID                                    STATUS         SOURCE            DESTINATION  DESCRIPTION\n${id}  synchronizing  local:local/from  local/to     of the command line\n1 of 1\n`);

  const keys = Array.from({ length: 12 }, (_, index) => `a b+${index}%.txt`);
  for (const key of keys) await writeFile(join(buckets, 'from', key), key);
  expect(await sync('look', id, ...keys)).toMatchObject({ code: 0, stderr: '12 keys are being looked at.\n' });
  await until(async () => (await sync('show', id)).stdout, (text) => text.includes('12 requested: 12 copied, 0 skipped, 0 failed, 0 to do'));
  for (const key of keys) expect(await readFile(join(buckets, 'to', key), 'utf8')).toBe(key);
  expect((await sync('statistics', id)).stdout).toMatch(/^FROM .*\n(?:\d{4}-.*\n){1,2}$/);

  const webhook = await sync('webhook', id);
  expect(webhook.stdout).toMatch(new RegExp(`^${installation.url}/v2/.*/${id}/notifications\\?token=[\\w-]{43}\\n$`));
  const notified = await fetch(webhook.stdout.trim(), { method: 'POST', body: '{"Records":[]}' });
  expect(notified.status).toBe(200);
  expect(await sync('webhook', id, '--revoke')).toMatchObject({ code: 0, stdout: '' });
  expect((await fetch(webhook.stdout.trim(), { method: 'POST', body: '{"Records":[]}' })).status).toBe(401);

  expect(await sync('delete', id)).toMatchObject({ code: 1, stderr: 'haulier: The task is in progress. Pause the task and then delete it. (OMS.0063)\n' });
  expect(await sync('stop', id)).toMatchObject({ code: 0 });
  expect((await sync('list', '--status', 'STOPPED', '--json')).stdout).toContain(id);
  expect(await sync('start', id)).toMatchObject({ code: 0 });
  expect(await sync('stop', id)).toMatchObject({ code: 0 });
  expect(await sync('delete', id)).toMatchObject({ code: 0 });
  expect(await sync('show', id)).toMatchObject({ code: 1 });
});

test('ends with 2 for what it cannot understand', async () => {
  for (const args of [['create', 'nonsense', 'local:local/to'], ['create', 'local:local/from/prefix', 'local:local/to'], ['create', 'urlsource:r/b', 'local:local/to'], ['list', '--status', 'lost'], ['statistics', 'x', '--hours', 'many'], ['look', 'x']]) {
    expect(await sync(...args), args.join(' ')).toMatchObject({ code: 2 });
  }
});
