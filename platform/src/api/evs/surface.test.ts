import swagger from '@fastify/swagger';
import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, it, test } from 'vitest';
import { openapiOf } from '../openapi.ts';
import { publishedCodes, ourCodes } from './error-codes.ts';
import { createEvsServer } from './fixtures/evs-server.ts';
import { evsSurface } from './surface.ts';
import { MemoryVolumes } from './fixtures/memory-volumes.ts';

const volumes = new MemoryVolumes();
const surface = evsSurface({ volumes, transfers: volumes.transfers, authenticate: (_request, _reply, payload) => Promise.resolve(payload) });

describe('claims on a shared host', () => {
  it.each([
    '/v1/p/jobs/1', '/v2/p/cloudvolumes', '/v2.1/p/cloudvolumes/x/y', '/v2/p/os-volume-transfer/x', '/v2/p/cloudsnapshots/detail', '/v2/p/types', '/v2/p/os-availability-zone', '/v2/p/os-quota-sets/p',
    '/v2/p/volumes', '/v3/p/volumes/detail', '/v3/p/snapshots', '/v3/p/volume-transfers', '/v3/p/limits', '/volume', '/volume/', '/volume/v3/p/anything', '/v5/p/volumes/batch-extend', '/v2.1/p/anything', '/v5/p/anything',
  ])('%s', (path) => expect(surface.claims('localhost', path)).toBe(true));

  it.each(['/', '/v1', '/v2', '/v3', '/v2/p/tasks', '/v2/p/taskgroups/1', '/v3/auth/tokens', '/v3/sources', '/v3/projects', '/v2/cloudvolumes', '/volumes', '/v3/p/groups'])('not %s', (path) => {
    expect(surface.claims('localhost', path)).toBe(false);
  });
});

it.each(['evs.example:443', 'volume.example'])('claims all on %s', (host) => expect(surface.claims(host, '/anything')).toBe(true));

it.each([
  ['/v2/p/cloudvolumes/x/y', { error: { code: 'EVS.5404', message: 'The resource could not be found.' } }],
  ['/anything', { error: { code: 'EVS.5404' } }],
  ['/v3/p/recycle-bin-volumes/x/y', { error: { code: 'EVS.5404' } }],
  ['/v3/p/anything', { itemNotFound: { code: 404 } }],
  ['/v2/p/volumes/x/y', { itemNotFound: { code: 404 } }],
  ['/volume/nothing', { itemNotFound: { code: 404 } }],
])('answers %s in the shape of its family', (path, body) => expect(surface.answer('not-found', path)).toMatchObject({ status: 404, body }));

it.each([['wrong-method', 405, 'EVS.5405', 'badMethod'], ['too-many-requests', 429, 'EVS.5429', 'overLimit'], ['header-too-large', 431, 'EVS.5431', 'computeFault'], ['timeout', 503, 'EVS.5503', 'serviceUnavailable']] as const)(
  'has an answer to %s', (problem, status, code, fault) => {
    expect(surface.answer(problem, '/v2/p/cloudvolumes')).toMatchObject({ status, body: { error: { code } } });
    expect(surface.answer(problem, '/volume/v3/p/volumes')).toMatchObject({ status, body: { [fault]: { code: status } } });
  },
);

test('codes of ours follow the rule of the published ones, and are none of them', () => {
  for (const [code, { status }] of Object.entries(ourCodes)) expect(code).toBe(`EVS.5${status}`);
  expect(Object.keys(ourCodes).filter((code) => code in publishedCodes)).toEqual([]);
});

it('is described by an OpenAPI document, with the operations of the reference by their names', async () => {
  const { app } = await createEvsServer((root) => Promise.resolve(root.register(swagger, openapiOf('0'))));
  await app.ready();
  const document = JSON.stringify(app.swagger(), null, 1);
  expect(await new Validator().validate(document)).toEqual({ valid: true });
  const operations = [...document.matchAll(/"operationId": "(\w+)"/g)].map(([, id]) => id);
  expect(operations.sort()).toEqual([
    'BatchCreateVolumeTags', 'BatchResizeVolumes', 'CinderAcceptVolumeTransfer', 'CinderCreateVolumeTransfer', 'CinderDeleteVolumeTransfer', 'CinderListAvailabilityZones', 'CinderListQuotas', 'CinderListVolumeTransfers',
    'CinderListVolumeTypes', 'CinderShowVolumeTransfer', 'CreateSnapshot', 'CreateVolume', 'DeleteSnapshot', 'DeleteVolume', 'ListSnapshots', 'ListVolumeTags', 'ListVolumes', 'ListVolumesByTags',
    'ResizeVolume', 'RollbackSnapshot', 'ShowJob', 'ShowSnapshot', 'ShowVolume', 'ShowVolumeTags', 'UpdateSnapshot', 'UpdateVolume',
  ]);
  expect(document).toContain('"/v3/{project_id}/volumes/{volume_id}/action"');
  expect(document).not.toMatch(/"\/volume\/v3\/|"\/v2\/\{project_id\}\/(volumes|snapshots)/);
});
