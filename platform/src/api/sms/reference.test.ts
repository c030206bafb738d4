/** Every operation of the public SDK, line by line: its path, what it may ask by, what it takes and what it answers. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parameterHeader } from '../http-errors.ts';
import { sampleOf, type Rules } from './fixtures/breaches.ts';
import { walkBreaches } from './fixtures/field-walk.ts';
import { MemoryServerTasks } from './fixtures/memory-server-tasks.ts';
import { memorySettings, settingsId } from './fixtures/memory-settings.ts';
import { MemorySources } from './fixtures/memory-sources.ts';
import { referenceOperations, type ReferenceOperation } from './fixtures/reference.ts';
import { openRoutes, type RoutesApp } from './fixtures/routes-app.ts';
import { knownSource, knownTask } from './fixtures/servers.ts';
import { migrationProjectRoutes } from './migration-project-routes.ts';
import { serviceRoutes } from './service-routes.ts';
import { sourceRoutes } from './source-routes.ts';
import { taskRoutes } from './task-routes.ts';
import { templateRoutes } from './template-routes.ts';

/** Marks that the documents' pages, which stand above the SDK, or decisions 19 and 21 take back or add. */
const marks: Readonly<Record<string, boolean>> = {
  'PutCopyStateReq.copystate': false,
  'PutCopyStateReq.migrationcycle': false,
  'TargetServerByTask.name': false,
  'TargetServerByTask.vm_id': false,
  'ListErrorServersRequest.offset': false,
  'BatchConsistencyReq.task_id': true,
  'UpdateTemplateReq.template': true,
  'TargetServer.disks': true,
  ...Object.fromEntries(['PutDisk', 'PutVolume', 'PutVolumeGroups', 'PutLogicalVolume'].map((plan) => [`${plan}.id`, true])),
};
const tables = JSON.parse(readFileSync(new URL('fixtures/update-task-tables.json', import.meta.url), 'utf8')) as Readonly<Record<string, readonly { readonly name: string; readonly mandatory: boolean }[]>>;
const ofPages = new Set(['PostSourceServerBody', 'ServerDisk', 'PhysicalVolume', 'BtrfsFileSystem', 'BtrfsSubvolumn', 'NetWork', 'VolumeGroups', 'LogicalVolumes', 'SubTask', 'CloneServer']);
const operations = referenceOperations({
  isMandatory(schema, field, marked) {
    const ofPage = ofPages.has(schema) && tables[schema]?.some(({ name, mandatory }) => name === field && mandatory) === true;
    return marks[`${schema}.${field}`] ?? (marked || ofPage);
  },
  // The page's table has any text for a state of cloning; keys of configurations that are not documented are taken.
  open: new Set(['CloneServer.clone_state', 'ConfigBody.config_key']),
});

let routes: RoutesApp;
const settings = memorySettings();
beforeAll(async () => {
  const service = serviceRoutes({ agreements: settings.agreements, regions: () => Promise.resolve(['cn-north-4']) });
  routes = await openRoutes([sourceRoutes(new MemorySources()), taskRoutes(new MemoryServerTasks()), migrationProjectRoutes(settings.projects), templateRoutes(settings.templates), service]);
});
afterAll(() => routes.app.close());

/** Values of fields that name something, or that have a form of their own. */
const known: Readonly<Record<string, unknown>> = {
  ids: [settingsId], task_id: knownTask, start: '08:00', end: '20:00', device_use: 'BOOT', partition_style: 'GPT', command_name: 'START', result: 'success', bandwidth_size: 5, boot_loader: 'GRUB', copystate: 'INIT',
  migrationcycle: 'SYNCING', vm_id: 'vm',
};
const knownOf: Readonly<Record<string, Readonly<Record<string, unknown>>>> = { CreateTask: { id: knownSource }, UpdateServerName: { id: '1' } };

function urlOf({ path }: ReferenceOperation): string {
  const ids: Readonly<Record<string, string>> = { task_id: knownTask, source_id: knownSource, server_id: knownSource, mig_project_id: settingsId, id: settingsId, version: 'v3' };
  return path.replaceAll(/\{(\w+)\}/g, (_all, name: string) => ids[name] ?? name);
}

const withBody = operations.flatMap(({ body, ...operation }) => (body === undefined || (operation.method !== 'POST' && operation.method !== 'PUT') ? [] : [{ ...operation, method: operation.method, body }]));

describe.each(withBody)('$id', (operation) => {
  const { id, method, body: rules } = operation;
  const walked = { method, url: urlOf({ ...operation, body: rules }), rules, known: { ...known, ...knownOf[id] }, eitherShape: ['target_server.btrfs_list[0]'] };

  it('takes all fields', async () => {
    expect(await routes.call(method, walked.url, sampleOf(rules, true, walked.known) as object)).toMatchObject({ status: 200 });
  });

  it('knows the type of each field', async () => {
    const { tried, wrong } = await walkBreaches(routes, walked);
    expect(wrong).toEqual([]);
    expect(tried).toBeGreaterThan(5);
  });
});

/** A value of the kind that the parameter has, as long as it may be. */
function valueOf(name: string, { type, values }: Rules, most: number): string {
  if (values !== undefined) return String(values[0]).toUpperCase();
  if (type === 'boolean') return 'True';
  if (type !== 'integer') return 'x'.repeat(255);
  return String(name === 'limit' ? most : 65_535);
}

/** What the parameter must not be, beside what is wrong for all. */
function wrongValuesOf(name: string, { type, values }: Rules, most: number): readonly string[] {
  if (values !== undefined) return ['flying'];
  if (type === 'boolean') return ['1', 'yes'];
  if (type === 'integer') return ['a', '-1', '1.5', '1e1', '0x1', '9'.repeat(30), String(name === 'limit' ? most + 1 : 65_536)];
  return ['x'.repeat(256)];
}

describe('queries', () => {
  const asking = operations.filter(({ query }) => Object.keys(query.properties ?? {}).length > 0);
  const most: Readonly<Record<string, number>> = { ListServers: 200, ListTasks: 200, ListErrorServers: 100, ListMigprojects: 100, ListTemplates: 100 };

  it.each(asking)('of $id take all parameters at once, and each as large as it may be or empty', async ({ id, query, ...operation }) => {
    const parameters = Object.entries(query.properties ?? {});
    const all = new URLSearchParams(parameters.map(([name, rules]): [string, string] => [name, valueOf(name, rules, most[id] ?? 0)]));
    expect(await routes.call('GET', `${urlOf({ id, query, ...operation })}?${all.toString()}`)).toMatchObject({ status: 200 });
    for (const [name] of parameters) expect(await routes.call('GET', `${urlOf({ id, query, ...operation })}?${name}=`)).toMatchObject({ status: 200 });
  });

  it.each(asking)('of $id name the parameter that is wrong', async ({ id, query, ...operation }) => {
    for (const [name, rules] of Object.entries(query.properties ?? {})) {
      const usual = encodeURIComponent(valueOf(name, rules, most[id] ?? 0));
      for (const wrong of [...wrongValuesOf(name, rules, most[id] ?? 0).map((value) => `${name}=${value}`), `${name}=%00`, `${name}=${usual}&${name}=${usual}`]) {
        const answer = await routes.call('GET', `${urlOf({ id, query, ...operation })}?unknown=1&${wrong}`);
        expect(answer, wrong).toMatchObject({ status: 400, body: { error_code: 'SMS.8001', error_param: [name] }, headers: { [parameterHeader]: name } });
      }
    }
  });
});

/** What the SDK calls an answer without content. */
const isEmpty = ({ properties = {} }: Rules) => Object.keys(properties).every((name) => name === 'body');

it.each(operations.filter(({ response, id }) => isEmpty(response) && id !== 'ExportConsistencyResults'))('the answer of $id is empty', async (operation) => {
  const { id, method, body } = operation;
  const { status, text } = await routes.call(method, urlOf(operation), body === undefined ? undefined : sampleOf(body, true, { ...known, ...knownOf[id] }) as object);
  expect({ status, text: text.replace('""', '') }).toEqual({ status: 200, text: '' });
});
