/** `haulier server` against the real server, as a person or a script runs it, with agents that speak the protocol. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { spawn } from 'node:child_process';
import { stringifyExactJson } from '@haulier/lib/exact-json/exact-json.ts';
import { newTask, registration, type Machine } from '../server-migration/machines.ts';
import { ask, signIn } from '../support/iam.ts';
import { binary, createInstallation, haulier, type TestInstallation } from '../support/serve.ts';
import { until } from '../worker/until.ts';

let installation: TestInstallation;
let token: string;
let environment: Readonly<Record<string, string>>;

beforeAll(async () => {
  installation = await createInstallation();
  await installation.serve();
  token = await signIn(installation.url, installation.account);
  environment = { HAULIER_ENDPOINT: installation.url, HAULIER_ACCESS_KEY: installation.account.accessKey, HAULIER_SECRET_KEY: installation.account.secretKey };
});
afterAll(() => installation.remove());

const server = (...args: readonly string[]) => haulier(['server', ...args], environment);

async function api(method: string, path: string, body?: unknown): Promise<Readonly<Record<string, unknown>>> {
  const answer = await ask(installation.url, method, path, { token, ...(body === undefined ? {} : { body }) });
  if (answer.status !== 200) throw new Error(`${method} ${path}: ${JSON.stringify(answer.body)}`);
  return answer.body === '' ? {} : answer.body as Readonly<Record<string, unknown>>;
}

const machine = (number: number, broken = false): Machine => ({ number, os: 'LINUX', name: `linux-${number}`, ip: `10.0.0.${number}`, broken, used: 7 * 2 ** 30 });
const register = async (host: Machine): Promise<string> => String((await api('POST', '/v3/sources', registration(host, undefined)))['id']);

test('lists, shows, counts, renames and deletes source servers', async () => {
  const [well, broken] = [await register(machine(1)), await register(machine(2, true))];
  expect((await server('list')).stdout).toMatch(new RegExp(`^ID .*\\n${broken}  linux-2  unavailable .*\\n${well}  linux-1  waiting .* 10\\.0\\.0\\.1\\n2 of 2\\n$`));
  expect((await server('list', '--state', 'waiting', '--json')).stdout).toContain(`"count":1,"source_servers":[{"id":"${well}"`);
  expect((await server('list', '--name', 'INUX-2', '--limit', '1')).stdout).toContain('1 of 1\n');
  expect((await server('show', well)).stdout).toMatch(/^server +linux-1 \(.*\)\naddress +10\.0\.0\.1, linux-1\n[^]*state +waiting, setting, since 20[^]*agent +connected\n[^]*are well\n/);
  expect((await server('show', broken)).stdout).toMatch(/check +ERROR RSYNC: rsync is not installed: install it\.\n[^]*disk +\/dev\/sda: 7\.0 GiB of 40\.0 GiB used, MBR\n[^]*next +mend what the checks found/);
  expect((await server('overview')).stdout).toMatch(/^STATE +SERVERS\n(?:[a-z]+ +\d+\n){14}$/);
  expect((await server('overview', '--json')).stdout).toMatch(/"unavailable":1.*"unconfigured":1/);
  expect(await server('rename', well, 'web 1')).toMatchObject({ code: 0, stdout: '', stderr: `Source server ${well} is now called web 1.\n` });
  expect((await server('show', well)).stdout).toContain('server       web 1 (');
  expect(await server('delete', well, broken)).toMatchObject({ code: 0, stderr: expect.stringContaining('2 source servers are deleted') as string });
  expect((await server('list')).stdout).toMatch(/\n0 of 0\n$/);
});

test('creates a task, starts it, shows its steps, stops and deletes it', async () => {
  const source = await register(machine(3));
  const made = await server('task', 'create', source, '--vm', 'vm-3', '--ip', '10.9.9.9', '--sync', '--speed-limit', '100');
  expect(made).toMatchObject({ code: 0, stderr: '' });
  const id = made.stdout.trim();
  expect(await api('GET', `/v3/tasks/${id}`)).toMatchObject({
    state: 'READY', name: 'linux-3', type: 'MIGRATE_FILE', syncing: true, speed_limit: 100, migration_ip: '10.9.9.9', project_id: installation.account.projectId, region_id: installation.account.projectName,
    target_server: { vm_id: 'vm-3', disks: [{ name: '/dev/sda' }] },
  });
  expect(await server('task', 'stop', id)).toMatchObject({ code: 1, stderr: expect.stringMatching(/^haulier: Only a task .* It is READY, its source server waiting\. \(SMS\.1038\)\n$/) as string });
  expect(await server('task', 'start', id)).toMatchObject({ code: 0, stderr: `Task ${id} is started.\n` });
  await api('GET', `/v3/sources/${source}/command`);
  await api('POST', `/v3/sources/${source}/command_result`, { command_name: 'START', result: 'success', result_detail: {} });
  await api('PUT', `/v3/tasks/${id}/progress`, { subtask_name: 'MIGRATE_LINUX_FILE', progress: 50, replicatesize: 2 ** 30, totalsize: 2 ** 31, process_trace: '/srv', migrate_speed: 80 });
  expect((await server('task', 'list', '--state', 'RUNNING')).stdout).toMatch(new RegExp(`\\n${id}  linux-3  RUNNING +\\d+% +10 MB/s +linux-3 +vm-3\\n1 of 1\\n$`));
  const { stdout } = await server('task', 'progress', id);
  expect(stdout).toMatch(/\nMIGRATE_LINUX_FILE +█{10}░{10} +50% +80 Mbit\/s +\/srv\n/);
  expect(stdout).toMatch(/^task +linux-3 \(.*\nstate +RUNNING, \d+% done\n/);
  expect((await server('list')).stdout).toContain('1.0 GiB of 2.0 GiB');
  expect(await server('task', 'delete', id)).toMatchObject({ code: 1, stderr: expect.stringContaining('SMS.2015') as string });

  const watched = server('task', 'progress', id, '--watch');
  expect(await server('task', 'stop', id)).toMatchObject({ code: 0 });
  await until(() => api('GET', `/v3/sources/${source}/command`), ({ command_name: name }) => name === 'STOP');
  await api('POST', `/v3/sources/${source}/command_result`, { command_name: 'STOP', result: 'success', result_detail: {} });
  expect(await watched).toMatchObject({ code: 1, stdout: expect.stringContaining('ABORT') as string });
  expect(await server('task', 'delete', id)).toMatchObject({ code: 0, stderr: `Task ${id} is deleted.\n` });
  expect(await server('delete', source)).toMatchObject({ code: 0 });
});

test('keeps every digit of what machines tell, also in the task that is made of it', async () => {
  const [huge, odd] = [2n ** 63n - 1n, 2n ** 53n + 1n];
  const volume = { name: '/dev/sda1', mount_point: '/', file_system: 'ext4', size: 2 ** 35, used_size: 2 ** 30 };
  const disks = [
    { name: '/dev/sda', partition_style: 'GPT', device_use: 'OS', size: 2 ** 35, used_size: 2 ** 30, physical_volumes: [volume] },
    { name: '/dev/sdb', partition_style: 'GPT', device_use: 'NORMAL', size: huge, used_size: odd, physical_volumes: [] },
  ];
  const source = String((await api('POST', '/v3/sources', stringifyExactJson({ ...registration(machine(5), undefined), memory: odd, disks })))['id']);
  for (const shown of [await server('show', source, '--json'), await server('list', '--name', 'linux-5', '--json')]) {
    expect(shown.stdout).toMatch(/"memory":9007199254740993,.*"size":9223372036854775807,"used_size":9007199254740993,/);
  }
  const task = (await server('task', 'create', source, '--vm', 'vm-5')).stdout.trim();
  expect((await server('task', 'show', task, '--json')).stdout).toMatch(/"name":"\/dev\/sdb".*"size":9223372036854775807,"used_size":9007199254740993/);
  await server('task', 'start', task);
  await api('PUT', `/v3/tasks/${task}/progress`, stringifyExactJson({ subtask_name: 'MIGRATE_LINUX_FILE', progress: 1, replicatesize: odd, totalsize: huge, process_trace: '', remain_time: huge }));
  expect((await server('show', source, '--json')).stdout).toMatch(/"remain_seconds":9223372036854775807.*"replicatesize":9007199254740993,"totalsize":9223372036854775807,/);
  expect((await server('task', 'show', task, '--json')).stdout).toContain('"remain_seconds":9223372036854775807');
  expect((await server('show', source)).stdout).toContain('8192.0 PiB');
});

test('draws what changes until it is interrupted', async () => {
  const source = await register(machine(4));
  const process_ = spawn(binary, ['server', 'overview', '--watch', '--json'], { env: { ...process.env, ...environment } });
  let text = '';
  process_.stdout.on('data', (chunk) => { text += String(chunk); });
  const ended = new Promise((resolve) => process_.once('exit', resolve));
  await until(() => Promise.resolve(text), (seen) => seen.includes('"unconfigured":1'));
  await api('POST', '/v3/tasks', newTask(machine(4), source, { type: 'MIGRATE_FILE', syncing: false }));
  await until(() => Promise.resolve(text), (seen) => seen.includes('"waiting":1'));
  expect(text.trim().split('\n')).toHaveLength(2);
  process_.kill('SIGINT');
  expect(await ended).toBe(130);
});

test('ends with 2 for what it cannot understand, and with 1 for what is not there', async () => {
  const nobody = '00000000-0000-4000-8000-000000000000';
  for (const args of [['list', '--state', 'lost'], ['task', 'create', nobody], ['task', 'create', nobody, '--vm', 'a', '--template', 'b'], ['rename', nobody], ['task', 'fly', nobody]]) {
    expect(await server(...args), args.join(' ')).toMatchObject({ code: 2 });
  }
  expect(await server('show', nobody)).toMatchObject({ code: 1, stderr: 'haulier: The source server does not exist. (SMS.8020)\n' });
  for (const args of [['--help'], ['list', '--help'], ['task', 'create', '--help'], ['task', 'cutover', '--help']]) expect((await server(...args)).stdout).toContain('Examples:');
});

test('finds servers and tasks by their names, asks several tasks at once, and says which fails and why', async () => {
  const [one, other] = [await register(machine(11)), await register(machine(12))];
  for (const name of ['linux-11', 'linux-12']) expect(await server('task', 'create', name, '--vm', 'vm')).toMatchObject({ code: 0 });
  expect((await server('task', 'list', '--source', 'linux-11')).stdout).toMatch(/linux-11 +READY [^]*\n1 of 1\n$/);
  expect(await server('task', 'start', 'linux-12')).toMatchObject({ code: 0 });
  expect(await server('task', 'start', 'linux-11', 'linux-13')).toMatchObject({ code: 1, stderr: 'haulier: there is no migration task "linux-13": see haulier server task list\n' });
  const both = await server('task', 'start', 'linux-12', 'linux-11');
  expect(both).toMatchObject({ code: 1, stdout: '' });
  expect(both.stderr).toMatch(/^haulier: [0-9a-f-]{36}: Only a task [^\n]*RUNNING[^\n]*\nTask [0-9a-f-]{36} is started\.\n$/);
  expect(await server('delete', 'linux-11', other)).toMatchObject({ code: 1, stderr: expect.stringMatching(new RegExp(`^haulier: ${one}: .* stop it first.* Nothing is deleted\\.\\n$`)) as string });
  expect(await server('rename', 'linux-12', 'linux-11')).toMatchObject({ code: 0 });
  expect(await server('show', 'linux-11')).toMatchObject({ code: 2, stderr: expect.stringContaining('2 source servers are called "linux-11"') as string });

  await api('GET', `/v3/sources/${one}/command`);
  await api('POST', `/v3/sources/${one}/command_result`, { command_name: 'START', result: 'fail', result_detail: { msg: 'no route\u001b[31m to the target' } });
  expect((await server('errors')).stdout).toMatch(new RegExp(`^SERVER .*ERROR\\n${one}  linux-11 .*no route.*to the target.*\\n1 of 1\\n$`));
  expect((await server('errors')).stdout).not.toContain('\u001b');
  expect((await server('show', one)).stdout).toMatch(/\nnext +haulier server task show [0-9a-f-]{36} says why/);
});

test('lists everything, or what is silent alone', async () => {
  const source = await register(machine(9));
  await register(machine(10));
  expect((await server('list', '--limit', '1')).stdout).toMatch(/\n1 of \d+: --all shows the rest, --offset the next\n$/);
  const [, shown, count] = /\n(\d+) of (\d+)\n$/.exec((await server('list', '--all')).stdout) ?? [];
  expect([shown, Number(shown)]).toEqual([count, Number((await api('GET', '/v3/sources?limit=1'))['count'])]);
  await api('GET', `/v3/sources/${source}/command`);
  expect((await server('list', '--silent', '--name', 'linux-9')).stdout).toMatch(/\n0 of 0\n$/);
  expect(await server('list', '--all', '--offset', '3')).toMatchObject({ code: 2 });
});

test('asks for a project where the target is placed alone: servers are in none', async () => {
  const source = await register(machine(90));
  expect(await ask(installation.url, 'POST', '/v3/projects', { token, body: { project: { name: 'another' } } })).toMatchObject({ status: 201 });
  expect(await server('list', '--name', 'linux-90')).toMatchObject({ code: 0, stdout: expect.stringContaining(source) as string });
  expect(await server('task', 'list')).toMatchObject({ code: 0 });
  const create = ['task', 'create', source, '--vm', 'vm-90', '--ip', '10.9.9.90'];
  expect(await server(...create)).toMatchObject({ code: 2, stderr: expect.stringContaining('several projects') as string });
  expect(await server(...create, '--project', 'another')).toMatchObject({ code: 0 });
});
