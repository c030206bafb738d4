/** enable_kms through the binary: to Ceph, whose key service encrypts, and to a store that takes no notice of it. */
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TaskResp } from '@haulier/wire/oms/task.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openRgwStore } from '../durability/world.ts';
import { makeBucket, startRgw, type Rgw } from '../stores/rgw.ts';
import { ask, signIn } from '../support/iam.ts';
import { createInstallation, type TestInstallation } from '../support/serve.ts';
import { startFakeS3, type FakeS3 } from '../traps/fake-s3.ts';
import { never, objectKeys, putObject, readObject } from '../url-list/list-tasks.ts';

const objects = { 'a.txt': Buffer.from('small'), 'b/empty': Buffer.alloc(0), 'large.bin': randomBytes(70 * 2 ** 20) };

let rgw: Rgw;
let careless: FakeS3;
let installation: TestInstallation;
let token: string;
let from: string;

beforeAll(async () => {
  rgw = await startRgw();
  careless = await startFakeS3();
  from = await makeBucket(rgw);
  const source = openRgwStore(rgw, rgw.users[0], from);
  for (const [key, content] of Object.entries(objects)) await putObject(source, key, content);
  await source.close();
  const region = (cloud: string, name: string, endpoint: string, more: object = {}): unknown => ({ cloud, region: name, endpoint, signingRegion: 'us-east-1', ...more });
  installation = await createInstallation({
    config: {
      regions: [
        region('AWS', 'rgw', rgw.endpoint),
        region('HEC', 'rgw', rgw.endpoint, { kmsKeyId: 'testkey-1' }),
        region('HEC', 'keyless', rgw.endpoint),
        region('HEC', 'careless', careless.endpoint),
      ],
    },
  });
  await installation.serve();
  token = await signIn(installation.url, installation.account);
}, 900_000);

afterAll(async () => {
  await installation.remove();
  await careless.close();
});

/** The task that encrypts everything of the source's bucket into this one, once it has ended. */
async function migrated(region: string, bucket: string, account = 0): Promise<TaskResp> {
  const tasks = `/v2/${installation.account.projectId}/tasks`;
  const [ours, theirs] = [rgw.users[0], rgw.users[account] ?? rgw.users[0]];
  const body = {
    task_type: 'prefix', enable_kms: true,
    src_node: { cloud_type: 'AWS', region: 'rgw', bucket: from, object_key: [''], ak: ours.accessKey, sk: ours.secretKey },
    dst_node: { region, bucket, ak: theirs.accessKey, sk: theirs.secretKey },
  };
  const created = await ask(installation.url, 'POST', tasks, { token, body });
  expect(created.status, JSON.stringify(created.body)).toBe(200);
  for (;;) {
    const shown = (await ask(installation.url, 'GET', `${tasks}/${(created.body as { readonly id: number }).id}`, { token })).body as TaskResp;
    if (shown.status === 4 || shown.status === 5) return shown;
    await sleep(100);
  }
}

/** Ceph copies within an account by itself, but leaves such copies unencrypted. */
test.each([['its own account', 0], ['another account', 1]])('a migration to %s arrives encrypted, and so do its records', async (_, account) => {
  const user = rgw.users[account] ?? rgw.users[0];
  const bucket = await makeBucket(rgw, user);
  expect(await migrated('rgw', bucket, account)).toMatchObject({ status: 5, error_reason: null, successful_num: 3, enable_kms: true });
  const store = openRgwStore(rgw, user, bucket);
  expect([...await objectKeys(store)].sort()).toEqual(Object.keys(objects).sort());
  const { objects: all } = await store.list({ prefix: '', from: { kind: 'start' } }, never);
  expect(all.length).toBeGreaterThan(3);
  for (const { key } of all) expect(await store.stat(key, never), key).toMatchObject({ keyEncrypted: true });
  for (const [key, content] of Object.entries(objects)) expect((await readObject(store, key)).equals(content), key).toBe(true);
  await store.close();
});

test('a store that takes no notice of the encryption keeps nothing', async () => {
  expect(await migrated('careless', 'b')).toMatchObject({ status: 4, error_reason: { error_code: 'TRF.0064' }, successful_num: 0 });
  expect([careless.bucket.objects.size, careless.bucket.uploads.size]).toEqual([0, 0]);
  expect(careless.seen.some(({ operation, headers }) => operation === 'PutObject' && headers['x-amz-server-side-encryption'] === 'aws:kms')).toBe(true);
});

test('a store whose key service needs to be told a key refuses to go without, and the task says so', async () => {
  const bucket = await makeBucket(rgw);
  expect(await migrated('keyless', bucket)).toMatchObject({ status: 4, error_reason: { error_code: 'TRF.0064' }, successful_num: 0 });
  const store = openRgwStore(rgw, rgw.users[0], bucket);
  expect(await objectKeys(store)).toEqual([]);
  await store.close();
});
