/** `haulier verify`, by itself and against a server. */
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createInstallation, haulier, type TestInstallation } from '../support/serve.ts';

let folder: string;
let installation: TestInstallation;
let env: Readonly<Record<string, string>>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'haulier-verify-'));
  for (const [key, text] of Object.entries({ 'a.txt': 'first', 'folder/b c+d%.txt': 'second', 'large.bin': 'x'.repeat(100_000) })) {
    await mkdir(join(folder, 'here/photos', key, '..'), { recursive: true });
    await writeFile(join(folder, 'here/photos', key), text);
  }
  await mkdir(join(folder, 'there/photos'), { recursive: true });
  const region = (name: string) => ({ cloud: 'Local', region: name, endpoint: `file://${join(folder, name)}` });
  installation = await createInstallation({ config: { regions: [region('here'), region('there')] } });
  await installation.serve();
  env = { HAULIER_ENDPOINT: installation.url, HAULIER_ACCESS_KEY: installation.account.accessKey, HAULIER_SECRET_KEY: installation.account.secretKey, XDG_STATE_HOME: join(folder, 'state'), HAULIER_DST_ACCESS_KEY: 'none', HAULIER_DST_SECRET_KEY: 'none' };
});

afterAll(async () => {
  await installation.remove();
  await rm(folder, { recursive: true, force: true });
});

const here = () => `local:${join(folder, 'here/photos')}`;
const there = () => `local:${join(folder, 'there/photos')}`;

test('two folders, before and after a migration and after a change', async () => {
  const before = await haulier(['verify', here(), there()], env);
  expect(before).toMatchObject({ code: 1, stderr: expect.stringContaining('missing    "folder/b c+d%.txt"') as string });
  expect((await haulier(['migrate', '--quiet', here(), there()], env)).code).toBe(0);

  const report = join(folder, 'proof.jsonl');
  const after = await haulier(['verify', '--json', '--report', report, here(), there()], env);
  expect(after.code).toBe(0);
  expect(JSON.parse(after.stdout)).toMatchObject({ end: true, identical: 3, different: 0, missing: 0, extra: 0, unreadable: 0, bytes: 100_011 });
  const lines = (await readFile(report, 'utf8')).split(/(?<=\n)/);
  expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ sha256: createHash('sha256').update(lines.slice(0, -1).join('')).digest('hex'), lines: 3 });

  await writeFile(join(folder, 'there/photos/a.txt'), 'fault');
  await writeFile(join(folder, 'there/photos/somebody else’s'), '');
  const changed = await haulier(['verify', '--bytes', here(), there()], env);
  expect(changed).toMatchObject({ code: 1, stdout: expect.stringMatching(/different {3}1\nmissing {5}0\nextra {7}1/) as string });
  expect(changed.stderr).toContain('different  "a.txt": ');
});

test('a task of a server, in any state', async () => {
  await haulier(['migrate', '--quiet', '--overwrite', 'always', here(), there()], env);
  const made = await haulier(['task', 'create', '--watch', '--json', 'local:here/photos', 'local:there/photos'], env);
  const { id } = JSON.parse(made.stdout) as { id: number };
  const verified = await haulier(['verify', '--json', String(id)], env);
  expect(verified).toMatchObject({ code: 0 });
  expect(JSON.parse(verified.stdout)).toMatchObject({ identical: 3, different: 0, missing: 0 });
  await rm(join(folder, 'there/photos/large.bin'));
  expect(await haulier(['verify', String(id)], env)).toMatchObject({ code: 1, stderr: expect.stringContaining('missing    "large.bin"') as string });
  expect(await haulier(['verify', '123'], env)).toMatchObject({ code: 1, stderr: expect.stringContaining('OMS.0095') as string });
});

test('a side that cannot be read proves nothing', async () => {
  const gone = await haulier(['verify', here(), `local:${join(folder, 'nowhere/photos')}`], env);
  expect(gone.code).not.toBe(0);
  expect(gone.stderr).toContain('nothing is proven');
});
