/** `haulier serve` with disks at Debian's Keystone and Cinder: people at both ends use stock clients, the server dies, and nothing is half anybody's. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { until } from '../worker/until.ts';
import { openCinderWorld, type CinderWorld, type Side } from './cinder-world.ts';
import { fieldOf } from './two-projects.ts';

let world: CinderWorld;
beforeAll(async () => {
  world = await openCinderWorld(async ({ admin, cinder, front, giver, taker }) => {
    const [stranger, theirs] = await Promise.all([admin.newUser(), admin.newApplicationCredential(taker)]);
    return {
      'wrong-password': { project: { passwordVariable: 'WRONG' }, env: { WRONG: 'wrong-secret' } },
      'no-role': { project: { userVariable: 'STRANGER', passwordVariable: 'STRANGER_PASSWORD' }, env: { STRANGER: stranger.user, STRANGER_PASSWORD: stranger.password } },
      'other-project': { project: { userVariable: undefined, passwordVariable: undefined, credentialIdVariable: 'THEIRS', credentialSecretVariable: 'THEIR_SECRET' }, env: { THEIRS: theirs.id, THEIR_SECRET: theirs.secret } },
      'wrong-credential': { project: { userVariable: undefined, passwordVariable: undefined, credentialIdVariable: 'THEIRS', credentialSecretVariable: 'WRONG' } },
      'unreachable': { backend: { identity: 'http://127.0.0.1:9/v3' } },
      'no-keystone': { backend: { identity: `${cinder.origin}/nowhere/v3` } },
      'wrong-region': { backend: { region: 'nowhere' } },
      'dead-endpoint': { backend: { region: await admin.newRegion('http://127.0.0.1:9/v3/$(project_id)s') } },
      'not-trusted': { backend: { caFile: undefined, identity: `${front.origin}/v3` } },
      'no-variable': { project: { passwordVariable: 'NOT_SET' } },
      'well': { project: { cloudProject: giver.id } },
    };
  });
});
afterAll(() => world[Symbol.asyncDispose]());

const cloudState = async (name: string) => (await world.volumesAt(world.giver)).find((volume) => volume.name === name)?.status;
const idOf = (answer: unknown) => fieldOf(answer, 'id');
const show = async (side: Side, id: string) => (await world.ask(side, 'GET', `/volumes/${id}`)).body;
const untilIs = (state: string, look: () => Promise<unknown>) => until(look, (seen) => JSON.stringify(seen).includes(`"status":"${state}"`));
const untilGone = (side: Side, path: string) => until(() => world.ask(side, 'GET', path), ({ status }) => status === 404);

async function makeDisk(name: string): Promise<string> {
  const { stdout, stderr } = await world.haulier('mine', ['volume', 'create', name, '--size', '1', '--type', 'CLOUD']);
  expect(stderr).toBe('');
  return stdout.trim();
}

async function offer(id: string): Promise<{ readonly id: string; readonly auth_key: string }> {
  const { code, stdout, stderr } = await world.haulier('mine', ['transfer', 'create', id, '--json']);
  expect({ code, stderr }).toMatchObject({ code: 0 });
  return JSON.parse(stdout) as { id: string; auth_key: string };
}

test('each thing that keeps a cloud from being used is told at the start, which goes on, and by haulier check', async () => {
  const expected: Record<string, RegExp> = {
    'wrong-password': /Keystone refuses the configured user for the cloud project \w+: name, domain or password is wrong.*\(user user-\w+ of the domain Default at https:/,
    'no-role': /the configured user has no role in the cloud project \w+, or there is no such project \(user user-/,
    'other-project': /the configured credentials are for the cloud project \w+, not for \w+ \(application credential \w+\)/,
    'wrong-credential': /Keystone refuses the configured application credential for the cloud project/,
    'unreachable': /does not answer \(127\.0\.0\.1:9: connect ECONNREFUSED/,
    'no-keystone': /Keystone gave no token for the cloud project \w+, but status \d+ \(is http:.*nowhere\/v3 the identity service/,
    'wrong-region': /the cloud has no volume service in the region nowhere, but in .*RegionOne/,
    'dead-endpoint': /does not answer \(127\.0\.0\.1:9/,
    'not-trusted': /name the file with the cloud's authority as caFile/,
    'no-variable': /the credentials of the cloud project \w+ are not set \(the environment variable NOT_SET\)/,
  };
  const { code, stdout } = await world.haulier('mine', ['check', '--config', world.installation.configFile, '--json']);
  const told = new Map((JSON.parse(stdout) as { name: string; problems?: string[] }[]).map(({ name, problems }) => [name, problems]));
  expect(code).toBe(1);
  for (const [name, words] of Object.entries(expected)) expect(told.get(name), name).toEqual([expect.stringMatching(words)]);
  for (const name of ['cloud', 'well']) expect(told.get(name), name).toEqual([]);
  const log = await until(() => Promise.resolve(world.server().log()), (text) => Object.keys(expected).every((name) => text.includes(`"backend":"${name}"`)));
  for (const [name, words] of Object.entries(expected)) expect(log.split('\n').filter((line) => line.includes(`"backend":"${name}"`) && line.includes('cannot be worked on')), name).toEqual([expect.stringMatching(words)]);
  for (const secret of ['wrong-secret', world.giver.password]) expect(log + stdout).not.toContain(secret);
});

test('a disk is made, kept in a snapshot and handed to the other project, here and at the cloud, and deleted there', async () => {
  const id = idOf(await world.mine.openstackJson('volume', 'create', '--size', '1', '--type', 'CLOUD', 'photos'));
  await untilIs('available', () => show('mine', id));
  expect(await cloudState(`haulier-${id}`)).toBe('available');
  const snapshot = idOf(await world.mine.openstackJson('volume', 'snapshot', 'create', '--volume', id, 'before'));
  await untilIs('available', async () => (await world.ask('mine', 'GET', `/snapshots/${snapshot}`)).body);
  const { id: transfer, auth_key: key } = await offer(id);
  expect(await cloudState(`haulier-${id}`), 'at the cloud nothing is offered yet').toBe('available');
  expect(await world.haulier('theirs', ['transfer', 'accept', transfer], { HAULIER_TRANSFER_KEY: 'wrong' })).toMatchObject({ code: 1 });
  expect(await world.haulier('theirs', ['transfer', 'accept', transfer], { HAULIER_TRANSFER_KEY: key })).toMatchObject({ code: 0 });
  expect(await world.theirs.openstackJson('volume', 'show', id)).toMatchObject({ id, name: 'photos', status: 'available' });
  expect(await world.mine.openstack('volume', 'show', id)).toMatchObject({ code: 1 });
  expect(await world.volumesAt(world.giver)).toEqual([]);
  expect(await world.volumesAt(world.taker)).toMatchObject([{ name: `haulier-${id}`, status: 'available' }]);
  expect(await world.theirs.openstack('volume', 'snapshot', 'delete', snapshot)).toMatchObject({ code: 0, stderr: '' });
  await untilGone('theirs', `/snapshots/${snapshot}`);
  expect(await world.haulier('theirs', ['volume', 'delete', id])).toMatchObject({ code: 0 });
  expect(await world.volumesAt(world.taker)).toEqual([]);
});

test('a volume of the cloud is adopted and deleted', async () => {
  const id = await world.makeAtCloud('old');
  expect(await world.haulier('theirs', ['volume', 'adopt', id, '--type', 'CLOUD'])).toMatchObject({ code: 1 });
  expect(await world.haulier('mine', ['volume', 'adopt', id, '--type', 'CLOUD'])).toMatchObject({ code: 0 });
  expect(await world.mine.openstackJson('volume', 'show', 'old')).toMatchObject({ id, status: 'available', type: 'CLOUD' });
  expect(await world.mine.openstack('volume', 'delete', 'old')).toMatchObject({ code: 0, stderr: '' });
  await untilGone('mine', `/volumes/${id}`);
  expect(await world.volumesAt(world.giver)).toEqual([]);
});

test('a quota of the cloud is the reason why a disk could not be made, and the cloud has nothing of it', async () => {
  await world.admin.setQuota(world.giver, { gigabytes: 5 });
  const { code, stderr } = await world.haulier('mine', ['volume', 'create', 'large', '--size', '6', '--type', 'CLOUD']);
  expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringMatching(/413.*(quota|gigabytes)/is) as string });
  expect(await world.volumesAt(world.giver)).toEqual([]);
  expect(await world.haulier('mine', ['volume', 'delete', 'large'])).toMatchObject({ code: 0 });
});

test('killed after the cloud has handed a disk over and before it knows: the next start finishes it', async () => {
  const id = await makeDisk('contested');
  const { id: transfer, auth_key: key } = await offer(id);
  const handedOver = new Promise<void>((resolve) => {
    world.front.answered = ({ method, url = '' }, status) => {
      if (method !== 'POST' || !url.endsWith('/accept') || status !== 202) return;
      resolve();
      return new Promise(() => {});
    };
  });
  const accepting = world.haulier('theirs', ['transfer', 'accept', transfer], { HAULIER_TRANSFER_KEY: key });
  await handedOver;
  expect(await world.volumesAt(world.giver)).toEqual([]);
  expect(await show('mine', id), 'here it is the giver\'s still').toMatchObject({ volume: { status: 'awaiting-transfer' } });
  world.front.answered = () => {};
  await world.killAndStart();
  expect(await accepting).toMatchObject({ code: 1 });

  await untilIs('available', () => show('theirs', id));
  expect(await world.ask('mine', 'GET', `/volumes/${id}`)).toMatchObject({ status: 404 });
  expect(await world.volumesAt(world.taker)).toMatchObject([{ name: `haulier-${id}`, status: 'available' }]);
  expect(await Promise.all([world.giver, world.taker].map((each) => world.offersAt(each)))).toEqual([0, 0]);
  expect((await world.ask('mine', 'GET', '/volume-transfers')).body).toEqual({ transfers: [] });
  expect(await world.haulier('theirs', ['volume', 'delete', id])).toMatchObject({ code: 0 });
  expect(await world.volumesAt(world.taker)).toEqual([]);
});

test('a token that is revoked while work goes on is replaced', async () => {
  const tokens = new Set<string>();
  world.front.answered = ({ headers }) => {
    tokens.add(String(headers['x-auth-token']));
  };
  const id = await makeDisk('revoked');
  for (const token of tokens) await world.admin.revoke(token);
  const before = new Set(tokens);
  expect(await world.haulier('mine', ['volume', 'extend', id, '2'])).toMatchObject({ code: 0 });
  expect(await show('mine', id)).toMatchObject({ volume: { size: 2, status: 'available' } });
  await until(() => Promise.resolve([...tokens].filter((token) => !before.has(token))), (fresh) => fresh.length > 0);
  expect(await world.haulier('mine', ['volume', 'delete', id])).toMatchObject({ code: 0 });
  world.front.answered = () => {};
});
