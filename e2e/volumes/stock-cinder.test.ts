/** The same disks as Debian's `cinder` has them: it asks for the newest volume API that both know, and finds it out first. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { until } from '../worker/until.ts';
import { openTwoProjects, type TwoProjects } from './two-projects.ts';

let world: TwoProjects;
beforeAll(async () => { world = await openTwoProjects(); });
afterAll(() => world[Symbol.asyncDispose]());

const mine = (...args: readonly string[]) => world.mine.cinder(...args);
const properties = (...args: readonly string[]) => world.mine.cinderProperties(...args);
const rows = (...args: readonly string[]) => world.mine.cinderRows(...args);
const refusal = (status: number) => ({ code: 1, stderr: expect.stringContaining(`(HTTP ${status})`) as string });

describe('cinder', () => {
  test('creates, lists, shows, changes, extends and deletes a disk', async () => {
    const { id = '' } = await properties('create', '--poll', '--name', 'disk', '--description', 'of a stock client', '--metadata', 'a=b', '1');
    expect(await properties('show', 'disk')).toMatchObject({ id, name: 'disk', size: '1', status: 'available', metadata: 'a : b' });
    expect(await rows('list')).toMatchObject([{ ID: id, Name: 'disk', Status: 'available', Size: '1' }]);
    expect(await rows('list', '--name', 'disk', '--status', 'available', '--limit', '1')).toMatchObject([{ ID: id }]);
    expect(await rows('list', '--status', 'error')).toEqual([]);
    expect(await mine('rename', 'disk', 'renamed')).toMatchObject({ code: 0 });
    expect(await mine('metadata', 'renamed', 'set', 'c=d')).toMatchObject({ code: 0 });
    expect(await mine('metadata', 'renamed', 'unset', 'a')).toMatchObject({ code: 0 });
    expect(await mine('extend', 'renamed', '3')).toMatchObject({ code: 0 });
    await world.untilDiskIs('available', id);
    expect(await properties('show', id)).toMatchObject({ name: 'renamed', size: '3', metadata: 'c : d' });
    expect(await mine('extend', 'renamed', '2')).toMatchObject(refusal(400));
    expect(await mine('delete', 'renamed')).toMatchObject({ code: 0 });
    await until(() => mine('show', id), ({ code }) => code === 1);
  });

  test('keeps snapshots', async () => {
    const volume = await world.makeDisk('kept');
    const { id = '' } = await properties('snapshot-create', '--name', 'before', 'kept');
    await until(() => properties('snapshot-show', id), ({ status }) => status === 'available');
    expect(await rows('snapshot-list')).toMatchObject([{ 'ID': id, 'Volume ID': volume, 'Name': 'before', 'Size': '1' }]);
    expect(await mine('snapshot-rename', 'before', 'after')).toMatchObject({ code: 0 });
    expect(await properties('snapshot-show', 'after')).toMatchObject({ id });
    expect(await mine('delete', 'kept'), 'a disk with a snapshot').toMatchObject({ code: 1 });
    expect(await mine('snapshot-delete', 'after')).toMatchObject({ code: 0 });
    await until(() => mine('snapshot-show', id), ({ code }) => code === 1);
    expect(await mine('delete', 'kept')).toMatchObject({ code: 0 });
  });

  test('tells of types, zones, quotas and limits', async () => {
    const project = world.installation.account.projectId;
    const [type] = await rows('type-list');
    expect(type).toMatchObject({ 'Is_Public': 'True' });
    expect(await properties('type-show', type?.['Name'] ?? '')).toMatchObject({ id: type?.['ID'] });
    expect(await rows('availability-zone-list')).toMatchObject([{ Status: 'available' }]);
    expect(await properties('quota-show', project)).toMatchObject({ volumes: expect.stringMatching(/^\d+$/) as string, gigabytes: expect.stringMatching(/^-?\d+$/) as string });
    expect(await rows('quota-usage', project)).toEqual(expect.arrayContaining([expect.objectContaining({ Type: 'volumes', Reserved: '0' })]));
    expect(await rows('version-list')).toMatchObject([{ Id: 'v3.0', Status: 'CURRENT', ['Min Version']: '3.0' }]);
  });
});

describe.each([['the newest that both know', []], ['3.0', ['--os-volume-api-version', '3.0']]])('cinder transfer-*, volume API %s', (_version, api) => {
  const offer = (...args: readonly string[]) => properties(...api, 'transfer-create', ...args);
  const accept = (id: string, key: string) => world.theirs.cinder(...api, 'transfer-accept', id, key);

  test('hands a disk to the other project', async () => {
    const volume = await world.makeDisk('handed');
    const { id = '', auth_key: key = '', ...offered } = await offer('--name', 'gift', 'handed');
    expect(offered).toMatchObject({ name: 'gift', volume_id: volume });
    expect(await properties('show', volume)).toMatchObject({ status: 'awaiting-transfer' });
    expect(await rows(...api, 'transfer-list')).toMatchObject([{ 'ID': id, 'Volume ID': volume, 'Name': 'gift' }]);
    expect(await properties(...api, 'transfer-show', 'gift')).toMatchObject({ id, volume_id: volume });
    expect(await properties(...api, 'transfer-show', id)).not.toHaveProperty('auth_key');

    expect(await accept(id, 'wrong')).toMatchObject(refusal(400));
    expect(await mine(...api, 'transfer-accept', id, key), 'in its own project').toMatchObject({ code: 1 });
    expect(await mine('delete', volume), 'while it is offered').toMatchObject({ code: 1 });
    expect(await accept(id, key)).toMatchObject({ code: 0 });
    expect(await world.theirs.cinderProperties('show', volume)).toMatchObject({ 'status': 'available', 'os-vol-tenant-attr:tenant_id': world.otherProjectId });
    expect(await mine('show', volume)).toMatchObject({ code: 1 });
    expect(await world.theirs.cinder('delete', volume)).toMatchObject({ code: 0 });
  });

  test('gives the disk back when the transfer is deleted', async () => {
    const volume = await world.makeDisk('offered');
    const { id = '', auth_key: key = '' } = await offer('offered');
    expect(await mine(...api, 'transfer-delete', id)).toMatchObject({ code: 0 });
    await world.untilDiskIs('available', volume);
    expect(await accept(id, key)).toMatchObject(refusal(404));
    expect(await mine('delete', volume)).toMatchObject({ code: 0 });
  });
});
