/** A stock client of the OpenStack family is told one address, and finds the rest by itself. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask, signIn } from '../support/iam.ts';
import { createInstallation, type TestInstallation } from '../support/serve.ts';
import { openClients, type ClientFolder, type OpenStackClients } from './openstack-clients.ts';

let installation: TestInstallation;
let folder: ClientFolder;
beforeAll(async () => {
  [folder, installation] = await Promise.all([openClients(), createInstallation()]);
  await installation.serve();
});
afterAll(async () => {
  await installation.remove();
  await folder[Symbol.asyncDispose]();
});

function clients(authUrl: string): OpenStackClients {
  return folder.clientsOf(installation.account, installation.account.projectName, authUrl);
}

describe.each(['', '/', '/v3', '/v3/'])('with the address of the server and %j behind it', (path) => {
  test('openstack signs in and reads the catalogue', async () => {
    const { url, account } = installation;
    const { openstackJson } = clients(url + path);
    expect(await openstackJson('token', 'issue')).toMatchObject({ project_id: account.projectId, user_id: account.userId, id: expect.stringMatching(/^[\w-]{64}$/) as string });
    const entry = (type: string, at: string): object => expect.objectContaining({ Type: type, Endpoints: [expect.objectContaining({ interface: 'public', region: account.projectName, url: url + at })] }) as object;
    expect(await openstackJson('catalog', 'list')).toEqual(expect.arrayContaining([entry('identity', '/v3'), entry('volumev3', `/volume/v3/${account.projectId}`), entry('oms', `/v2/${account.projectId}`)]));
  });
});

test('openstack finds the newest volume API where the catalogue says', async () => {
  const versions = await clients(installation.url).openstackJson('versions', 'show');
  const volumes = { 'Service Type': 'block-storage', 'Endpoint': `${installation.url}/volume/v3/`, 'Min Microversion': '3.0', 'Max Microversion': '3.55' };
  expect(versions).toEqual(expect.arrayContaining([expect.objectContaining(volumes), expect.objectContaining({ 'Service Type': 'identity', 'Endpoint': `${installation.url}/v3/` })]));
});

test('a region that a person names is compared with the project’s', async () => {
  const { openstack } = clients(installation.url);
  expect(await openstack('--os-region-name', installation.account.projectName, 'image', 'list')).toMatchObject({ code: 0 });
  expect(await openstack('--os-region-name', 'elsewhere', 'image', 'list')).toMatchObject({ code: 1, stderr: expect.stringContaining('endpoint for image service in elsewhere region not found') as string });
});

test('GET / is OMS’s for a caller with a token', async () => {
  const token = await signIn(installation.url, installation.account);
  expect(await ask(installation.url, 'GET', '/', { token })).toMatchObject({ status: 200, body: { versions: [{ id: 'v2' }] } });
  expect(await ask(installation.url, 'GET', '/', { token: 'wrong' })).toMatchObject({ status: 401, body: { error_code: 'OMS.9999' } });
  expect(await ask(installation.url, 'GET', '/')).toMatchObject({ status: 300, body: { versions: { values: [{ id: 'v3.6' }] } } });
});
