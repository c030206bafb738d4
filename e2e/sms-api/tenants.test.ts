/** Two domains never meet: whatever one asks by the ids of the other is answered as if they had never been. */
import { randomUUID } from 'node:crypto';
import { sampleOf } from '@haulier/platform/api/sms/fixtures/breaches.ts';
import { referenceOperations } from '@haulier/platform/api/sms/fixtures/reference.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newTask, registration, type Machine } from '../server-migration/machines.ts';
import { addDomain } from '../server-migration/second-domain.ts';
import { ask, signIn } from '../support/iam.ts';
import { createInstallation, type TestInstallation } from '../support/serve.ts';

interface Ids {
  readonly source: string;
  readonly task: string;
  readonly template: string;
  readonly project: string;
}

let installation: TestInstallation;
let removeInstallation = (): Promise<void> => Promise.resolve();
let owner: string;
let stranger: string;
let theirs: Ids;
/** The stranger's own. */
let own: Ids;

beforeAll(async () => {
  installation = await createInstallation();
  removeInstallation = () => installation.remove();
  await installation.serve();
  owner = await signIn(installation.url, installation.account);
  stranger = await signIn(installation.url, await addDomain(installation.folder, 'strangers'));
  theirs = await settleIn(owner, 1);
  own = await settleIn(stranger, 2);
});
afterAll(() => removeInstallation());

function machine(number: number): Machine {
  return { number, os: 'LINUX', name: `linux-${number}`, ip: `10.0.0.${number}`, broken: false, used: 7 * 2 ** 30 };
}

async function made(token: string, path: string, body: object): Promise<string> {
  const answer = await ask(installation.url, 'POST', path, { token, body });
  expect(answer).toMatchObject({ status: 200, body: { id: expect.any(String) as string } });
  return (answer.body as { readonly id: string }).id;
}

/** One of everything, in an enterprise project of the same name in each domain. */
async function settleIn(token: string, number: number): Promise<Ids> {
  const source = await made(token, '/v3/sources', { ...registration(machine(number), undefined), enterprise_project_id: 'shop' });
  const template = await made(token, '/v3/vm/templates', { template: { name: 'web', target_password: 'Pa55-of-the-owner' } });
  const project = await made(token, '/v3/migprojects', { name: 'mine', region: 'r', type: 'MIGRATE_FILE' });
  const task = await made(token, '/v3/tasks', newTask(machine(number), source, { type: 'MIGRATE_FILE', syncing: true }));
  for (const [path, body] of [
    [`/v3/tasks/${task}/action`, { operation: 'start' }],
    [`/v3/tasks/${task}/consistency-result`, { consistency_result: [{ dir_check: '/srv', num_total_files: 3, num_different_files: 0, num_target_miss_files: 0, num_target_more_files: 0 }] }],
    [`/v3/tasks/${task}/configuration-setting`, { configurations: [{ config_key: 'LINUX_CPU_LIMIT', config_value: '30' }] }],
  ] as const) expect(await ask(installation.url, 'POST', path, { token, body })).toMatchObject({ status: 200 });
  return { source, template, project, task };
}

const operations = referenceOperations({ isMandatory: (_schema, _field, marked) => marked, open: new Set() });
const known = {
  start: '08:00', end: '20:00', device_use: 'BOOT', partition_style: 'GPT', command_name: 'START', result: 'success', bandwidth_size: 5, copystate: 'STOPPED', migrationcycle: 'SYNCING', boot_loader: 'GRUB',
};

/** Bodies that name something by its id. */
const bodies: Readonly<Record<string, (ids: Ids) => object>> = {
  RegisterServer: ({ source }) => registration(machine(3), source),
  CreateTask: ({ source }) => newTask(machine(3), source, { type: 'MIGRATE_FILE', syncing: true }),
  UpdateTaskStatus: () => ({ operation: 'stop' }),
  DeleteServers: ({ source }) => ({ ids: [source] }),
  DeleteTasks: ({ task }) => ({ ids: [task] }),
  DeleteTemplates: ({ template }) => ({ ids: [template] }),
  ExportConsistencyResults: ({ task, source }) => ({ task_info: [{ task_id: task, source_id: source }] }),
};

const namesSomething = operations.filter(({ id, path }) => (path.includes('{') && path !== '/{version}') || id in bodies);

function pathOf(path: string, { source, task, template, project }: Ids): string {
  const ids: Readonly<Record<string, string>> = { source_id: source, server_id: source, task_id: task, mig_project_id: project, id: template };
  return path.replaceAll(/\{(\w+)\}/g, (_all, name: string) => ids[name] ?? name);
}

interface Answered {
  readonly status: number;
  /** With the ids that were asked by put aside. */
  readonly text: string;
}

async function askBy(method: string, path: string, body: object | undefined, ids: Ids): Promise<Answered> {
  const { status, body: answer } = await ask(installation.url, method, path, { token: stranger, ...(body === undefined ? {} : { body }) });
  return { status, text: Object.entries(ids).reduce((text, [kind, id]) => text.replaceAll(String(id), kind), JSON.stringify(answer)) };
}

function nobody(): Ids {
  return { source: randomUUID(), task: randomUUID(), template: randomUUID(), project: randomUUID() };
}

/** All that the owner can see. */
async function seenByOwner({ source, task, template, project }: Ids): Promise<string> {
  const paths = [
    `/v3/sources/${source}`, '/v3/sources', '/v3/sources/overview', '/v3/errors', `/v3/tasks/${task}`, '/v3/tasks', `/v3/tasks/${task}/speed-limit`, `/v3/tasks/${task}/configuration-setting`,
    `/v3/tasks/${task}/consistency-result`, `/v3/tasks/${task}/certkey?enable_ca_cert=true`, `/v3/tasks/${task}/passphrase`, `/v3/vm/templates/${template}`, `/v3/vm/templates`,
    `/v3/vm/templates/${template}/target-password`, `/v3/migprojects/${project}`, '/v3/migprojects', '/v3/privacy-agreements',
  ];
  const answers = await Promise.all(paths.map((path) => ask(installation.url, 'GET', path, { token: owner })));
  expect(answers.map(({ status }) => status)).toEqual(paths.map(() => 200));
  // These change by themselves as time passes.
  return JSON.stringify(answers.map(({ body }) => body)).replaceAll(/"(?:connected|total_time)":\w+/g, '');
}

describe('the ids of another domain', () => {
  it('are as good as none, in every operation, and what they name stays as it is', async () => {
    const before = await seenByOwner(theirs);
    const told: unknown[] = [];
    for (const { id, method, path, body: rules } of namesSomething) {
      const never = nobody();
      const bodyOf = (ids: Ids) => bodies[id]?.(ids) ?? (rules === undefined ? undefined : sampleOf(rules, true, known) as object);
      const [foreign, absent] = [await askBy(method, pathOf(path, theirs), bodyOf(theirs), theirs), await askBy(method, pathOf(path, never), bodyOf(never), never)];
      const registers = id === 'RegisterServer';
      if (foreign.status !== absent.status || foreign.text !== absent.text || foreign.status !== (registers ? 200 : id === 'CreateTask' ? 400 : 404)) told.push({ id, foreign, absent });
    }
    expect(told).toEqual([]);
    expect(namesSomething).toHaveLength(36);
    expect(await seenByOwner(theirs)).toBe(before);
  });

  it.each<[string, (ids: Ids) => readonly [method: string, path: string, body: object], number]>([
    ['a migration project for a server', ({ project }) => ['PUT', `/v3/sources/${own.source}`, { migprojectid: project }], 404],
    ['a template for a task', ({ template }) => ['POST', '/v3/tasks', { ...newTask(machine(2), own.source, { type: 'MIGRATE_FILE', syncing: true }), vm_template_id: template }], 404],
    ['a template for a clone', ({ template }) => ['POST', '/v3/tasks', { ...newTask(machine(2), own.source, { type: 'MIGRATE_FILE', syncing: true }), clonevm_template_id: template }], 404],
    ['a server among those to delete', ({ source }) => ['POST', '/v3/sources/delete', { ids: [source, own.source] }], 404],
    ['a task among those to export', ({ task }) => ['POST', '/v3/tasks/consistency-results/export', { task_info: [{ task_id: own.task }, { task_id: task }] }], 404],
  ])('name nothing as %s', async (_what, request, status) => {
    const never = nobody();
    const [foreign, absent] = [await askBy(...request(theirs), theirs), await askBy(...request(never), never)];
    expect(foreign).toEqual(absent);
    expect(foreign.status).toBe(status);
  });
});

describe('lists', () => {
  it('have nothing of another domain, by whatever they are narrowed', async () => {
    const { source, task, template, project } = theirs;
    for (const path of [
      `/v3/sources?id=${source}`, `/v3/sources?migproject=${project}`, '/v3/sources?vm_id=vm-1', '/v3/sources?name=linux-1', '/v3/sources?ip=10.0.0.1', `/v3/tasks?id=${task}`, `/v3/tasks?source_server_id=${source}`,
      '/v3/tasks?name=linux-1', `/v3/vm/templates?id=${template}`,
    ]) expect(await ask(installation.url, 'GET', path, { token: stranger }), path).toMatchObject({ status: 200, body: { count: 0 } });
  });

  it.each([['shop', 1], ['all_granted_eps', undefined], ['elsewhere', 0]])('of the enterprise project %s have those of the own domain alone', async (project, most) => {
    const asked = (token: string, path: string) => ask(installation.url, 'GET', `${path}?enterprise_project_id=${project}`, { token });
    for (const [token, { source, task }, foreign] of [[owner, theirs, own], [stranger, own, theirs]] as const) {
      const [sources, tasks, overview] = [await asked(token, '/v3/sources'), await asked(token, '/v3/tasks'), await asked(token, '/v3/sources/overview')];
      const text = JSON.stringify([sources.body, tasks.body]);
      expect(text.includes(source) && text.includes(task)).toBe(most !== 0);
      expect(text).not.toContain(foreign.source);
      expect(text).not.toContain(foreign.task);
      if (most !== undefined) expect(overview.body).toMatchObject({ initialize: most });
      if (most === 0) expect(Object.values(overview.body as object).filter((count) => count !== 0)).toEqual([]);
    }
  });
});
