/** Refusals that only the state of the installation causes: the real use cases and a real database behind the routes of the API. */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createMigrationTasks } from '@haulier/platform/object-migration/migration-tasks.ts';
import { createTaskGroups } from '@haulier/platform/object-migration/groups/task-groups.ts';
import { omsSurface } from '@haulier/platform/api/oms/surface.ts';
import { createMetrics } from '@haulier/platform/api/ops/metrics.ts';
import { buildServer } from '@haulier/platform/api/server.ts';
import { createLogger } from '@haulier/platform/main/log.ts';
import { MemoryBuckets } from '@haulier/platform/api/oms/fixtures/memory-buckets.ts';
import { MemorySyncTasks } from '@haulier/platform/api/oms/fixtures/memory-sync-tasks.ts';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createTestDatabase } from '../database/test-database.ts';
import type { TestDatabase } from '../database/test-database.ts';
import { fillBucket } from '../worker/buckets.ts';
import { openInstallation } from '../worker/installation.ts';
import type { Installation } from '../worker/installation.ts';

const project = 'p1';
const quotas = { perDay: 6, waiting: 4 };
const groupsPerDay = 2;

let database: TestDatabase;
let root: string;
let installation: Installation;
let app: Awaited<ReturnType<typeof buildServer>>;

beforeAll(async () => {
  database = await createTestDatabase();
  root = await mkdtemp('/tmp/haulier-refusals-');
  await fillBucket(root, 'source', { a: 'a' });
  await fillBucket(root, 'lists', Object.fromEntries(Array.from({ length: 2_001 }, (_, n) => [`many-${n}.txt`, 'a\n'])));
  await fillBucket(root, 'destination', {});
  installation = openInstallation({ connection: database.connection, root });
  const tasks = createMigrationTasks({ ...installation.deps, quotas, wake: () => {} });
  const groups = createTaskGroups({ ...installation.deps, groupsPerDay, wakeSteward: () => {} });
  const buckets = new MemoryBuckets();
  const surface = omsSurface({
    tasks, groups, syncTasks: new MemorySyncTasks(), buckets, agreements: buckets,
    authenticate: (request, _reply, payload) => {
      request.principal = { projectId: project, domainId: 'd', userId: 'u', roles: ['admin'] };
      return Promise.resolve(payload);
    },
  });
  app = await buildServer({ logger: createLogger('error'), tls: undefined, proxies: [], version: '0', newRequestId: randomUUID, metrics: createMetrics(), readiness: [], surfaces: [surface] });
});

afterAll(async () => {
  await app.close();
  await installation.db.destroy();
  await database.drop();
  await rm(root, { recursive: true, force: true });
});

beforeEach(async () => {
  await sql`truncate task, ledger_state, task_group cascade`.execute(installation.db);
});

interface Answer {
  readonly status: number;
  readonly body: { readonly id?: number; readonly group_id?: string; readonly error_code?: string };
}

async function post(path: string, payload: object): Promise<Answer> {
  const answer = await app.inject({ method: 'POST', url: `/v2/${project}${path}`, payload });
  return { status: answer.statusCode, body: answer.body === '' ? {} : answer.json<Answer['body']>() };
}

const keys = { ak: 'any', sk: 'any' };
const destination = { region: 'here', bucket: 'destination', ...keys };
const source = { cloud_type: 'Local', region: 'here', bucket: 'source', object_key: ['a'], ...keys };

const createTask = (options: object = {}) => post('/tasks', { task_type: 'object', src_node: source, dst_node: destination, ...options });
const createGroup = (src: object = {}, options: object = {}) => post('/taskgroups', { src_node: { ...source, ...src }, dst_node: destination, ...options });

async function taskIn(state: string): Promise<number> {
  const { body: { id = 0 } } = await createTask();
  await sql`update task set state = ${state}, running_since = ${state === 'migrating' ? sql`now()` : null} where id = ${id}`.execute(installation.db);
  return id;
}

const listFiles = { object_key: undefined, list_file: { obs_bucket: 'lists', list_file_key: 'many-' } };

test.each<[string, () => Promise<Answer>, string]>([
  ['KMS where no key service is', () => createTask({ enable_kms: true }), 'S3M.0069'],
  ['a restore where nothing is archived', () => createTask({ enable_restore: true }), 'OMS.1048'],
  ['failed objects where none have failed', async () => post(`/tasks/${await taskIn('paused')}/start`, { src_ak: 'any', src_sk: 'any', dst_ak: 'any', dst_sk: 'any', migrate_failed_object: true }), 'OMS.0167'],
  ['another priority while it migrates', async () => post('/tasks/batch-update', { ids: [await taskIn('migrating')], task_priority: 'HIGH', bandwidth_policy: [{ start: '00:01', end: '23:59', max_bandwidth: 50_000_000 }] }), 'OMS.0170'],
  ['more list files than a group takes', () => createGroup(listFiles, { task_type: 'LIST' }), 'S3M.1045'],
])('%s', async (_what, refused, code) => {
  expect(await refused()).toMatchObject({ status: 400, body: { error_code: code } });
});

test('more tasks than may wait, and more than may be created in a day', async () => {
  for (let n = 0; n < quotas.waiting; n++) expect(await createTask()).toMatchObject({ status: 200 });
  expect(await createTask()).toMatchObject({ status: 400, body: { error_code: 'OMS.0077' } });
  await sql`update task set state = 'paused'`.execute(installation.db);
  for (let n = quotas.waiting; n < quotas.perDay; n++) expect(await createTask()).toMatchObject({ status: 200 });
  await sql`update task set state = 'paused'`.execute(installation.db);
  expect(await createTask()).toMatchObject({ status: 400, body: { error_code: 'OMS.1021' } });
});

test('more groups than may be created in a day', async () => {
  for (let n = 0; n < groupsPerDay; n++) expect(await createGroup()).toMatchObject({ status: 200 });
  expect(await createGroup()).toMatchObject({ status: 400, body: { error_code: 'OMS.1037' } });
});
