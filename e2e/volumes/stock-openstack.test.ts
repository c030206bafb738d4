/** Disks, snapshots and transfers as Debian's `openstack` has them: volume API 3.0, and 3.55 where it is asked for. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { until } from '../worker/until.ts';
import { fieldOf, openTwoProjects, type TwoProjects } from './two-projects.ts';

let world: TwoProjects;
beforeAll(async () => { world = await openTwoProjects(); });
afterAll(() => world[Symbol.asyncDispose]());

const mine = (...args: readonly string[]) => world.mine.openstack(...args);
const mineJson = (...args: readonly string[]) => world.mine.openstackJson(...args);
const theirs = (...args: readonly string[]) => world.theirs.openstack(...args);
const theirsJson = (...args: readonly string[]) => world.theirs.openstackJson(...args);
const disk = (name: string) => mineJson('volume', 'show', name);
const idOf = (answer: unknown) => fieldOf(answer, 'id');
const keyOf = (answer: unknown) => fieldOf(answer, 'auth_key');
const failing = (words: string) => ({ code: 1, stderr: expect.stringContaining(words) as string });

describe('openstack volume', () => {
  test('creates, lists, shows, changes and deletes a disk', async () => {
    const made = await mineJson('volume', 'create', '--size', '1', '--description', 'of a stock client', '--property', 'a=b', 'disk');
    expect(made).toMatchObject({ name: 'disk', size: 1, description: 'of a stock client', properties: { a: 'b' }, bootable: 'false', attachments: [] });
    const id = idOf(made);
    await world.untilDiskIs('available', id);
    expect(await mineJson('volume', 'list', '--long')).toMatchObject([{ ID: id, Name: 'disk', Status: 'available', Size: 1, Properties: { a: 'b' } }]);
    expect(await theirsJson('volume', 'list')).toEqual([]);
    expect(await theirs('volume', 'show', id)).toMatchObject({ code: 1 });

    expect(await mine('volume', 'set', '--name', 'renamed', '--description', 'anew', '--property', 'c=d', '--size', '2', 'disk')).toMatchObject({ code: 0, stderr: '' });
    await world.untilDiskIs('available', id);
    expect(await mine('volume', 'unset', '--property', 'a', 'renamed')).toMatchObject({ code: 0, stderr: '' });
    expect(await disk('renamed')).toMatchObject({ id, 'size': 2, 'description': 'anew', 'properties': { c: 'd' }, 'os-vol-tenant-attr:tenant_id': world.installation.account.projectId });
    expect(await mine('volume', 'set', '--size', '1', 'renamed')).toMatchObject(failing('New size'));

    expect(await mine('volume', 'delete', 'renamed')).toMatchObject({ code: 0, stderr: '' });
    await until(() => mine('volume', 'show', 'renamed'), ({ code }) => code === 1);
    expect(await mine('volume', 'delete', 'renamed')).toMatchObject(failing("No volume with a name or ID of 'renamed' exists."));
  });

  test('finds a name whole, not a part of it', async () => {
    const id = await world.makeDisk('twin');
    await world.makeDisk('twin-2');
    expect(await disk('twin')).toMatchObject({ id });
    expect(await mine('volume', 'show', 'twi')).toMatchObject({ code: 1 });
  });

  test('refuses a disk from an image, of which there are none', async () => {
    expect(await mine('volume', 'create', '--size', '1', '--image', 'some', 'from-image')).toMatchObject(failing('No Image found for some'));
  });

  test('lists types and availability zones', async () => {
    expect(await mineJson('volume', 'type', 'list')).toEqual(expect.arrayContaining([expect.objectContaining({ 'Name': 'SSD', 'Is Public': true })]));
    expect(await mineJson('availability', 'zone', 'list', '--volume')).toMatchObject([{ 'Zone Status': 'available' }]);
  });
});

test('openstack volume snapshot creates, lists, renames and deletes a snapshot, and makes disks from it', async () => {
  const volume = await world.makeDisk('kept');
  const made = await mineJson('volume', 'snapshot', 'create', '--volume', 'kept', '--property', 'k=v', 'before');
  expect(made).toMatchObject({ name: 'before', volume_id: volume, size: 1, properties: { k: 'v' } });
  await until(() => mineJson('volume', 'snapshot', 'show', 'before'), (seen) => fieldOf(seen, 'status') === 'available');
  expect(await mineJson('volume', 'snapshot', 'list', '--volume', 'kept', '--long')).toMatchObject([{ ID: idOf(made), Name: 'before', Volume: volume, Properties: { k: 'v' } }]);
  expect(await mine('volume', 'snapshot', 'set', '--name', 'after', 'before')).toMatchObject({ code: 0, stderr: '' });

  const copy = await mineJson('volume', 'create', '--snapshot', 'after', 'copy');
  const clone = await mineJson('volume', 'create', '--source', 'kept', 'clone');
  expect([copy, clone]).toMatchObject([{ size: 1, snapshot_id: idOf(made) }, { size: 1, source_volid: volume }]);
  for (const each of [copy, clone]) await world.untilDiskIs('available', idOf(each));

  expect(await mine('volume', 'delete', 'kept'), 'a disk with a snapshot').toMatchObject({ code: 1 });
  expect(await mine('volume', 'snapshot', 'delete', 'after')).toMatchObject({ code: 0, stderr: '' });
  await until(() => mine('volume', 'snapshot', 'show', 'after'), ({ code }) => code === 1);
  expect(await mine('volume', 'delete', 'kept', 'copy', 'clone')).toMatchObject({ code: 0, stderr: '' });
});

describe('openstack volume transfer request', () => {
  test.each([['3.0', []], ['3.55', ['--os-volume-api-version', '3.55']]])('hands a disk to the other project, by volume API %s', async (version, api) => {
    const name = `handed-${version}`;
    const id = await world.makeDisk(name);
    const offered = await mineJson(...api, 'volume', 'transfer', 'request', 'create', '--name', 'gift', name);
    expect(offered).toMatchObject({ name: 'gift', volume_id: id, auth_key: expect.stringMatching(/^\S{16,}$/) as string });
    expect(await disk(name)).toMatchObject({ status: 'awaiting-transfer' });
    expect(await mineJson(...api, 'volume', 'transfer', 'request', 'list')).toMatchObject([{ ID: idOf(offered), Name: 'gift', Volume: id }]);
    const shown = await mineJson(...api, 'volume', 'transfer', 'request', 'show', 'gift');
    expect(shown).toMatchObject({ id: idOf(offered), volume_id: id });
    expect(JSON.stringify(shown)).not.toContain(keyOf(offered));

    const accepted = ['volume', 'transfer', 'request', 'accept', '--auth-key', keyOf(offered), idOf(offered)];
    expect(await theirs(...api, 'volume', 'transfer', 'request', 'accept', '--auth-key', 'wrong', idOf(offered))).toMatchObject(failing('(HTTP 400)'));
    expect(await mine(...api, ...accepted), 'in its own project').toMatchObject(failing('(HTTP 400)'));
    expect(await theirsJson(...api, ...accepted)).toMatchObject({ id: idOf(offered), volume_id: id });
    expect(await theirsJson('volume', 'show', name)).toMatchObject({ id, 'status': 'available', 'os-vol-tenant-attr:tenant_id': world.otherProjectId });
    expect(await mine('volume', 'show', id)).toMatchObject({ code: 1 });
    expect(await mineJson(...api, 'volume', 'transfer', 'request', 'list')).toEqual([]);
    expect(await theirs(...api, ...accepted), 'a second time').toMatchObject({ code: 1 });
  });

  test('keeps a disk from everything else meanwhile, and gives it back when it is withdrawn', async () => {
    const id = await world.makeDisk('busy');
    const offered = await mineJson('volume', 'transfer', 'request', 'create', 'busy');
    expect(await mine('volume', 'transfer', 'request', 'create', 'busy'), 'a second transfer').toMatchObject(failing('(HTTP 400)'));
    expect(await mine('volume', 'delete', 'busy')).toMatchObject({ code: 1 });
    expect(await mine('volume', 'set', '--size', '2', 'busy')).toMatchObject({ code: 1 });
    expect(await mine('volume', 'snapshot', 'create', '--volume', 'busy', 'no')).toMatchObject(failing('(HTTP 400)'));
    expect(await theirs('volume', 'transfer', 'request', 'delete', idOf(offered)), 'by the other project').toMatchObject({ code: 1 });
    expect(await mine('volume', 'transfer', 'request', 'delete', idOf(offered))).toMatchObject({ code: 0, stderr: '' });
    await world.untilDiskIs('available', id);
    expect(await theirs('volume', 'transfer', 'request', 'accept', '--auth-key', keyOf(offered), idOf(offered)), 'after it was withdrawn').toMatchObject({ code: 1 });
  });

  test.each([['--snapshots', 'takes the snapshots along'], ['--no-snapshots', 'leaves the snapshots behind']])('with %s %s', async (option) => {
    const api = ['--os-volume-api-version', '3.55'];
    const id = await world.makeDisk(`disk${option}`);
    const snapshot = await world.makeSnapshot(id, `snapshot${option}`);
    const offered = await mineJson(...api, 'volume', 'transfer', 'request', 'create', option, id);
    await theirsJson(...api, 'volume', 'transfer', 'request', 'accept', '--auth-key', keyOf(offered), idOf(offered));
    const [here, there] = option === '--snapshots' ? [1, 0] : [0, 1];
    expect(await mine('volume', 'snapshot', 'show', snapshot)).toMatchObject({ code: here });
    expect(await theirs('volume', 'snapshot', 'show', snapshot)).toMatchObject({ code: there });
  });

  test('gives a disk to one of two that accept at once', async () => {
    const id = await world.makeDisk('wanted');
    const offered = await mineJson('volume', 'transfer', 'request', 'create', 'wanted');
    const accept = () => theirs('volume', 'transfer', 'request', 'accept', '--auth-key', keyOf(offered), idOf(offered));
    expect((await Promise.all([accept(), accept()])).map(({ code }) => code).sort()).toEqual([0, 1]);
    expect(await theirsJson('volume', 'show', 'wanted')).toMatchObject({ id, status: 'available' });
  });
});
