/** The official SDK's core signs and sends what its clients of server migration do; the real server answers. */
import { Logger4jInstance } from '@huaweicloud/huaweicloud-sdk-core/logger/log4jLogger.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sendWithSdk, type SdkAnswer, type SdkScope } from '../identity/sdk-client.ts';
import { ask, signIn } from '../support/iam.ts';
import { createInstallation, type TestInstallation } from '../support/serve.ts';
import { newTask, registration, type Machine } from '../server-migration/machines.ts';

let installation: TestInstallation;
let removeInstallation = (): Promise<void> => Promise.resolve();

beforeAll(async () => {
  /** It writes every refusal to the console, with the whole request. */
  Logger4jInstance.level = 'off';
  installation = await createInstallation();
  removeInstallation = () => installation.remove();
  await installation.serve();
});
afterAll(() => removeInstallation());

interface Request {
  readonly body?: object;
  readonly query?: Readonly<Record<string, string | number | boolean>>;
  readonly scope?: SdkScope;
}

/** With global credentials: SMS has no project in its paths. */
function send(method: string, url: string, { body, query = {}, scope }: Request = {}): Promise<SdkAnswer> {
  return sendWithSdk(installation.url, installation.account, scope ?? { domainId: installation.account.domainId }, { method, url, queryParams: query, ...(body === undefined ? {} : { data: body }) });
}

async function answered(method: string, url: string, request?: Request): Promise<Readonly<Record<string, unknown>>> {
  const answer = await send(method, url, request);
  if (answer.kind === 'error') throw new Error(`${method} ${url}: ${answer.status} ${answer.code} ${answer.message}`);
  return answer.body;
}

/** A Linux machine that passes its checks, or fails them. */
function machine(number: number, broken = false): Machine {
  return { number, os: 'LINUX', name: `linux-${number}`, ip: `10.0.0.${number}`, broken, used: 7 * 2 ** 30 };
}

let machines = 100;

async function registered(broken = false): Promise<{ readonly id: string; readonly host: Machine }> {
  machines += 1;
  const host = machine(machines, broken);
  const { id } = await answered('POST', '/v3/sources', { body: registration(host, undefined) });
  return { id: String(id), host };
}

async function withTask(): Promise<{ readonly source: string; readonly task: string }> {
  const { id, host } = await registered();
  const { id: task } = await answered('POST', '/v3/tasks', { body: newTask(host, id, { type: 'MIGRATE_FILE', syncing: true }) });
  return { source: id, task: String(task) };
}

async function project(name: string): Promise<string> {
  return String((await answered('POST', '/v3/migprojects', { body: { name, region: 'cn-north-1', type: 'MIGRATE_FILE' } }))['id']);
}

describe('an official SDK', () => {
  it('registers a server, finds it, plans its disk, names it and lists it', async () => {
    const { id, host } = await registered();
    expect(await answered('GET', `/v3/sources/${id}`)).toMatchObject({
      id, name: host.name, ip: host.ip, os_type: 'LINUX', state: 'waiting', migration_cycle: 'setting', connected: true, agent_version: '24.9.0', current_task: null,
      disks: [{ id: 1, name: '/dev/sda', physical_volumes: [{ id: 1, mount_point: '/' }] }], init_target_server: { disks: [{ name: '/dev/sda', size: 40 * 2 ** 30 }] },
    });
    await answered('PUT', `/v3/sources/${id}`, { body: { name: 'renamed', disks: [{ id: 1, adjust_size: 50 * 2 ** 30 }] } });
    expect(await answered('GET', `/v3/sources/${id}`)).toMatchObject({ name: 'renamed', init_target_server: { disks: [{ size: 50 * 2 ** 30 }] } });
    expect(await answered('GET', '/v3/sources', { query: { name: 'RENAM', state: 'waiting', connected: true, limit: 0, offset: 0 } })).toMatchObject({ count: 1, source_servers: [{ id }] });
    expect(await answered('POST', '/v3/sources', { body: registration(host, id) })).toMatchObject({ id });
  });

  it('sees every counter of the overview, also with the credentials of a project', async () => {
    const counters = ['cloning', 'cutovering', 'deleting', 'error', 'finished', 'initialize', 'replicate', 'skipping', 'stopped', 'stopping', 'syncing', 'unavailable', 'unconfigured', 'waiting'];
    await registered(true);
    const overview = await answered('GET', '/v3/sources/overview', { scope: { projectId: installation.account.projectId } });
    expect(Object.keys(overview).sort()).toEqual(counters);
    expect(overview).toMatchObject({ unavailable: 1, waiting: 0 });
  });

  it('takes a task through its life, as agent and as person', async () => {
    const { source, task } = await withTask();
    expect(await answered('GET', `/v3/sources/${source}/command`)).toMatchObject({ command_name: 'TASK_NOT_STARTED' });
    expect(await answered('GET', `/v3/tasks/${task}`)).toMatchObject({ id: task, state: 'READY', source_server: { id: source }, priority: 1 });
    await answered('POST', `/v3/tasks/${task}/action`, { body: { operation: 'start' } });
    expect(await answered('GET', `/v3/sources/${source}/command`)).toEqual({ command_name: 'START', command_param: { task_id: task } });
    await answered('POST', `/v3/sources/${source}/command_result`, { body: { command_name: 'START', result: 'success', result_detail: {} } });
    const total = 9_007_199_254_740_991;
    await answered('PUT', `/v3/tasks/${task}/progress`, { body: { subtask_name: 'MIGRATE_LINUX_FILE', progress: 40, replicatesize: 4, totalsize: total, process_trace: '/srv', migrate_speed: 80 } });
    expect(await answered('GET', `/v3/tasks/${task}`)).toMatchObject({ state: 'RUNNING', migrate_speed: 10, source_server: { state: 'replicate' } });
    const { tasks } = await answered('GET', '/v3/tasks', { query: { source_server_id: source } });
    expect(tasks).toMatchObject([{ id: task, state: 'RUNNING' }]);
    expect(await answered('GET', `/v3/sources/${source}`)).toMatchObject({ replicatesize: 4, totalsize: total, current_task: { id: task, state: 'RUNNING' } });
  });

  it('sets and reads what belongs to a task', async () => {
    const { task } = await withTask();
    const path = `/v3/tasks/${task}`;
    await answered('POST', `${path}/speed-limit`, { body: { speed_limit: [{ start: '08:00', end: '20:00', speed: 100 }] } });
    expect(await answered('GET', `${path}/speed-limit`)).toMatchObject({ speed_limit: [{ start: '08:00', end: '20:00', speed: 100 }] });
    await answered('POST', `${path}/configuration-setting`, { body: { configurations: [{ config_key: 'LINUX_CPU_LIMIT', config_value: '30' }] } });
    expect(await answered('GET', `${path}/configuration-setting`, { query: { config_key: 'LINUX_CPU_LIMIT' } })).toMatchObject({ task_id: task, migrate_type: 'LINUX_MIGRATE_FILE', configurations: [{ config_value: '30' }] });
    const keys = await answered('GET', `${path}/certkey`, { query: { enable_ca_cert: true } });
    expect(Object.keys(keys).sort()).toEqual(['ca', 'cert', 'private_key', 'target_data_cert', 'target_data_private_key', 'target_mgmt_cert', 'target_mgmt_private_key']);
    expect(String(keys['ca'])).toContain('BEGIN CERTIFICATE');
    expect(await answered('GET', `${path}/passphrase`)).toMatchObject({ task_id: task, passphrase: expect.stringMatching(/./) as string });
    await answered('POST', `${path}/consistency-result`, { body: { consistency_result: [{ dir_check: '/srv', num_total_files: 3, num_different_files: 1, num_target_miss_files: 0, num_target_more_files: 0 }] } });
    expect(await answered('GET', `${path}/consistency-result`)).toMatchObject({ result_list: [{ check_result: 'inconsistent', consistency_result: [{ dir_check: '/srv' }] }] });
    const check = { network_delay: 1, network_jitter: 0, migration_speed: 100, loss_percentage: 0, cpu_usage: 5, mem_usage: 6, evaluation_result: 'good' };
    expect(await answered('POST', `/v3/${task}/update-network-check-info`, { body: check })).toMatchObject({ task_id: task });
    expect(await answered('GET', path)).toMatchObject({ network_check_info: check });
    const token = await signIn(installation.url, installation.account);
    const exported = await ask(installation.url, 'POST', '/v3/tasks/consistency-results/export', { token, body: { task_info: [{ task_id: task }] } });
    expect(exported.body).toContain(`${task},`);
    expect(exported.headers.get('content-disposition')).toContain('consistency-results.csv');
  });

  it('deletes tasks and servers', async () => {
    const { source, task } = await withTask();
    await answered('POST', '/v3/tasks/delete', { body: { ids: [task] } });
    expect(await answered('GET', `/v3/sources/${source}`)).toMatchObject({ current_task: null, state: 'waiting', migration_cycle: 'setting' });
    await answered('DELETE', `/v3/sources/${source}`);
    expect(await send('GET', `/v3/sources/${source}`)).toMatchObject({ kind: 'error', status: 404, code: 'SMS.8020' });
  });
});

describe('a refusal', () => {
  const nobody = '00000000-0000-4000-8000-000000000000';

  it.each<[string, () => Promise<SdkAnswer>, number, string]>([
    ['a source that is not there', () => send('GET', `/v3/sources/${nobody}`), 404, 'SMS.8020'],
    ['a task that is not there', () => send('POST', `/v3/tasks/${nobody}/action`, { body: { operation: 'start' } }), 404, 'SMS.8021'],
    ['a task for a source that is not there', () => send('POST', '/v3/tasks', { body: newTask(machine(1), nobody, { type: 'MIGRATE_FILE', syncing: false }) }), 400, 'SMS.2216'],
    ['a template that is not there', async () => {
      const { id, host } = await registered();
      return send('POST', '/v3/tasks', { body: { ...newTask(host, id, { type: 'MIGRATE_FILE', syncing: false }), vm_template_id: nobody } });
    }, 404, 'SMS.8022'],
    ['a migration project that is not there', async () => send('PUT', `/v3/sources/${(await registered()).id}`, { body: { migprojectid: nobody } }), 404, 'SMS.8023'],
    ['stopping what does not run', async () => send('POST', `/v3/tasks/${(await withTask()).task}/action`, { body: { operation: 'stop' } }), 400, 'SMS.1038'],
    ['starting twice', async () => {
      const { task } = await withTask();
      await answered('POST', `/v3/tasks/${task}/action`, { body: { operation: 'start' } });
      return send('POST', `/v3/tasks/${task}/action`, { body: { operation: 'start' } });
    }, 400, 'SMS.1039'],
    ['restarting what has not been started', async () => send('POST', `/v3/tasks/${(await withTask()).task}/action`, { body: { operation: 'restart' } }), 400, 'SMS.1040'],
    ['deleting what runs', async () => {
      const { task } = await withTask();
      await answered('POST', `/v3/tasks/${task}/action`, { body: { operation: 'start' } });
      return send('DELETE', `/v3/tasks/${task}`);
    }, 400, 'SMS.2015'],
    ['cloning what is not synchronised', async () => send('POST', `/v3/tasks/${(await withTask()).task}/action`, { body: { operation: 'clone_test' } }), 400, 'SMS.8030'],
    ['a second task', async () => send('POST', '/v3/tasks', { body: newTask(machine(2), (await withTask()).source, { type: 'MIGRATE_FILE', syncing: false }) }), 400, 'SMS.8031'],
    ['a task for a source that failed its checks', async () => {
      const { id, host } = await registered(true);
      return send('POST', '/v3/tasks', { body: newTask(host, id, { type: 'MIGRATE_FILE', syncing: false }) });
    }, 400, 'SMS.8032'],
    ['progress of another way to migrate', async () => {
      const { task } = await withTask();
      return send('PUT', `/v3/tasks/${task}/progress`, { body: { subtask_name: 'SYNC_WINDOWS_BLOCK', progress: 1, replicatesize: 0, totalsize: 0, process_trace: '' } });
    }, 400, 'SMS.8034'],
    ['overlapping periods', async () => {
      const { task } = await withTask();
      return send('POST', `/v3/tasks/${task}/speed-limit`, { body: { speed_limit: [{ start: '08:00', end: '20:00', speed: 1 }, { start: '19:59', end: '21:00', speed: 1 }] } });
    }, 400, 'SMS.8035'],
    ['another operating system', async () => send('POST', `/v3/tasks/${(await withTask()).task}/action`, { body: { operation: 'start', switch_hce: true } }), 400, 'SMS.8011'],
    ['a name that is taken', async () => {
      await project('twice');
      return send('POST', '/v3/migprojects', { body: { name: 'twice', region: 'cn-north-1', type: 'MIGRATE_FILE' } });
    }, 400, 'SMS.8037'],
    ['deleting the default project', async () => {
      const id = await project('default');
      await answered('PUT', `/v3/migprojects/${id}/default`);
      return send('DELETE', `/v3/migprojects/${id}`);
    }, 400, 'SMS.8038'],
    ['deleting a project with servers', async () => {
      const id = await project('full');
      await answered('PUT', `/v3/sources/${(await registered()).id}`, { body: { migprojectid: id } });
      return send('DELETE', `/v3/migprojects/${id}`);
    }, 400, 'SMS.8039'],
    ['another system for a server that has a task', async () => {
      const { source } = await withTask();
      return send('POST', '/v3/sources', { body: registration({ ...machine(machines), os: 'WINDOWS' }, source) });
    }, 400, 'SMS.8040'],
    ['a field that breaks a rule', () => send('PUT', `/v3/sources/${nobody}/changestate`, { body: { copystate: 'flying' } }), 400, 'SMS.8001'],
    ['a field that is missing', () => send('POST', `/v3/sources/${nobody}/command_result`, { body: { command_name: 'START', result: 'success' } }), 400, 'SMS.8002'],
    ['a path that is not there', () => send('GET', '/v3/tasks/a/b/c'), 404, 'SMS.8006'],
    ['a method that is not there', () => send('PATCH', '/v3/tasks'), 405, 'SMS.2003'],
    ['another domain', () => send('GET', '/v3/sources', { scope: { domainId: '2c0689c860ad4728a497c91ec0844383' } }), 403, 'SMS.9004'],
  ])('of %s', async (_what, refused, status, code) => {
    expect(await refused()).toMatchObject({ kind: 'error', status, code });
  });

  it.each<[string, { readonly body?: string; readonly headers?: Readonly<Record<string, string>> }, number, string]>([
    ['of a body that is no JSON', { body: '{' }, 400, 'SMS.8003'],
    ['of another kind of body', { body: 'a=b', headers: { 'content-type': 'text/plain' } }, 415, 'SMS.2006'],
    ['without a body', {}, 400, 'SMS.8004'],
  ])('%s', async (_what, request, status, code) => {
    const token = await signIn(installation.url, installation.account);
    expect(await ask(installation.url, 'POST', '/v3/sources/delete', { token, ...request })).toMatchObject({ status, body: { error_code: code, error_param: [expect.any(String)], details: [{ error_code: code }] } });
  });

  it('without a token', async () => {
    expect(await ask(installation.url, 'GET', '/v3/sources')).toMatchObject({ status: 401, body: { error_code: 'SMS.8010' } });
  });
});
