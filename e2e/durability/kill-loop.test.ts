/**
 * Kills the server with SIGKILL at random moments while it migrates, starts it again, and compares every byte, every list
 * and every counter at the end.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ObjectStore } from '@haulier/platform/object-store/object-store.ts';
import { makeBucket, startRgw } from '../stores/rgw.ts';
import { ask, signIn } from '../support/iam.ts';
import { createInstallation, type TestInstallation } from '../support/serve.ts';
import { contentOf, eachOf, fillWorld, listAll, openRgwStore, readAll, savePrefix, world, type WorldObject } from './world.ts';

const kills = 8;
const bytesPerSecond = 30 * 2 ** 20;

interface TaskAnswer {
  readonly name: string;
  readonly status: number;
  readonly total_num: number;
  readonly total_size: number;
  readonly successful_num: number;
  readonly skipped_num: number;
  readonly failed_num: number;
  readonly complete_size: number;
  readonly real_size: number;
  readonly progress: number;
  readonly failed_object_record: { readonly result: boolean; readonly list_file_key: string };
}

let installation: TestInstallation;
let source: ObjectStore;
let destination: ObjectStore;
let createBody: Readonly<Record<string, unknown>>;

beforeAll(async () => {
  const rgw = await startRgw();
  const [alice, bob] = rgw.users;
  const [srcBucket, dstBucket] = [await makeBucket(rgw, alice), await makeBucket(rgw, bob)];
  source = openRgwStore(rgw, alice, srcBucket);
  destination = openRgwStore(rgw, bob, dstBucket);
  await fillWorld(source, destination);
  const region = (cloud: string): unknown => ({ cloud, region: 'rgw', endpoint: rgw.endpoint, addressing: 'path', signature: 'v4', signingRegion: 'us-east-1' });
  installation = await createInstallation({ config: { regions: [region('AWS'), region('HEC')] } });
  createBody = {
    task_type: 'prefix',
    src_node: { cloud_type: 'AWS', region: 'rgw', bucket: srcBucket, ak: alice.accessKey, sk: alice.secretKey, object_key: [''] },
    dst_node: { region: 'rgw', bucket: dstBucket, ak: bob.accessKey, sk: bob.secretKey, save_prefix: savePrefix },
    enable_metadata_migration: true,
    bandwidth_policy: [{ start: '00:00', end: '23:59', max_bandwidth: bytesPerSecond }],
  };
}, 900_000);

afterAll(async () => {
  await installation.remove();
  await Promise.all([source.close(), destination.close()]);
});

test('a migration whose server is killed again and again loses nothing and counts everything once', { timeout: 900_000 }, async () => {
  const { url, account } = installation;
  let server = await installation.serve();
  const token = await signIn(url, account);
  const tasks = `/v2/${account.projectId}/tasks`;
  const created = await ask(url, 'POST', tasks, { token, body: createBody });
  expect(created.status, JSON.stringify(created.body)).toBe(200);
  const { id } = created.body as { readonly id: number };
  const show = async (): Promise<TaskAnswer> => (await ask(url, 'GET', `${tasks}/${id}`, { token })).body as TaskAnswer;

  let killed = 0;
  let progress = 0;
  while (killed < kills && (await show()).status !== 4) {
    await untilItMoves(show);
    await sleep(Math.random() * 1200);
    const before = await show();
    if (before.status === 4) break;
    expect(before.progress, 'progress never falls').toBeGreaterThanOrEqual(progress);
    progress = before.progress;
    await server.kill();
    killed++;
    server = await installation.serve();
  }
  expect(killed, 'kills while the task was running').toBeGreaterThanOrEqual(4);

  const task = await untilEnded(show);
  expectCounters(task);
  await expectBytes();
  await expectLists(task);
  expect(server.log()).not.toContain(account.secretKey);
});

async function untilItMoves(show: () => Promise<TaskAnswer>): Promise<void> {
  const start = (await show()).complete_size;
  for (let i = 0; i < 300; i++) {
    const { complete_size: size, status } = await show();
    if (size !== start || status === 4 || status === 5) return;
    await sleep(100);
  }
  throw new Error('the task stands still after a restart');
}

async function untilEnded(show: () => Promise<TaskAnswer>): Promise<TaskAnswer> {
  for (;;) {
    const task = await show();
    if (task.status === 4 || task.status === 5) return task;
    await sleep(250);
  }
}

const ofFate = (fate: WorldObject['fate']): readonly WorldObject[] => world.filter((object) => object.fate === fate);
const bytesOf = (objects: readonly WorldObject[]): number => objects.reduce((sum, { size }) => sum + size, 0);

function expectCounters(task: TaskAnswer): void {
  expect(task).toMatchObject({
    status: 4,
    total_num: world.length, total_size: bytesOf(world),
    successful_num: ofFate('succeeded').length, skipped_num: ofFate('skipped').length, failed_num: ofFate('failed').length,
    complete_size: bytesOf(world), real_size: bytesOf(ofFate('succeeded')),
  });
}

async function expectBytes(): Promise<void> {
  const arrived = world.filter(({ fate }) => fate !== 'failed');
  const listed = (await listAll(destination, '')).map(({ key }) => key).filter((key) => !key.startsWith('oms/'));
  expect(new Set(listed)).toEqual(new Set(arrived.map(({ key }) => savePrefix + key)));
  await eachOf(arrived, async (object) => {
    const bytes = await readAll(destination, savePrefix + object.key);
    expect(bytes.equals(contentOf(object)), object.key).toBe(true);
  });
  for (const { key } of world.filter(({ key }) => key.startsWith('large/'))) {
    expect(await destination.multipart?.uploadsOf(savePrefix + key, new AbortController().signal), `uploads left of ${key}`).toEqual([]);
  }
}

/** Each object has exactly one line in the lists that the manifest names, and it tells its fate. */
async function expectLists(task: TaskAnswer): Promise<void> {
  const lines = async (key: string): Promise<readonly { readonly [field: string]: unknown }[]> =>
    (await readAll(destination, key)).toString('utf8').trimEnd().split('\n').map((line) => JSON.parse(line) as { readonly [field: string]: unknown });
  const manifestKey = (await listAll(destination, 'oms/')).map(({ key }) => key).find((key) => key.endsWith('/manifest.haulier.json'));
  const manifest = JSON.parse((await readAll(destination, manifestKey ?? '')).toString('utf8')) as { readonly segment_lists: readonly { readonly key: string }[]; readonly failed_object_lists: readonly { readonly key: string }[] };
  const told = new Map<unknown, unknown>();
  for (const list of manifest.segment_lists) {
    for (const segment of await lines(list.key)) {
      for (const line of await lines(String(segment['key']))) {
        expect(told.has(line['key']), `${String(line['key'])} is listed once`).toBe(false);
        told.set(line['key'], line['outcome']);
      }
    }
  }
  expect(told).toEqual(new Map(world.map(({ key, fate }) => [key, fate])));
  const failed = (await Promise.all(manifest.failed_object_lists.map(({ key }) => lines(key)))).flat();
  expect(failed.length).toBe(ofFate('failed').length);
  expect(task.failed_object_record.result).toBe(true);
}
