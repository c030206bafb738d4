/** What the routes of migration tasks make of requests, and how they show tasks. */
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ServerRefusal } from '../../server-migration/server-migration.ts';
import { MemoryServerTasks } from './fixtures/memory-server-tasks.ts';
import { openRoutes, type RoutesApp } from './fixtures/routes-app.ts';
import { huge, knownSource, knownTask, source, task, tenant } from './fixtures/servers.ts';
import { taskRoutes } from './task-routes.ts';

let tasks: MemoryServerTasks;
let routes: RoutesApp;
beforeEach(async () => {
  tasks = new MemoryServerTasks();
  routes = await openRoutes([taskRoutes(tasks)]);
});
afterEach(() => routes.app.close());

const call = (...request: Parameters<RoutesApp['call']>) => routes.call(...request);
const path = `/v3/tasks/${knownTask}`;

const asked = {
  name: 'MigrationTask', type: 'MIGRATE_FILE', source_server: { id: knownSource }, target_server: { disks: [{ name: 'Disk 1', size: huge, physical_volumes: null }] },
  region_name: 'cn-north-4', region_id: 'cn-north-4', project_name: 'cn-north-4', project_id: 'b276e6fb38c74aa2ba4598f049745ce9',
};

describe('creating', () => {
  it('has the defaults of the documents, and needs no name and no id for a target that is made', async () => {
    expect(await call('POST', '/v3/tasks', { ...asked, vm_template_id: 't', os_type: 'linux' })).toMatchObject({ status: 200, body: { id: knownTask } });
    expect(tasks.calls).toEqual([['create', tenant, {
      name: 'MigrationTask', type: 'MIGRATE_FILE', osType: 'LINUX', source: knownSource, target: { disks: [{ name: 'Disk 1', size: huge, device_use: 'NORMAL' }] }, priority: 1, startTargetServer: true, autoStart: false,
      migrationIp: undefined, region: { id: 'cn-north-4', name: 'cn-north-4' }, project: { id: 'b276e6fb38c74aa2ba4598f049745ce9', name: 'cn-north-4' }, template: 't', cloneTemplate: undefined,
      usePublicIp: true, useIpv6: false, syncing: false, existServer: false, startNetworkCheck: false, speedLimit: 0, overSpeedThreshold: undefined, consistencyCheck: false, migrationTest: false,
    }]]);
  });

  it('takes everything that can be said', async () => {
    await call('POST', '/v3/tasks', {
      ...asked, target_server: { name: 'copy', vm_id: 'vm-1' }, priority: 0, start_target_server: false, auto_start: true, migration_ip: '10.0.0.9', clonevm_template_id: 'c', use_public_ip: false, use_ipv6: true,
      syncing: true, start_network_check: true, speed_limit: 7, over_speed_threshold: 12.5, is_need_consistency_check: true, need_migration_test: true,
    });
    expect(tasks.calls[0]?.[2]).toMatchObject({
      osType: undefined, target: { name: 'copy', vm_id: 'vm-1' }, priority: 0, startTargetServer: false, autoStart: true, migrationIp: '10.0.0.9', cloneTemplate: 'c', usePublicIp: false, useIpv6: true, syncing: true,
      existServer: true, startNetworkCheck: true, speedLimit: 7, overSpeedThreshold: 12.5, consistencyCheck: true, migrationTest: true,
    });
  });

  it.each<[object, string, string]>([
    [{ exist_server: true }, 'SMS.8002', 'target_server.name'],
    [{ exist_server: true, target_server: { name: 'copy', vm_id: '' } }, 'SMS.8002', 'target_server.vm_id'],
    [{ target_server: { vm_id: 'vm-1' } }, 'SMS.8002', 'target_server.name'],
    [{ source_server: { id: 'nobody' } }, 'SMS.2216', 'source_server.id'],
    [{ priority: 3 }, 'SMS.8001', 'priority'],
    [{ type: null }, 'SMS.8002', 'type'],
  ])('not with %j', async (change, code, parameter) => {
    expect(await call('POST', '/v3/tasks', { ...asked, ...change })).toMatchObject({ status: 400, body: { error_code: code, error_param: [parameter] } });
    expect(tasks.calls).toEqual([]);
  });

  it('says that the source does not exist in the code for it', async () => {
    tasks.failure = new ServerRefusal({ kind: 'no-such-source', id: knownSource });
    expect(await call('POST', '/v3/tasks', asked)).toMatchObject({ status: 400, body: { error_code: 'SMS.2216' } });
    tasks.failure = new ServerRefusal({ kind: 'source-unavailable', id: knownSource });
    expect(await call('POST', '/v3/tasks', asked)).toMatchObject({ status: 400, body: { error_code: 'SMS.8032' } });
  });
});

describe('lists', () => {
  it.each<[string, object]>([
    ['', { limit: 100, offset: 0 }],
    ['?limit=0', { limit: 100, offset: 0 }],
    [`?state=resetING&name=n&id=${knownTask.toUpperCase()}&source_server_id=${knownSource.toUpperCase()}&limit=200&offset=65535&enterprise_project_id=e`, {
      limit: 200, offset: 65_535, state: 'RESETING', name: 'n', id: knownTask, source: knownSource, enterpriseProject: 'e',
    }],
  ])('with %s', async (query, filter) => {
    expect(await call('GET', `/v3/tasks${query}`, undefined, 'reader')).toMatchObject({ status: 200, body: { count: 353, tasks: [{ id: knownTask, log_collect_status: 'UPLOADED', special_config: [{ config_key: 'CONSISTENCY_DIR', config_value: '/srv', config_status: 'success' }] }] } });
    expect(tasks.calls).toEqual([['list', { ...tenant, userId: 'looker' }, filter]]);
  });

  it('nothing in the states that no task gets into', async () => {
    expect((await call('GET', '/v3/tasks?state=SYNC_F_ROLLBACKING')).body).toEqual({ count: 0, tasks: [] });
    expect(tasks.calls).toEqual([]);
  });

  it.each([['limit=201', 'limit'], ['state=DONE', 'state'], ['offset=-1', 'offset']])('not with %s', async (query, parameter) => {
    expect(await call('GET', `/v3/tasks?${query}`)).toMatchObject({ status: 400, body: { error_code: 'SMS.8001', error_param: [parameter] } });
  });
});

describe('a task', () => {
  it('is shown whole, sizes with all digits', async () => {
    const { text, body } = await call('GET', path);
    expect(text).toContain('"remain_seconds":9223372036854775807');
    expect(body).toMatchObject({
      id: knownTask, name: 'MigrationTask', type: 'MIGRATE_FILE', os_type: 'LINUX', state: 'RUNNING', priority: 1, progress: 45, speed_limit: 100, migrate_speed: 10.5, compress_rate: 1.5, start_target_server: true,
      estimate_complete_time: 1_598_439_000_000, create_date: 1_598_435_778_000, start_date: 1_598_435_784_000, finish_date: null, total_time: 115, remain_seconds: huge, error_json: '', migration_ip: '10.0.0.9',
      region_id: 'cn-north-4', region_name: 'Beijing4', project_name: 'cn-north-4', vm_template_id: 'template-1', enterprise_project_id: '0', connected: true, syncing: true,
      network_check_info: { network_delay: 1 }, total_cpu_usage: 12.5, agent_cpu_usage: null, clone_server: null, target_snapshot_id: null, float_ip: null,
      source_server: { id: knownSource, ip: '192.168.0.154', name: 'web', os_type: 'LINUX', state: 'replicate', migration_cycle: 'replicating', oem_system: false },
      target_server: { id: null, vm_id: 'vm-1', name: 'copy', ip: '10.0.0.9', os_type: 'LINUX', disks: [{ name: 'Disk 1', size: huge }], volume_groups: [], btrfs_list: [], image_disk_id: 'image-1' },
      sub_tasks: [
        { id: 1, name: 'CREATE_CLOUD_SERVER', progress: 100, start_date: 1_598_435_802_000, end_date: 1_598_435_803_000, migrate_speed: null, user_op: 'REPLICATE', process_trace: '' },
        { id: 2, name: 'MIGRATE_LINUX_FILE', progress: 40, end_date: null, migrate_speed: 80.5, process_trace: '/srv' },
      ],
    });
  });

  it('whose agent is silent has no speed, and no end in sight', async () => {
    tasks.known = { ...tasks.known, source: source({ connected: false }) };
    const unknown = { migrate_speed: 0, estimate_complete_time: null };
    expect((await call('GET', path)).body).toMatchObject({ ...unknown, connected: false, remain_seconds: null });
    expect((await call('GET', '/v3/tasks')).body).toMatchObject({ tasks: [unknown] });
  });

  it('that failed says why', async () => {
    tasks.known = { ...tasks.known, task: task({ state: 'MIGRATE_FAIL', error: '{"error_code":"SMS.1"}', subtasks: [] }) };
    expect((await call('GET', path)).body).toMatchObject({ state: 'MIGRATE_FAIL', error_json: '{"error_code":"SMS.1"}' });
  });

  it.each(['9dcbf9f2-9f2a-4df5-88dc-27a5614a1187', 'consistency-results'])('that is not there is 404: %s', async (id) => {
    expect(await call('GET', `/v3/tasks/${id}`)).toMatchObject({ status: 404, body: { error_code: 'SMS.8021', error_param: [id] } });
  });
});

describe('an update', () => {
  it('takes the example of the documents as it stands', async () => {
    const example = readFileSync(new URL('fixtures/update-task.json', import.meta.url), 'utf8');
    expect(await call('PUT', path, example)).toMatchObject({ status: 200, body: { id: knownTask } });
    const [, , , change] = tasks.calls[0] ?? [];
    expect(change).toMatchObject({
      name: 'MigrationTask', type: 'MIGRATE_BLOCK', priority: 1, startTargetServer: true, region: { id: 'region id', name: 'region name' }, project: { id: 'b276e6fb38c74aa2ba4598f049745ce9', name: 'project name' },
      template: '38d53ae9-70e3-4587-89c9-6219d3d4e962', speedLimit: 0,
      source: { name: 'longbin-win16', ip: '192.168.0.154', os_type: 'WINDOWS', os_version: 'WINDOWS2016_64BIT', oem_system: false },
      target: {
        id: 'c1bd67b6-1caa-403e-9e32-81d2feafcda9', vm_id: '', system_dir: 'Y:\\Windows\\System32', volume_groups: [],
        disks: [{
          id: 88_008, name: 'Disk 1', disk_id: '0', partition_style: 'MBR', size: 42_949_672_960, used_size: 42_947_575_808, device_use: 'OS', os_disk: true,
          physical_volumes: [{ id: 135_055, uuid: '\\\\?\\Volume{586b7157-0000-0000-0000-100000000000}\\', index: 1, free_size: 114_012_160 }, { id: 135_056, device_use: 'OS' }],
        }],
      },
      subtasks: [
        { name: 'CREATE_CLOUD_SERVER', progress: 0, startedAt: 1_598_435_802_000, endedAt: undefined, userOp: 'REPLICATE' }, { name: 'SSL_CONFIG' }, { name: 'ATTACH_AGENT_IMAGE' }, { name: 'FORMAT_DISK_WINDOWS' },
        { name: 'MIGRATE_WINDOWS_BLOCK', startedAt: undefined },
      ],
    });
    expect(Object.keys(change as object).sort()).toEqual(['name', 'priority', 'project', 'region', 'source', 'speedLimit', 'startTargetServer', 'subtasks', 'target', 'template', 'type']);
    expect(Object.keys((change as { source: object }).source).sort()).toEqual(['ip', 'name', 'oem_system', 'os_type', 'os_version']);
    expect(JSON.stringify(change, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value))).not.toContain('disk_index');
  });

  it('keeps snapshots, clones and the agent’s error', async () => {
    const clone_server = { vm_id: 'c', clone_state: 'FINISHED' };
    await call('PUT', path, {
      id: knownTask.toUpperCase(), error_json: 'broken', clone_server, target_snapshot_id: 's', image_disk_id: 'i', target_disk_ids: 'a,b', snapshot_ids: 'c', cutovered_snapshot_ids: 'd', float_ip: 'f',
      enterprise_project: 'e', exist_server: true, use_ipv6: true, use_public_ip: false, migration_ip: '1.2.3.4', project_id: 'p', state: 'READY', finish_date: huge,
      sub_tasks: [{ progress: 4 }, { name: 'ssl_config', progress: 100, start_date: huge - 1n, end_date: huge }],
    });
    expect(tasks.calls).toEqual([['update', tenant, knownTask, {
      error: 'broken', enterpriseProject: 'e', existServer: true, useIpv6: true, usePublicIp: false, migrationIp: '1.2.3.4', project: { id: 'p' },
      subtasks: [{ name: 'SSL_CONFIG', progress: 100, startedAt: huge - 1n, endedAt: huge, speed: undefined, userOp: undefined, processTrace: undefined }],
      facts: { clone_server, target_snapshot_id: 's', image_disk_id: 'i', target_disk_ids: 'a,b', snapshot_ids: 'c', cutovered_snapshot_ids: 'd', float_ip: 'f' },
    }]]);
  });

  it('of nothing changes nothing', async () => {
    expect(await call('PUT', path, {})).toMatchObject({ status: 200 });
    expect(tasks.calls).toEqual([['update', tenant, knownTask, {}]]);
  });

  it.each<[object, string]>([
    [{ id: knownSource }, 'id'], [{ sub_tasks: [{ name: 'SSL_CONFIG', progress: 1 }, { name: 'FLY', progress: 1 }] }, 'sub_tasks[1].name'],
    [{ target_server: { disks: [{ disk_index: 'a\0' }] } }, 'target_server.disks[0].disk_index'], [{ name: '\0' }, 'name'],
  ])('not with %j', async (body, parameter) => {
    expect(await call('PUT', path, body)).toMatchObject({ status: 400, body: { error_code: 'SMS.8001', error_param: [parameter] } });
    expect(tasks.calls).toEqual([]);
  });
});

describe('actions', () => {
  it.each(['start', 'stop', 'test', 'cutover', 'clone_test', 'restart', 'network_check', 'skip', 'clear', 'migration_test', 'collect_log', 'sync_failed_rollback'])('%s', async (operation) => {
    expect(await call('POST', `${path}/action`, { operation: operation.toUpperCase() })).toMatchObject({ status: 200, text: '' });
    expect(tasks.calls).toEqual([['act', tenant, knownTask, operation, { template: undefined, switchHce: undefined, consistencyCheck: undefined }]]);
  });

  it('have options', async () => {
    await call('POST', `${path}/action`, { operation: 'clone_test', template_id: 't', switch_hce: true, is_need_consistency_check: false });
    await call('POST', `${path}/action`, { operation: 'clone_test', template_id: '' });
    expect(tasks.calls).toEqual([
      ['act', tenant, knownTask, 'clone_test', { template: 't', switchHce: true, consistencyCheck: false }], ['act', tenant, knownTask, 'clone_test', { template: undefined, switchHce: undefined, consistencyCheck: undefined }],
    ]);
  });

  it('need an agent where only an agent can do it', async () => {
    tasks.failure = new ServerRefusal({ kind: 'source-not-connected', id: knownSource });
    expect(await call('POST', `${path}/action`, { operation: 'network_check' })).toMatchObject({ status: 400, body: { error_code: 'SMS.8033', error_param: [knownSource] } });
  });

  it('are refused with the state that forbids them', async () => {
    tasks.failure = new ServerRefusal({ kind: 'action-not-allowed', action: 'stop', state: 'READY', id: knownTask });
    expect((await call('POST', `${path}/action`, { operation: 'stop' })).body).toMatchObject({ error_code: 'SMS.1038', error_msg: expect.stringContaining('READY') as string, error_param: [knownTask] });
  });
});

it('progress', async () => {
  const report = { subtask_name: 'migrate_linux_file', progress: 40, replicatesize: huge, totalsize: huge, process_trace: '/srv' };
  expect(await call('PUT', `${path}/progress`, report)).toMatchObject({ status: 200, text: '' });
  await call('PUT', `${path}/progress`, { ...report, migrate_speed: 80.5, compress_rate: 1.5, remain_time: 9, agent_time: '2026-11-21 16:00:00', total_cpu_usage: 5, agent_disk_io: 7.5 });
  const common = { subtask: 'MIGRATE_LINUX_FILE', progress: 40, copied: huge, total: huge, processTrace: '/srv' };
  expect(tasks.calls).toEqual([
    ['report', tenant, knownTask, { ...common, speed: undefined, compressRate: undefined, remainingSeconds: undefined, agentTime: undefined, usage: {} }],
    ['report', tenant, knownTask, { ...common, speed: 80.5, compressRate: 1.5, remainingSeconds: 9, agentTime: '2026-11-21 16:00:00', usage: { total_cpu_usage: 5, agent_disk_io: 7.5 } }],
  ]);
});

it('deletes one or several', async () => {
  expect(await call('DELETE', path)).toMatchObject({ status: 200, text: '' });
  expect(await call('POST', '/v3/tasks/delete', { ids: [knownTask] })).toMatchObject({ status: 200, text: '' });
  expect(tasks.calls).toEqual([['remove', tenant, [knownTask]], ['remove', tenant, [knownTask]]]);
});

describe('speed limits', () => {
  it('are shown and set', async () => {
    expect((await call('GET', `${path}/speed-limit`)).body).toEqual({ speed_limit: [{ start: '08:00', end: '20:00', speed: 100, over_speed_threshold: 50.5 }, { start: '20:00', end: '24:00', speed: 0 }] });
    expect(await call('POST', `${path}/speed-limit`, { speed_limit: [{ start: '8:00', end: '24:00', speed: 1000, over_speed_threshold: 50 }, { start: '0:00', end: '08:00' }] })).toMatchObject({ status: 200, text: '' });
    expect(tasks.calls[1]).toEqual(['setSpeedLimits', tenant, knownTask, [{ start: '8:00', end: '24:00', speed: 1000, overSpeedThreshold: 50 }, { start: '0:00', end: '08:00', speed: 0, overSpeedThreshold: undefined }]]);
  });

  it.each([['start', '24:00'], ['end', '24:01'], ['start', '8:60'], ['start', ' 8:00']])('not with a %s of %s', async (field, value) => {
    expect(await call('POST', `${path}/speed-limit`, { speed_limit: [{ start: '01:00', end: '02:00', speed: 1, [field]: value }] })).toMatchObject({ status: 400, body: { error_param: [`speed_limit[0].${field}`] } });
  });

  it('that overlap are refused', async () => {
    tasks.failure = new ServerRefusal({ kind: 'overlapping-windows' });
    expect(await call('POST', `${path}/speed-limit`, { speed_limit: [] })).toMatchObject({ status: 400, body: { error_code: 'SMS.8035', error_param: ['speed_limit'] } });
  });
});

describe('keys', () => {
  it('are shown to the agent, the CA when it is asked for', async () => {
    const keys = {
      cert: 'source certificate', private_key: 'source key', target_mgmt_cert: 'management certificate', target_mgmt_private_key: 'management key', target_data_cert: 'data certificate',
      target_data_private_key: 'data key',
    };
    const { body, headers } = await call('GET', `${path}/certkey`);
    expect(body).toEqual(keys);
    expect(headers['cache-control']).toBe('no-store');
    expect((await call('GET', `${path}/certkey?enable_ca_cert=true`)).body).toEqual({ ...keys, ca: 'ca certificate' });
    expect((await call('GET', `${path}/passphrase`)).body).toEqual({ task_id: knownTask, passphrase: 'open sesame' });
  });

  it.each(['certkey', 'passphrase'])('are not for those who may only look: %s', async (what) => {
    expect(await call('GET', `${path}/${what}`, undefined, 'reader')).toMatchObject({ status: 403, body: { error_code: 'SMS.9004' } });
    expect(tasks.calls).toEqual([]);
  });
});

describe('configuration', () => {
  it('is shown and set, with keys of whatever name', async () => {
    expect((await call('GET', `${path}/configuration-setting?config_key=CONSISTENCY_DIR`)).body).toEqual({
      task_id: knownTask, migrate_type: 'LINUX_MIGRATE_FILE',
      configurations: [{ config_key: 'CONSISTENCY_DIR', config_value: '/srv', config_status: 'success' }, { config_key: 'OF_MY_OWN', config_value: '' }],
    });
    await call('POST', `${path}/configuration-setting`, { configurations: [{ config_key: 'DYNAMIC_PORT', config_value: '8901', config_status: 'set' }, { config_key: 'Of.Tomorrow', config_value: '' }] });
    expect(tasks.calls).toEqual([
      ['configuration', tenant, knownTask, 'CONSISTENCY_DIR'],
      ['setConfiguration', tenant, knownTask, [{ key: 'DYNAMIC_PORT', value: '8901', status: 'set' }, { key: 'Of.Tomorrow', value: '', status: undefined }]],
    ]);
  });

  it.each([['WINDOWS', 'MIGRATE_BLOCK', 'WINDOWS_MIGRATE_BLOCK'], ['LINUX', 'MIGRATE_BLOCK', 'LINUX_MIGRATE_BLOCK']] as const)('of %s %s', async (osType, type, migrateType) => {
    tasks.known = { ...tasks.known, task: task({ osType, type }) };
    expect((await call('GET', `${path}/configuration-setting`)).body).toMatchObject({ migrate_type: migrateType });
  });
});

describe('consistency checks', () => {
  it('are reported and shown', async () => {
    const result = { dir_check: '/srv', num_total_files: huge, num_different_files: 1, num_target_miss_files: 2, num_target_more_files: 3 };
    expect(await call('POST', `${path}/consistency-result`, { consistency_result: [result] })).toMatchObject({ status: 200, text: '' });
    await call('POST', `${path}/consistency-result`, {});
    expect(tasks.calls).toEqual([
      ['addConsistencyCheck', tenant, knownTask, [{ directory: '/srv', files: huge, different: 1, missing: 2, more: 3 }]], ['addConsistencyCheck', tenant, knownTask, []],
    ]);
    expect((await call('GET', `${path}/consistency-result`)).body).toMatchObject({
      task_id: knownTask,
      result_list: [
        { finished_time: 1_598_435_900_000, check_result: 'consistent', consistency_result: [] },
        { finished_time: 1_598_436_000_000, check_result: 'inconsistent', consistency_result: [{ dir_check: '=/srv,"a"', num_total_files: huge, num_different_files: 1, num_target_miss_files: 2, num_target_more_files: 3 }, { dir_check: '/etc' }] },
      ],
    });
  });

  it('are exported as a file, also for those who may only look', async () => {
    const { status, text, headers } = await call('POST', '/v3/tasks/consistency-results/export', { task_info: [{ task_id: knownTask, source_id: knownSource, source_name: 'web' }] }, 'reader');
    expect(status).toBe(200);
    expect(headers).toMatchObject({ 'content-type': 'text/csv; charset=utf-8', 'content-disposition': 'attachment; filename="consistency-results.csv"' });
    expect(text).toBe([
      'task_id,source_id,source_name,finished_time,check_result,dir_check,num_total_files,num_different_files,num_target_miss_files,num_target_more_files',
      `${knownTask},${knownSource},web,2020-08-26T10:00:00.000Z,inconsistent,"'=/srv,""a""",9223372036854775807,1,2,3`,
      `${knownTask},${knownSource},web,2020-08-26T10:00:00.000Z,inconsistent,/etc,9,0,0,0`,
      '',
    ].join('\r\n'));
  });
});

it('logs and network checks', async () => {
  expect(await call('POST', `${path}/log`, { log_bucket: 'logs' })).toMatchObject({ status: 200, text: '' });
  const check = { network_delay: 1.5, network_jitter: 0, migration_speed: 100, loss_percentage: 0, cpu_usage: 5, mem_usage: 6, evaluation_result: 'good', domain_connectivity: true };
  expect(await call('POST', `/v3/${knownTask}/update-network-check-info`, check)).toMatchObject({ status: 200, body: { task_id: knownTask } });
  expect(tasks.calls).toEqual([['collectLog', tenant, knownTask, 'logs'], ['setNetworkCheck', tenant, knownTask, check]]);
});
