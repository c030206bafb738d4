/** What the routes of source servers make of requests, and how they show servers. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ServerRefusal } from '../../server-migration/server-migration.ts';
import { parameterHeader } from '../http-errors.ts';
import { MemorySources } from './fixtures/memory-sources.ts';
import { openRoutes, type RoutesApp } from './fixtures/routes-app.ts';
import { huge, knownSource, knownTask, source, tenant } from './fixtures/servers.ts';
import { sourceRoutes } from './source-routes.ts';

let sources: MemorySources;
let routes: RoutesApp;
beforeEach(async () => {
  sources = new MemorySources();
  routes = await openRoutes([sourceRoutes(sources)]);
});
afterEach(() => routes.app.close());

const call = (...request: Parameters<RoutesApp['call']>) => routes.call(...request);
const path = `/v3/sources/${knownSource}`;

const network = { name: 'eth0', ip: '10.0.0.1', netmask: '255.255.255.0', gateway: '10.0.0.254', mac: 'fa:16:3e:00:00:01' };
const registration = { ip: '10.0.0.1', name: 'web', os_type: 'LINUX', os_version: 'UBUNTU_22_4_64BIT', networks: [network], agent_version: '24.3.0' };

describe('registering', () => {
  it('takes what is mandatory and answers the id', async () => {
    expect(await call('POST', '/v3/sources', registration)).toMatchObject({ status: 200, body: { id: knownSource } });
    expect(sources.calls).toEqual([['register', tenant, {
      id: undefined, name: 'web', ip: '10.0.0.1', ipv6: '', macs: ['fa:16:3e:00:00:01'], hostname: '', osType: 'LINUX', osVersion: 'UBUNTU_22_4_64BIT', enterpriseProject: undefined,
      agentVersion: '24.3.0', oemSystem: false, startType: undefined, state: undefined, cycle: undefined, facts: { networks: [network] },
      inspected: {
        disks: [], volumeGroups: undefined, btrfs: undefined, firmware: undefined, cpuQuantity: undefined, memory: undefined, hasRsync: undefined, paravirtualization: undefined,
        rawDevices: undefined, bootLoader: undefined, driverFiles: undefined, systemServices: undefined, accountRights: undefined,
      },
    }]]);
  });

  it('keeps all facts with all digits, and inspects what the checks look at', async () => {
    const disk = {
      name: '/dev/vda', device_use: 'os', size: huge, used_size: 3, partition_style: 'gpt',
      physical_volumes: [{ file_system: 'ext4', mount_point: '/', size: huge, used_size: 2n ** 62n }, { file_system: 'swap', size: 5, used_size: 4, free_size: 0 }, {}],
    };
    const logical = { file_system: 'xfs', inode_size: 256, mount_point: '/srv', name: 'lv', size: 5, used_size: 1, free_size: 4 };
    const more = {
      id: knownSource.toUpperCase(), hostname: 'web.local', ipv6: 'fe80::1', firmware: 'uefi', cpu_quantity: 65_535, memory: huge, disks: [disk], btrfs_list: [], has_rsync: true, paravirtualization: false,
      raw_devices: '', boot_loader: 'grub', volume_groups: [{ name: 'vg', logical_volumes: [logical] }], state: 'WAITING', migration_cycle: 'Checking', oem_system: true, start_type: 'AUTO',
      platform: 'VMware', has_tc: null, of_tomorrow: 1,
    };
    expect(await call('POST', '/v3/sources', { ...registration, os_type: 'linux', ...more })).toMatchObject({ status: 200 });
    expect(sources.calls[0]?.[2]).toMatchObject({
      id: knownSource.toUpperCase(), hostname: 'web.local', ipv6: 'fe80::1', osType: 'LINUX', oemSystem: true, startType: 'AUTO', state: 'waiting', cycle: 'checking',
      facts: {
        firmware: 'UEFI', boot_loader: 'GRUB', platform: 'vmware', memory: huge, disks: [{ ...disk, device_use: 'OS', partition_style: 'GPT' }],
        volume_groups: [{ name: 'vg', logical_volumes: [{ ...logical, block_count: 0, block_size: 0 }] }],
      },
      inspected: {
        firmware: 'UEFI', cpuQuantity: 65_535, memory: huge, hasRsync: true, paravirtualization: false, rawDevices: '', bootLoader: 'GRUB', btrfs: [],
        disks: [{
          name: '/dev/vda', size: huge, partitionStyle: 'GPT',
          volumes: [{ fileSystem: 'ext4', mountPoint: '/', size: huge, free: 2n ** 62n - 1n }, { fileSystem: 'swap', size: 5, free: 0 }, { fileSystem: undefined, size: undefined, free: undefined }],
        }],
      },
    });
    expect(Object.keys((sources.calls[0]?.[2] as { facts: object }).facts)).not.toContain('of_tomorrow');
  });
});

describe('lists', () => {
  it.each<[string, object]>([
    ['', { limit: 200, offset: 0 }],
    ['?limit=0&offset=', { limit: 200, offset: 0 }],
    ['?limit=200&offset=65535', { limit: 200, offset: 65_535 }],
    ['?enterprise_project_id=all_granted_eps', { limit: 200, offset: 0 }],
    ['?state=REPLICATE&name=w%25&id=1&ip=10.&ipv6=fe&migproject=p&migration_cycle=Cutovered&connected=TRUE&enterprise_project_id=0&is_consistency_result_exist=false&vm_id=v&limit=1', {
      limit: 1, offset: 0, state: 'replicate', name: 'w%', id: '1', ip: '10.', ipv6: 'fe', migrationProject: 'p', cycle: 'cutovered', connected: true, enterpriseProject: '0', consistencyChecked: false, vmId: 'v',
    }],
  ])('with %s', async (query, filter) => {
    expect(await call('GET', `/v3/sources${query}`, undefined, 'reader')).toMatchObject({ status: 200, body: { count: 353, source_servers: [{ id: knownSource }] } });
    expect(sources.calls).toEqual([['list', { ...tenant, userId: 'looker' }, filter]]);
  });

  it.each([
    ['limit=201', 'limit'], ['limit=-1', 'limit'], ['limit=a', 'limit'], ['offset=65536', 'offset'], ['state=running', 'state'], ['connected=1', 'connected'], ['migration_cycle=no', 'migration_cycle'],
    ['name=a&name=b', 'name'], [`vm_id=${'x'.repeat(256)}`, 'vm_id'],
  ])('not with %s', async (query, parameter) => {
    expect(await call('GET', `/v3/sources?${query}`)).toMatchObject({ status: 400, body: { error_code: 'SMS.8001', error_param: [parameter] } });
  });

  it('failures, 50 to a page', async () => {
    expect(await call('GET', '/v3/errors')).toMatchObject({
      status: 200,
      body: { count: 1, migration_errors: [{ error_json: 'rsync ended with 23', host_name: 'web.local', name: 'web', source_id: knownSource, source_ip: '192.168.0.154', target_ip: '10.0.0.9' }] },
    });
    await call('GET', '/v3/errors?limit=100&offset=3&enterprise_project_id=e');
    await call('GET', '/v3/errors?enterprise_project_id=all_granted_eps');
    expect(sources.calls).toEqual([
      ['failures', tenant, { limit: 50, offset: 0 }], ['failures', tenant, { limit: 100, offset: 3, enterpriseProject: 'e' }], ['failures', tenant, { limit: 50, offset: 0 }],
    ]);
    expect(await call('GET', '/v3/errors?limit=101')).toMatchObject({ status: 400 });
  });
});

describe('the overview', () => {
  it('has all 14 counters', async () => {
    expect((await call('GET', '/v3/sources/overview')).body).toEqual(sources.counted);
    expect(Object.keys(sources.counted)).toHaveLength(14);
    await call('GET', '/v3/sources/overview?enterprise_project_id=e');
    expect(sources.calls).toEqual([['overview', tenant, undefined], ['overview', tenant, 'e']]);
  });
});

describe('a source server', () => {
  it('is shown whole, sizes with all digits', async () => {
    const { status, text, body } = await call('GET', path.toUpperCase().replace('/V3/SOURCES', '/v3/sources'));
    expect(status).toBe(200);
    expect(text).toContain('"size":9223372036854775807');
    expect(body).toMatchObject({
      id: knownSource, ip: '192.168.0.154', name: 'web', hostname: 'web.local', enterprise_project_id: '0', add_date: 1_598_435_778_000, os_type: 'LINUX', os_version: 'UBUNTU_22_4_64BIT',
      oem_system: false, state: 'replicate', connected: true, firmware: 'BIOS', cpu_quantity: 2, memory: 4096, migration_cycle: 'replicating', replicatesize: 5, totalsize: huge,
      state_action_time: 1_598_435_784_000, stage_action_time: 1_598_435_784_001, last_visit_time: 1_598_435_800_000, agent_version: '24.3.0', has_tc: true, start_type: 'MANUAL',
      checks: [
        { id: 1, params: ['UBUNTU_22_4_64BIT'], name: 'OS_VERSION', result: 'OK', error_code: null, error_or_warn: null, error_params: null },
        { id: 2, params: [], name: 'RSYNC', result: 'ERROR', error_code: 'SMS.0302', error_or_warn: 'rsync is missing', error_params: 'rsync' },
      ],
      disks: [{ id: 1, name: '/dev/vda', size: huge, physical_volumes: [{ id: 1, name: '/dev/vda1' }] }, { id: 2, physical_volumes: [{ id: 2 }, { id: 3 }] }],
      volume_groups: [{ id: 1, name: 'vg', logical_volumes: [{ id: 1, name: 'lv' }] }], btrfs_list: [], networks: [{ mac: 'fa:16:3e:00:00:01' }],
      init_target_server: { disks: [{ name: '/dev/vda', size: huge, device_use: 'OS' }, { name: '/dev/vdb' }], volume_groups: [{ name: 'vg' }] },
      current_task: {
        id: knownTask, name: 'MigrationTask', type: 'MIGRATE_FILE', state: 'RUNNING', start_date: 1_598_435_784_000, speed_limit: 100, migrate_speed: 10.5, remain_seconds: huge,
        target_server: { vm_id: 'vm-1', name: 'copy' }, log_collect_status: 'UPLOADED', log_bucket: 'logs', log_expire: null, log_share_url: null, clone_server: null,
        subtask_info: '[{"name":"CREATE_CLOUD_SERVER","progress":100},{"name":"MIGRATE_LINUX_FILE","progress":40}]',
      },
    });
  });

  it('whose agent is silent has no speed, and no end in sight', async () => {
    sources.known = { ...sources.known, source: source({ connected: false }) };
    expect((await call('GET', path)).body).toMatchObject({ connected: false, current_task: { migrate_speed: 0, estimate_complete_time: null, remain_seconds: null } });
  });

  it('without a task and with nothing told is shown too', async () => {
    sources.known = { source: source({ facts: {}, currentTask: undefined, checks: [] }), task: undefined };
    expect((await call('GET', path)).body).toMatchObject({ current_task: null, disks: [], networks: [], memory: null, init_target_server: { disks: [], volume_groups: [] } });
  });

  it.each(['9cce5dab-df33-4abe-b2ac-e94fa05d6a01', 'nonsense', '%00', `${knownSource}%00`])('that is not there is 404: %s', async (id) => {
    expect(await call('GET', `/v3/sources/${id}`)).toMatchObject({ status: 404, body: { error_code: 'SMS.8020' } });
  });
});

describe('what is planned of the target', () => {
  it('goes by the ids that the answer gave, and is shown as the target is to be', async () => {
    const plan = {
      disks: [{ id: 2, need_migration: true, adjust_size: huge, physical_volumes: [{ id: '3', need_migration: false }] }],
      volume_groups: [{ id: '1', need_migration: false }],
    };
    expect(await call('PUT', path, plan)).toMatchObject({ status: 200, text: '' });
    const kept = {
      disks: [{ id: 2, need_migration: true, adjust_size: huge, physical_volumes: [{ id: 3, need_migration: false }] }], volume_groups: [{ id: 1, need_migration: false, logical_volumes: [] }],
    };
    expect(sources.calls).toEqual([['update', tenant, knownSource, { plan: kept }]]);
    sources.known = { source: source({ targetPlan: kept }), task: undefined };
    expect((await call('GET', path)).body).toMatchObject({
      disks: [{ id: 1 }, { id: 2, size: 10_737_418_240, adjust_size: huge, need_migration: true, physical_volumes: [{ id: 2 }, { id: 3, need_migration: false }] }],
      init_target_server: { disks: [{ id: 1 }, { id: 2, size: huge, physical_volumes: [{ id: 2, size: 1_073_741_824 }] }], volume_groups: [] },
    });
    await call('PUT', path, { disks: [] });
    expect(sources.calls.at(-1)).toEqual(['update', tenant, knownSource, { plan: { disks: [] } }]);
  });

  it.each<[object, string]>([
    [{ disks: [{ id: 3 }] }, 'disks[0].id'], [{ disks: [{}] }, 'disks[0].id'], [{ disks: [{ id: 1, physical_volumes: [{ id: 2 }] }] }, 'disks[0].physical_volumes[0].id'],
    [{ volume_groups: [{ id: 1 }, { id: 'x' }] }, 'volume_groups[1].id'],
  ])('names no disk that is not there: %j', async (plan, parameter) => {
    expect(await call('PUT', path, plan)).toMatchObject({ status: 400, body: { error_param: [parameter] } });
    expect(sources.calls).toEqual([]);
  });

  it('is not touched by a new name or project', async () => {
    await call('PUT', path, { name: 'db', migprojectid: 'p' });
    expect(sources.calls).toEqual([['update', tenant, knownSource, { name: 'db', migrationProject: 'p' }]]);
  });
});

describe('changes', () => {
  it('of disks leave what is not told as it was', async () => {
    const disk = { name: 'sda', device_use: 'BOOT', size: 9, used_size: 1, physical_volumes: [] };
    expect(await call('PUT', `${path}/diskinfo`, { disks: [disk] })).toMatchObject({ status: 200, text: '' });
    expect(sources.calls[0]).toMatchObject(['setDiskInfo', tenant, knownSource, { disks: [disk] }, { disks: [{ name: 'sda', size: 9 }] }]);
    expect(Object.keys(sources.calls[0]?.[4] as object)).toEqual(['disks']);
    expect(Object.keys(sources.calls[0]?.[3] as object)).toEqual(['disks']);
    await call('PUT', `${path}/diskinfo`, { volumegroups: [] });
    expect(sources.calls[1]).toMatchObject(['setDiskInfo', tenant, knownSource, { volume_groups: [] }, { volumeGroups: [] }]);
  });

  it.each<[object, object]>([
    // The example of the documents.
    [{ copystate: 'WAITING', migrationcycle: 'cutovered' }, { state: 'waiting', cycle: 'cutovered' }],
    [{ copystate: 'init' }, { state: 'initialize', cycle: undefined }],
    [{ copystate: 'FINISHED', migrationcycle: 'SYNCING' }, { state: 'finished', cycle: 'syncing' }],
    [{}, { state: undefined, cycle: undefined }],
  ])('of state: %j', async (body, change) => {
    expect(await call('PUT', `${path}/changestate`, body)).toMatchObject({ status: 200, text: '' });
    expect(sources.calls).toEqual([['changeState', tenant, knownSource, change]]);
  });

  it.each([
    [{ copystate: 'initialize' }, 'copystate'], [{ migrationcycle: 'init' }, 'migrationcycle'], [{ copystate: 1 }, 'copystate'],
    // Words of the newest SDK alone, which no answer can show.
    ...['no_ready', 'ready_for_test', 'testing', 'tested'].map((migrationcycle): [object, string] => [{ migrationcycle }, 'migrationcycle']),
  ])('not to %j', async (body, parameter) => {
    expect(await call('PUT', `${path}/changestate`, body)).toMatchObject({ status: 400, body: { error_code: 'SMS.8001', error_param: [parameter] }, headers: { [parameterHeader]: parameter } });
  });

  it('delete one or several', async () => {
    expect(await call('DELETE', path)).toMatchObject({ status: 200, text: '' });
    expect(await call('POST', '/v3/sources/delete', { ids: [knownSource, knownSource.toUpperCase()] })).toMatchObject({ status: 200, text: '' });
    expect(sources.calls).toEqual([['remove', tenant, [knownSource]], ['remove', tenant, [knownSource, knownSource]]]);
    expect(await call('POST', '/v3/sources/delete', { ids: [knownSource, 'x'] })).toMatchObject({ status: 404, body: { error_code: 'SMS.8020', error_param: ['x'] } });
  });

  it('are refused in the words of the table', async () => {
    sources.failure = new ServerRefusal({ kind: 'source-has-task', id: knownSource });
    const refused = await call('DELETE', path);
    expect(refused).toMatchObject({ status: 400, body: { error_code: 'SMS.8031', error_param: [knownSource] } });
    expect(refused.headers).not.toHaveProperty(parameterHeader);
  });
});

describe('commands', () => {
  it.each([
    [undefined, {}],
    [{ name: 'TASK_NOT_STARTED', taskId: undefined } as const, { command_name: 'TASK_NOT_STARTED', command_param: {} }],
    [{ name: 'START', taskId: knownTask, bucket: undefined } as const, { command_name: 'START', command_param: { task_id: knownTask } }],
    [{ name: 'UPLOAD_LOG', taskId: knownTask, bucket: 'logs' } as const, { command_name: 'UPLOAD_LOG', command_param: { task_id: knownTask, bucket: 'logs' } }],
  ])('are told: %j', async (command, answer) => {
    sources.command = command;
    expect((await call('GET', `${path}/command`)).body).toEqual(answer);
    expect(sources.calls).toEqual([['nextCommand', tenant, knownSource]]);
  });

  it('are not for those who may only look: asking shows that the agent lives', async () => {
    expect(await call('GET', `${path}/command`, undefined, 'reader')).toMatchObject({ status: 403, body: { error_code: 'SMS.9004' } });
    expect(sources.calls).toEqual([]);
  });

  it('are answered', async () => {
    expect(await call('POST', `${path}/command_result`, { command_name: 'Start', result: 'SUCCESS', result_detail: { bytes: huge } })).toMatchObject({ status: 200, text: '' });
    await call('POST', `${path}/command_result`, { command_name: 'STOP', result: 'fail', result_detail: 'no' });
    expect(sources.calls).toEqual([
      ['takeResult', tenant, knownSource, { command: 'START', succeeded: true, detail: { bytes: huge } }], ['takeResult', tenant, knownSource, { command: 'STOP', succeeded: false, detail: 'no' }],
    ]);
  });
});

describe('a body', () => {
  it.each([
    ['that is missing', undefined, 'SMS.8004'], ['that is no JSON', '{', 'SMS.8003'], ['that is a list', '[]', 'SMS.8001'], ['with NUL', '{"copystate":"\\u0000"}', 'SMS.8001'],
  ])('%s is refused', async (_, body, code) => {
    expect(await call('PUT', `${path}/changestate`, body)).toMatchObject({ status: 400, body: { error_code: code } });
  });
});
