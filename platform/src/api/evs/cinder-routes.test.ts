import { beforeEach, describe, expect, it } from 'vitest';
import { VolumeRefusal, type Refusal } from '../../volumes/volumes.ts';
import { createEvsServer, type EvsServer } from './fixtures/evs-server.ts';
import { known, project, types, volume } from './fixtures/memory-volumes.ts';

let server: EvsServer;
beforeEach(async () => {
  server = await createEvsServer();
});

const root = `/volume/v3/${project}`;
const one = `${root}/volumes/${known.volume}`;
const owner = { project, userId: 'u' };
const whole = { limit: 1000, offset: 0, sort: [{ key: 'created_at', descending: true }] };
const text = (part: string) => expect.stringContaining(part) as string;

describe('versions', () => {
  const version3 = (base: string) => ({
    'id': 'v3.0', 'status': 'CURRENT', 'version': '3.55', 'min_version': '3.0', 'links': [{ rel: 'self', href: `${base}/v3/` }],
    'media-types': [{ base: 'application/json', type: 'application/vnd.openstack.volume+json;version=3' }],
  });

  it.each([['/volume', 300], ['/volume/', 300], ['/volume/v3', 200], ['/volume/v3/', 200]])('are told at %s to anybody, whatever version they ask for', async (path, status) => {
    const answer = await server.call('GET', path, undefined, { token: '', headers: { 'openstack-api-version': 'volume 3.70' } });
    expect(answer).toMatchObject({ status, body: { versions: [version3('http://localhost/volume')] } });
  });

  it('are those of all documents on EVS’s own host', async () => {
    const headers = { host: 'evs.example:8080' };
    expect((await server.call('GET', '/', undefined, { token: '', headers })).body).toMatchObject({ versions: [{ id: 'v1.0' }, { id: 'v2.0' }, version3('http://evs.example:8080')] });
    expect((await server.call('GET', '/v2', undefined, { token: '', headers })).body).toMatchObject({ versions: [{ id: 'v2.0', status: 'SUPPORTED', links: [{ rel: 'self', href: 'http://evs.example:8080/v2/' }] }] });
    expect((await server.call('GET', '/v3', undefined, { token: '', headers })).body).toMatchObject({ versions: [version3('http://evs.example:8080')] });
    expect(await server.call('GET', '/v9', undefined, { token: '', headers })).toMatchObject({ status: 404, body: { error: { code: 'EVS.5404' } } });
  });

  it.each([
    [undefined, 'volume 3.0'], ['volume 3.0', 'volume 3.0'], ['volume 3.55', 'volume 3.55'], ['volume 3.42', 'volume 3.42'], ['volume latest', 'volume 3.55'], ['compute 2.1, volume 3.10', 'volume 3.10'],
    ['compute 9.9', 'volume 3.0'],
  ])('asked for as %s are answered in %s', async (asked, answered) => {
    const { status, headers } = await server.call('GET', `${root}/volumes`, undefined, { headers: asked === undefined ? {} : { 'openstack-api-version': asked } });
    expect({ status, headers }).toMatchObject({ status: 200, headers: { 'openstack-api-version': answered, 'vary': 'OpenStack-API-Version' } });
  });

  it.each([['volume 3.56', 406], ['volume 2.0', 406], ['volume 4.0', 406], ['volume x', 400], ['volume 3', 400], ['volume 3.', 400]])('that are not ours: %s', async (asked, status) => {
    const answer = await server.call('GET', `${root}/volumes`, undefined, { headers: { 'openstack-api-version': asked } });
    expect(answer).toMatchObject({ status, body: { [status === 406 ? 'computeFault' : 'badRequest']: { code: status } } });
    expect(server.volumes.calls).toEqual([]);
  });
});

describe.each([`/volume/v3/${project}`, `/v3/${project}`, `/v2/${project}`])('volumes under %s', (base) => {
  it('are created from what the clients send', async () => {
    const request = { volume: {
      size: 2, consistencygroup_id: null, snapshot_id: null, name: 'disk1', description: null, volume_type: types[1]?.id, availability_zone: 'az2', metadata: { a: 'b' }, imageRef: null, source_volid: null, backup_id: null,
    } };
    const { status, body } = await server.call('POST', `${base}/volumes`, request);
    expect({ status, body }).toMatchObject({ status: 202, body: { volume: {
      'id': known.volume, 'name': 'disk', 'status': 'available', 'size': 40, 'volume_type': 'SSD', 'bootable': 'false', 'attachments': [], 'metadata': { a: 'b' }, 'availability_zone': 'az1',
      'os-vol-tenant-attr:tenant_id': project, 'migration_status': null, 'group_id': null, 'shared_targets': false, 'service_uuid': null,
      'links': [{ rel: 'self', href: `http://localhost${base}/volumes/${known.volume}` }, { rel: 'bookmark' }],
    } } });
    expect(server.volumes.calls).toEqual([['create', {
      owner, name: 'disk1', description: '', sizeGiB: 2, type: 'SAS', availabilityZone: 'az2', source: { kind: 'blank' }, multiattach: false, metadata: { a: 'b' }, tags: {}, enterpriseProjectId: '0',
    }, 1]]);
  });

  it('are listed, shown, changed and deleted', async () => {
    const path = `${base}/volumes/${known.volume}`;
    expect((await server.call('GET', `${base}/volumes/detail?all_tenants=1&name=disk`)).body).toMatchObject({ volumes: [{ id: known.volume, name: 'disk' }] });
    expect((await server.call('GET', path)).body).toMatchObject({ volume: { id: known.volume } });
    expect(await server.call('PUT', path, { volume: { display_name: 'N' } })).toMatchObject({ status: 200, body: { volume: { id: known.volume } } });
    expect(await server.call('DELETE', path)).toMatchObject({ status: 202, text: '' });
    expect(server.volumes.calls).toEqual([
      ['list', project, { ...whole, name: { match: 'exact', text: 'disk' } }], ['show', project, known.volume], ['update', project, known.volume, { name: 'N' }],
      ['remove', project, known.volume, { cascade: false, force: false }],
    ]);
  });
});

describe('creating volumes', () => {
  it.each<[string, object, object]>([
    ['the first type in its first zone', { size: '5', name: '', volume_type: null }, { sizeGiB: 5, type: 'SSD', availabilityZone: 'az1', source: { kind: 'blank' } }],
    ['a type by its name', { size: 5, volume_type: 'SAS' }, { type: 'SAS', availabilityZone: 'az2' }],
    ['what a volume has', { source_volid: known.volume }, { sizeGiB: 40, type: 'SSD', availabilityZone: 'az1', source: { kind: 'volume', id: known.volume } }],
    ['what a snapshot has', { snapshot_id: known.snapshot, size: 50 }, { sizeGiB: 50, type: 'SSD', source: { kind: 'snapshot', id: known.snapshot } }],
    ['names of old', { size: 5, display_name: 'n', display_description: 'd' }, { name: 'n', description: 'd' }],
  ])('takes %s', async (_what, request, expected) => {
    expect(await server.call('POST', `${root}/volumes`, { volume: request })).toMatchObject({ status: 202 });
    expect(server.volumes.calls.at(-1)).toMatchObject(['create', expected, 1]);
  });

  it('takes what a snapshot has whose disk is another project\'s by now', async () => {
    server.volumes.known = volume({ id: known.secondVolume });
    expect(await server.call('POST', `${root}/volumes`, { volume: { snapshot_id: known.snapshot } })).toMatchObject({ status: 202 });
    expect(server.volumes.calls.at(-1)).toMatchObject(['create', { sizeGiB: 40, type: 'SSD', availabilityZone: 'az1', source: { kind: 'snapshot', id: known.snapshot } }, 1]);
  });

  it.each<[object, number, string]>([
    [{}, 400, "'volume.size' is mandatory"], [{ size: 0 }, 400, "'volume.size'"], [{ size: '0' }, 400, "'volume.size'"], [{ size: 'x' }, 400, "'volume.size'"], [{ size: 99_999 }, 400, "'volume.size'"],
    [{ size: 5, name: 'x'.repeat(256) }, 400, "'volume.name'"], [{ size: 5, metadata: { k: 1 } }, 400, "'volume.metadata.k'"], [{ size: 5, volume_type: 'TAPE' }, 404, 'Volume type TAPE could not be found'],
    [{ size: 5, snapshot_id: known.snapshot, source_volid: known.volume }, 400, "'volume.source_volid'"], [{ snapshot_id: 'x' }, 404, 'Snapshot x could not be found.'], [{ source_volid: known.secondVolume }, 404, 'could not be found.'],
    [{ size: 5, imageRef: 'x' }, 400, "'volume.imageRef' does nothing here"], [{ size: 5, backup_id: 'x' }, 400, "'volume.backup_id' does nothing"], [{ size: 5, group_id: 'x' }, 400, "'volume.group_id' does"],
    [{ size: 5, consistencygroup_id: 'x' }, 400, "'volume.consistencygroup_id' does"], [{ size: 5, metadata: { __system__encrypted: '1' } }, 400, '__system__encrypted'],
  ])('refuses %j', async (request, status, message) => {
    const answer = await server.call('POST', `${root}/volumes`, { volume: request });
    expect(answer).toMatchObject({ status, body: { [status === 404 ? 'itemNotFound' : 'badRequest']: { code: status, message: text(message) } } });
    expect(server.volumes.calls.some(([useCase]) => useCase === 'create')).toBe(false);
  });

  it('refuses hints by name', async () => {
    expect(await server.call('POST', `${root}/volumes`, { 'volume': { size: 1 }, 'OS-SCH-HNT:scheduler_hints': { same_host: 'x' } })).toMatchObject({ status: 400, body: { badRequest: { message: text('scheduler_hints') } } });
    expect(await server.call('POST', `${root}/volumes`, { 'volume': { size: 1 }, 'OS-SCH-HNT:scheduler_hints': {} })).toMatchObject({ status: 202 });
  });

  it('beyond the quota of a type is too much', async () => {
    server.volumes.failure = new VolumeRefusal({ kind: 'quota-exceeded', quota: 'gigabytes', type: 'SSD', limit: 90, wanted: 20, inUse: 80 });
    const message = 'The quota of GB of type SSD is 90, of which 80 are in use: 20 were asked for.';
    expect(await server.call('POST', `${root}/volumes`, { volume: { size: 20 } })).toMatchObject({ status: 413, body: { overLimit: { code: 413, message } } });
  });

  it('beyond a quota is too much', async () => {
    server.volumes.failure = new VolumeRefusal({ kind: 'quota-exceeded', quota: 'volumes', limit: 10, wanted: 1, inUse: 10 });
    expect(await server.call('POST', `${root}/volumes`, { volume: { size: 1 } })).toMatchObject({ status: 413, body: { overLimit: { code: 413 } }, headers: { 'retry-after': '0' } });
  });
});

describe('listing volumes', () => {
  it.each<[string, object]>([
    ['limit=5&offset=3', { limit: 5, offset: 3 }],
    ['limit=5000', {}],
    [`marker=${known.secondVolume}`, { marker: known.secondVolume }],
    ['name~=is', { name: { match: 'like', text: 'is' } }],
    ['status=available', { state: 'available' }],
    ['availability_zone=az2', { availabilityZone: 'az2' }],
    ['bootable=True', { bootable: true }],
    ['multiattach=false', { multiattach: false }],
    [`metadata=${encodeURIComponent("{'a': 'b'}")}`, { metadata: { a: 'b' } }],
    ['sort=size:asc,name', { sort: [{ key: 'size', descending: false }, { key: 'name', descending: true }] }],
    ['sort_key=updated_at&sort_dir=asc', { sort: [{ key: 'updated_at', descending: false }] }],
    ['all_tenants=True&project_id=another&user_id=x', {}],
  ])('by %s', async (query, expected) => {
    expect((await server.call('GET', `${root}/volumes?${query}`)).body).toMatchObject({ volumes: [{ id: known.volume, name: 'disk', links: [{}, {}] }] });
    expect(server.volumes.calls).toEqual([['list', project, { ...whole, ...expected }]]);
  });

  it('finds nothing where nothing can be', async () => {
    for (const query of ['status=lost', 'limit=0', 'group_id=x', 'migration_status=migrating']) expect((await server.call('GET', `${root}/volumes/detail?${query}`)).body).toEqual({ volumes: [] });
    expect((await server.call('GET', `${root}/volumes/detail?limit=0&with_count=True`)).body).toEqual({ volumes: [], count: 0 });
    expect(server.volumes.calls).toEqual([]);
  });

  it.each(['limit=-1', 'limit=x', 'offset=-1', 'marker=x', 'sort=color', 'sort=name:up', 'sort=name&sort_key=id', 'sort_key=color', 'sort_dir=up', 'bootable=maybe', 'metadata=x', 'sort=constructor'])('refuses %s', async (query) => {
    expect(await server.call('GET', `${root}/volumes?${query}`)).toMatchObject({ status: 400, body: { badRequest: { code: 400 } } });
  });

  it('counts where asked, and leads on', async () => {
    server.volumes.listed = { items: [volume()], count: 3 };
    expect((await server.call('GET', `${root}/volumes/detail?limit=1&with_count=true`)).body).toMatchObject({
      count: 3, volumes_links: [{ rel: 'next', href: `http://localhost${root}/volumes/detail?limit=1&with_count=true&marker=${known.volume}` }],
    });
  });

  it('sums up', async () => {
    server.volumes.listed = { items: [volume(), volume({ sizeGiB: 2, metadata: { a: 'c', d: 'e' } })], count: 2 };
    expect((await server.call('GET', `${root}/volumes/summary`)).body).toEqual({ 'volume-summary': { total_size: 42, total_count: 2, metadata: { a: ['b', 'c'], d: ['e'] } } });
  });
});

describe('changing volumes', () => {
  it('deletes with snapshots, or in the midst of other work', async () => {
    expect(await server.call('DELETE', `${one}?cascade=True&force=true`)).toMatchObject({ status: 202 });
    expect(await server.call('DELETE', `${one}?cascade=maybe`)).toMatchObject({ status: 400 });
    expect(server.volumes.calls).toEqual([['remove', project, known.volume, { cascade: true, force: true }]]);
  });

  it('sets all metadata with the rest', async () => {
    await server.call('PUT', one, { volume: { name: 'd2', description: 'd', metadata: { x: 'y' } } });
    expect(server.volumes.calls).toEqual([['update', project, known.volume, { name: 'd2', description: 'd', metadata: { kind: 'set', values: { x: 'y' } } }]]);
  });

  it.each<[object, number, unknown[]]>([
    [{ 'os-extend': { new_size: 50 } }, 202, ['extend', project, [{ id: known.volume, sizeGiB: 50 }]]],
    [{ 'os-reserve': null }, 202, ['reserve', project, known.volume]],
    [{ 'os-unreserve': {} }, 202, ['unreserve', project, known.volume]],
    [{ 'os-begin_detaching': null }, 202, ['beginDetaching', project, known.volume]],
    [{ 'os-roll_detaching': null }, 202, ['rollDetaching', project, known.volume]],
    [{ 'os-attach': { instance_uuid: 's', mountpoint: '/dev/vdb', host_name: 'h', mode: 'rw' } }, 202, ['attach', project, known.volume, { serverId: 's', device: '/dev/vdb', hostName: 'h' }]],
    [{ 'os-detach': { attachment_id: known.attachment } }, 202, ['detach', project, known.volume, known.attachment]],
    [{ 'os-detach': null }, 202, ['detach', project, known.volume, undefined]],
    [{ 'os-set_bootable': { bootable: true } }, 200, ['update', project, known.volume, { bootable: true }]],
    [{ 'os-set_bootable': { bootable: 'False' } }, 200, ['update', project, known.volume, { bootable: false }]],
    [{ 'os-force_delete': null }, 202, ['remove', project, known.volume, { cascade: false, force: true }]],
    [{ revert: { snapshot_id: known.snapshot } }, 202, ['rollback', project, known.snapshot, known.volume]],
  ])('acts: %j', async (request, status, call) => {
    expect(await server.call('POST', `${one}/action`, request)).toMatchObject({ status, text: '' });
    expect(server.volumes.calls).toEqual([call]);
  });

  it.each<[object, string]>([
    [{}, 'an object with the name of one action'], [{ 'os-reserve': null, 'os-unreserve': null }, 'an object with the name of one action'], [[], 'an object with the name'],
    [{ 'os-extend': {} }, "'new_size' is mandatory"], [{ 'os-extend': { new_size: 0 } }, "'new_size'"], [{ 'os-extend': null }, 'new_size'],
    [{ 'os-attach': { instance_uuid: 's' } }, "'mountpoint' is mandatory"], [{ 'os-attach': { instance_uuid: 's', mountpoint: '/dev/vdb', mode: 'ro' } }, 'os-attach.mode'],
    [{ 'os-detach': { attachment_id: 'x' } }, 'has no such attachment'], [{ 'os-set_bootable': {} }, "'bootable' is mandatory"],
    [{ 'os-retype': { new_type: 'x', migration_policy: 'never' } }, "'os-retype' does nothing here and is refused rather than ignored. A volume keeps its type"], [{ 'os-unmanage': {} }, 'The actions are os-extend, '], [{ 'os-reset_status': { status: 'error' } }, "'os-reset_status' does nothing"],
    [{ 'os-update_readonly_flag': { readonly: true } }, "'os-update_readonly_flag' does nothing"], [{ constructor: {} }, "'constructor' does nothing"],
  ])('refuses %j', async (request, message) => {
    expect(await server.call('POST', `${one}/action`, request)).toMatchObject({ status: 400, body: { badRequest: { code: 400, message: text(message) } } });
    expect(server.volumes.calls).toEqual([]);
  });

  it.each<[Refusal, number, string]>([
    [{ kind: 'volume-busy', id: known.volume, state: 'in-use', action: 'delete' }, 400, 'is in-use, which does not allow deleting it.'],
    [{ kind: 'volume-attached', id: known.volume, action: 'delete' }, 400, 'is attached to a server'],
    [{ kind: 'volume-has-snapshots', id: known.volume, action: 'delete', foreign: false }, 400, 'has snapshots, which do not allow deleting it: delete them first.'],
    [{ kind: 'volume-has-snapshots', id: known.volume, action: 'delete', foreign: true }, 400, 'that project has to delete them first.'],
    [{ kind: 'volume-busy', id: known.volume, state: 'awaiting-transfer', action: 'delete' }, 400, 'its transfer has to be accepted or deleted first.'],
    [{ kind: 'no-such-volume', id: known.volume }, 404, 'could not be found'],
  ])('answers %j', async (refusal, status, message) => {
    server.volumes.failure = new VolumeRefusal(refusal);
    expect(await server.call('DELETE', one)).toMatchObject({ status, body: { [status === 404 ? 'itemNotFound' : 'badRequest']: { code: status, message: text(message) } } });
  });

  it.each(['disk1', '1', 'a%2Fb', known.snapshot])('%s is not found', async (id) => {
    for (const path of [`volumes/${id}`, `snapshots/${id === known.snapshot ? known.volume : id}`, `os-volume-transfer/${id}`, `volume-transfers/${id}`, `types/${id}`]) {
      expect(await server.call('GET', `${root}/${path}`)).toMatchObject({ status: 404, body: { itemNotFound: { code: 404 } } });
    }
  });
});

describe('metadata', () => {
  it.each([[one, 'update', known.volume], [`${root}/snapshots/${known.snapshot}`, 'updateSnapshot', known.snapshot]])('of %s', async (path, useCase, id) => {
    expect((await server.call('GET', `${path}/metadata`)).body).toEqual({ metadata: { a: 'b' } });
    expect((await server.call('GET', `${path}/metadata/a`)).body).toEqual({ meta: { a: 'b' } });
    server.volumes.calls.length = 0;
    expect(await server.call('POST', `${path}/metadata`, { metadata: { c: 'd' } })).toMatchObject({ status: 200, body: { metadata: { a: 'b' } } });
    expect(await server.call('PUT', `${path}/metadata`, { metadata: {} })).toMatchObject({ status: 200 });
    expect(await server.call('PUT', `${path}/metadata/a`, { meta: { a: 'z' } })).toMatchObject({ status: 200, body: { meta: { a: 'b' } } });
    expect(await server.call('DELETE', `${path}/metadata/a`)).toMatchObject({ status: 200, text: '' });
    expect(server.volumes.calls.filter(([name]) => name === useCase)).toEqual([
      [useCase, project, id, { metadata: { kind: 'merge', values: { c: 'd' } } }], [useCase, project, id, { metadata: { kind: 'set', values: {} } }],
      [useCase, project, id, { metadata: { kind: 'merge', values: { a: 'z' } } }], [useCase, project, id, { metadata: { kind: 'remove', key: 'a' } }],
    ]);
  });

  it('that is none', async () => {
    expect(await server.call('GET', `${one}/metadata/constructor`)).toMatchObject({ status: 404, body: { itemNotFound: {} } });
    expect(await server.call('DELETE', `${one}/metadata/x`)).toMatchObject({ status: 404 });
    for (const meta of [{}, { b: 'c' }, { a: 'c', b: 'd' }]) expect(await server.call('PUT', `${one}/metadata/a`, { meta })).toMatchObject({ status: 400 });
    expect(await server.call('POST', `${one}/metadata`, {})).toMatchObject({ status: 400, body: { badRequest: { message: text("'metadata' is mandatory") } } });
    for (const [method, path, body] of [['PUT', '', { metadata: {} }], ['POST', '', { metadata: {} }], ['PUT', '/a', { meta: { a: 'b' } }]] as const) {
      expect(await server.call(method, `${one}/metadata${path}`, body, { headers: { 'if-match': '"x"' } })).toMatchObject({ status: 400, body: { badRequest: { message: text("'If-Match' does nothing here") } } });
    }
    expect(server.volumes.calls.some(([useCase]) => useCase === 'update')).toBe(false);
  });
});

describe('snapshots', () => {
  const path = `${root}/snapshots`;

  it('are taken, listed, shown, changed and deleted', async () => {
    expect(await server.call('POST', path, { snapshot: { volume_id: known.volume, force: true, name: 's', description: null, metadata: {} } })).toMatchObject({ status: 202, body: { snapshot: {
      id: known.snapshot, name: 'test03', description: '', status: 'available', size: 40, created_at: '2016-05-25T02:42:10.856000', volume_id: known.volume, metadata: { a: 'b' }, user_id: 'u',
    } } });
    for (const list of [path, `${path}/detail`]) expect((await server.call('GET', `${list}?volume_id=${known.volume}&name=s&all_tenants=1&status=available`)).body).toMatchObject({ snapshots: [{ id: known.snapshot }] });
    expect((await server.call('GET', `${path}/${known.snapshot}`)).body).toMatchObject({ snapshot: { id: known.snapshot } });
    expect(await server.call('PUT', `${path}/${known.snapshot}`, { snapshot: { name: 'snap1b' } })).toMatchObject({ status: 200, body: { snapshot: { id: known.snapshot } } });
    expect(await server.call('DELETE', `${path}/${known.snapshot}`)).toMatchObject({ status: 202, text: '' });
    const filter = { limit: 1000, offset: 0, name: { match: 'exact', text: 's' }, state: 'available', volume: known.volume };
    expect(server.volumes.calls).toEqual([
      ['createSnapshot', owner, { volume: known.volume, force: true, name: 's', description: '', metadata: {} }], ['listSnapshots', project, filter], ['listSnapshots', project, filter],
      ['showSnapshot', project, known.snapshot], ['updateSnapshot', project, known.snapshot, { name: 'snap1b' }], ['removeSnapshot', project, known.snapshot],
    ]);
  });

  it('are found by zone and metadata', async () => {
    await server.call('GET', `${path}/detail?availability_zone=az1&metadata=${encodeURIComponent("{'a': 'b'}")}`);
    expect(server.volumes.calls).toEqual([['listSnapshots', project, { limit: 1000, offset: 0, availabilityZone: 'az1', metadata: { a: 'b' } }]]);
  });

  it('are listed in pages', async () => {
    expect((await server.call('GET', `${path}/detail?limit=1&with_count=True&sort=created_at:desc`)).body).toMatchObject({ count: 1, snapshots: [{}] });
    expect((await server.call('GET', `${path}/detail?limit=0`)).body).toEqual({ snapshots: [] });
    expect(await server.call('GET', `${path}/detail?sort=name:asc`)).toMatchObject({ status: 400, body: { badRequest: { message: text("'sort' does nothing here") } } });
  });
});

describe('what there is', () => {
  it('are types', async () => {
    const ssd = { 'id': types[0]?.id, 'name': 'SSD', 'description': 'ultra-high I/O', 'is_public': true, 'os-volume-type-access:is_public': true, 'extra_specs': { 'RESKEY:availability_zones': 'az1,az2' } };
    expect((await server.call('GET', `${root}/types?is_public=None`)).body).toMatchObject({ volume_types: [ssd, { name: 'SAS' }] });
    expect((await server.call('GET', `${root}/types?name=SAS&is_public=None`)).body).toMatchObject({ volume_types: [{ name: 'SAS' }] });
    expect((await server.call('GET', `${root}/types?extra_specs=${encodeURIComponent("{'RESKEY:availability_zones': 'az2'}")}`)).body).toMatchObject({ volume_types: [{ name: 'SAS' }] });
    expect((await server.call('GET', `${root}/types/default`)).body).toMatchObject({ volume_type: ssd });
    expect((await server.call('GET', `${root}/types/${types[0]?.id ?? ''}`)).body).toMatchObject({ volume_type: ssd });
    expect((await server.call('GET', `${root}/types/${types[0]?.id ?? ''}/extra_specs`)).body).toMatchObject({ extra_specs: ssd.extra_specs });
    expect((await server.call('GET', `${root}/types/${types[0]?.id ?? ''}/extra_specs/volume_backend_name`)).body).toEqual({ volume_backend_name: 'files' });
    expect(await server.call('GET', `${root}/types/${types[0]?.id ?? ''}/extra_specs/none`)).toMatchObject({ status: 404 });
  });

  it('are zones, quotas and limits', async () => {
    expect((await server.call('GET', `${root}/os-availability-zone`)).body).toMatchObject({ availabilityZoneInfo: [{ zoneName: 'az1', zoneState: { available: true } }, {}] });
    const plain = { id: project, volumes: 10, gigabytes: 1000, snapshots: 20, per_volume_gigabytes: 500, backups: 0, backup_gigabytes: 0, groups: 0, volumes_SSD: -1, gigabytes_SSD: 90, snapshots_SSD: 5 };
    expect((await server.call('GET', `${root}/os-quota-sets/${project}?usage=False`)).body).toEqual({ quota_set: plain });
    expect((await server.call('GET', `${root}/os-quota-sets/${project}/defaults`)).body).toEqual({ quota_set: plain });
    expect((await server.call('GET', `${root}/os-quota-sets/${project}?usage=True`)).body).toMatchObject({ quota_set: { volumes: { limit: 10, in_use: 2, reserved: 1 } } });
    expect(await server.call('GET', `${root}/os-quota-sets/another`)).toMatchObject({ status: 403, body: { forbidden: { code: 403 } } });
    expect((await server.call('GET', `${root}/limits`)).body).toMatchObject({ limits: { rate: [], absolute: { maxTotalVolumes: 10, totalVolumesUsed: 2, maxTotalVolumeGigabytes: 1000, totalGigabytesUsed: 80, maxTotalSnapshots: 20, totalSnapshotsUsed: 3 } } });
  });
});

describe('who may not', () => {
  it.each([
    ['POST', '/volumes'], ['PUT', `/volumes/${known.volume}`], ['DELETE', `/volumes/${known.volume}`], ['POST', `/volumes/${known.volume}/action`], ['POST', `/volumes/${known.volume}/metadata`],
    ['DELETE', `/volumes/${known.volume}/metadata/a`], ['POST', '/snapshots'], ['DELETE', `/snapshots/${known.snapshot}`], ['POST', '/volume-transfers'],
  ] as const)('a reader: %s %s', async (method, path) => {
    expect(await server.call(method, `${root}${path}`, '{', { token: 'reader' })).toMatchObject({ status: 403, body: { forbidden: { code: 403, message: 'The caller may read and not write.' } } });
    expect(server.volumes.calls).toEqual([]);
  });

  it.each([['stranger', 403, 'forbidden'], ['unscoped', 403, 'forbidden'], ['', 401, 'unauthorized']])('%s', async (token, status, fault) => {
    for (const path of ['volumes', 'volumes/detail', 'volumes/summary', `volumes/${known.volume}`, 'snapshots', 'types', 'limits', 'os-availability-zone', `os-quota-sets/${project}`, `volumes/${known.volume}/metadata`]) {
      expect(await server.call('GET', `${root}/${path}`, undefined, { token })).toMatchObject({ status, body: { [fault]: { code: status } } });
    }
    expect(server.volumes.calls).toEqual([]);
  });
});

describe('taking over a volume that its cloud has', () => {
  const request = { host: 'cloud', ref: { 'source-id': known.volume }, name: null, description: null, volume_type: 'SSD', availability_zone: null, metadata: {}, bootable: false };

  it.each(['os-volume-manage', 'manageable_volumes'])('is asked for at %s, as Cinder’s clients do', async (path) => {
    expect(await server.call('POST', `${root}/${path}`, { volume: request })).toMatchObject({ status: 202, body: { volume: { id: known.volume, name: 'disk' } } });
    expect(server.volumes.calls).toEqual([['adopt', owner, { id: known.volume, type: 'SSD' }]]);
  });

  it('names what it would not do', async () => {
    for (const [field, value] of [['name', 'other'], ['bootable', true], ['metadata', { a: 'b' }], ['availability_zone', 'az2']] as const) {
      expect(await server.call('POST', `${root}/os-volume-manage`, { volume: { ...request, [field]: value } })).toMatchObject({ status: 400, body: { badRequest: { message: text(field) } } });
    }
    expect(server.volumes.calls).toEqual([]);
  });

  it('says why it cannot', async () => {
    server.volumes.failure = new VolumeRefusal({ kind: 'not-adoptable', id: known.volume, reason: 'it is in use' });
    expect(await server.call('POST', `${root}/os-volume-manage`, { volume: request })).toMatchObject({ status: 400, body: { badRequest: { message: text('it is in use') } } });
  });
});
