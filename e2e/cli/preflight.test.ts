/** `haulier preflight`, by itself, and the route of a server. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { signRequest } from '@haulier/lib/sdk-hmac-sha256/sign-request.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createInstallation, haulier, type TestInstallation } from '../support/serve.ts';

let folder: string;
let installation: TestInstallation;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'haulier-preflight-'));
  await mkdir(join(folder, 'here/photos/a'), { recursive: true });
  await writeFile(join(folder, 'here/photos/a/one.jpg'), 'x'.repeat(100_000));
  await writeFile(join(folder, 'here/photos/e\u0301.jpg'), 'x');
  await mkdir(join(folder, 'there/photos'), { recursive: true });
  const region = (name: string) => ({ cloud: 'Local', region: name, endpoint: `file://${join(folder, name)}` });
  installation = await createInstallation({ config: { regions: [region('here'), region('there')] } });
  await installation.serve();
});

afterAll(async () => {
  await installation.remove();
  await rm(folder, { recursive: true, force: true });
});

test('tells people what a migration would meet', async () => {
  const { code, stdout } = await haulier(['preflight', `local:${join(folder, 'here/photos')}`, `local:${join(folder, 'there/photos')}`]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/destination {2}write {2}yes/);
  expect(stdout).toMatch(/all +2 +97\.7 KiB/);
  expect(stdout).toContain('not-normalised       1: "e\u0301.jpg"');
  expect(stdout).toMatch(/Time: between 0:01 and 0:01/);
});

test('ends with 1 where something is refused', async () => {
  const { code, stdout } = await haulier(['preflight', '--json', `local:${join(folder, 'nowhere/photos')}`, `local:${join(folder, 'there/photos')}`]);
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({ verbs: [{ side: 'source', verb: 'list', allowed: 'no' }, {}, {}, { side: 'destination', allowed: 'yes' }, {}], complete: false });
});

test('a server answers for a task that is not created', async () => {
  const { accessKey, secretKey, projectId } = installation.account;
  const ask = async (path: string, body: object | undefined) => {
    const url = new URL(`/v2/${projectId}/tasks${path}`, installation.url);
    const [method, text] = body === undefined ? ['GET', ''] : ['POST', JSON.stringify(body)];
    const headers = signRequest({ method, url, headers: { 'content-type': 'application/json' }, body: text }, { accessKey, secretKey }, Date.now());
    return (await fetch(url, { method, headers, ...(body === undefined ? {} : { body: text }) })).json();
  };
  const found = await ask('/preflight', {
    task_type: 'prefix',
    src_node: { cloud_type: 'Local', region: 'here', bucket: 'photos', object_key: [''] },
    dst_node: { region: 'there', ak: 'none', sk: 'none', bucket: 'photos' },
  });
  expect(found).toMatchObject({ complete: true, survey: { objects: 2, bytes: 100_001, archived: { objects: 0 }, troubles: [{ trouble: 'not-normalised', objects: 1 }] }, estimate: { from: 1 } });
  expect(await ask('', undefined)).toMatchObject({ count: 0 });
});
