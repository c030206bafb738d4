import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import { serverTaskId, sourceId } from '@haulier/platform/server-migration/server-id.ts';
import { ServerRefusal } from '@haulier/platform/server-migration/server-migration.ts';
import type { NewServerTask, ServerTaskId, SourceId, Tenant } from '@haulier/platform/server-migration/server.ts';
import { newTenant, refusalOf, registration, roomsOfFile, type Rooms } from './rooms.ts';

const rooms = roomsOfFile();

let tenant: Tenant;
let source: SourceId;
beforeEach(async () => {
  tenant = newTenant();
  source = await rooms.sources.register(tenant, registration());
});

const most = 2n ** 63n - 1n;
const newTask = (changed: Partial<NewServerTask> = {}): NewServerTask => ({
  name: 'MigrationTask', type: 'MIGRATE_BLOCK', osType: undefined, source, priority: 1, startTargetServer: true, autoStart: false, migrationIp: undefined,
  region: { id: 'a-region', name: 'a region' }, project: { id: 'a-project', name: 'a project' }, template: undefined, cloneTemplate: undefined, usePublicIp: true, useIpv6: false,
  syncing: false, existServer: false, startNetworkCheck: false, speedLimit: 0, overSpeedThreshold: undefined, consistencyCheck: false, migrationTest: false,
  target: { name: 'a target', disks: [{ name: 'Disk 1', size: most, physical_volumes: [{ size: 524_288_000, uuid: '\\\\?\\Volume' }] }], volume_groups: [] }, ...changed,
});
const create = (changed: Partial<NewServerTask> = {}) => rooms.serverTasks.create(tenant, newTask(changed));
const show = (id: ServerTaskId) => rooms.serverTasks.show(tenant, id);

describe('a task that is created', () => {
  test('is ready, has all steps at 0, and its source waits for it', async () => {
    const id = await create({ syncing: true });
    const shown = await show(id);
    expect(shown.task).toMatchObject({
      id, domain: tenant.domain, enterpriseProject: '0', name: 'MigrationTask', osType: 'LINUX', source, state: 'READY', progress: 0, speed: 0, copied: 0, total: 0, totalTime: 0, facts: {},
      startedAt: undefined, finishedAt: undefined, error: undefined, remainingSeconds: undefined, estimatedEndAt: undefined,
    });
    expect(shown.task.target).toEqual(newTask().target);
    expect(shown.task.subtasks.map(({ name }) => name)).toEqual([
      'CREATE_CLOUD_SERVER', 'SSL_CONFIG', 'ATTACH_AGENT_IMAGE', 'FORMAT_DISK_LINUX_BLOCK', 'MIGRATE_LINUX_BLOCK', 'SYNC_LINUX_BLOCK', 'CONFIGURE_LINUX_BLOCK', 'DETTACH_AGENT_IMAGE',
    ]);
    for (const subtask of shown.task.subtasks) expect(subtask).toMatchObject({ progress: 0, startedAt: undefined, endedAt: undefined, userOp: 'REPLICATE', processTrace: '' });
    const ids = shown.task.subtasks.map((subtask) => subtask.id);
    expect(ids).toEqual([...new Set(ids)].sort((a, b) => a - b));
    expect(shown.source).toMatchObject({ id: source, state: 'waiting', cycle: 'replicating', currentTask: id });
    expect((await rooms.sources.nextCommand(tenant, source))?.name).toBe('TASK_NOT_STARTED');
  });

  test('may begin at once, and have its network looked at', async () => {
    const id = await create({ autoStart: true, startNetworkCheck: true });
    expect((await show(id)).task.state).toBe('RUNNING');
    const orders = [await rooms.sources.nextCommand(tenant, source), await rooms.sources.nextCommand(tenant, source)].map((command) => command?.name);
    expect(orders.sort()).toEqual(['NETWORK_CHECK', 'START']);
  });

  test('is the only one of its source, however many are created at once', async () => {
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => create()));
    const refused = outcomes.flatMap((outcome) => (outcome.status === 'rejected' && outcome.reason instanceof ServerRefusal ? [outcome.reason.refusal] : []));
    expect(refused).toEqual(Array.from({ length: 7 }, () => ({ kind: 'source-has-task', id: source })));
    expect((await rooms.serverTasks.list(tenant, { limit: 10, offset: 0 })).count).toBe(1);
  });

  test.each<[string, () => Promise<unknown>, object]>([
    ['a source that is not there', () => create({ source: sourceId(randomUUID()) }), { kind: 'no-such-source' }],
    ["another tenant's source", () => rooms.serverTasks.create(newTenant(), newTask()), { kind: 'no-such-source' }],
    ['another operating system', () => create({ osType: 'WINDOWS' }), { kind: 'unsupported' }],
    ['a template that is not there', () => create({ template: randomUUID() }), { kind: 'no-such-template' }],
    ['a clone template that is none', () => create({ cloneTemplate: 'x' }), { kind: 'no-such-template', id: 'x' }],
  ])('is refused for %s', async (_, work, refusal) => {
    expect(await refusalOf(work())).toMatchObject(refusal);
    expect((await rooms.sources.show(tenant, source)).task).toBeUndefined();
  });

  test('is refused for Windows file by file, and for a source that failed its checks', async () => {
    const windows = await rooms.sources.register(tenant, registration({ osType: 'WINDOWS', osVersion: 'WINDOWS2016_64BIT' }, { driverFiles: true, systemServices: true, accountRights: true }));
    expect(await refusalOf(create({ source: windows, type: 'MIGRATE_FILE' }))).toMatchObject({ kind: 'unsupported' });
    const failed = await rooms.sources.register(tenant, registration({}, { hasRsync: undefined }));
    expect(await refusalOf(create({ source: failed }))).toEqual({ kind: 'source-unavailable', id: failed });
  });
});

describe('lists', () => {
  test('are filtered, in pages, the newest first, and of one tenant', async () => {
    const sources = await Promise.all(Array.from({ length: 3 }, () => rooms.sources.register(tenant, registration({ enterpriseProject: 'ep' }))));
    const first = await create({ name: 'First 100% task' });
    const others: ServerTaskId[] = [];
    for (const [index, each] of sources.entries()) others.push(await create({ source: each, name: `other ${index}`, autoStart: index === 0 }));
    const list = async (filter: Partial<Parameters<Rooms['serverTasks']['list']>[1]>, of = tenant) => {
      const { items, count } = await rooms.serverTasks.list(of, { limit: 100, offset: 0, ...filter });
      return { ids: items.map(({ task }) => task.id), count };
    };
    const newest = [...others.toReversed(), first];
    expect(await list({})).toEqual({ ids: newest, count: 4 });
    expect(await list({ limit: 2, offset: 1 })).toEqual({ ids: newest.slice(1, 3), count: 4 });
    expect(await list({ offset: 9 })).toEqual({ ids: [], count: 4 });
    expect(await list({ state: 'RUNNING' })).toEqual({ ids: others.slice(0, 1), count: 1 });
    expect(await list({ name: '100% T' })).toEqual({ ids: [first], count: 1 });
    expect(await list({ id: first.toUpperCase() })).toEqual({ ids: [first], count: 1 });
    expect(await list({ source })).toEqual({ ids: [first], count: 1 });
    expect((await list({ enterpriseProject: 'ep' })).count).toBe(3);
    expect(await list({}, newTenant())).toEqual({ ids: [], count: 0 });
  });
});

describe('an update', () => {
  test('is told again as it was said, with every digit', async () => {
    const id = await create();
    const disks = [{ id: 88_008, name: 'Disk 1', disk_id: '0', size: most, disk_index: '\0', physical_volumes: [{ id: 135_055, size: most - 1n }] }];
    const target = { id: randomUUID(), vm_id: 'a-vm', disks, btrfs_list: [], volume_groups: [{ name: 'vg', size: most }], image_disk_id: 'i', snapshot_ids: 's1,s2', cutovered_snapshot_ids: 'c' };
    await rooms.serverTasks.update(tenant, id, {
      name: 'another', priority: 2, target, facts: { clone_server: { vm_id: 'clone', clone_state: 'READY' }, target_snapshot_id: 't' }, error: 'The target is full.', enterpriseProject: 'ep2',
      source: { ip: '10.9.8.7', name: 'longbin-win16', state: 'error', memory: 9 },
      subtasks: [{ name: 'SSL_CONFIG', progress: 30, startedAt: 5, endedAt: undefined, speed: 2.5, userOp: 'OTHER', processTrace: 'a trace' }],
    });
    const { task, source: server } = await show(id);
    expect(task).toMatchObject({
      name: 'another', priority: 2, enterpriseProject: 'ep2', state: 'READY', error: 'The target is full.', target: { name: 'a target', ...target }, type: 'MIGRATE_BLOCK',
      facts: { clone_server: { vm_id: 'clone', clone_state: 'READY' }, target_snapshot_id: 't' },
    });
    expect(task.subtasks[1]).toMatchObject({ progress: 30, startedAt: 5, endedAt: undefined, speed: 2.5, userOp: 'OTHER', processTrace: 'a trace' });
    expect(server).toMatchObject({ ip: '10.9.8.7', name: 'longbin-win16', state: 'waiting', cycle: 'replicating', facts: { memory: 9 } });
    expect((await rooms.sources.list(tenant, { limit: 9, offset: 0, vmId: 'a-vm' })).count).toBe(1);
    expect((await rooms.sources.list(tenant, { limit: 9, offset: 0, ip: '10.9.8.7' })).count).toBe(1);
  });

  test('that sends back what was shown changes nothing', async () => {
    const id = await create({ autoStart: true });
    const before = await show(id);
    const { name, type, priority, startTargetServer, region, project, target, subtasks, facts } = before.task;
    await rooms.serverTasks.update(tenant, id, { name, type, priority, startTargetServer, region, project, target, subtasks, facts });
    const after = await show(id);
    expect(after.task).toEqual({ ...before.task, totalTime: after.task.totalTime });
  });

  test('gives a ready task another way to migrate with its steps, and a running one none', async () => {
    const id = await create();
    await rooms.serverTasks.update(tenant, id, { type: 'MIGRATE_FILE' });
    expect((await show(id)).task.subtasks.map(({ name }) => name)).toContain('MIGRATE_LINUX_FILE');
    await rooms.actions.act(tenant, id, 'start', { template: undefined, switchHce: undefined, consistencyCheck: undefined });
    expect(await refusalOf(rooms.serverTasks.update(tenant, id, { type: 'MIGRATE_BLOCK', name: 'never' }))).toMatchObject({ kind: 'action-not-allowed', action: 'update', state: 'RUNNING' });
    expect((await show(id)).task).toMatchObject({ type: 'MIGRATE_FILE', name: 'MigrationTask' });
  });
});

describe('what is kept beside a task', () => {
  let id: ServerTaskId;
  beforeEach(async () => { id = await create({ autoStart: true }); });

  test('speed limits replace each other, and do not overlap', async () => {
    const windows = [{ start: '0:00', end: '8:00', speed: 20, overSpeedThreshold: 15.5 }, { start: '22:00', end: '0:00', speed: 0, overSpeedThreshold: undefined }];
    expect(await rooms.serverTasks.speedLimits(tenant, id)).toEqual([]);
    await rooms.serverTasks.setSpeedLimits(tenant, id, windows);
    expect(await rooms.serverTasks.speedLimits(tenant, id)).toEqual(windows);
    expect(await refusalOf(rooms.serverTasks.setSpeedLimits(tenant, id, [...windows, { start: '7:59', end: '9:00', speed: 1, overSpeedThreshold: undefined }]))).toEqual({ kind: 'overlapping-windows' });
    expect(await rooms.serverTasks.speedLimits(tenant, id)).toEqual(windows);
    await rooms.serverTasks.setSpeedLimits(tenant, id, []);
    expect(await rooms.serverTasks.speedLimits(tenant, id)).toEqual([]);
  });

  test.each<[boolean, string]>([[true, 'UPLOADED'], [false, 'UPLOAD_FAIL']])('its log is asked for, and what came of that is told: %s', async (succeeded, state) => {
    await rooms.serverTasks.collectLog(tenant, id, 'a-bucket');
    expect((await show(id)).task.logCollection).toMatchObject({ state: 'UPLOADING', bucket: 'a-bucket' });
    const orders = [await rooms.sources.nextCommand(tenant, source), await rooms.sources.nextCommand(tenant, source)];
    expect(orders).toContainEqual({ name: 'UPLOAD_LOG', taskId: id, bucket: 'a-bucket' });
    await rooms.sources.takeResult(tenant, source, { command: 'UPLOAD_LOG', succeeded, detail: {} });
    const { logCollection } = (await show(id)).task;
    expect(logCollection).toMatchObject({ state, bucket: 'a-bucket' });
    expect(logCollection?.uploadedAt !== undefined).toBe(succeeded);
  });

  test('configurations replace those of the same key', async () => {
    const [exclude, limit] = [{ key: 'MIGRATE_EXCLUDE_DIR', value: '/tmp', status: undefined }, { key: 'LINUX_CPU_LIMIT', value: '50', status: 'ok' }];
    const configurations = async (key?: string) => (await rooms.serverTasks.configuration(tenant, id, key)).configurations;
    await rooms.serverTasks.setConfiguration(tenant, id, [exclude, limit]);
    expect(await configurations()).toEqual([limit, exclude]);
    await rooms.serverTasks.setConfiguration(tenant, id, [{ ...exclude, value: '/a' }, { key: 'OWN_KEY', value: '', status: undefined }, { ...exclude, value: '/b' }]);
    expect(await configurations()).toEqual([limit, { ...exclude, value: '/b' }, { key: 'OWN_KEY', value: '', status: undefined }]);
    expect(await configurations('LINUX_CPU_LIMIT')).toEqual([limit]);
    expect(await configurations('NONE')).toEqual([]);
    const { items } = await rooms.serverTasks.list(tenant, { limit: 10, offset: 0 });
    expect(items.map(({ configurations: listed }) => listed)).toEqual([await configurations()]);
  });

  test('verifications are kept one after the other, and exported', async () => {
    const same = { directory: '/etc', files: most, different: 0, missing: 0, more: 0 };
    await rooms.serverTasks.addConsistencyCheck(tenant, id, [same, { ...same, directory: '/var', different: 3 }]);
    await rooms.serverTasks.addConsistencyCheck(tenant, id, [same]);
    const checks = await rooms.serverTasks.consistencyChecks(tenant, id);
    expect(checks).toMatchObject([{ consistent: false, results: [same, { directory: '/var', different: 3 }] }, { consistent: true, results: [same] }]);
    expect(checks[0]?.finishedAt).toBeLessThanOrEqual(checks[1]?.finishedAt ?? 0);
    const other = await rooms.createTask(tenant, await rooms.sources.register(tenant, registration()));
    expect(await rooms.serverTasks.exportConsistency(tenant, [other, id])).toMatchObject([{ task: { id: other }, checks: [] }, { task: { id }, source: { id: source }, checks }]);
    expect((await rooms.sources.show(tenant, source)).source.consistencyChecked).toBe(true);
    expect(await refusalOf(rooms.serverTasks.exportConsistency(newTenant(), [id]))).toEqual({ kind: 'no-such-task', id });
  });

  test('the look at its network is shown with it', async () => {
    const result = { domain_connectivity: true, network_delay: 20.5, evaluation_result: '6' };
    await rooms.serverTasks.setNetworkCheck(tenant, id, result);
    expect((await show(id)).task.facts['network_check_info']).toEqual(result);
  });

  test('goes with the task', async () => {
    await rooms.serverTasks.passphrase(tenant, id);
    await rooms.serverTasks.setConfiguration(tenant, id, [{ key: 'K', value: 'v', status: undefined }]);
    await rooms.serverTasks.addConsistencyCheck(tenant, id, []);
    await rooms.sources.changeState(tenant, source, { state: 'error', cycle: undefined });
    await rooms.serverTasks.remove(tenant, [id]);
    for (const table of ['server_task_progress', 'server_task_secret', 'server_task_configuration', 'server_consistency_check'] as const) {
      expect(await rooms.database.db.selectFrom(table).selectAll().where('task_id', '=', id).execute(), table).toEqual([]);
    }
  });
});

test("nothing of another tenant's task is there", async () => {
  const id = await create();
  const [stranger, tasks] = [newTenant(), rooms.serverTasks];
  const report = { subtask: 'SSL_CONFIG', progress: 1, copied: 0, total: 0, processTrace: '', speed: undefined, compressRate: undefined, remainingSeconds: undefined, agentTime: undefined, usage: {} } as const;
  for (const [asked, of] of [[id, stranger], [serverTaskId(randomUUID()), tenant]] as const) {
    const questions = [
      tasks.show(of, asked), tasks.update(of, asked, {}), tasks.report(of, asked, report), tasks.speedLimits(of, asked), tasks.setSpeedLimits(of, asked, []), tasks.collectLog(of, asked, 'b'),
      tasks.certificates(of, asked), tasks.passphrase(of, asked), tasks.configuration(of, asked, undefined), tasks.setConfiguration(of, asked, []), tasks.consistencyChecks(of, asked),
      tasks.addConsistencyCheck(of, asked, []), tasks.exportConsistency(of, [asked]), tasks.setNetworkCheck(of, asked, {}), tasks.remove(of, [asked]),
    ];
    expect(await Promise.all(questions.map(refusalOf))).toEqual(questions.map(() => ({ kind: 'no-such-task', id: asked })));
  }
});
