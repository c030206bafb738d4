/** `haulier bucket` against the real server. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createInstallation, haulier, type Ended, type TestInstallation } from '../support/serve.ts';

let installation: TestInstallation;
beforeAll(async () => {
  installation = await createInstallation();
  const buckets = join(installation.folder, 'stores', 'local');
  await mkdir(join(buckets, 'photos', '2024'), { recursive: true });
  await mkdir(join(buckets, 'empty'));
  for (let n = 0; n < 150; n++) await writeFile(join(buckets, 'photos', '2024', `${String(n).padStart(3, '0')}.jpg`), 'x'.repeat(n));
  await writeFile(join(buckets, 'photos', 'readme.txt'), 'read me');
  await installation.serve();
});
afterAll(() => installation.remove());

function bucket(...args: readonly string[]): Promise<Ended> {
  const { url, account } = installation;
  return haulier(['bucket', ...args], { HAULIER_ENDPOINT: url, HAULIER_ACCESS_KEY: account.accessKey, HAULIER_SECRET_KEY: account.secretKey });
}

test('lists buckets, and what is in them, page by page', async () => {
  expect(await bucket('list', 'local')).toMatchObject({ code: 0, stdout: 'empty\nphotos\n' });
  expect(await bucket('objects', 'local:local/photos')).toMatchObject({ code: 0, stdout: 'SIZE  NAME\n--    2024/\n7 B   readme.txt\n' });
  const all = await bucket('objects', 'local:local/photos/2024/', '--json');
  expect((JSON.parse(all.stdout) as readonly { readonly name: string }[]).map(({ name }) => name)).toEqual(Array.from({ length: 150 }, (_, n) => `2024/${String(n).padStart(3, '0')}.jpg`));
  const some = await bucket('objects', 'local:local/photos/2024/', '--limit', '120', '--json');
  expect([(JSON.parse(some.stdout) as readonly unknown[]).length, some.stderr]).toEqual([120, 'There is more than 120; --limit shows it.\n']);
});

test('ends with 1 for what the server refuses, and with 2 for what it cannot understand', async () => {
  expect(await bucket('objects', 'local:local/nowhere')).toMatchObject({ code: 1, stderr: expect.stringMatching(/\(OMS\.\d{4}\)\n$/) as string });
  for (const args of [['list', 'nobody'], ['list', 'urlsource'], ['objects', 'local:local/photos/2024'], ['objects', 'local:local/photos', '--limit', '0'], ['objects', 'photos']]) {
    expect(await bucket(...args)).toMatchObject({ code: 2, stdout: '' });
  }
});
