/** EVS and Cinder's forms of it, asked of the real server: two projects, disks in files. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ClientRequestException } from '@huaweicloud/huaweicloud-sdk-core/exception/ClientRequestException.js';
import { Logger4jInstance } from '@huaweicloud/huaweicloud-sdk-core/logger/log4jLogger.js';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ask, signIn, type Answer } from '../support/iam.ts';
import { createInstallation, type TestInstallation, type TestProcess } from '../support/serve.ts';
import { until } from '../worker/until.ts';
import { EvsClient } from './evs-client.ts';

/** A project with a token of its own. */
interface Tenant {
  readonly project: string;
  readonly call: (method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>) => Promise<Answer>;
}

let installation: TestInstallation;
let server: TestProcess;
let one: Tenant;
let other: Tenant;
let third: Tenant;
let sdk: EvsClient;

const quotas = { volumes: 6, gigabytes: 100, snapshots: 4, perVolumeGigabytes: 50 };

beforeAll(async () => {
  /** It writes every refusal to the console, with the whole request. */
  Logger4jInstance.level = 'off';
  installation = await createInstallation({ config: { volumes: { zones: ['az1', 'az2'], types: [{ name: 'SSD' }, { name: 'SAS', zones: ['az2'] }], quotas } } });
  server = await installation.serve();
  const { url, account } = installation;
  one = await tenant(account.projectId);
  [other, third] = [await newTenant('second'), await newTenant('third')];
  sdk = EvsClient.at(url, account, account.projectId);
});

afterAll(() => installation.remove());

async function newTenant(name: string): Promise<Tenant> {
  const { body } = await one.call('POST', '/v3/projects', { project: { name: `${installation.account.projectName}_${name}`, domain_id: installation.account.domainId } });
  return tenant(text(body, 'project', 'id'));
}

/** `{p}` in a path stands for the project. */
async function tenant(project: string): Promise<Tenant> {
  const { url, account } = installation;
  const token = await signIn(url, { ...account, projectId: project });
  return { project, call: (method, path, body, headers = {}) => ask(url, method, path.replaceAll('{p}', project), { token, headers, ...(body === undefined ? {} : { body }) }) };
}

/** What lies at a place of an answer. */
function at(value: unknown, ...place: readonly (string | number)[]): unknown {
  return place.reduce<unknown>((inside, name) => (typeof inside === 'object' && inside !== null ? Object.entries(inside).find(([key]) => key === String(name))?.[1] : undefined), value);
}

function text(value: unknown, ...place: readonly (string | number)[]): string {
  const found = at(value, ...place);
  if (typeof found !== 'string') throw new Error(`no text at ${place.join('.')} of ${JSON.stringify(value)}`);
  return found;
}

function list(value: unknown, ...place: readonly (string | number)[]): readonly unknown[] {
  const found = at(value, ...place);
  if (!Array.isArray(found)) throw new Error(`no list at ${place.join('.')} of ${JSON.stringify(value)}`);
  return found;
}

const wanted = { availability_zone: 'az1', volume_type: 'SSD', size: 1 };

async function ended({ call }: Tenant, job: string): Promise<unknown> {
  const { body } = await until(() => call('GET', `/v1/{p}/jobs/${job}`), (answer) => ['SUCCESS', 'FAIL'].includes(text(answer.body, 'status')));
  return body;
}

/** The ids of new disks, which are there. */
async function newDisks(tenantOf: Tenant, changes: object = {}): Promise<readonly [string, ...string[]]> {
  const { status, body } = await tenantOf.call('POST', '/v2.1/{p}/cloudvolumes', { volume: { ...wanted, ...changes } });
  expect({ status, body }).toMatchObject({ status: 202, body: { job_id: expect.stringMatching(/^[0-9a-f]{32}$/) as string } });
  expect(await ended(tenantOf, text(body, 'job_id'))).toMatchObject({ status: 'SUCCESS', error_code: null, fail_reason: null });
  const [first = expect.fail(), ...rest] = list(body, 'volume_ids').map(String);
  return [first, ...rest];
}

async function newSnapshot(tenantOf: Tenant, volume: string, name = 's'): Promise<string> {
  const { status, body } = await tenantOf.call('POST', '/v2/{p}/cloudsnapshots', { snapshot: { volume_id: volume, name } });
  expect({ status, body }).toMatchObject({ status: 202, body: { snapshot: { volume_id: volume, name } } });
  const id = text(body, 'snapshot', 'id');
  await until(() => tenantOf.call('GET', `/v2/{p}/cloudsnapshots/${id}`), (answer) => at(answer.body, 'snapshot', 'status') === 'available');
  return id;
}

async function statusOf({ call }: Tenant, volume: string): Promise<unknown> {
  const { body } = await call('GET', `/v2/{p}/cloudvolumes/${volume}`);
  return at(body, 'volume', 'status') ?? 'absent';
}

/** Quotas are small: each test begins with none. */
afterEach(async () => {
  for (const { call } of [one, other, third]) {
    for (const transfer of list((await call('GET', '/v2/{p}/os-volume-transfer')).body, 'transfers')) await call('DELETE', `/v2/{p}/os-volume-transfer/${text(transfer, 'id')}`);
    for (const volume of list((await call('GET', '/v3/{p}/volumes/detail')).body, 'volumes')) {
      for (let left = list(volume, 'attachments').length; left > 0; left -= 1) await call('POST', `/v3/{p}/volumes/${text(volume, 'id')}/action`, { 'os-detach': { attachment_id: text(volume, 'attachments', left - 1, 'attachment_id') } });
      await call('DELETE', `/v3/{p}/volumes/${text(volume, 'id')}?cascade=True&force=True`);
    }
    await until(() => call('GET', '/v3/{p}/volumes'), ({ body }) => list(body, 'volumes').length === 0);
    await until(() => call('GET', '/v3/{p}/snapshots'), ({ body }) => list(body, 'snapshots').length === 0);
  }
});

describe('disks of EVS', () => {
  it('are created, extended and deleted by tasks', async () => {
    const { body: created } = await one.call('POST', '/v2/{p}/cloudvolumes', { volume: { ...wanted, name: 'data', count: 2, tags: { team: 'x' }, metadata: { a: 'b' } } });
    expect(await ended(one, text(created, 'job_id'))).toMatchObject({ status: 'SUCCESS', job_type: 'batchCreateVolume', entities: { sub_jobs: [
      { status: 'SUCCESS', job_type: 'createVolume', entities: { volume_id: at(created, 'volume_ids', 0), name: 'data-0001', size: 1, volume_type: 'SSD' } }, { entities: { name: 'data-0002' } },
    ] } });
    const id = text(created, 'volume_ids', 0);
    const { body: shown } = await one.call('GET', `/v2/{p}/cloudvolumes/${id}`);
    expect(shown).toMatchObject({ volume: {
      'id': id, 'name': 'data-0001', 'status': 'available', 'size': 1, 'tags': { team: 'x' }, 'metadata': { a: 'b' }, 'user_id': installation.account.userId,
      'os-vol-tenant-attr:tenant_id': one.project, 'created_at': expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}$/) as string,
      'links': [{ rel: 'self', href: `${installation.url}/v2/${one.project}/cloudvolumes/${id}` }, {}],
    } });

    const extension = await one.call('POST', `/v2.1/{p}/cloudvolumes/${id}/action`, { 'os-extend': { new_size: 3 } });
    expect(await ended(one, text(extension.body, 'job_id'))).toMatchObject({ status: 'SUCCESS', job_type: 'extendVolume', entities: { volume_id: id } });
    expect((await one.call('GET', `/v2/{p}/cloudvolumes/${id}`)).body).toMatchObject({ volume: { size: 3, status: 'available' } });
    expect(await one.call('POST', `/v2/{p}/cloudvolumes/${id}/action`, { 'os-extend': { new_size: 3 } })).toMatchObject({ status: 400, body: { error: { code: 'EVS.1015' } } });

    const removal = await one.call('DELETE', `/v2/{p}/cloudvolumes/${id}`);
    expect(await ended(one, text(removal.body, 'job_id'))).toMatchObject({ status: 'SUCCESS', job_type: 'deleteVolume', entities: { volume_id: id, name: 'data-0001' } });
    expect(await one.call('GET', `/v2/{p}/cloudvolumes/${id}`)).toMatchObject({ status: 404, body: { error: { code: 'EVS.5404' } } });
  });

  it('are found by every filter', async () => {
    const [plain] = await newDisks(one, { name: 'plain', metadata: { a: 'b', c: 'd' }, tags: { k: 'v1' } });
    const [shared] = await newDisks(one, { name: 'shared', size: 2, multiattach: true, availability_zone: 'az2', volume_type: 'SAS', enterprise_project_id: 'e1', metadata: { a: 'z' }, tags: { k: 'v2', l: '' } });
    await one.call('POST', `/v3/{p}/volumes/${shared}/action`, { 'os-attach': { instance_uuid: 'server-1', mountpoint: '/dev/vdb' } });
    const { body: types } = await one.call('GET', '/v2/{p}/types');
    const sas = list(types, 'volume_types').find((type) => at(type, 'name') === 'SAS');
    const cases: readonly (readonly [string, readonly string[]])[] = [
      ['', [shared, plain]], ['sort_key=size&sort_dir=asc', [plain, shared]], ['sort_key=created_at&sort_dir=asc', [plain, shared]], ['limit=1', [shared]], ['limit=1&offset=1', [plain]], ['offset=5', []],
      [`marker=${shared}`, [plain]], [`marker=${plain}`, []], ['name=lai', [plain]], ['name=%25', []], ['name=_', []], ['status=in-use', [shared]], ['status=creating', []],
      [`id=${plain}`, [plain]], ['id=x', []], [`ids=['${plain}','${shared}']`, [shared, plain]], ['availability_zone=az2', [shared]], ['multiattach=true', [shared]], ['multiattach=false', [plain]],
      ['enterprise_project_id=e1', [shared]], ['enterprise_project_id=0', [plain]], ['enterprise_project_id=all_granted_eps', [shared, plain]], ['server_id=server-1', [shared]], ['server_id=x', []],
      [`metadata=${encodeURIComponent('{"a":"b"}')}`, [plain]], [`metadata=${encodeURIComponent("{'a': 'b', 'c': 'x'}")}`, []], [`not_metadata=${encodeURIComponent('{"a":"b"}')}`, [shared]],
      [`volume_type_id=${text(sas, 'id')}`, [shared]], ['service_type=EVS', [shared, plain]], ['service_type=DSS', []], ['dedicated_storage_id=x', []],
    ];
    for (const [query, expected] of cases) {
      const { status, body } = await one.call('GET', `/v2/{p}/cloudvolumes/detail?${query}`);
      expect({ query, status, ids: status === 200 ? list(body, 'volumes').map((volume) => at(volume, 'id')) : body }).toEqual({ query, status: 200, ids: expected });
    }
    const { body: page } = await one.call('GET', '/v2/{p}/cloudvolumes/detail?limit=1');
    expect(page).toMatchObject({ count: 2, volumes_links: [{ rel: 'next' }] });
    const next = new URL(text(page, 'volumes_links', 0, 'href'));
    expect((await one.call('GET', `${next.pathname}${next.search}`)).body).toMatchObject({ count: 2, volumes: [{ id: plain }] });
    expect((await other.call('GET', `/v2/{p}/cloudvolumes/detail?id=${plain}`)).body).toEqual({ count: 0, volumes: [] });

    const byTags = async (tags: unknown, more: object = {}) => (await one.call('POST', '/v2/{p}/cloudvolumes/resource_instances/action', { action: 'filter', tags, ...more })).body;
    expect(await byTags([{ key: 'k', values: ['v1', 'v3'] }])).toMatchObject({ total_count: 1, resources: [{ resource_id: plain, resource_name: 'plain', tags: [{ key: 'k', value: 'v1' }] }] });
    expect(await byTags([{ key: 'k', values: [] }], { limit: 1 })).toMatchObject({ total_count: 2, resources: [{}] });
    expect(await byTags([{ key: 'k', values: [] }, { key: 'l', values: [''] }])).toMatchObject({ total_count: 1, resources: [{ resource_id: shared }] });
    expect(await byTags([], { matches: [{ key: 'resource_name', value: 'har' }] })).toMatchObject({ total_count: 1 });
    expect(await byTags([{ key: 'k', values: [] }], { action: 'count' })).toEqual({ total_count: 2 });
  });

  it('have tags', async () => {
    const [id] = await newDisks(one);
    const act = (action: string, tags: unknown) => one.call('POST', `/v2/{p}/cloudvolumes/${id}/tags/action`, { action, tags });
    expect(await act('create', [{ key: 'a', value: '1' }, { key: 'b', value: '' }])).toMatchObject({ status: 204 });
    expect(await act('create', [{ key: 'a', value: '2' }])).toMatchObject({ status: 204 });
    expect((await one.call('GET', `/v2/{p}/cloudvolumes/${id}/tags`)).body).toEqual({ tags: expect.arrayContaining([{ key: 'a', value: '2' }, { key: 'b', value: '' }]) as unknown });
    expect(await act('delete', [{ key: 'b' }, { key: 'none' }])).toMatchObject({ status: 204 });
    expect((await one.call('GET', '/v2/{p}/cloudvolumes/tags')).body).toEqual({ tags: { a: ['2'] } });
    expect(await act('create', Array.from({ length: 60 }, (_, index) => ({ key: `k${index}`, value: '' })))).toMatchObject({ status: 400, body: { error: { code: 'EVS.1061' } } });
    expect((await one.call('GET', '/v2/{p}/cloudvolumes/tags')).body).toEqual({ tags: { a: ['2'] } });
  });

  it('are refused with the codes of the appendix', async () => {
    const create = (changes: object) => one.call('POST', '/v2/{p}/cloudvolumes', { volume: { ...wanted, ...changes } });
    expect(await create({ volume_type: 'TAPE' })).toMatchObject({ status: 400, body: { error: { code: 'EVS.1020' } } });
    expect(await create({ availability_zone: 'az9' })).toMatchObject({ status: 400, body: { error: { code: 'EVS.1036' } } });
    expect(await create({ volume_type: 'SAS', availability_zone: 'az1' })).toMatchObject({ status: 400, body: { error: { code: 'EVS.1036' } } });
    expect(await create({ count: 7 })).toMatchObject({ status: 400, body: { error: { code: 'EVS.1034' } } });
    expect(await create({ count: 3, size: 40 })).toMatchObject({ status: 400, body: { error: { code: 'EVS.1042' } } });
    expect(await create({ size: 51 })).toMatchObject({ status: 413, body: { error: { code: 'EVS.5413' } } });
    expect(await create({ snapshot_id: '7fa6b592-ac75-460d-a28a-bb17429d1eb2' })).toMatchObject({ status: 404, body: { error: { code: 'EVS.5404' } } });
    expect(await one.call('GET', '/v1/{p}/jobs/4010a32d535527910153552b492c0002')).toMatchObject({ status: 400, body: { error: { code: 'Common.0011' } } });
    expect((await one.call('GET', '/v2/{p}/cloudvolumes/detail')).body).toMatchObject({ count: 0 });
    expect((await one.call('GET', `/v2/{p}/os-quota-sets/${one.project}?usage=True`)).body).toMatchObject({ quota_set: { volumes: { limit: 6, in_use: 0, reserved: 0 }, gigabytes: { limit: 100, in_use: 0, reserved: 0 } } });
  });

  it('are extended together, and while a server has one of them', async () => {
    const [attached, second] = await newDisks(one, { count: 2 });
    await one.call('POST', `/v3/{p}/volumes/${attached}/action`, { 'os-attach': { instance_uuid: 's', mountpoint: '/dev/vdb' } });
    const extend = (sizes: Readonly<Record<string, number>>) => one.call('POST', '/v5/{p}/volumes/batch-extend', { volumes: Object.entries(sizes).map(([id, size]) => ({ id, new_size: size })) });
    expect(await extend({ [attached]: 2, [String(second)]: 1 })).toMatchObject({ status: 400, body: { error: { code: 'EVS.1015' } } });
    const { status, body } = await extend({ [attached]: 2, [String(second)]: 3 });
    expect(status).toBe(202);
    expect(await ended(one, text(body, 'job_id'))).toMatchObject({ status: 'SUCCESS', job_type: 'batchExtendVolume', entities: { sub_jobs: [{ job_type: 'extendVolume', entities: { volume_id: attached, size: 2 } }, { entities: { size: 3 } }] } });
    expect((await one.call('GET', `/v2/{p}/cloudvolumes/${attached}`)).body).toMatchObject({ volume: { size: 2, status: 'in-use', attachments: [{ server_id: 's' }] } });
  });

  it('are created once for each token', async () => {
    const create = (name: string, token: string) => one.call('POST', '/v2.1/{p}/cloudvolumes', { volume: { ...wanted, name, count: 2 } }, { 'x-client-token': token });
    const [first, again] = await Promise.all([create('a', '7fa6b592-ac75-460d-a28a-bb17429d1eb2'), create('a', '7FA6B592-AC75-460D-A28A-BB17429D1EB2')]);
    expect(first.status).toBe(202);
    expect(again.body).toEqual(first.body);
    await ended(one, text(first.body, 'job_id'));
    expect((await one.call('GET', '/v2/{p}/cloudvolumes/detail')).body).toMatchObject({ count: 2 });
    expect(await create('b', '4010a32d-5355-2791-0153-552b492c0002')).toMatchObject({ status: 202 });
    expect((await one.call('GET', '/v2/{p}/cloudvolumes/detail')).body).toMatchObject({ count: 4 });
  });

  it('are in files, which their deletion removes', async () => {
    const [id] = await newDisks(one, { size: 5 });
    const file = async () => {
      const folder = join(installation.folder, 'volumes/files');
      const names = await readdir(folder, { recursive: true });
      return names.filter((name) => name.includes(id)).map((name) => join(folder, name));
    };
    const [path = expect.fail()] = await file();
    expect((await stat(path)).size).toBeGreaterThan(0);
    const { body } = await one.call('DELETE', `/v2/{p}/cloudvolumes/${id}`);
    expect(await ended(one, text(body, 'job_id'))).toMatchObject({ status: 'SUCCESS' });
    expect(await file()).toEqual([]);
  });
});

describe('snapshots of EVS', () => {
  it('are taken, found, changed, rolled back, made disks of and deleted', async () => {
    const [id] = await newDisks(one, { size: 2, enterprise_project_id: 'e1' });
    const snapshot = await newSnapshot(one, id, 'first one');
    expect((await one.call('GET', `/v2/{p}/cloudsnapshots/${snapshot}`)).body).toMatchObject({ snapshot: { status: 'available', size: 2, volume_id: id, 'os-extended-snapshot-attributes:progress': '100%' } });
    for (const [query, count] of [['', 1], ['name=irst', 1], ['name=second', 0], ['status=available', 1], ['status=error', 0], [`volume_id=${id}`, 1], [`volume_id=${snapshot}`, 0], [`id=${snapshot}`, 1], ['availability_zone=az1', 1], ['availability_zone=az2', 0], ['enterprise_project_id=e1', 1], ['enterprise_project_id=0', 0], ['offset=1', 0]] as const) {
      const { body } = await one.call('GET', `/v2/{p}/cloudsnapshots/detail?${query}`);
      expect({ query, found: list(body, 'snapshots').length }).toEqual({ query, found: count });
    }
    expect((await one.call('PUT', `/v2/{p}/cloudsnapshots/${snapshot}`, { snapshot: { name: 'n', description: 'd' } })).body).toMatchObject({ snapshot: { name: 'n', description: 'd' } });
    expect(await one.call('DELETE', `/v2/{p}/cloudvolumes/${id}`)).toMatchObject({ status: 400, body: { error: { code: 'EVS.5400' } } });
    expect(await one.call('POST', `/v2/{p}/cloudsnapshots/${snapshot}/rollback`, { rollback: { volume_id: id } })).toMatchObject({ status: 202, body: { rollback: { volume_id: id } } });
    await until(() => statusOf(one, id), (status) => status === 'available');
    await until(() => one.call('GET', `/v2/{p}/cloudsnapshots/${snapshot}`), ({ body }) => at(body, 'snapshot', 'status') === 'available');
    const [copy] = await newDisks(one, { size: 3, snapshot_id: snapshot });
    expect((await one.call('GET', `/v2/{p}/cloudvolumes/${copy}`)).body).toMatchObject({ volume: { snapshot_id: snapshot, size: 3 } });
    expect(await one.call('POST', `/v2/{p}/cloudsnapshots/${snapshot}/rollback`, { rollback: { volume_id: copy } })).toMatchObject({ status: 400, body: { error: { code: 'EVS.5400' } } });
    expect(await one.call('POST', '/v2/{p}/cloudvolumes', { volume: { ...wanted, size: 1, snapshot_id: snapshot } })).toMatchObject({ status: 400, body: { error: { code: 'EVS.1010' } } });
    expect(await other.call('GET', `/v2/{p}/cloudsnapshots/${snapshot}`)).toMatchObject({ status: 404 });
    expect(await one.call('DELETE', `/v2/{p}/cloudsnapshots/${snapshot}`)).toMatchObject({ status: 202 });
    await until(() => one.call('GET', `/v2/{p}/cloudsnapshots/${snapshot}`), ({ status }) => status === 404);
  });

  it('are as many as the quota allows', async () => {
    const [id] = await newDisks(one);
    for (let number = 0; number < quotas.snapshots; number += 1) await newSnapshot(one, id);
    expect(await one.call('POST', '/v2/{p}/cloudsnapshots', { snapshot: { volume_id: id } })).toMatchObject({ status: 413, body: { error: { code: 'EVS.5413' } } });
    expect(await one.call('POST', '/v3/{p}/snapshots', { snapshot: { volume_id: id } })).toMatchObject({ status: 413, body: { overLimit: { code: 413 } } });
  });
});

/** Every path of a transfer leads to the same one. */
describe.each(['/v2/{p}/os-volume-transfer', '/v3/{p}/os-volume-transfer', '/volume/v3/{p}/volume-transfers'])('transfers under %s', (root) => {
  const offer = async (volume: string, more: object = {}) => (await one.call('POST', root, { transfer: { volume_id: volume, name: 't', ...more } })).body;
  const accept = (id: string, key: string, by = other) => by.call('POST', `${root}/${id}/accept`, { accept: { auth_key: key } });

  it('move a disk with its snapshots', async () => {
    const [volume] = await newDisks(one, { name: 'moving', size: 2 });
    const snapshot = await newSnapshot(one, volume);
    const offered = await offer(volume);
    const id = text(offered, 'transfer', 'id');
    const key = text(offered, 'transfer', 'auth_key');
    expect(await statusOf(one, volume)).toBe('awaiting-transfer');
    expect((await one.call('GET', root)).body).toEqual({ transfers: [{ id, name: 't', volume_id: volume, links: at(offered, 'transfer', 'links') }] });
    expect(JSON.stringify((await one.call('GET', `${root}/detail`)).body)).not.toContain(key);
    // EVS's page wants an offset below the number of transfers.
    expect(await one.call('GET', `${root}?offset=1`)).toMatchObject(root.startsWith('/v2') ? { status: 400, body: { error: { code: 'EVS.5400' } } } : { status: 200, body: { transfers: [] } });
    expect(await other.call('GET', `${root}/${id}`)).toMatchObject({ status: 404 });

    expect(await accept(id, key)).toMatchObject({ status: 202, body: { transfer: { id, name: 't', volume_id: volume } } });
    expect(await statusOf(other, volume)).toBe('available');
    expect(await statusOf(one, volume)).toBe('absent');
    expect((await other.call('GET', `/v2/{p}/cloudsnapshots/${snapshot}`)).body).toMatchObject({ snapshot: { volume_id: volume } });
    expect((await one.call('GET', root)).body).toEqual({ transfers: [] });
    expect(await accept(id, key)).toMatchObject({ status: 404 });
    expect(server.log()).not.toContain(key);
  });

  it('keep the disk from everything else, until they are taken back', async () => {
    const [volume] = await newDisks(one);
    const id = text(await offer(volume), 'transfer', 'id');
    const refused = [
      await one.call('DELETE', `/v2/{p}/cloudvolumes/${volume}`), await one.call('POST', `/v2/{p}/cloudvolumes/${volume}/action`, { 'os-extend': { new_size: 5 } }),
      await one.call('POST', '/v2/{p}/cloudsnapshots', { snapshot: { volume_id: volume } }), await one.call('POST', `/v3/{p}/volumes/${volume}/action`, { 'os-reserve': null }),
      await one.call('POST', `/v3/{p}/volumes/${volume}/action`, { 'os-attach': { instance_uuid: 's', mountpoint: '/dev/vdb' } }), await one.call('POST', root, { transfer: { volume_id: volume, name: 'again' } }),
      await one.call('DELETE', `/v3/{p}/volumes/${volume}?cascade=True&force=True`),
    ];
    expect(refused.map(({ status }) => status)).toEqual(refused.map(() => 400));
    expect(refused.map(({ body }) => at(body, 'error', 'code') ?? Object.keys(body ?? {})[0]).slice(0, 4)).toEqual(['EVS.1046', 'EVS.1064', 'EVS.5400', 'badRequest']);
    expect(await one.call('DELETE', `${root}/${id}`)).toMatchObject({ status: 202 });
    expect(await statusOf(one, volume)).toBe('available');
    expect(await one.call('DELETE', `${root}/${id}`)).toMatchObject({ status: 404 });
  });

  it('are accepted by who has the key, in another project, within its quota', async () => {
    const [volume] = await newDisks(one, { size: 50 });
    const offered = await offer(volume);
    const id = text(offered, 'transfer', 'id');
    const key = text(offered, 'transfer', 'auth_key');
    for (const wrong of ['wrong', `${key}0`, key.toUpperCase() === key ? 'x' : key.toUpperCase()]) expect(await accept(id, wrong)).toMatchObject({ status: 400 });
    expect(await accept(id, key, one)).toMatchObject({ status: 400 });
    expect(await accept('f26c0dee-d20d-4e80-8dee-a8d91b9742a1', key)).toMatchObject({ status: 404 });
    const full = await newDisks(other, { count: 2, size: 40 });
    expect(await accept(id, key)).toMatchObject(root.startsWith('/v2') ? { status: 400, body: { error: { code: 'EVS.1042' } } } : { status: 413, body: { overLimit: { code: 413 } } });
    expect(await statusOf(one, volume)).toBe('awaiting-transfer');
    await other.call('DELETE', `/v3/{p}/volumes/${full[0]}`);
    await until(() => statusOf(other, full[0]), (status) => status === 'absent');
    expect(await accept(id, key)).toMatchObject({ status: 202 });
  });

  it('are got by one of two who accept at once', async () => {
    const [volume] = await newDisks(one);
    const offered = await offer(volume);
    const id = text(offered, 'transfer', 'id');
    const key = text(offered, 'transfer', 'auth_key');
    const answers = await Promise.all([other, third, other, third].map((by) => accept(id, key, by)));
    expect(answers.map(({ status }) => status).sort()).toEqual([202, 404, 404, 404]);
    const owners = await Promise.all([one, other, third].map((each) => statusOf(each, volume)));
    expect(owners.sort()).toEqual(['absent', 'absent', 'available']);
  });

  it('are not offered for a disk that is attached, or another’s', async () => {
    const [volume] = await newDisks(one);
    expect(await other.call('POST', root, { transfer: { volume_id: volume, name: 't' } })).toMatchObject({ status: 404 });
    await one.call('POST', `/v3/{p}/volumes/${volume}/action`, { 'os-attach': { instance_uuid: 's', mountpoint: '/dev/vdb' } });
    expect(await one.call('POST', root, { transfer: { volume_id: volume, name: 't' } })).toMatchObject({ status: 400 });
  });
});

describe('volumes of Cinder', () => {
  const root = '/volume/v3/{p}';
  const version = { 'openstack-api-version': 'volume 3.55' };

  async function newVolume(request: object): Promise<string> {
    const { status, headers, body } = await one.call('POST', `${root}/volumes`, { volume: request }, version);
    expect({ status, body }).toMatchObject({ status: 202, body: { volume: { status: 'creating' } } });
    expect(headers.get('openstack-api-version')).toBe('volume 3.55');
    const id = text(body, 'volume', 'id');
    await until(() => one.call('GET', `${root}/volumes/${id}`), (answer) => at(answer.body, 'volume', 'status') === 'available');
    return id;
  }

  it('go through their life', async () => {
    const id = await newVolume({ size: 1, name: 'disk1', description: null, volume_type: 'SSD', availability_zone: null, metadata: { a: 'b' }, imageRef: null, snapshot_id: null, source_volid: null });
    const action = async (request: object) => (await one.call('POST', `${root}/volumes/${id}/action`, request)).status;
    expect(await one.call('GET', `${root}/volumes/disk1`)).toMatchObject({ status: 404, body: { itemNotFound: { code: 404 } } });
    expect((await one.call('GET', `${root}/volumes/detail?all_tenants=1&name=disk1`)).body).toMatchObject({ volumes: [{ id, volume_type: 'SSD', availability_zone: 'az1', bootable: 'false', metadata: { a: 'b' } }] });
    expect((await one.call('GET', `${root}/volumes?name=disk`)).body).toEqual({ volumes: [] });
    expect((await one.call('PUT', `${root}/volumes/${id}`, { volume: { display_name: 'disk2', description: 'd' } })).body).toMatchObject({ volume: { name: 'disk2', description: 'd' } });
    expect(await action({ 'os-set_bootable': { bootable: true } })).toBe(200);
    expect((await one.call('GET', `${root}/volumes?bootable=True`)).body).toMatchObject({ volumes: [{ id }] });
    expect((await one.call('POST', `${root}/volumes/${id}/metadata`, { metadata: { c: 'd' } })).body).toEqual({ metadata: { a: 'b', c: 'd' } });
    expect((await one.call('PUT', `${root}/volumes/${id}/metadata/c`, { meta: { c: 'e' } })).body).toEqual({ meta: { c: 'e' } });
    expect(await one.call('DELETE', `${root}/volumes/${id}/metadata/a`)).toMatchObject({ status: 200 });
    expect((await one.call('GET', `${root}/volumes/${id}/metadata`)).body).toEqual({ metadata: { c: 'e' } });
    expect(await action({ 'os-extend': { new_size: 2 } })).toBe(202);
    await until(() => statusOf(one, id), (status) => status === 'available');

    expect(await action({ 'os-reserve': null })).toBe(202);
    expect(await action({ 'os-reserve': null })).toBe(400);
    expect(await action({ 'os-attach': { instance_uuid: 'server', mountpoint: '/dev/vdb', host_name: 'h' } })).toBe(202);
    const { body: attached } = await one.call('GET', `${root}/volumes/${id}`);
    expect(attached).toMatchObject({ volume: { status: 'in-use', size: 2, attachments: [{ server_id: 'server', device: '/dev/vdb', host_name: 'h', volume_id: id, id }] } });
    expect(await action({ 'os-begin_detaching': null })).toBe(202);
    expect(await action({ 'os-roll_detaching': null })).toBe(202);
    expect(await one.call('DELETE', `${root}/volumes/${id}`)).toMatchObject({ status: 400, body: { badRequest: { code: 400 } } });
    expect(await action({ 'os-begin_detaching': null })).toBe(202);
    expect(await action({ 'os-detach': { attachment_id: text(attached, 'volume', 'attachments', 0, 'attachment_id') } })).toBe(202);
    expect(await statusOf(one, id)).toBe('available');

    const { body: summary } = await one.call('GET', `${root}/volumes/summary`);
    expect(summary).toEqual({ 'volume-summary': { total_size: 2, total_count: 1, metadata: { c: ['e'] } } });
    expect((await one.call('GET', `${root}/limits`)).body).toMatchObject({ limits: { absolute: { maxTotalVolumes: 6, totalVolumesUsed: 1, totalGigabytesUsed: 2 } } });
  });

  it('have snapshots, copies and a deletion that takes all along', async () => {
    const id = await newVolume({ size: 2, name: 'source', volume_type: 'SAS' });
    const { body } = await one.call('POST', `${root}/snapshots`, { snapshot: { volume_id: id, force: false, name: 'snap', description: null, metadata: { x: 'y' } } });
    const snapshot = text(body, 'snapshot', 'id');
    await until(() => one.call('GET', `${root}/snapshots/${snapshot}`), (answer) => at(answer.body, 'snapshot', 'status') === 'available');
    expect((await one.call('GET', `${root}/snapshots/detail?volume_id=${id}&all_tenants=1&name=snap`)).body).toMatchObject({ snapshots: [{ id: snapshot, metadata: { x: 'y' }, user_id: installation.account.userId }] });
    expect((await one.call('PUT', `${root}/snapshots/${snapshot}/metadata`, { metadata: { z: '1' } })).body).toEqual({ metadata: { z: '1' } });
    expect(await one.call('POST', `${root}/volumes/${id}/action`, { revert: { snapshot_id: snapshot } })).toMatchObject({ status: 202 });
    await until(() => statusOf(one, id), (status) => status === 'available');
    const copy = await newVolume({ snapshot_id: snapshot, name: 'from snapshot' });
    const clone = await newVolume({ size: null, source_volid: id });
    expect((await one.call('GET', `${root}/volumes/${copy}`)).body).toMatchObject({ volume: { size: 2, snapshot_id: snapshot, volume_type: 'SAS', availability_zone: 'az2' } });
    expect((await one.call('GET', `${root}/volumes/${clone}`)).body).toMatchObject({ volume: { size: 2, source_volid: id } });
    expect(await one.call('DELETE', `${root}/volumes/${id}`)).toMatchObject({ status: 400 });
    expect(await one.call('DELETE', `${root}/volumes/${id}?cascade=True`)).toMatchObject({ status: 202 });
    await until(() => statusOf(one, id), (status) => status === 'absent');
    expect(await one.call('GET', `${root}/snapshots/${snapshot}`)).toMatchObject({ status: 404 });
    expect(await statusOf(one, copy)).toBe('available');
  });

  it('are listed in pages', async () => {
    const ids = [];
    for (const name of ['a', 'b', 'c']) ids.push(await newVolume({ size: 1, name }));
    const seen: unknown[] = [];
    let path = `${root}/volumes?limit=2&sort=name:asc`;
    for (let pages = 0; path !== ''; pages += 1) {
      expect(pages).toBeLessThan(3);
      const { body } = await one.call('GET', path);
      seen.push(...list(body, 'volumes').map((volume) => at(volume, 'id')));
      const next = at(body, 'volumes_links', 0, 'href');
      path = typeof next === 'string' ? next.slice(installation.url.length) : '';
    }
    expect(seen).toEqual(ids);
  });

  it('cannot be seen by others', async () => {
    const id = await newVolume({ size: 1 });
    for (const [method, path] of [['GET', `volumes/${id}`], ['PUT', `volumes/${id}`], ['DELETE', `volumes/${id}`], ['GET', `volumes/${id}/metadata`]] as const) {
      expect(await other.call(method, `${root}/${path}`, method === 'PUT' ? { volume: { name: 'n' } } : undefined)).toMatchObject({ status: 404, body: { itemNotFound: { code: 404 } } });
    }
    expect((await other.call('GET', `${root}/volumes?all_tenants=1`)).body).toEqual({ volumes: [] });
    expect(await other.call('GET', `/volume/v3/${one.project}/volumes`)).toMatchObject({ status: 403, body: { forbidden: { code: 403 } } });
  });
});

describe('who may not', () => {
  it('is told so in each shape', async () => {
    const { url, account } = installation;
    const path = `/v2/${one.project}/os-volume-transfer`;
    expect(await ask(url, 'GET', path)).toMatchObject({ status: 401, body: { error: { code: 'EVS.5401' } } });
    expect(await ask(url, 'GET', `/v3/${one.project}/volumes`, { token: 'wrong' })).toMatchObject({ status: 401, body: { unauthorized: { code: 401 } } });
    expect(await other.call('GET', path)).toMatchObject({ status: 403, body: { error: { code: 'EVS.5403' } } });
    const user = { domain_id: account.domainId, name: 'looker', password: 'Looks-only-1' };
    await one.call('POST', '/v3.0/OS-USER/users', { user });
    const token = await signIn(url, { ...account, userName: user.name, password: user.password });
    expect(await ask(url, 'GET', path, { token })).toMatchObject({ status: 200 });
    expect(await ask(url, 'POST', path, { token, body: {} })).toMatchObject({ status: 403, body: { error: { code: 'EVS.1027' } } });
    expect(await ask(url, 'DELETE', `/volume/v3/${one.project}/volumes/1`, { token })).toMatchObject({ status: 403, body: { forbidden: { code: 403 } } });
  });
});

describe('what reaches no route', () => {
  it.each([
    ['GET', '/volume/v3/{p}/nothing', 404, 'itemNotFound'], ['GET', '/v3/{p}/volumes/x/y/z', 404, 'itemNotFound'], ['GET', '/volume/v3/{p}/backups/detail', 404, 'itemNotFound'], ['PATCH', '/volume/v3/{p}/volumes', 405, 'badMethod'],
    ['GET', '/v2/{p}/cloudvolumes/x/y/z', 404, 'error'], ['PATCH', '/v2/{p}/os-volume-transfer', 405, 'error'], ['GET', '/v2.1/{p}/cloudvolumes', 405, 'error'],
  ])('%s %s answers %i in the shape of its family', async (method, path, status, field) => {
    const answer = await one.call(method, path);
    expect({ status: answer.status, fields: Object.keys(answer.body ?? {}) }).toEqual({ status, fields: [field] });
  });

  it('leaves the other APIs their own', async () => {
    expect(await one.call('GET', '/v2/{p}/nothing')).toMatchObject({ status: 404, body: { error_code: 'OMS.1009' } });
    expect(await one.call('GET', '/v3/nothing')).toMatchObject({ status: 404, body: { error: { title: 'Not Found' } } });
    expect(await one.call('GET', '/v2/{p}/tasks')).toMatchObject({ status: 200 });
  });
});

describe('an official SDK', () => {
  const refusal = async (call: Promise<unknown>) => {
    const error: unknown = await call.then(() => new Error('the call succeeded'), (thrown: unknown) => thrown);
    if (!(error instanceof ClientRequestException)) throw error;
    return { status: error.httpStatusCode, code: error.errorCode };
  };

  it('drives disks, snapshots, tasks and transfers', async () => {
    const created = await sdk.createVolume({ volume: { ...wanted, name: 'sdk' } });
    expect(created).toMatchObject({ httpStatusCode: 202 });
    await until(() => sdk.showJob(created.job_id), ({ status }) => status === 'SUCCESS');
    const [id = expect.fail()] = created.volume_ids;
    expect(await sdk.showVolume(id)).toMatchObject({ volume: { name: 'sdk' } });
    expect(await sdk.listVolumes({ limit: 10, name: 'sd' })).toMatchObject({ count: 1 });
    const extension = await sdk.resizeVolume(id, 2);
    await until(() => sdk.showJob(extension.job_id), ({ status }) => status === 'SUCCESS');
    const { snapshot } = await sdk.createSnapshot(id, 's');
    await until(() => sdk.listSnapshots({ status: 'available' }), ({ count }) => count === 1);
    expect(await sdk.deleteSnapshot(snapshot.id)).toMatchObject({ httpStatusCode: 202 });
    await until(() => sdk.listSnapshots(), ({ count }) => count === 0);

    const { transfer } = await sdk.createTransfer(id, 'handed over');
    expect(await sdk.listTransfers({ limit: 1, offset: 0 })).toMatchObject({ transfers: [{ id: transfer.id }] });
    expect(await refusal(sdk.acceptTransfer(transfer.id, transfer.auth_key))).toEqual({ status: 400, code: 'EVS.5400' });
    const receiver = EvsClient.at(installation.url, installation.account, other.project);
    expect(await receiver.acceptTransfer(transfer.id, transfer.auth_key)).toMatchObject({ httpStatusCode: 202, transfer: { volume_id: id } });
    expect(await refusal(sdk.deleteTransfer(transfer.id))).toEqual({ status: 404, code: 'EVS.5404' });
    expect(await refusal(sdk.listTransfers({ limit: 0 }))).toEqual({ status: 400, code: 'EVS.1023' });
    const removal = await receiver.deleteVolume(id);
    await until(() => receiver.showJob(removal.job_id), ({ status }) => status === 'SUCCESS');
  });
});
