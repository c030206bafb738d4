import { beforeEach, describe, expect, it } from 'vitest';
import { VolumeRefusal } from '../../volumes/volumes.ts';
import { createEvsServer, type EvsServer } from './fixtures/evs-server.ts';
import { job, known, project, snapshotOf, types, volume } from './fixtures/memory-volumes.ts';

let server: EvsServer;
beforeEach(async () => {
  server = await createEvsServer();
});

const root = `/v2/${project}/cloudvolumes`;
const wanted = { availability_zone: 'az1', volume_type: 'SSD', size: 40 };
const owner = { project, userId: 'u' };
const text = (part: string) => expect.stringContaining(part) as string;

/** As the example of ShowVolume has it, with what the fixture knows. */
const shown = {
  'id': known.volume,
  'links': [{ href: `http://localhost/v2/${project}/cloudvolumes/${known.volume}`, rel: 'self' }, { href: `http://localhost/${project}/cloudvolumes/${known.volume}`, rel: 'bookmark' }],
  'name': 'disk', 'status': 'available', 'attachments': [], 'availability_zone': 'az1', 'os-vol-host-attr:host': null, 'source_volid': null, 'snapshot_id': null, 'description': '',
  'created_at': '2016-05-25T02:42:10.856000', 'os-vol-tenant-attr:tenant_id': project, 'volume_image_metadata': {}, 'volume_type': 'SSD', 'size': 40, 'consistencygroup_id': null,
  'bootable': 'false', 'metadata': { a: 'b' }, 'updated_at': '2016-05-25T02:42:11.856000', 'encrypted': false, 'replication_status': 'disabled',
  'os-volume-replication:extended_status': null, 'os-vol-mig-status-attr:migstat': null, 'os-vol-mig-status-attr:name_id': null, 'shareable': 'false', 'user_id': 'u', 'service_type': 'EVS',
  'multiattach': false, 'dedicated_storage_id': null, 'dedicated_storage_name': null, 'tags': { key1: 'value1' }, 'wwn': null, 'enterprise_project_id': '0',
};

describe('creating disks', () => {
  it.each(['/v2', '/v2.1'])('takes all that acts, under %s', async (version) => {
    const request = {
      'bssParam': { chargingMode: 'postPaid', isAutoPay: 'true', isAutoRenew: false, periodType: 'month', periodNum: 1 },
      'volume': {
        ...wanted, name: 'n', description: 'd', count: 2, multiattach: true, enterprise_project_id: 'e', metadata: { 'a': 'b', '__system__encrypted': '0', 'hw:passthrough': 'false', 'full_clone': '1' },
        tags: { k: 'v', Größe_1: '' }, snapshot_id: known.snapshot, backup_id: null, imageRef: null, iops: null,
      },
      'OS-SCH-HNT:scheduler_hints': null,
    };
    const { status, body } = await server.call('POST', `${version}/${project}/cloudvolumes`, request);
    expect({ status, body }).toEqual({ status: 202, body: { job_id: known.job, volume_ids: [known.volume, known.volume] } });
    expect(server.volumes.calls).toEqual([['create', {
      owner, name: 'n', description: 'd', sizeGiB: 40, type: 'SSD', availabilityZone: 'az1', source: { kind: 'snapshot', id: known.snapshot }, multiattach: true,
      metadata: { 'a': 'b', '__system__encrypted': '0', 'hw:passthrough': 'false', 'full_clone': '1' }, tags: { k: 'v', Größe_1: '' }, enterpriseProjectId: 'e',
    }, 2]]);
  });

  it('fills in the defaults', async () => {
    await server.call('POST', root, { volume: wanted });
    expect(server.volumes.calls).toEqual([['create', {
      owner, name: '', description: '', sizeGiB: 40, type: 'SSD', availabilityZone: 'az1', source: { kind: 'blank' }, multiattach: false, metadata: {}, tags: {}, enterpriseProjectId: '0',
    }, 1]]);
  });

  it.each<[string, object, string]>([
    ['name', { name: 'x'.repeat(256) }, 'EVS.1003'],
    ['name', { name: 'é'.repeat(128) }, 'EVS.1003'],
    ['name', { name: 'x'.repeat(251), count: 2 }, 'EVS.1003'],
    ['name', { name: 'a\0' }, 'EVS.1003'],
    ['description', { description: 'x'.repeat(256) }, 'EVS.1004'],
    ['description', { description: 'é'.repeat(128) }, 'EVS.1004'],
    ['size', { size: 0 }, 'EVS.1010'],
    ['size', { size: 32_769 }, 'EVS.1010'],
    ['size', { size: 1.5 }, 'EVS.1010'],
    ['size', { size: '40' }, 'EVS.1010'],
    ['size', { size: undefined }, 'EVS.1010'],
    ['count', { count: 0 }, 'EVS.1021'],
    ['count', { count: 101 }, 'EVS.1021'],
    ['volume_type', { volume_type: undefined }, 'EVS.1020'],
    ['volume_type', { volume_type: '' }, 'EVS.1020'],
    ['availability_zone', { availability_zone: undefined }, 'EVS.1036'],
    ['multiattach', { multiattach: 'true' }, 'EVS.5400'],
    ['metadata.k', { metadata: { k: 5 } }, 'EVS.5400'],
    ['metadata.k', { metadata: { k: 'x'.repeat(256) } }, 'EVS.5400'],
    ['metadata', { metadata: { '': 'x' } }, 'EVS.5400'],
    ['metadata', { metadata: { ['x'.repeat(256)]: 'x' } }, 'EVS.5400'],
    ['snapshot_id', { snapshot_id: known.snapshot, backup_id: 'x' }, 'EVS.1016'],
    ['metadata.full_clone', { metadata: { full_clone: '2' } }, 'EVS.1063'],
    ['tags', { tags: { 'a b': 'x' } }, 'EVS.1062'],
    ['tags', { tags: { ['x'.repeat(37)]: 'x' } }, 'EVS.1062'],
    ['tags.k', { tags: { k: 'x'.repeat(44) } }, 'EVS.1062'],
    ['tags.k', { tags: { k: 'a b' } }, 'EVS.1062'],
  ])('judges %s in %j', async (field, changes, code) => {
    const { status, body } = await server.call('POST', root, { volume: { ...wanted, ...changes } });
    expect({ status, body }).toEqual({ status: 400, body: { error: { code, message: text(`'volume.${field}'`) } } });
    expect(server.volumes.calls).toEqual([]);
  });

  it('takes the largest of each', async () => {
    const largest = { ...wanted, size: 32_768, count: 100, name: 'é'.repeat(125), description: 'é'.repeat(127), metadata: { ['k'.repeat(255)]: 'v'.repeat(255) }, tags: { ['k'.repeat(36)]: 'v'.repeat(43) } };
    expect(await server.call('POST', root, { volume: largest })).toMatchObject({ status: 202 });
    expect(await server.call('POST', root, { volume: { ...wanted, name: 'x'.repeat(255) } })).toMatchObject({ status: 202 });
  });

  it('takes metadata below a mebibyte', async () => {
    const metadata = (keys: number) => Object.fromEntries(Array.from({ length: keys }, (_, index) => [`${index}`.padStart(200, '0'), 'v'.repeat(200)]));
    expect(await server.call('POST', root, { volume: { ...wanted, metadata: metadata(2_500) } })).toMatchObject({ status: 202 });
    expect(await server.call('POST', root, { volume: { ...wanted, metadata: metadata(2_600) } })).toMatchObject({ status: 400, body: { error: { code: 'EVS.1005' } } });
    expect(await server.call('POST', `/v3/${project}/volumes`, { volume: { size: 1, metadata: metadata(2_600) } })).toMatchObject({ status: 413, body: { overLimit: { code: 413 } } });
  });

  it.each<[string, object, string]>([
    ['volume.backup_id', { volume: { ...wanted, backup_id: 'x' } }, 'EVS.1006'],
    ['volume.imageRef', { volume: { ...wanted, imageRef: 'x' } }, 'EVS.2046'],
    ['volume.iops', { volume: { ...wanted, iops: 3000 } }, 'EVS.5400'],
    ['volume.throughput', { volume: { ...wanted, throughput: 125 } }, 'EVS.5400'],
    ['volume.metadata.__system__encrypted', { volume: { ...wanted, metadata: { __system__encrypted: '1' } } }, 'EVS.2041'],
    ['volume.metadata.__system__cmkid', { volume: { ...wanted, metadata: { __system__encrypted: '0', __system__cmkid: 'x' } } }, 'EVS.2041'],
    ['volume.metadata.hw:passthrough', { volume: { ...wanted, metadata: { 'hw:passthrough': 'true' } } }, 'EVS.1057'],
    ['bssParam.chargingMode', { volume: wanted, bssParam: { chargingMode: 'prePaid', periodType: 'month', periodNum: 1 } }, 'EVS.5400'],
    ['server_id', { volume: wanted, server_id: 'x' }, 'EVS.5400'],
    ['OS-SCH-HNT:scheduler_hints.dedicated_storage_id', { 'volume': wanted, 'OS-SCH-HNT:scheduler_hints': { dedicated_storage_id: 'x' } }, 'EVS.5400'],
  ])('refuses %s by name', async (option, request, code) => {
    const { status, body, headers } = await server.call('POST', root, request);
    expect({ status, body }).toEqual({ status: 400, body: { error: { code, message: text(`'${option}' does nothing here`) } } });
    expect(headers['x-haulier-parameter']).toBe(option);
    expect(server.volumes.calls).toEqual([]);
  });

  it('creates once for each token', async () => {
    expect(await server.call('POST', root, { volume: wanted }, { headers: { 'x-client-token': known.volume.toUpperCase() } })).toMatchObject({ status: 202, body: { job_id: known.job, volume_ids: [known.volume] } });
    expect(server.volumes.calls).toMatchObject([['createOnce', known.volume, { owner, sizeGiB: 40 }, 1]]);
    const answer = await server.call('POST', root, { volume: wanted }, { headers: { 'x-client-token': 'mine' } });
    expect(answer).toMatchObject({ status: 400, body: { error: { code: 'EVS.5400', message: "'X-Client-Token' is not valid: expected a UUID." } } });
    server.volumes.failure = new VolumeRefusal({ kind: 'client-token-used' });
    expect(await server.call('POST', root, { volume: wanted }, { headers: { 'x-client-token': known.volume } })).toMatchObject({ status: 400, body: { error: { code: 'EVS.5400', message: text('8 hours') } } });
  });

  it.each([
    [{ kind: 'no-such-type', type: 'TAPE' }, 'EVS.1020'],
    [{ kind: 'no-such-zone', zone: 'az9' }, 'EVS.1036'],
    [{ kind: 'quota-exceeded', quota: 'gigabytes', limit: 1, wanted: 2, inUse: 0 }, 'EVS.1042'],
    [{ kind: 'smaller-than-source', sizeGiB: 50 }, 'EVS.1010'],
    [{ kind: 'source-elsewhere', type: 'SAS' }, 'EVS.1020'],
    [{ kind: 'too-many-tags', limit: 10 }, 'EVS.1061'],
    [{ kind: 'snapshot-busy', id: known.snapshot, state: 'deleting', action: 'clone' }, 'EVS.2043'],
    [{ kind: 'unstorable-text', field: 'name' }, 'EVS.5400'],
  ] as const)('answers %j with %s', async (refusal, code) => {
    server.volumes.failure = new VolumeRefusal(refusal);
    expect(await server.call('POST', root, { volume: wanted })).toMatchObject({ status: 400, body: { error: { code } } });
  });
});

describe('listing disks', () => {
  const filtered = async (query: string) => {
    const answer = await server.call('GET', `${root}/detail?${query}`);
    expect(answer.status).toBe(200);
    return server.volumes.calls.at(-1)?.[2];
  };
  const whole = { limit: 1000, offset: 0, sort: [{ key: 'created_at', descending: true }] };

  it('answers details', async () => {
    expect((await server.call('GET', `${root}/detail`)).body).toEqual({ count: 1, volumes: [shown] });
    expect(server.volumes.calls).toEqual([['list', project, whole]]);
  });

  it('answers a short list', async () => {
    expect((await server.call('GET', root)).body).toEqual({ count: 1, volumes: [{ id: known.volume, name: 'disk', links: shown.links }] });
  });

  it('leads to the next page', async () => {
    server.volumes.listed = { items: [volume()], count: 3 };
    const { body } = await server.call('GET', `${root}/detail?limit=1&status=available`);
    expect(body).toMatchObject({ count: 3, volumes_links: [{ rel: 'next', href: `http://localhost${root}/detail?limit=1&status=available&marker=${known.volume}` }] });
  });

  it.each<[string, object]>([
    ['limit=5&offset=3', { limit: 5, offset: 3 }],
    [`marker=${known.secondVolume.toUpperCase()}`, { marker: known.secondVolume }],
    ['name=is', { name: { match: 'like', text: 'is' } }],
    ['status=in-use', { state: 'in-use' }],
    [`id=${known.volume}`, { ids: [known.volume] }],
    ['id=no-id', { ids: [] }],
    [`id=${known.volume}&ids=['${known.secondVolume}','x']`, { ids: [known.secondVolume] }],
    [`ids=["${known.volume}", ${known.secondVolume}]`, { ids: [known.volume, known.secondVolume] }],
    ['ids=[]', { ids: [] }],
    ['availability_zone=az2', { availabilityZone: 'az2' }],
    [`volume_type_id=${types[1]?.id ?? ''}`, { type: 'SAS' }],
    ['multiattach=true', { multiattach: true }],
    ['enterprise_project_id=e', { enterpriseProjectId: 'e' }],
    ['enterprise_project_id=all_granted_eps', {}],
    ['server_id=s', { serverId: 's' }],
    [`metadata=${encodeURIComponent('{"a":"b"}')}`, { metadata: { a: 'b' } }],
    [`metadata=${encodeURIComponent("{'a': 'b', 'c': 'd\\'e'}")}`, { metadata: { a: 'b', c: "d'e" } }],
    [`not_metadata=${encodeURIComponent('{"a":"b"}')}`, { notMetadata: { a: 'b' } }],
    ['service_type=evs', {}],
    ['sort_key=size&sort_dir=asc', { sort: [{ key: 'size', descending: false }] }],
    ['sort_key=id', { sort: [{ key: 'id', descending: true }] }],
    ['other=ignored', {}],
  ])('by %s', async (query, expected) => expect(await filtered(query)).toEqual({ ...whole, ...expected }));

  it.each(['service_type=DSS', 'dedicated_storage_id=x', 'dedicated_storage_name=x', 'status=no-such', 'status=constructor', `volume_type_id=${known.volume}`])('finds nothing by %s', async (query) => {
    expect(await server.call('GET', `${root}/detail?${query}`)).toMatchObject({ status: 200, body: { count: 0, volumes: [] } });
    expect(server.volumes.calls).toEqual([]);
  });

  it.each([
    ['limit=0', 'EVS.1023'], ['limit=1001', 'EVS.1023'], ['limit=x', 'EVS.1023'], ['marker=1', 'EVS.1024'], ['sort_key=name', 'EVS.1039'], ['sort_dir=up', 'EVS.1040'], ['metadata={', 'EVS.1058'],
    ['metadata={"a":1}', 'EVS.1058'], ['metadata={"a":"%5Cu0000"}', 'EVS.1058'], ['not_metadata=[]', 'EVS.1058'], ['multiattach=maybe', 'EVS.5400'], [`ids=${'x,'.repeat(61)}`, 'EVS.5400'], ['offset=-1', 'EVS.5400'],
  ])('refuses %s', async (query, code) => {
    expect(await server.call('GET', `${root}/detail?${query}`)).toMatchObject({ status: 400, body: { error: { code } } });
    expect(server.volumes.calls).toEqual([]);
  });
});

describe('one disk', () => {
  it('is shown, with what it is attached to and made of', async () => {
    expect((await server.call('GET', `${root}/${known.volume}`)).body).toEqual({ volume: shown });
    server.volumes.known = volume({
      source: { kind: 'snapshot', id: known.snapshot }, bootable: true, multiattach: true, state: 'in-use',
      attachments: [{ id: known.attachment, serverId: 's', device: '/dev/vdb', hostName: '', attachedAt: Date.UTC(2019, 7, 6, 7, 0, 21, 842) }],
    });
    expect((await server.call('GET', `${root}/${known.volume}`)).body).toMatchObject({ volume: {
      snapshot_id: known.snapshot, bootable: 'true', multiattach: true, shareable: 'true', status: 'in-use',
      attachments: [{ attached_at: '2019-08-06T07:00:21.842000', attachment_id: known.attachment, device: '/dev/vdb', host_name: null, id: known.volume, server_id: 's', volume_id: known.volume }],
    } });
  });

  it('is changed, and answered without a box', async () => {
    const unanswered = ['consistencygroup_id', 'updated_at', 'encrypted', 'replication_status', 'os-vol-mig-status-attr:migstat', 'os-vol-mig-status-attr:name_id', 'user_id', 'service_type',
      'dedicated_storage_id', 'dedicated_storage_name', 'tags', 'wwn', 'enterprise_project_id'];
    const answered = Object.fromEntries(Object.entries(shown).filter(([field]) => !unanswered.includes(field)));
    expect((await server.call('PUT', `${root}/${known.volume}`, { volume: { name: 'n', description: '' } })).body).toEqual(answered);
    expect(server.volumes.calls).toEqual([['update', project, known.volume, { name: 'n', description: '' }]]);
  });

  it('needs something to change', async () => {
    expect(await server.call('PUT', `${root}/${known.volume}`, { volume: {} })).toMatchObject({ status: 400, body: { error: { code: 'EVS.1007' } } });
  });

  it('is deleted', async () => {
    expect(await server.call('DELETE', `${root}/${known.volume}`)).toMatchObject({ status: 200, body: { job_id: known.job } });
    expect(server.volumes.calls).toEqual([['remove', project, known.volume, { cascade: false, force: false }]]);
  });

  it.each(['/v2', '/v2.1'])('is extended under %s', async (version) => {
    expect(await server.call('POST', `${version}/${project}/cloudvolumes/${known.volume}/action`, { 'os-extend': { new_size: 50 }, 'bssParam': { isAutoPay: 'true' } })).toMatchObject({ status: 202, body: { job_id: known.job } });
    expect(server.volumes.calls).toEqual([['extend', project, [{ id: known.volume, sizeGiB: 50 }]]]);
  });

  it.each([[{}, 'EVS.1011'], [{ 'os-extend': null }, 'EVS.1011'], [{ 'os-extend': {} }, 'EVS.1010'], [{ 'os-extend': { new_size: 32_769 } }, 'EVS.1010'], [{ 'os-extend': { new_size: '50' } }, 'EVS.1010'], [{ 'os-extend': { new_size: 0 } }, 'EVS.1010']])('is not extended by %j', async (request, code) => {
    expect(await server.call('POST', `${root}/${known.volume}/action`, request)).toMatchObject({ status: 400, body: { error: { code } } });
  });

  it('is extended with others', async () => {
    const volumes = [{ id: known.volume.toUpperCase(), new_size: 50 }, { id: known.secondVolume, new_size: 60 }];
    expect(await server.call('POST', `/v5/${project}/volumes/batch-extend`, { volumes, bss_param: { is_auto_pay: 'false' } })).toMatchObject({ status: 202, body: { job_id: known.job } });
    expect(server.volumes.calls).toEqual([['extend', project, [{ id: known.volume, sizeGiB: 50 }, { id: known.secondVolume, sizeGiB: 60 }]]]);
  });

  const one = { id: known.volume, new_size: 50 };

  it.each([
    [{}, 400, 'EVS.5400', "'volumes' is mandatory"], [{ volumes: [] }, 400, 'EVS.5400', "'volumes' is not valid: expected a list of 1 to 100 disks."],
    [{ volumes: Array.from({ length: 101 }, () => one) }, 400, 'EVS.5400', "'volumes' is not valid"], [{ volumes: [one, { id: known.secondVolume }] }, 400, 'EVS.5400', "'volumes[1].new_size' is mandatory"],
    [{ volumes: [{ ...one, new_size: 32_769 }] }, 400, 'EVS.5400', "'volumes[0].new_size' is not valid"], [{ volumes: [one, one] }, 400, 'EVS.5400', "'volumes[1].id' is not valid: expected each disk once."],
    [{ volumes: [one, { ...one, id: 'x' }] }, 404, 'EVS.5404', 'Volume x could not be found.'], [{ volumes: [one], bss_param: { is_auto_pay: 'maybe' } }, 400, 'EVS.5400', "'bss_param.is_auto_pay'"],
  ])('is not extended with others by %j', async (request, status, code, message) => {
    expect(await server.call('POST', `/v5/${project}/volumes/batch-extend`, request)).toMatchObject({ status, body: { error: { code, message: text(message) } } });
    expect(server.volumes.calls).toEqual([]);
  });

  it.each([
    ['DELETE', '', { kind: 'volume-busy', id: known.volume, state: 'awaiting-transfer', action: 'delete' }, 400, 'EVS.1046'],
    ['DELETE', '', { kind: 'volume-busy', id: known.volume, state: 'backing-up', action: 'delete' }, 400, 'EVS.2130'],
    ['DELETE', '', { kind: 'volume-attached', id: known.volume, action: 'delete' }, 400, 'EVS.1046'],
    ['DELETE', '', { kind: 'volume-has-snapshots', id: known.volume, action: 'delete', foreign: false }, 400, 'EVS.5400'],
    ['POST', '/action', { kind: 'not-larger', id: known.volume, sizeGiB: 40 }, 400, 'EVS.1015'],
    ['POST', '/action', { kind: 'volume-busy', id: known.volume, state: 'awaiting-transfer', action: 'extend' }, 400, 'EVS.1064'],
    ['POST', '/action', { kind: 'quota-exceeded', quota: 'perVolumeGigabytes', limit: 45, wanted: 50, inUse: 0 }, 413, 'EVS.5413'],
    ['GET', '', { kind: 'no-such-volume', id: known.volume }, 404, 'EVS.5404'],
  ] as const)('%s%s answers %j', async (method, path, refusal, status, code) => {
    server.volumes.failure = new VolumeRefusal(refusal);
    expect(await server.call(method, `${root}/${known.volume}${path}`, { 'os-extend': { new_size: 50 } })).toMatchObject({ status, body: { error: { code } } });
  });

  it('hides what went wrong inside', async () => {
    server.volumes.failure = new Error('connect ECONNREFUSED postgres://u:hidden@h');
    const answer = await server.call('GET', `${root}/${known.volume}`);
    expect(answer).toMatchObject({ status: 500, body: { error: { code: 'EVS.5500' } } });
    expect(answer.text).not.toContain('hidden');
  });

  it.each(['1', 'disk', `${known.volume}x`, 'x%00y'])('%s is none', async (id) => {
    for (const [method, path] of [['GET', ''], ['PUT', ''], ['DELETE', ''], ['POST', '/action'], ['GET', '/tags'], ['POST', '/tags/action']] as const) {
      expect(await server.call(method, `${root}/${id}${path}`, {})).toMatchObject({ status: 404, body: { error: { code: 'EVS.5404' } } });
    }
  });
});

describe('snapshots', () => {
  const snapshots = `/v2/${project}/cloudsnapshots`;
  const snapshot = {
    'status': 'available', 'description': '', 'updated_at': '2016-05-25T02:42:10.856000', 'volume_id': known.volume, 'id': known.snapshot, 'size': 40, 'os-extended-snapshot-attributes:progress': '100%',
    'name': 'test03', 'os-extended-snapshot-attributes:project_id': project, 'created_at': '2016-05-25T02:42:10.856000', 'metadata': { a: 'b' },
  };

  it('are taken', async () => {
    const { status, body } = await server.call('POST', snapshots, { snapshot: { name: 'snap-001', description: 'Daily backup', volume_id: known.volume, force: false, metadata: {} } });
    expect({ status, body }).toEqual({ status: 202, body: { snapshot } });
    expect(server.volumes.calls).toEqual([['createSnapshot', owner, { volume: known.volume, name: 'snap-001', description: 'Daily backup', metadata: {}, force: false }]]);
  });

  it('are listed by all filters', async () => {
    const query = `offset=1&limit=2&name=t&status=available&volume_id=${known.volume}&availability_zone=az1&id=${known.snapshot}&enterprise_project_id=e&service_type=EVS`;
    expect((await server.call('GET', `${snapshots}/detail?${query}`)).body).toEqual({ count: 1, snapshots: [{ ...snapshot, service_type: 'EVS', dedicated_storage_id: null, dedicated_storage_name: null }] });
    expect(server.volumes.calls).toEqual([['listSnapshots', project, {
      limit: 2, offset: 1, name: { match: 'like', text: 't' }, state: 'available', volume: known.volume, id: known.snapshot, availabilityZone: 'az1', enterpriseProjectId: 'e',
    }]]);
  });

  it('lead to the next page', async () => {
    server.volumes.snapshots = { items: [snapshotOf()], count: 3 };
    const { body } = await server.call('GET', `${snapshots}/detail?limit=1&offset=1&status=available`);
    expect(body).toMatchObject({ count: 3, snapshots_links: [{ rel: 'next', href: `http://localhost${snapshots}/detail?limit=1&offset=2&status=available` }] });
    expect((await server.call('GET', `${snapshots}/detail?limit=1&offset=2`)).body).not.toHaveProperty('snapshots_links');
  });

  it.each(['status=none', 'volume_id=1', 'id=1', 'service_type=DSS', 'dedicated_storage_id=x', 'dedicated_storage_name=x'])('are none by %s', async (query) => {
    expect((await server.call('GET', `${snapshots}/detail?${query}`)).body).toEqual({ count: 0, snapshots: [] });
    expect(server.volumes.calls).toEqual([]);
  });

  it('are shown, changed, deleted and rolled back', async () => {
    const one = `${snapshots}/${known.snapshot}`;
    expect((await server.call('GET', one)).body).toEqual({ snapshot });
    expect((await server.call('PUT', one, { snapshot: { name: 'n' } })).body).toEqual({ snapshot });
    expect(await server.call('POST', `${one}/rollback`, { rollback: { volume_id: known.volume, name: 'disk' } })).toMatchObject({ status: 202, body: { rollback: { volume_id: known.volume } } });
    expect(await server.call('DELETE', one)).toMatchObject({ status: 202, text: '' });
    expect(server.volumes.calls.slice(1)).toEqual([
      ['updateSnapshot', project, known.snapshot, { name: 'n' }], ['rollback', project, known.snapshot, known.volume], ['removeSnapshot', project, known.snapshot],
    ]);
  });

  it.each([
    ['POST', '', {}, 400, 'EVS.5400'],
    ['POST', '', { snapshot: { volume_id: '1' } }, 404, 'EVS.5404'],
    ['POST', '', { snapshot: { volume_id: known.volume, name: 'x'.repeat(256) } }, 400, 'EVS.5400'],
    ['POST', '', { snapshot: { volume_id: known.volume, force: 'yes' } }, 400, 'EVS.5400'],
    ['PUT', `/${known.snapshot}`, { snapshot: {} }, 400, 'EVS.5400'],
    ['GET', '/1', undefined, 404, 'EVS.5404'],
    ['POST', `/${known.snapshot}/rollback`, { rollback: {} }, 400, 'EVS.5400'],
  ] as const)('%s %s %j answers %i', async (method, path, request, status, code) => {
    expect(await server.call(method, `${snapshots}${path}`, request)).toMatchObject({ status, body: { error: { code } } });
  });

  it('that are busy are not deleted', async () => {
    server.volumes.failure = new VolumeRefusal({ kind: 'snapshot-busy', id: known.snapshot, state: 'rollbacking', action: 'delete' });
    expect(await server.call('DELETE', `${snapshots}/${known.snapshot}`)).toMatchObject({ status: 400, body: { error: { code: 'EVS.1047' } } });
  });
});

describe('tags', () => {
  it('are shown, of a disk and of all', async () => {
    expect((await server.call('GET', `${root}/${known.volume}/tags`)).body).toEqual({ tags: [{ key: 'key1', value: 'value1' }] });
    expect((await server.call('GET', `${root}/tags`)).body).toEqual({ tags: { key1: ['value1', 'value2'] } });
  });

  it('are added and removed', async () => {
    expect(await server.call('POST', `${root}/${known.volume}/tags/action`, { action: 'create', tags: [{ key: 'key1', value: 'value1' }, { key: 'key2', value: '' }] })).toMatchObject({ status: 204, text: '' });
    expect(await server.call('POST', `${root}/${known.volume}/tags/action`, { action: 'delete', tags: [{ key: 'key1' }, { key: 'key2', value: 'x' }] })).toMatchObject({ status: 204 });
    expect(server.volumes.calls).toEqual([['addTags', project, known.volume, { key1: 'value1', key2: '' }], ['removeTags', project, known.volume, ['key1', 'key2']]]);
  });

  it.each<[object, string]>([
    [{ action: 'update', tags: [{ key: 'a', value: 'b' }] }, 'EVS.5400'],
    [{ action: 'create', tags: [] }, 'EVS.1062'],
    [{ action: 'create', tags: [{ key: 'a' }] }, 'EVS.1062'],
    [{ action: 'create', tags: [{ key: '', value: 'b' }] }, 'EVS.1062'],
    [{ action: 'create', tags: [{ key: 'a', value: 'b c' }] }, 'EVS.1062'],
  ])('are not taken from %j', async (request, code) => {
    expect(await server.call('POST', `${root}/${known.volume}/tags/action`, request)).toMatchObject({ status: 400, body: { error: { code } } });
    expect(server.volumes.calls).toEqual([]);
  });

  it('find disks, for readers too', async () => {
    const request = {
      offset: '100', limit: '10', action: 'filter', tags: [{ key: 'key1', values: ['value1', 'value2'] }, { key: 'key2', values: [] }],
      matches: [{ key: 'resource_name', value: 'resource1' }, { key: 'service_type', value: 'evs' }],
    };
    const { status, body } = await server.call('POST', `${root}/resource_instances/action`, request, { token: 'reader' });
    expect({ status, body }).toEqual({ status: 200, body: { total_count: 1, resources: [{ resource_id: known.volume, resource_name: 'disk', resource_detail: { ...shown, shareable: false }, tags: [{ key: 'key1', value: 'value1' }] }] } });
    expect(server.volumes.calls).toEqual([['list', project, {
      limit: 10, offset: 100, tags: new Map([['key1', ['value1', 'value2']], ['key2', []]]), name: { match: 'like', text: 'resource1' },
    }]]);
  });

  it('count disks', async () => {
    expect((await server.call('POST', `${root}/resource_instances/action`, { action: 'count', tags: [{ key: 'key1', values: [] }] })).body).toEqual({ total_count: 1 });
  });

  it.each([{ action: 'filter' }, { action: 'filter', tags: [], limit: 0 }, { action: 'filter', tags: [], limit: '1001' }, { action: 'filter', tags: [], matches: [{ key: 'size', value: '1' }] }])('find nothing by %j', async (request) => {
    expect(await server.call('POST', `${root}/resource_instances/action`, request)).toMatchObject({ status: 400 });
    expect(server.volumes.calls).toEqual([]);
  });
});

describe('what there is', () => {
  it('are types, zones and quotas', async () => {
    expect((await server.call('GET', `/v2/${project}/types`)).body).toMatchObject({ volume_types: [{ id: types[0]?.id, name: 'SSD', extra_specs: { 'RESKEY:availability_zones': 'az1,az2', 'volume_backend_name': 'files' }, is_public: true }, { name: 'SAS' }] });
    expect((await server.call('GET', `/v2/${project}/os-availability-zone`)).body).toEqual({ availabilityZoneInfo: [{ zoneName: 'az1', zoneState: { available: true } }, { zoneName: 'az2', zoneState: { available: true } }] });
    const none = { in_use: 0, limit: 0, reserved: 0 };
    expect((await server.call('GET', `/v2/${project}/os-quota-sets/${project}?usage=True`)).body).toEqual({ quota_set: {
      id: project, volumes: { in_use: 2, limit: 10, reserved: 1 }, gigabytes: { in_use: 80, limit: 1000, reserved: 1 }, snapshots: { in_use: 3, limit: 20, reserved: 1 },
      per_volume_gigabytes: { in_use: 0, limit: 500, reserved: 1 }, backups: none, backup_gigabytes: none,
      volumes_SSD: { in_use: 2, limit: -1, reserved: 1 }, gigabytes_SSD: { in_use: 80, limit: 90, reserved: 1 }, snapshots_SSD: { in_use: 3, limit: 5, reserved: 1 },
    } });
  });

  it('is not told of another project, or without usage', async () => {
    expect(await server.call('GET', `/v2/${project}/os-quota-sets/another?usage=True`)).toMatchObject({ status: 403, body: { error: { code: 'EVS.5403' } } });
    expect(await server.call('GET', `/v2/${project}/os-quota-sets/${project}`)).toMatchObject({ status: 400, body: { error: { code: 'EVS.5400' } } });
  });

  it('tells of operations that it does not carry out', async () => {
    for (const [method, path] of [['PUT', `/v5/${project}/cloudvolumes/${known.volume}/qos`], ['POST', `/v2/${project}/volumes/${known.volume}/retype`], ['GET', `/v3/${project}/recycle-bin-volumes/detail`]] as const) {
      expect(await server.call(method, path, {})).toMatchObject({ status: 400, body: { error: { code: 'EVS.5400', message: text('does nothing here') } } });
    }
  });
});

describe('tasks', () => {
  const path = `/v1/${project}/jobs/${known.job}`;
  const entities = { volume_id: known.volume, name: 'disk', size: 40, volume_type: 'SSD' };

  it('are shown as the example does', async () => {
    expect((await server.call('GET', path)).body).toEqual({
      status: 'RUNNING', entities, job_id: known.job, job_type: 'createVolume', begin_time: '2016-03-08T07:40:13.219Z', end_time: '', error_code: null, fail_reason: null,
    });
  });

  it.each([['createVolume', 'EVS.2024'], ['deleteVolume', 'EVS.2020'], ['extendVolume', 'EVS.2026'], ['deleteSnapshot', 'EVS.2019'], ['rollbackSnapshot', 'EVS.5500']] as const)('tell why a %s failed', async (kind, code) => {
    server.volumes.job = { ...job, kind, state: 'FAIL', endedAt: job.beganAt + 1000, failure: { kind: 'full', reason: 'There is no room.' } };
    expect((await server.call('GET', path)).body).toMatchObject({ status: 'FAIL', end_time: '2016-03-08T07:40:14.219Z', error_code: code, fail_reason: 'There is no room.' });
  });

  it('have sub-jobs, one for each disk', async () => {
    server.volumes.job = { ...job, volume: undefined, subJobs: [job, { ...job, state: 'SUCCESS' }] };
    expect((await server.call('GET', path)).body).toMatchObject({ job_type: 'batchCreateVolume', entities: { sub_jobs: [{ job_type: 'createVolume', status: 'RUNNING', entities }, { status: 'SUCCESS' }] } });
    server.volumes.job = { ...job, kind: 'extendVolume', volume: undefined, subJobs: [{ ...job, kind: 'extendVolume' }, { ...job, kind: 'extendVolume' }] };
    expect((await server.call('GET', path)).body).toMatchObject({ job_type: 'batchExtendVolume', entities: { sub_jobs: [{ job_type: 'extendVolume' }, {}] } });
  });

  it('that are none', async () => {
    expect(await server.call('GET', `/v1/${project}/jobs/1`)).toMatchObject({ status: 400, body: { error: { code: 'Common.0011', message: 'query job fail. Job 1 could not be found.' } } });
  });
});

describe('who may not', () => {
  it.each([
    ['POST', root], ['POST', `/v2.1/${project}/cloudvolumes`], ['PUT', `${root}/${known.volume}`], ['DELETE', `${root}/${known.volume}`], ['POST', `${root}/${known.volume}/action`],
    ['POST', `${root}/${known.volume}/tags/action`], ['POST', `/v2/${project}/cloudsnapshots`], ['DELETE', `/v2/${project}/cloudsnapshots/${known.snapshot}`],
    ['POST', `/v2/${project}/cloudsnapshots/${known.snapshot}/rollback`],
  ] as const)('a reader: %s %s', async (method, path) => {
    expect(await server.call(method, path, '{', { token: 'reader' })).toMatchObject({ status: 403, body: { error: { code: 'EVS.1027' } } });
    expect(server.volumes.calls).toEqual([]);
  });

  it.each(['stranger', 'unscoped', ''])('%s', async (token) => {
    for (const path of [root, `${root}/detail`, `${root}/${known.volume}`, `${root}/tags`, `/v2/${project}/types`, `/v2/${project}/os-availability-zone`, `/v1/${project}/jobs/${known.job}`, `/v2/${project}/cloudsnapshots/detail`]) {
      expect((await server.call('GET', path, undefined, { token })).status).toBe(token === '' ? 401 : 403);
    }
    expect((await server.call('POST', `${root}/resource_instances/action`, { action: 'count', tags: [] }, { token })).status).toBe(token === '' ? 401 : 403);
    expect(server.volumes.calls).toEqual([]);
  });
});
