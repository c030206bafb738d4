/** The wire of migration projects, templates and what belongs to the service; their stores are tried in e2e. */
import fastify, { type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { firstProject } from '../../server-migration/migration-project.ts';
import { memorySettings, settingsId as id } from './fixtures/memory-settings.ts';
import { migrationProjectRoutes } from './migration-project-routes.ts';
import { serviceRoutes, smsVersionRoutes } from './service-routes.ts';
import { smsSurface } from './surface.ts';
import { templateRoutes } from './template-routes.ts';

const { calls, projects, templates, agreements } = memorySettings();

let app: FastifyInstance;
beforeAll(async () => {
  app = fastify();
  app.decorateRequest('principal', null);
  await app.register(smsSurface({
    authenticate: async (request, _reply, payload) => {
      const reads = request.headers['x-auth-token'] === 'reader';
      request.principal = { projectId: undefined, domainId: 'acme', userId: reads ? 'looker' : 'root', roles: [reads ? 'readonly' : 'admin'] };
      return payload;
    },
    open: [smsVersionRoutes],
    routes: [migrationProjectRoutes(projects), templateRoutes(templates), serviceRoutes({ agreements, regions: () => Promise.resolve(['cn-north-4', 'cn-east-3']) })],
  }).routes);
});
afterAll(() => app.close());

async function call(method: 'GET' | 'POST' | 'PUT' | 'DELETE', url: string, body?: unknown, host = 'sms.example') {
  calls.length = 0;
  const payload = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body);
  const answer = await app.inject({ method, url, headers: { host, ...(payload === undefined ? {} : { 'content-type': 'application/json' }) }, ...(payload === undefined ? {} : { payload }) });
  return { status: answer.statusCode, text: answer.body, headers: answer.headers };
}

/** Code and parameter. */
async function refusal(method: 'GET' | 'POST' | 'PUT', url: string, body?: unknown): Promise<readonly unknown[]> {
  const { status, text } = await call(method, url, body);
  expect(calls).toEqual([]);
  const error = JSON.parse(text) as { readonly error_code: string; readonly error_param: readonly string[] };
  return [status, error.error_code, error.error_param[0]];
}

const newProject = { name: 'p', region: 'r', type: 'MIGRATE_FILE' };

describe('migration projects', () => {
  it('are made with the documented defaults', async () => {
    expect(await call('POST', '/v3/migprojects', newProject)).toMatchObject({ status: 200, text: JSON.stringify({ id }) });
    expect(calls).toEqual([{ settings: { ...firstProject, name: 'p', region: 'r', type: 'MIGRATE_FILE' }, isDefault: false }]);
    await call('POST', '/v3/migprojects', { ...newProject, isdefault: true, speed_limit: 1000, start_target_server: false, use_public_ip: false, exist_server: false, syncing: true, start_network_check: true, description: 'd', enterprise_project: 'e' });
    expect(calls).toEqual([{
      settings: { name: 'p', region: 'r', type: 'MIGRATE_FILE', description: 'd', speedLimit: 1000, startTargetServer: false, usePublicIp: false, existServer: false, syncing: true, startNetworkCheck: true, enterpriseProject: 'e' },
      isDefault: true,
    }]);
  });

  it.each<[unknown, string, string]>([
    [{}, 'SMS.8002', 'name'],
    [{ name: 'p', region: 'r' }, 'SMS.8002', 'type'],
    [{ ...newProject, region: null }, 'SMS.8002', 'region'],
    [{ ...newProject, name: '' }, 'SMS.8001', 'name'],
    [{ ...newProject, name: 'x'.repeat(101) }, 'SMS.8001', 'name'],
    [{ ...newProject, name: 'a\0' }, 'SMS.8001', 'name'],
    [{ ...newProject, region: 'x'.repeat(101) }, 'SMS.8001', 'region'],
    [{ ...newProject, type: 'MIGRATE' }, 'SMS.8001', 'type'],
    [{ ...newProject, description: 'x'.repeat(256) }, 'SMS.8001', 'description'],
    [{ ...newProject, speed_limit: 1001 }, 'SMS.8001', 'speed_limit'],
    [{ ...newProject, speed_limit: -1 }, 'SMS.8001', 'speed_limit'],
    [{ ...newProject, speed_limit: 0.5 }, 'SMS.8001', 'speed_limit'],
    [{ ...newProject, isdefault: 'true' }, 'SMS.8001', 'isdefault'],
    ...(['start_target_server', 'use_public_ip', 'exist_server', 'syncing', 'start_network_check'] as const).map((field): [unknown, string, string] => [{ ...newProject, [field]: 1 }, 'SMS.8001', field]),
    [{ ...newProject, enterprise_project: 'x'.repeat(256) }, 'SMS.8001', 'enterprise_project'],
    ['{', 'SMS.8003', 'body'],
    [undefined, 'SMS.8004', 'body'],
    ['[]', 'SMS.8001', 'body'],
  ])('refuse %j', async (body, code, parameter) => expect(await refusal('POST', '/v3/migprojects', body)).toEqual([400, code, parameter]));

  it('are listed by pages, shown, changed, made the default and deleted', async () => {
    const shown = {
      id, name: 'SystemProject', description: '', isdefault: true, region: '', type: 'MIGRATE_BLOCK', start_target_server: true, speed_limit: 0, use_public_ip: true, exist_server: true,
      enterprise_project: '0', syncing: false, start_network_check: false,
    };
    expect(JSON.parse((await call('GET', '/v3/migprojects')).text)).toEqual({ count: 7, migprojects: [shown] });
    expect(calls).toEqual([{ limit: 50, offset: 0 }]);
    await call('GET', '/v3/migprojects?limit=0&offset=3');
    expect(calls).toEqual([{ limit: 50, offset: 3 }]);
    await call('GET', '/v3/migprojects?limit=100&offset=65535');
    expect(calls).toEqual([{ limit: 100, offset: 65_535 }]);
    for (const [query, parameter] of [['limit=101', 'limit'], ['limit=x', 'limit'], ['limit=1&limit=2', 'limit'], ['offset=-1', 'offset'], ['offset=65536', 'offset']] as const) {
      expect(await refusal('GET', `/v3/migprojects?${query}`)).toEqual([400, 'SMS.8001', parameter]);
    }
    expect(JSON.parse((await call('GET', `/v3/migprojects/${id}`)).text)).toEqual(shown);
    expect(await call('PUT', `/v3/migprojects/${id}`, { speed_limit: 5, name: null })).toMatchObject({ status: 200, text: '' });
    expect(calls).toEqual([{ which: id, change: { speedLimit: 5 } }]);
    await call('PUT', `/v3/migprojects/${id}`, { isdefault: true });
    expect(calls).toEqual([{ which: id, change: { isDefault: true } }]);
    expect(await refusal('PUT', `/v3/migprojects/${id}`, { type: 1 })).toEqual([400, 'SMS.8001', 'type']);
    await call('PUT', `/v3/migprojects/${id}/default`);
    expect(calls).toEqual([{ makeDefault: id }]);
    await call('PUT', `/v3/migprojects/${id}`, { type: 'migrate_file' });
    expect(calls).toEqual([{ which: id, change: { type: 'MIGRATE_FILE' } }]);
    await call('DELETE', `/v3/migprojects/${id}`);
    expect(calls).toEqual([{ remove: id }]);
  });
});

const whole = {
  name: '模板_web-1', is_template: false, region: 'r', projectid: 'p', target_server_name: 't', availability_zone: 'z', volumetype: 'GPSSD', flavor: 'f',
  vpc: { id: 'autoCreate', name: 'autoCreate', cidr: '10.0.0.0/8' }, nics: [{ id: 'autoCreate', name: 'n', cidr: 'c', ip: '10.0.0.1' }], security_groups: [{ id: 'sg', name: 'default' }],
  publicip: { type: '5_bgp', bandwidth_size: 2000, bandwidth_share_type: 'PER' }, disk: [{ id: 4, index: 0, name: 'sda', disktype: 'SSD', size: 40, device_use: 'OS' }],
  data_volume_type: 'SAS', image_id: 'i',
};

describe('templates', () => {
  it('come back as they went in, but for the password', async () => {
    expect(await call('POST', '/v3/vm/templates', { template: { ...whole, target_password: 'S3cret' } })).toMatchObject({ status: 200, text: JSON.stringify({ id }) });
    expect(calls).toMatchObject([{ password: 'S3cret' }]);
    const { text } = await call('GET', `/v3/vm/templates/${id}`);
    expect(JSON.parse(text)).toEqual({ template: { ...whole, id, is_template: 'false', target_password: '' } });
    expect(text).not.toContain('S3cret');
  });

  it('need a name alone, and keep sizes with all digits', async () => {
    await call('POST', '/v3/vm/templates', '{"template":{"name":"a","disk":[{"index":0,"name":"d","disktype":"SSD","size":9223372036854775807}]}}');
    expect(JSON.parse((await call('GET', `/v3/vm/templates/${id}`)).text)).toMatchObject({ template: { is_template: 'true', region: '', vpc: null, publicip: null, nics: [] } });
    expect((await call('GET', `/v3/vm/templates/${id}`)).text).toContain('"size":9223372036854775807');
  });

  const names = 'template.name';
  it.each<[unknown, string, string]>([
    [undefined, 'SMS.8004', 'body'],
    [{}, 'SMS.8002', 'template'],
    [{ template: {} }, 'SMS.8002', names],
    [{ template: { ...whole, name: '' } }, 'SMS.8001', names],
    [{ template: { ...whole, name: 'a b' } }, 'SMS.8001', names],
    [{ template: { ...whole, name: 'x'.repeat(65) } }, 'SMS.8001', names],
    [{ template: { ...whole, is_template: 'yes' } }, 'SMS.8001', 'template.is_template'],
    ...(['region', 'projectid', 'target_server_name', 'availability_zone', 'volumetype', 'data_volume_type', 'image_id'] as const).map((field): [unknown, string, string] => [{ template: { ...whole, [field]: 'x'.repeat(256) } }, 'SMS.8001', `template.${field}`]),
    [{ template: { ...whole, flavor: 'x'.repeat(65_536) } }, 'SMS.8001', 'template.flavor'],
    [{ template: { ...whole, target_password: 'x'.repeat(1025) } }, 'SMS.8001', 'template.target_password'],
    [{ template: { ...whole, vpc: { id: 1 } } }, 'SMS.8001', 'template.vpc.id'],
    [{ template: { ...whole, nics: [{ id: 'a', name: 'b' }] } }, 'SMS.8002', 'template.nics[0].cidr'],
    [{ template: { ...whole, security_groups: [{ id: 'a' }] } }, 'SMS.8002', 'template.security_groups[0].name'],
    [{ template: { ...whole, publicip: { type: 't' } } }, 'SMS.8002', 'template.publicip.bandwidth_size'],
    [{ template: { ...whole, publicip: { type: 't', bandwidth_size: 0 } } }, 'SMS.8001', 'template.publicip.bandwidth_size'],
    [{ template: { ...whole, publicip: { type: 't', bandwidth_size: 2001 } } }, 'SMS.8001', 'template.publicip.bandwidth_size'],
    [{ template: { ...whole, disk: [{ index: 0, name: 'a', disktype: 'b' }] } }, 'SMS.8002', 'template.disk[0].size'],
    [{ template: { ...whole, disk: [{ index: -1, name: 'a', disktype: 'b', size: 1 }] } }, 'SMS.8001', 'template.disk[0].index'],
    ['{"template":{"name":"a","disk":[{"index":0,"name":"a","disktype":"b","size":9223372036854775808}]}}', 'SMS.8001', 'template.disk[0].size'],
  ])('refuse %j', async (body, code, parameter) => {
    expect(await refusal('POST', '/v3/vm/templates', body)).toEqual([400, code, parameter]);
    expect(await refusal('PUT', `/v3/vm/templates/${id}`, body)).toEqual([400, code, parameter]);
  });

  it('are listed by filters, changed by what is told, deleted by one or several, and show their password alone', async () => {
    await call('GET', '/v3/vm/templates?name=a&availability_zone=z&region=r&limit=2&offset=1&id=i&more=x');
    expect(calls).toEqual([{ name: 'a', availabilityZone: 'z', region: 'r', limit: 2, offset: 1, id: 'i' }]);
    await call('GET', '/v3/vm/templates?name=');
    expect(calls).toEqual([{ limit: 50, offset: 0 }]);
    expect(await call('PUT', `/v3/vm/templates/${id}`, { template: { name: 'b', target_password: '' } })).toMatchObject({ status: 200, text: '' });
    expect(calls).toEqual([{ which: id, settings: { name: 'b' }, password: undefined }]);
    await call('DELETE', `/v3/vm/templates/${id}`);
    expect(calls).toEqual([{ ids: [id] }]);
    await call('POST', '/v3/vm/templates/delete', { ids: [id, 'other'] });
    expect(calls).toEqual([{ ids: [id, 'other'] }]);
    expect(await refusal('POST', '/v3/vm/templates/delete', { ids: [] })).toEqual([400, 'SMS.8001', 'ids']);
    const { text, headers } = await call('GET', `/v3/vm/templates/${id}/target-password`);
    expect(JSON.parse(text)).toEqual({ template_id: id, target_password: 'S3cret' });
    expect(headers['cache-control']).toBe('no-store');
  });

  it('hide the password of a target from who may only look', async () => {
    const looked = async (path: string) => app.inject({ url: `/v3/vm/templates/${id}${path}`, headers: { host: 'sms.example', 'x-auth-token': 'reader' } });
    calls.length = 0;
    expect((await looked('')).statusCode).toBe(200);
    expect((await looked('/target-password')).json()).toMatchObject({ error_code: 'SMS.9004' });
    expect(calls).toEqual(['show']);
  });
});

describe('the service', () => {
  it('tells agents its regions', async () => {
    expect(JSON.parse((await call('GET', '/v3/config')).text)).toEqual({
      config: { mainRegion: 'cn-north-4', disktype: 'SAS,SSD,SATA' }, regions: [{ id: 'cn-north-4', name: 'cn-north-4' }, { id: 'cn-east-3', name: 'cn-east-3' }],
    });
  });

  it('keeps agreements', async () => {
    expect(await call('POST', '/v3/privacy-agreements')).toMatchObject({ status: 200, text: '""' });
    expect(calls).toEqual([{ accept: { domain: 'acme', userId: 'root' } }]);
    expect((await call('GET', '/v3/privacy-agreements')).text).toBe('{"flag":true}');
  });

  it('has one version, on its own host', async () => {
    const version = (path: string) => ({ id: 'v3', links: [{ href: `http://sms.example${path}`, rel: 'self' }], status: 'SUPPORTED', updated: '2020-09-02T17:50:00Z' });
    expect(JSON.parse((await call('GET', '/')).text)).toEqual({ versions: [version('/')] });
    expect(JSON.parse((await call('GET', '/v3')).text)).toEqual(version('/v3'));
    expect(await call('GET', '/v4')).toMatchObject({ status: 404 });
    expect(await call('GET', '/', undefined, 'other.example')).toMatchObject({ status: 404 });
  });
});
