/** The documents' own examples against the real server, and every field of every answer once it has been told. */
import { readFileSync } from 'node:fs';
import { parseExactJson, stringifyExactJson } from '@haulier/lib/exact-json/exact-json.ts';
import { sampleOf, type Rules } from '@haulier/platform/api/sms/fixtures/breaches.ts';
import { referenceOperations } from '@haulier/platform/api/sms/fixtures/reference.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newTask, registration, type Machine } from '../server-migration/machines.ts';
import { signIn } from '../support/iam.ts';
import { createInstallation, type TestInstallation } from '../support/serve.ts';

let installation: TestInstallation;
let removeInstallation = (): Promise<void> => Promise.resolve();
let token: string;

beforeAll(async () => {
  installation = await createInstallation();
  removeInstallation = () => installation.remove();
  await installation.serve();
  token = await signIn(installation.url, installation.account);
});
afterAll(() => removeInstallation());

interface Answer {
  readonly status: number;
  readonly text: string;
  /** With all digits. */
  readonly body: unknown;
}

async function send(method: string, path: string, body?: object | string): Promise<Answer> {
  const payload = body === undefined ? {} : { body: typeof body === 'string' ? body : stringifyExactJson(body) };
  const answer = await fetch(installation.url + path, { method, headers: { 'x-auth-token': token, 'content-type': 'application/json' }, ...payload });
  const text = await answer.text();
  return { status: answer.status, text, body: text.startsWith('{') ? parseExactJson(Buffer.from(text)) : undefined };
}

async function made(path: string, body: object): Promise<string> {
  const answer = await send('POST', path, body);
  expect(answer).toMatchObject({ status: 200, body: { id: expect.any(String) as string } });
  return (answer.body as { readonly id: string }).id;
}

const windows: Machine = { number: 1, os: 'WINDOWS', name: 'longbin-win16', ip: '192.168.0.154', broken: false, used: 2 ** 30 };

describe('the examples of the documents', () => {
  it('"Updating the Migration Task Status of a Source Server"', async () => {
    const source = await made('/v3/sources', registration({ ...windows, number: 2 }, undefined));
    expect(await send('PUT', `/v3/sources/${source}/changestate`, '{\n  "copystate" : "WAITING",\n  "migrationcycle" : "cutovered"\n}')).toMatchObject({ status: 200, text: '' });
    expect((await send('GET', `/v3/sources/${source}`)).body).toMatchObject({ state: 'waiting', migration_cycle: 'cutovered' });
  });

  it('"Updating a Migration Task with a Specified ID": what only the service knows stays, the rest is shown again', async () => {
    const example = readFileSync(new URL('../../platform/src/api/sms/fixtures/update-task.json', import.meta.url), 'utf8');
    const source = await made('/v3/sources', registration(windows, undefined));
    const task = await made('/v3/tasks', newTask(windows, source, { type: 'MIGRATE_BLOCK', syncing: false }));
    expect(await send('PUT', `/v3/tasks/${task}`, example)).toEqual({ status: 200, text: `{"id":"${task}"}`, body: { id: task } });
    // What is null, or the char that Java never set, was not told.
    const { target_server: { disks } } = JSON.parse(example, (_key, value: unknown) => (value === null || value === '\0' ? undefined : value)) as { readonly target_server: { readonly disks: readonly object[] } };
    expect((await send('GET', `/v3/tasks/${task}`)).body).toMatchObject({
      id: task, name: 'MigrationTask', type: 'MIGRATE_BLOCK', os_type: 'WINDOWS', state: 'READY', priority: 1, speed_limit: 0, start_target_server: true, error_json: '',
      vm_template_id: '38d53ae9-70e3-4587-89c9-6219d3d4e962', region_name: 'region name', region_id: 'region id', project_name: 'project name', project_id: 'b276e6fb38c74aa2ba4598f049745ce9',
      source_server: { id: source, ip: '192.168.0.154', name: 'longbin-win16', os_type: 'WINDOWS', os_version: 'WINDOWS2016_64BIT', oem_system: false },
      target_server: {
        id: 'c1bd67b6-1caa-403e-9e32-81d2feafcda9', os_type: 'WINDOWS', os_version: 'WINDOWS2016_64BIT', system_dir: 'Y:\\Windows\\System32', volume_groups: [], image_disk_id: null, cutovered_snapshot_ids: null,
        disks,
      },
      clone_server: null,
    });
  });

  it('"Obtaining an Overview of Source Servers"', async () => {
    const { status, body } = await send('GET', '/v3/sources/overview');
    const counters = ['replicate', 'stopped', 'unconfigured', 'waiting', 'syncing', 'unavailable', 'cutovering', 'finished', 'error', 'deleting', 'stopping', 'initialize', 'cloning', 'skipping'];
    expect({ status, counters: Object.keys(body as object).sort() }).toEqual({ status: 200, counters: counters.sort() });
    expect(Object.values(body as object).every((count) => Number.isInteger(count))).toBe(true);
  });
});

const operations = referenceOperations({ isMandatory: (_schema, _field, marked) => marked, open: new Set(['CloneServer.clone_state', 'ConfigBody.config_key']) });
const known = {
  start: '08:00', end: '20:00', device_use: 'BOOT', partition_style: 'GPT', bandwidth_size: 5, boot_loader: 'GRUB', volumetype: 'SSD', data_volume_type: 'SSD', os_type: 'LINUX', type: 'MIGRATE_FILE',
  has_rsync: true, auto_start: false, start_network_check: false, state: 'waiting', migration_cycle: 'setting', exist_server: true, vm_id: 'vm', subtask_name: 'MIGRATE_LINUX_FILE',
} as const;

function bodyOf(id: string, more: Readonly<Record<string, unknown>>): object {
  const rules = operations.find((operation) => operation.id === id)?.body;
  if (rules === undefined) throw new Error(`${id} has no body`);
  return sampleOf(rules, true, { ...known, ...more }) as object;
}

async function failedMigration(machine: Machine): Promise<void> {
  const source = await made('/v3/sources', registration(machine, undefined));
  const task = await made('/v3/tasks', newTask(machine, source, { type: 'MIGRATE_BLOCK', syncing: false }));
  await send('POST', `/v3/tasks/${task}/action`, { operation: 'start' });
  await send('PUT', `/v3/sources/${source}/changestate`, { copystate: 'ERROR' });
}

/** What the SDK calls text and the wire has as objects, what is as the agent told it, and checks that have nothing to say. */
const otherwise: ReadonlySet<string> = new Set([
  'ShowConsistencyResult.result_list[0]', 'ShowTask.target_server.btrfs_list[0]', 'ListServers.source_servers[0].checks[0].params', 'ShowServer.checks[0].params',
]);

/** Places of an answer where there is not what the reference has. */
function differences(rules: Rules, value: unknown, place: string): readonly string[] {
  if (value === null || otherwise.has(place)) return [];
  switch (rules.type) {
    case 'object': {
      const fields = typeof value === 'object' ? new Map<string, unknown>(Object.entries(value)) : new Map<string, unknown>();
      return Object.entries(rules.properties ?? {}).flatMap(([name, inner]) => (fields.has(name) ? differences(inner, fields.get(name), `${place}.${name}`) : [`${place}.${name} is absent`]));
    }
    case 'array': {
      if (!Array.isArray(value)) return [`${place} is no list`];
      return value.length === 0 ? [`${place} is empty`] : value.flatMap((item: unknown) => (rules.items === undefined ? [] : differences(rules.items, item, `${place}[0]`)));
    }
    case 'enum': return rules.values?.includes(value as string | number) === true ? [] : [`${place} is none of its values`];
    case 'integer': return typeof value === 'bigint' || Number.isSafeInteger(value) ? [] : [`${place} is no integer`];
    case 'anything': case 'long': case 'either': return [];
    default: return typeof value === rules.type ? [] : [`${place} is no ${rules.type}`];
  }
}

it('answers have every field of the reference, of the documented type, once it has been told', async () => {
  const template = await made('/v3/vm/templates', bodyOf('CreateTemplate', {}));
  const project = await made('/v3/migprojects', bodyOf('CreateMigproject', {}));
  const source = await made('/v3/sources', { ...bodyOf('RegisterServer', { mount_point: '/srv' }), id: undefined });
  const task = await made('/v3/tasks', bodyOf('CreateTask', { id: source, vm_template_id: template, clonevm_template_id: template, priority: 1 }));
  const path = `/v3/tasks/${task}`;
  for (const [method, url, body] of [
    ['POST', `${path}/action`, { operation: 'start' }],
    ['PUT', path, bodyOf('UpdateTask', { vm_template_id: template })],
    ['POST', `${path}/speed-limit`, bodyOf('UpdateSpeed', {})],
    ['POST', `${path}/configuration-setting`, bodyOf('UploadSpecialConfigurationSetting', { config_key: 'LINUX_CPU_LIMIT' })],
    ['POST', `${path}/consistency-result`, bodyOf('UpdateConsistencyResult', {})],
    ['POST', `/v3/${task}/update-network-check-info`, bodyOf('UpdateNetworkCheckInfo', {})],
    ['PUT', `${path}/progress`, bodyOf('UpdateTaskSpeed', {})],
    ['POST', `${path}/log`, { log_bucket: 'logs' }],
  ] as const) expect(await send(method, url, body), url).toMatchObject({ status: 200 });
  await failedMigration({ ...windows, number: 3 });
  // The order that has been delivered least comes first: then that for the log, which has a bucket.
  await send('GET', `/v3/sources/${source}/command`);

  const ids: Readonly<Record<string, string>> = { task_id: task, source_id: source, server_id: source, mig_project_id: project, id: template };
  const wrong: string[] = [];
  for (const { id, method, path: route, response } of operations) {
    if (method !== 'GET' || !route.startsWith('/v3/')) continue;
    const answer = await send(method, `${route.replaceAll(/\{(\w+)\}/g, (_all, name: string) => ids[name] ?? name)}${id === 'ShowCertKey' ? '?enable_ca_cert=true' : ''}${id === 'ListServers' ? `?id=${source}` : ''}${id === 'ListTasks' ? `?id=${task}` : ''}`);
    expect(answer.status, id).toBe(200);
    wrong.push(...differences(response, answer.body, id));
  }
  expect([...new Set(wrong)]).toEqual([]);
});
