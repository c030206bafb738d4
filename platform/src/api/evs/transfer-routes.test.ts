import { beforeEach, describe, expect, it } from 'vitest';
import { VolumeRefusal, type Refusal } from '../../volumes/volumes.ts';
import { createEvsServer, type EvsServer } from './fixtures/evs-server.ts';
import { known, project } from './fixtures/memory-volumes.ts';

let server: EvsServer;
beforeEach(async () => {
  server = await createEvsServer();
});

const evs = `/v2/${project}/os-volume-transfer`;
/** Every path that the same operations have, with what their links begin with. */
const roots = [
  [evs, 'http://localhost/v2', 'http://localhost'],
  [`/v3/${project}/os-volume-transfer`, 'http://localhost/v3', 'http://localhost'],
  [`/v3/${project}/volume-transfers`, 'http://localhost/v3', 'http://localhost'],
  [`/volume/v3/${project}/os-volume-transfer`, 'http://localhost/volume/v3', 'http://localhost/volume'],
  [`/volume/v3/${project}/volume-transfers`, 'http://localhost/volume/v3', 'http://localhost/volume'],
] as const;

const links = (self: string, bookmark: string, id: string) => [
  { href: `${self}/${project}/os-volume-transfer/${id}`, rel: 'self' },
  { href: `${bookmark}/${project}/os-volume-transfer/${id}`, rel: 'bookmark' },
];

describe.each(roots)('%s', (root, self, bookmark) => {
  const first = { id: known.transfer, name: 'first volume transfer', volume_id: known.volume, links: links(self, bookmark, known.transfer) };

  it('lists as the example of the page does', async () => {
    expect(await server.call('GET', root)).toMatchObject({ status: 200 });
    expect((await server.call('GET', root)).body).toEqual({
      transfers: [first, { id: known.secondTransfer, name: 'second volume transfer', volume_id: known.secondVolume, links: links(self, bookmark, known.secondTransfer) }],
    });
    expect(server.volumes.calls.at(-1)).toEqual(['transfers.list', project, { limit: 1000, offset: 0 }]);
  });

  it('lists with details and shows', async () => {
    const detailed = { ...first, created_at: '2016-05-25T02:42:10.856000' };
    const { body } = await server.call('GET', `${root}/detail?limit=2&offset=1&name=t1&all_tenants=1&unknown=x`);
    expect(body).toMatchObject({ transfers: [detailed, { id: known.secondTransfer }] });
    expect(server.volumes.calls).toEqual([['transfers.list', project, { limit: 2, offset: 1, name: 't1' }]]);
    expect((await server.call('GET', `${root}/${known.transfer.toUpperCase()}`)).body).toEqual({ transfer: detailed });
  });

  it('creates, and tells the key', async () => {
    const { status, body } = await server.call('POST', root, { transfer: { volume_id: known.volume, name: 'first volume transfer' } });
    expect({ status, body }).toEqual({ status: 202, body: { transfer: { ...first, created_at: '2016-05-25T02:42:10.856000', auth_key: 'the-key' } } });
    expect(server.volumes.calls).toEqual([['transfers.create', { project, userId: 'u' }, { volume: known.volume, name: 'first volume transfer', withoutSnapshots: false }]]);
    expect((await server.call('GET', `${root}/${known.transfer}`)).text).not.toContain('key');
  });

  it('leaves snapshots out where asked', async () => {
    await server.call('POST', root, { transfer: { volume_id: known.volume, name: 'n', no_snapshots: true } });
    expect(server.volumes.calls).toEqual([['transfers.create', { project, userId: 'u' }, { volume: known.volume, name: 'n', withoutSnapshots: true }]]);
  });

  it('accepts and deletes', async () => {
    const { status, body } = await server.call('POST', `${root}/${known.transfer}/accept`, { accept: { auth_key: 'the-key' } });
    expect({ status, body }).toEqual({ status: 202, body: { transfer: first } });
    expect(await server.call('DELETE', `${root}/${known.transfer}`)).toMatchObject({ status: 202, text: '' });
    expect(server.volumes.calls).toEqual([['transfers.accept', { project, userId: 'u' }, known.transfer, 'the-key'], ['transfers.remove', project, known.transfer]]);
  });
});

describe('what EVS and Cinder document differently', () => {
  const cinderRoots = roots.filter(([root]) => root !== evs);

  it.each(['', '/detail'])('an offset is below the number of transfers on EVS’s page%s', async (list) => {
    expect(await server.call('GET', `${evs}${list}?offset=1`)).toMatchObject({ status: 200 });
    for (const offset of [2, 3, 2_147_483_647]) {
      const { status, body, headers } = await server.call('GET', `${evs}${list}?offset=${offset}`);
      expect({ status, body }).toEqual({ status: 400, body: { error: { code: 'EVS.5400', message: "'offset' is not valid: expected a whole number less than that of the transfers, which is 2." } } });
      expect(headers['x-haulier-parameter']).toBe('offset');
    }
    expect(await server.call('GET', `${evs}${list}?volume_id=1&offset=1`)).toMatchObject({ status: 400, body: { error: { message: expect.stringContaining('which is 0') as string } } });
  });

  it.each(cinderRoots)('an offset past the end leads to what is there at %s', async (root) => {
    for (const list of ['', '/detail']) expect(await server.call('GET', `${root}${list}?offset=2`)).toMatchObject({ status: 200 });
    expect(server.volumes.calls).toEqual([['transfers.list', project, { limit: 1000, offset: 2 }], ['transfers.list', project, { limit: 1000, offset: 2 }]]);
  });

  it.each(cinderRoots)('a name is not needed at %s', async (root) => {
    for (const name of [null, undefined]) await server.call('POST', root, { transfer: { volume_id: known.volume, name } });
    const call = ['transfers.create', { project, userId: 'u' }, { volume: known.volume, name: '', withoutSnapshots: false }];
    expect(server.volumes.calls).toEqual([call, call]);
  });

  it('a name is measured in bytes by EVS, and in characters by Cinder', async () => {
    const offer = (name: string) => ({ transfer: { volume_id: known.volume, name } });
    const { status, body } = await server.call('POST', evs, offer('😀'.repeat(64)));
    expect({ status, body }).toEqual({ status: 400, body: { error: { code: 'EVS.5400', message: "'transfer.name' is not valid: expected a name of up to 255 bytes." } } });
    expect(await server.call('POST', evs, offer('😀'.repeat(63)))).toMatchObject({ status: 202 });
    for (const [root] of cinderRoots) {
      expect(await server.call('POST', root, offer('😀'.repeat(255)))).toMatchObject({ status: 202 });
      expect(await server.call('POST', root, offer('😀'.repeat(256)))).toMatchObject({ status: 400, body: { badRequest: { message: "'transfer.name' is not valid: expected a name of up to 255 characters." } } });
    }
  });
});

describe('input that is not right', () => {
  it.each([
    ['limit=0', 'EVS.1023', 'limit'], ['limit=-1', 'EVS.1023', 'limit'], ['limit=x', 'EVS.1023', 'limit'], ['limit=1.5', 'EVS.1023', 'limit'], ['limit=1&limit=2', 'EVS.1023', 'limit'],
    ['limit=1e3', 'EVS.1023', 'limit'], ['limit=2147483648', 'EVS.1023', 'limit'], ['limit=9223372036854775807', 'EVS.1023', 'limit'], ['volume_id=1&volume_id=2', 'EVS.5400', 'volume_id'],
    ['offset=-1', 'EVS.5400', 'offset'], ['offset=x', 'EVS.5400', 'offset'], ['offset=99999999999', 'EVS.5400', 'offset'], ['name=%00', 'EVS.5400', 'name'],
  ])('?%s', async (query, code, parameter) => {
    const { status, body, headers } = await server.call('GET', `${evs}?${query}`);
    expect({ status, body }).toMatchObject({ status: 400, body: { error: { code, message: expect.stringContaining(`'${parameter}'`) as string } } });
    expect(headers['x-haulier-parameter']).toBe(parameter);
    expect(server.volumes.calls).toEqual([]);
  });

  it('takes offset 0, and a limit larger than any page', async () => {
    expect(await server.call('GET', `${evs}?limit=5000&offset=0`)).toMatchObject({ status: 200 });
    expect(server.volumes.calls).toEqual([['transfers.list', project, { limit: 1000, offset: 0 }]]);
  });

  it.each([
    ['POST', evs, {}, 'EVS.5400', "'transfer' is mandatory"],
    ['POST', evs, { transfer: [] }, 'EVS.5400', "'transfer' is not valid: expected an object with name and volume_id."],
    ['POST', evs, { transfer: {} }, 'EVS.5400', "'transfer.name' is mandatory"],
    ['POST', evs, { transfer: { volume_id: known.volume } }, 'EVS.5400', "'transfer.name' is mandatory: expected a name of up to 255 bytes."],
    ['POST', evs, { transfer: { volume_id: known.volume, name: null } }, 'EVS.5400', "'transfer.name' is mandatory"],
    ['POST', evs, { transfer: { name: 'n' } }, 'EVS.5400', "'transfer.volume_id' is mandatory: expected the ID of a disk."],
    ['POST', evs, { transfer: { volume_id: 5, name: 'n' } }, 'EVS.5400', "'transfer.volume_id' is not valid"],
    ['POST', evs, { transfer: { volume_id: known.volume, name: 'x'.repeat(300) } }, 'EVS.5400', "'transfer.name' is not valid: expected a name of up to 255 bytes."],
    ['POST', evs, { transfer: { volume_id: known.volume, name: 'a\0' } }, 'EVS.5400', "'transfer.name' is not valid"],
    ['POST', evs, { transfer: { volume_id: known.volume, name: 'n', no_snapshots: 'yes' } }, 'EVS.5400', "'transfer.no_snapshots' is not valid"],
    ['POST', evs, `{"transfer":${'['.repeat(100_000)}${']'.repeat(100_000)}}`, 'EVS.1052', 'not valid JSON'],
    ['POST', evs, [], 'EVS.1052', 'The request is not valid'],
    ['POST', evs, 'null', 'EVS.1052', 'The request is not valid'],
    ['POST', evs, undefined, 'EVS.1052', 'The request is not valid'],
    ['POST', evs, '{', 'EVS.1052', 'not valid JSON'],
    ['POST', `${evs}/${known.transfer}/accept`, { accept: {} }, 'EVS.5400', "'accept.auth_key' is mandatory"],
    ['POST', `${evs}/${known.transfer}/accept`, { accept: { auth_key: '' } }, 'EVS.5400', "'accept.auth_key' is not valid"],
    ['POST', `${evs}/${known.transfer}/accept`, { accept: { auth_key: 'x'.repeat(256) } }, 'EVS.5400', "'accept.auth_key' is not valid"],
    ['POST', `${evs}/${known.transfer}/accept`, '{"accept":{"__proto__":{"auth_key":"the-key"}}}', 'EVS.5400', "'accept.auth_key' is mandatory"],
  ] as const)('%s %s %j', async (method, url, body, code, message) => {
    const answer = await server.call(method, url, body);
    expect({ status: answer.status, body: answer.body }).toEqual({ status: 400, body: { error: { code, message: expect.stringContaining(message) as string } } });
    expect(server.volumes.calls).toEqual([]);
  });

  it.each([
    ['a body of another type', 'transfer=1', { 'content-type': 'application/x-www-form-urlencoded' }, 415, 'EVS.5415', 'badMediaType'],
    ['a body that is too large', JSON.stringify({ x: 'x'.repeat(2_000_001) }), { 'content-type': 'application/json' }, 413, 'EVS.1052', 'overLimit'],
  ])('refuses %s', async (_what, body, headers, status, code, fault) => {
    expect(await server.call('POST', evs, body, { headers })).toMatchObject({ status, body: { error: { code } } });
    expect(await server.call('POST', `/v3/${project}/volume-transfers`, body, { headers })).toMatchObject({ status, body: { [fault]: { code: status } } });
  });

  it.each(['1', 'first', known.transfer.slice(1), `${known.transfer}%00`, '%ff', 'x'.repeat(500)])('%s is no transfer', async (id) => {
    for (const method of ['GET', 'DELETE'] as const) {
      const answer = await server.call(method, `${evs}/${id}`);
      expect(answer.status).toBe(id === '%ff' ? 400 : 404);
    }
    expect(server.volumes.calls).toEqual([]);
  });

  it('names no disk of another shape', async () => {
    expect(await server.call('POST', evs, { transfer: { volume_id: '1', name: 'n' } })).toMatchObject({ status: 404, body: { error: { code: 'EVS.5404', message: 'Volume 1 could not be found.' } } });
  });
});

describe('refusals', () => {
  const accept = { accept: { auth_key: 'not the key' } };

  it.each<[Refusal, number, string, string]>([
    [{ kind: 'wrong-auth-key', id: known.transfer }, 400, 'EVS.5400', 'badRequest'],
    [{ kind: 'own-transfer', id: known.transfer }, 400, 'EVS.5400', 'badRequest'],
    [{ kind: 'transfer-expired', id: known.transfer }, 400, 'EVS.5400', 'badRequest'],
    [{ kind: 'no-such-transfer', id: known.transfer }, 404, 'EVS.5404', 'itemNotFound'],
    [{ kind: 'volume-busy', id: known.volume, state: 'deleting', action: 'accept' }, 400, 'EVS.5400', 'badRequest'],
    [{ kind: 'backend', message: 'The cloud behind it does not answer.' }, 503, 'EVS.5503', 'serviceUnavailable'],
  ])('%j', async (refusal, status, code, fault) => {
    server.volumes.failure = new VolumeRefusal(refusal);
    const answer = await server.call('POST', `${evs}/${known.transfer}/accept`, accept);
    expect({ status: answer.status, body: answer.body }).toMatchObject({ status, body: { error: { code } } });
    server.volumes.failure = new VolumeRefusal(refusal);
    const again = await server.call('POST', `/v3/${project}/volume-transfers/${known.transfer}/accept`, accept);
    expect({ status: again.status, body: again.body }).toMatchObject({ status, body: { [fault]: { code: status } } });
    expect(`${answer.text}${again.text}`).not.toContain('not the key');
  });

  it('quotas are not enough', async () => {
    const refusal = { kind: 'quota-exceeded', quota: 'volumes', limit: 10, wanted: 1, inUse: 10 } as const;
    server.volumes.failure = new VolumeRefusal(refusal);
    expect(await server.call('POST', `${evs}/${known.transfer}/accept`, accept)).toMatchObject({ status: 400, body: { error: { code: 'EVS.1034' } } });
    server.volumes.failure = new VolumeRefusal(refusal);
    const answer = await server.call('POST', `/v3/${project}/os-volume-transfer/${known.transfer}/accept`, accept);
    expect(answer).toMatchObject({ status: 413, body: { overLimit: { code: 413, message: 'The quota of disks is 10, of which 10 are in use: 1 were asked for.' } }, headers: { 'retry-after': '0' } });
  });
});

describe('who may not', () => {
  const writes = [['POST', evs], ['POST', `${evs}/${known.transfer}/accept`], ['DELETE', `${evs}/${known.transfer}`]] as const;

  it.each(writes)('a reader: %s %s', async (method, path) => {
    expect(await server.call(method, path, '{', { token: 'reader' })).toMatchObject({ status: 403, body: { error: { code: 'EVS.1027' } } });
    expect(await server.call(method, path.replace('/v2/', '/v3/'), '{', { token: 'reader' })).toMatchObject({ status: 403, body: { forbidden: { code: 403 } } });
    expect(server.volumes.calls).toEqual([]);
  });

  it('a reader may look', async () => {
    expect(await server.call('GET', evs, undefined, { token: 'reader' })).toMatchObject({ status: 200 });
  });

  it.each(['stranger', 'unscoped'])('%s in this project', async (token) => {
    for (const [method, path] of [['GET', evs], ...writes] as const) {
      expect(await server.call(method, path, undefined, { token })).toMatchObject({ status: 403, body: { error: { code: 'EVS.5403' } } });
      expect(await server.call(method, path.replace('/v2/', '/volume/v3/'), undefined, { token })).toMatchObject({ status: 403, body: { forbidden: { code: 403 } } });
    }
    expect(server.volumes.calls).toEqual([]);
  });

  it('nobody', async () => {
    expect(await server.call('GET', evs, undefined, { token: '' })).toMatchObject({ status: 401, body: { error: { code: 'EVS.5401', message: 'Authentication required.' } } });
    expect(await server.call('GET', `/v3/${project}/volume-transfers`, undefined, { token: '' })).toMatchObject({ status: 401, body: { unauthorized: { code: 401 } } });
  });
});
