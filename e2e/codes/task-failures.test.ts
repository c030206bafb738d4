/** The documented reasons of failed tasks, each caused by what a store answers while the task runs. */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { clock } from '@haulier/platform/main/environment.ts';
import type { Stores } from '@haulier/platform/object-migration/stores.ts';
import type { NewTask, Task } from '@haulier/platform/object-migration/task.ts';
import { createLocalStore } from '@haulier/platform/providers/local/local-store.ts';
import { LimitersByEndpoint, openStore, providerOf } from '@haulier/platform/providers/index.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase } from '../database/test-database.ts';
import type { TestDatabase } from '../database/test-database.ts';
import { operationOf, refusal, type FakeRequest } from '../traps/fake-answers.ts';
import { startFakeS3, type FakeS3, type Trick } from '../traps/fake-s3.ts';
import { fillBucket } from '../worker/buckets.ts';
import { openRoom } from '../worker/room.ts';
import type { TestRoom } from '../worker/room.ts';
import { newTask, projectId } from '../worker/tasks.ts';
import { until } from '../worker/until.ts';

const project = projectId('p1');
/** A store is given minutes before it counts as gone: waits of a second and more are this much shorter. */
const haste = 200;
const hasty = { now: () => clock.now(), sleep: (ms: number, signal: AbortSignal) => clock.sleep(ms < 1_000 ? ms : ms / haste, signal) };

let database: TestDatabase;
let root: string;
let room: TestRoom;
/** Regions of AWS and HEC by name; each has one bucket, `b`. */
const fakes = new Map<string, FakeS3>();
const runtime = { clock: { ...hasty, sleep: (ms: number, signal: AbortSignal) => clock.sleep(ms / haste, signal) }, random: Math.random, uniqueName: randomUUID, limiters: new LimitersByEndpoint({ now: () => clock.now() }) };

const stores: Stores = {
  knows: (cloud, region) => (cloud === 'Local' ? region === 'here' : fakes.has(region)),
  abilities: ({ cloud }) => providerOf(cloud),
  open({ cloud, region, bucket }, credentials) {
    const fake = fakes.get(region);
    if (fake === undefined) return createLocalStore({ root, bucket, uniqueName: randomUUID });
    return openStore({ cloud, region, endpoint: fake.endpoint, addressing: 'path', signature: 'v4' }, { bucket, credentials, runtime });
  },
};

beforeAll(async () => {
  database = await createTestDatabase();
  root = await mkdtemp('/tmp/haulier-codes-');
  await fillBucket(root, 'source', { a: 'a' });
  await fillBucket(root, 'many', Object.fromEntries(Array.from({ length: 600 }, (_, n) => [`o${n}`, 'x'])));
  await fillBucket(root, 'destination', {});
  room = await openRoom({ connection: database.connection, root, change: { stores, clock: hasty, reachLimitMs: 10_000 * haste, slots: 8 } });
  room.room.start();
});

afterAll(async () => {
  await room.close();
  await database.drop();
  for (const fake of fakes.values()) await fake.close();
  await rm(root, { recursive: true, force: true });
});

/** A region whose store answers as `trick` says. */
async function region(trick: Trick): Promise<string> {
  const name = randomUUID();
  const fake = await startFakeS3(trick);
  fake.bucket.put('a', 'a');
  fake.bucket.put('list.txt', 'a\n', { headers: { 'content-type': 'text/plain' } });
  fakes.set(name, fake);
  return name;
}

async function ended(change: Partial<NewTask>): Promise<Task> {
  const { id } = await room.room.tasks.create(newTask(change));
  return until(() => room.room.tasks.show(project, id), ({ state }) => ['succeeded', 'failed', 'paused'].includes(state), 60_000);
}

const { source, destination, options } = newTask();
const from = (name: string): NewTask['source'] => ({ ...source, cloud: 'AWS', region: name, bucket: 'b' });
const to = (name: string): NewTask['destination'] => ({ ...destination, region: name, bucket: 'b' });

/** A listing of the task's own: what asks for one key alone looks whether the bucket can be reached. */
const lists = (request: FakeRequest): boolean => operationOf(request) === 'ListObjects' && request.query.get('max-keys') !== '1';
const writes = (request: FakeRequest): boolean => operationOf(request) === 'PutObject' && request.key?.startsWith('oms/') !== true;

describe.concurrent('a task fails with', () => {
  test.each([
    ['TRF.0151', 403, 'InvalidAccessKeyId'],
    ['TRF.0152', 403, 'AccessDenied'],
    ['TRF.0155', 404, 'NoSuchBucket'],
    ['TRF.0157', 500, 'InternalError'],
    ['TRF.0159', 503, 'SlowDown'],
  ] as const)('%s when its source lists with %i %s', async (code, status, said) => {
    const at = await region((request) => (lists(request) ? refusal(status, said) : undefined));
    expect(await ended({ source: from(at) })).toMatchObject({ state: 'failed', error: { code } });
  });

  test.each([
    ['TRF.0051', 403, 'AccessDenied'],
    ['TRF.0061', 500, 'InternalError'],
  ] as const)('%s when its destination lists with %i %s', async (code, status, said) => {
    const at = await region((request) => (lists(request) ? refusal(status, said) : undefined));
    expect(await ended({ destination: to(at) })).toMatchObject({ state: 'failed', error: { code } });
  });

  test.each([
    ['TRF.0055', 403, 'QuotaExceeded'],
    ['TRF.0057', 403, 'InvalidAccessKeyId'],
    ['TRF.0058', 404, 'NoSuchBucket'],
    // A gateway that knows nothing of any object.
    ['TRF.0059', 404, 'NoSuchKey'],
  ] as const)('%s when its destination takes no object: %i %s', async (code, status, said) => {
    const at = await region((request) => (writes(request) ? refusal(status, said) : undefined));
    expect(await ended({ source: { ...source, bucket: 'many' }, destination: to(at) })).toMatchObject({ state: 'failed', error: { code }, tally: { succeeded: { objects: 0 } } });
  });

  test.each([
    ['TRF.0013', 404, 'NoSuchKey'],
    ['TRF.0023', 403, 'InvalidObjectState'],
  ] as const)('%s when its list file is read with %i %s', async (code, status, said) => {
    const at = await region((request) => (operationOf(request) === 'GetObject' && request.key === 'list.txt' ? refusal(status, said) : undefined));
    expect(await ended({ source: { ...source, selection: { kind: 'list-file', bucket: 'b', key: 'list.txt' } }, destination: to(at) })).toMatchObject({ state: 'failed', error: { code } });
  });

  const long = `${'x'.repeat(2_000)}/`;
  /** Amazon takes no longer prefix than key. */
  const shortPrefixes: Trick = (request) => (lists(request) && (request.query.get('prefix') ?? '').length > 1_024 ? refusal(400, 'KeyTooLongError') : undefined);

  test('TRF.0031 when its source cannot list one of the names asked for', async () => {
    const at = await region(shortPrefixes);
    expect(await ended({ source: { ...from(at), selection: { kind: 'prefixes', prefixes: ['a', long] } } })).toMatchObject({ state: 'failed', error: { code: 'TRF.0031' } });
  });

  test('TRF.0060 when what is put before the names is too long for its destination', async () => {
    const at = await region(shortPrefixes);
    expect(await ended({ destination: { ...to(at), savePrefix: long } })).toMatchObject({ state: 'failed', error: { code: 'TRF.0060' } });
  });
});

test('a task whose destination takes no records says so with TRF.0020', async () => {
  const at = await region((request) => (operationOf(request) === 'PutObject' && request.key?.startsWith('oms/') === true ? refusal(403, 'AccessDenied') : undefined));
  const task = await ended({ destination: to(at), options: { ...options, recordFailures: true } });
  expect(task).toMatchObject({ state: 'succeeded', successRecordError: 'TRF.0020', skipRecordError: 'TRF.0020' });
});
