/** Every rule of every field of every body: what breaks it is answered with the name of the field, and reaches no use case. */
import { readFileSync } from 'node:fs';
import { ChangeMigrationProject, CreateMigrationProject } from '@haulier/wire/sms/migration-projects.ts';
import { DeleteIds, CommandBody, PostSourceServerBody, PutCopyStateReq, PutDiskInfoReq, PutSourceServerBody } from '@haulier/wire/sms/source-requests.ts';
import {
  BatchGetConsistencyResultReq, ConfigurationRequestBody, NetworkCheckInfoRequestBody, PostTask, PutTaskReq, SetConsistencyResultRequestBody, SpeedLimit, UpdateTaskSpeedReq, UpdateTaskStatusReq,
  UploadLogRequestBody,
} from '@haulier/wire/sms/task-requests.ts';
import { DeleteTemplates, TemplateRequest } from '@haulier/wire/sms/templates.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rulesOf, sampleOf, type Rules } from './fixtures/breaches.ts';
import { walkBreaches, type Walked, type WalkedOperation } from './fixtures/field-walk.ts';
import { MemoryServerTasks } from './fixtures/memory-server-tasks.ts';
import { memorySettings, settingsId } from './fixtures/memory-settings.ts';
import { MemorySources } from './fixtures/memory-sources.ts';
import { openRoutes, type RoutesApp } from './fixtures/routes-app.ts';
import { knownSource, knownTask } from './fixtures/servers.ts';
import { migrationProjectRoutes } from './migration-project-routes.ts';
import { sourceRoutes } from './source-routes.ts';
import { taskRoutes } from './task-routes.ts';
import { templateRoutes } from './template-routes.ts';

const sources = new MemorySources();
const tasks = new MemoryServerTasks();
const settings = memorySettings();
let routes: RoutesApp;
beforeAll(async () => {
  routes = await openRoutes([sourceRoutes(sources), taskRoutes(tasks), migrationProjectRoutes(settings.projects), templateRoutes(settings.templates)]);
});
afterAll(() => routes.app.close());

const source = `/v3/sources/${knownSource}`;
const task = `/v3/tasks/${knownTask}`;
const operations: readonly WalkedOperation[] = [
  { method: 'POST', url: '/v3/sources', rules: rulesOf(PostSourceServerBody) },
  { method: 'PUT', url: source, rules: rulesOf(PutSourceServerBody), known: { id: '1' } },
  { method: 'PUT', url: `${source}/diskinfo`, rules: rulesOf(PutDiskInfoReq) },
  { method: 'PUT', url: `${source}/changestate`, rules: rulesOf(PutCopyStateReq) },
  { method: 'POST', url: `${source}/command_result`, rules: rulesOf(CommandBody) },
  { method: 'POST', url: '/v3/sources/delete', rules: rulesOf(DeleteIds), known: { ids: [knownSource] } },
  { method: 'POST', url: '/v3/tasks', rules: rulesOf(PostTask), known: { id: knownSource } },
  { method: 'PUT', url: task, rules: rulesOf(PutTaskReq), known: { id: knownTask, name: 'SSL_CONFIG' } },
  { method: 'POST', url: `${task}/action`, rules: rulesOf(UpdateTaskStatusReq) },
  { method: 'PUT', url: `${task}/progress`, rules: rulesOf(UpdateTaskSpeedReq) },
  { method: 'POST', url: `${task}/speed-limit`, rules: rulesOf(SpeedLimit) },
  { method: 'POST', url: `${task}/log`, rules: rulesOf(UploadLogRequestBody) },
  { method: 'POST', url: `${task}/configuration-setting`, rules: rulesOf(ConfigurationRequestBody) },
  { method: 'POST', url: `${task}/consistency-result`, rules: rulesOf(SetConsistencyResultRequestBody) },
  { method: 'POST', url: '/v3/tasks/consistency-results/export', rules: rulesOf(BatchGetConsistencyResultReq), known: { task_id: knownTask } },
  { method: 'POST', url: `/v3/${knownTask}/update-network-check-info`, rules: rulesOf(NetworkCheckInfoRequestBody) },
  { method: 'POST', url: '/v3/migprojects', rules: rulesOf(CreateMigrationProject) },
  { method: 'PUT', url: `/v3/migprojects/${settingsId}`, rules: rulesOf(ChangeMigrationProject) },
  { method: 'POST', url: '/v3/vm/templates', rules: rulesOf(TemplateRequest) },
  { method: 'PUT', url: `/v3/vm/templates/${settingsId}`, rules: rulesOf(TemplateRequest) },
  { method: 'POST', url: '/v3/vm/templates/delete', rules: rulesOf(DeleteTemplates) },
  { method: 'POST', url: '/v3/tasks/delete', rules: rulesOf(DeleteIds), known: { ids: [knownTask] } },
];

/** With no use case called meanwhile. */
async function breaches(operation: WalkedOperation): Promise<Walked> {
  const callsOf = () => sources.calls.length + tasks.calls.length + settings.calls.length;
  const before = callsOf();
  const walked = await walkBreaches(routes, operation);
  expect(callsOf()).toBe(before);
  return walked;
}

describe.each(operations)('$method $url', (operation) => {
  const { method, url, rules, known = {} } = operation;

  it('takes a body with all fields, as large as they may be, and one with the mandatory ones alone', async () => {
    for (const all of [true, false]) expect(await routes.call(method, url, sampleOf(rules, all, known) as object)).toMatchObject({ status: 200 });
  });

  it('names the field of every breach', async () => {
    const { tried, wrong } = await breaches(operation);
    expect(wrong).toEqual([]);
    expect(tried).toBeGreaterThan(5);
  }, 60_000);
});

interface Field {
  readonly name: string;
  readonly mandatory: boolean;
  readonly type: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: string;
  readonly maximum?: string;
  readonly values?: readonly string[];
  readonly default?: string;
}

/** "Updating a Migration Task with a Specified ID": tables 3 to 16, field by field. */
const tables = JSON.parse(readFileSync(new URL('fixtures/update-task-tables.json', import.meta.url), 'utf8')) as Readonly<Record<string, readonly Field[]>>;

/** Its own example leaves these out, or has null: they are not mandatory in an update. */
const optionalInUpdates = ['PostSourceServerBody.ip', 'PostSourceServerBody.os_type', 'PostSourceServerBody.agent_version', 'TargetServer.ip', 'TargetServer.os_type'];

function rulesOfTable(name: string): Rules {
  const fields = tables[name] ?? [];
  return {
    type: 'object',
    properties: Object.fromEntries(fields.map((field) => [field.name, rulesOfField(field)])),
    required: fields.filter(({ mandatory, name: field }) => mandatory && !optionalInUpdates.includes(`${name}.${field}`)).map((field) => field.name),
  };
}

function rulesOfField({ type, values, minLength, maxLength, minimum, maximum }: Field): Rules {
  const table = /^(?:Array of )?(\w+) objects?$/.exec(type)?.[1];
  if (type.startsWith('Array of ')) return { type: 'array', items: table === undefined ? { type: 'string' } : rulesOfTable(table) };
  if (table !== undefined) return rulesOfTable(table);
  if (values !== undefined) return { type: 'enum', values: type === 'Integer' ? values.map(Number) : values };
  if (type === 'String') return { type: 'string', ...(minLength === undefined ? {} : { minLength }), ...(maxLength === undefined ? {} : { maxLength }) };
  if (type === 'Long' && maximum === '9223372036854775807') return { type: 'long' };
  if (type === 'Boolean') return { type: 'boolean' };
  return { type: type === 'Double' ? 'number' : 'integer', minimum: Number(minimum), maximum: Number(maximum) };
}

describe('the tables of the documents', () => {
  const operation: WalkedOperation = { method: 'PUT', url: task, rules: rulesOfTable('PutTaskReq'), known: { id: knownTask, name: 'SSL_CONFIG', device_use: 'boot' }, eitherShape: ['target_server.btrfs_list[0]'] };

  it('have all their fields taken', async () => {
    expect(await routes.call('PUT', task, sampleOf(operation.rules, true, operation.known ?? {}) as object)).toMatchObject({ status: 200 });
    const [, , , change] = tasks.calls.at(-1) as readonly [string, object, string, object];
    const kept = JSON.stringify(change, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
    for (const name of ['BtrfsSubvolumn', 'LogicalVolumes', 'TargetPhysicalVolumes', 'NetWork', 'CloneServer'].flatMap((table) => tables[table] ?? []).map((field) => field.name)) expect(kept).toContain(`"${name}"`);
  });

  it('have every breach of theirs named', async () => {
    const { tried, wrong } = await breaches(operation);
    expect(wrong).toEqual([]);
    expect(tried).toBeGreaterThan(900);
  }, 60_000);

  it('have their defaults', async () => {
    await routes.call('PUT', task, { target_server: { disks: [{ physical_volumes: [{}] }], volume_groups: [{ logical_volumes: [sampleOf(rulesOfTable('LogicalVolumes'), false, {})] }] } });
    expect(tasks.calls.at(-1)?.[3]).toMatchObject({
      target: { disks: [{ device_use: 'NORMAL', physical_volumes: [{ device_use: 'NORMAL' }] }], volume_groups: [{ logical_volumes: [{ block_count: 0, block_size: 0 }] }] },
    });
    const defaults = Object.values(tables).flat().filter((field) => field.default !== undefined).map((field) => `${field.name}=${field.default ?? ''}`);
    expect(defaults.sort()).toEqual(['block_count=0', 'block_size=0', 'device_use=NORMAL', 'device_use=NORMAL', 'start_target_server=true']);
  });
});
