/** Migrations whose source is read through a CDN: nginx with a cache, in front of a bucket that everybody may read. */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { ObjectStore } from '@haulier/platform/object-store/object-store.ts';
import type { TaskResp } from '@haulier/wire/oms/task.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openRgwStore } from '../durability/world.ts';
import { startCdn, type TestCdn } from '../stores/cdn.ts';
import { makeBucket, signedBy, startRgw, type Rgw } from '../stores/rgw.ts';
import { ask, signIn, type Answer } from '../support/iam.ts';
import { createInstallation, type TestInstallation, type TestProcess } from '../support/serve.ts';
import { objectKeys, putObject, readObject } from '../url-list/list-tasks.ts';
import { cdnKey, vendors } from './vendors.ts';

const run = promisify(execFile);
const never = new AbortController().signal;
const MIB = 2 ** 20;
const large = randomBytes(70 * MIB);
/** nginx answers 400 to paths that leave its root, as `../x` would. */
const names = ['plain', 'with blank ', 'a//b', './x', 'ü🚚', 'pl+us&amp;', 'query?a=1', 'empty', 'dir/'];

let rgw: Rgw;
let bucket: string;
let source: ObjectStore;
let cdn: TestCdn;
let vendor = 'NONE';
let installation: TestInstallation;
let server: TestProcess;
let token: string;
const opened: ObjectStore[] = [];

beforeAll(async () => {
  rgw = await startRgw();
  const [user] = rgw.users;
  bucket = await makeBucket(rgw, user);
  await openToAll(bucket);
  source = openRgwStore(rgw, user, bucket);
  for (const name of names) await putObject(source, name, name === 'empty' ? '' : `content of ${name}`, { user: { owner: 'alice' } });
  await putObject(source, 'large', large);
  cdn = await startCdn(`${rgw.endpoint}/${bucket}`, (knock) => vendors[vendor]?.(knock, { ...user, bucket }) === true);
  const region = (cloud: string): unknown => ({ cloud, region: 'rgw', endpoint: rgw.endpoint, addressing: 'path', signature: 'v4', signingRegion: 'us-east-1' });
  installation = await createInstallation({ config: { regions: [region('AWS'), region('HEC')] } });
  server = await installation.serve();
  token = await signIn(installation.url, installation.account);
}, 900_000);

afterAll(async () => {
  await installation.remove();
  await cdn.stop();
  await Promise.all([source, ...opened].map((store) => store.close()));
});

/** As a bucket behind a CDN is that signs nothing of its own. */
async function openToAll(name: string): Promise<void> {
  const policy = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: `arn:aws:s3:::${name}/*` }] });
  await run('curl', ['--silent', '--show-error', '--fail', ...signedBy(rgw.users[0]), '--request', 'PUT', '--data-binary', policy, `${rgw.endpoint}/${name}?policy=`]);
}

async function newBucket(): Promise<{ readonly name: string; readonly store: ObjectStore }> {
  const name = await makeBucket(rgw);
  const store = openRgwStore(rgw, rgw.users[0], name);
  opened.push(store);
  return { name, store };
}

const tasksPath = (): string => `/v2/${installation.account.projectId}/tasks`;

function create(destination: string, keys: readonly string[], changes: Readonly<Record<string, unknown>> = {}): Promise<Answer> {
  const { accessKey: ak, secretKey: sk } = rgw.users[0];
  const body = {
    src_node: { cloud_type: 'AWS', region: 'rgw', bucket, ak, sk, object_key: keys },
    dst_node: { region: 'rgw', bucket: destination, ak, sk },
    enable_metadata_migration: true,
    source_cdn: { protocol: 'http', domain: cdn.domain, authentication_type: vendor, authentication_key: cdnKey },
    ...changes,
  };
  return ask(installation.url, 'POST', tasksPath(), { token, body });
}

async function untilEnded(id: number): Promise<TaskResp> {
  for (;;) {
    const shown = (await ask(installation.url, 'GET', `${tasksPath()}/${id}`, { token })).body as TaskResp;
    if (shown.status === 4 || shown.status === 5) return shown;
    await sleep(100);
  }
}

async function migrate(destination: string, keys: readonly string[]): Promise<TaskResp> {
  const created = await create(destination, keys);
  expect(created).toMatchObject({ status: 200 });
  return untilEnded((created.body as { readonly id: number }).id);
}

describe('a source with a CDN', () => {
  test('is migrated whole, each byte by the CDN and the metadata by the bucket', async () => {
    vendor = 'ALIYUN_OSS_A';
    const { name, store } = await newBucket();
    const shown = await migrate(name, ['']);
    expect(shown).toMatchObject({
      status: 5, successful_num: names.length + 1, failed_num: 0, skipped_num: 0,
      source_cdn: { domain: cdn.domain, protocol: 'http', authentication_type: 'ALIYUN_OSS_A' },
    });
    expect(shown.source_cdn).not.toHaveProperty('authentication_key');
    expect([...await objectKeys(store)].sort()).toEqual([...names, 'large'].sort());
    for (const key of names) expect((await readObject(store, key)).toString()).toBe(key === 'empty' ? '' : `content of ${key}`);
    expect((await readObject(store, 'large')).equals(large)).toBe(true);
    expect((await store.stat('ü🚚', never)).metadata).toMatchObject({ contentType: 'text/plain', user: { owner: 'alice' } });
    expect(cdn.letIn.filter((target) => target.startsWith('/large')).length).toBeGreaterThan(1);
    expect(new Set(cdn.letIn).size).toBe(cdn.letIn.length);
    for (const key of names) expect(cdn.letIn.some((target) => target.startsWith(`/${encodeURIComponent(key).replaceAll('%2F', '/')}?auth_key=`)), key).toBe(true);
  });

  test.each(Object.keys(vendors))('signs for %s', async (type) => {
    vendor = type;
    const { name, store } = await newBucket();
    expect(await migrate(name, ['a//b', 'ü🚚'])).toMatchObject({ status: 5, successful_num: 2, source_cdn: { authentication_type: type } });
    expect((await readObject(store, 'a//b')).toString()).toBe('content of a//b');
  });

  test('fails for the objects of which its CDN keeps another version', async () => {
    vendor = 'TENCENT_COS_D';
    await putObject(source, 'stale', 'the first version');
    expect(await migrate((await newBucket()).name, ['stale'])).toMatchObject({ status: 5 });
    await putObject(source, 'stale', 'the other version');
    const { name, store } = await newBucket();
    expect(await migrate(name, ['stale', 'plain'])).toMatchObject({ status: 4, error_reason: { error_code: 'TRF.0004' }, successful_num: 1, failed_num: 1 });
    expect(await objectKeys(store)).toEqual(['plain']);
    await source.remove('stale', never);
  });

  test('fails for objects that its CDN refuses, and says who refused', async () => {
    vendor = 'TENCENT_COS_C';
    const { name, store } = await newBucket();
    const created = await create(name, ['plain'], { source_cdn: { protocol: 'http', domain: cdn.domain, authentication_type: vendor, authentication_key: 'another-key' } });
    const shown = await untilEnded((created.body as { readonly id: number }).id);
    expect(shown).toMatchObject({ status: 4, failed_num: 1 });
    const { objects } = await store.list({ prefix: shown.failed_object_record?.list_file_key ?? '', from: { kind: 'start' } }, never);
    const failed = (await Promise.all(objects.map(({ key }) => readObject(store, key)))).join('');
    expect(failed).toContain(`the CDN refused GET http://${cdn.domain}/plain`);
    expect(failed).not.toContain('another-key');
    expect(server.log()).not.toContain('another-key');

    const keys = { src_ak: rgw.users[0].accessKey, src_sk: rgw.users[0].secretKey, dst_ak: rgw.users[0].accessKey, dst_sk: rgw.users[0].secretKey };
    const start = (body: object): Promise<Answer> => ask(installation.url, 'POST', `${tasksPath()}/${shown.id}/start`, { token, body: { ...keys, ...body } });
    expect(await start({})).toMatchObject({ status: 400, body: { error_code: 'OMS.1032' } });
    expect(await start({ source_cdn_authentication_key: cdnKey, migrate_failed_object: true })).toMatchObject({ status: 200 });
    expect(await untilEnded(shown.id)).toMatchObject({ status: 5, successful_num: 1, failed_num: 0 });
  });

  test('whose domain nobody answers is refused', async () => {
    const { name } = await newBucket();
    const answer = await create(name, ['plain'], { source_cdn: { protocol: 'http', domain: '127.0.0.1:9', authentication_type: 'NONE' } });
    expect(answer).toMatchObject({ status: 400, body: { error_code: 'OMS.0081' } });
  });
});
