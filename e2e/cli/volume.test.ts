/** `haulier volume` and `haulier transfer` against the real server, as a person or a script runs them. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask, signIn } from '../support/iam.ts';
import { createInstallation, haulier, type Ended, type TestInstallation } from '../support/serve.ts';

let installation: TestInstallation;
beforeAll(async () => {
  installation = await createInstallation({ config: { volumes: { zones: ['az-1', 'az-2'], types: [{ name: 'SSD' }, { name: 'SAS', zones: ['az-2'], quotas: { gigabytes: 9 } }] } } });
  await installation.serve();
  const { url, account } = installation;
  await ask(url, 'POST', '/v3/projects', { token: await signIn(url, account), body: { project: { name: 'other' } } });
});
afterAll(() => installation.remove());

const environment = (): Record<string, string> => ({
  HAULIER_ENDPOINT: installation.url, HAULIER_ACCESS_KEY: installation.account.accessKey, HAULIER_SECRET_KEY: installation.account.secretKey, HAULIER_PROJECT_ID: installation.account.projectId,
});
const run = (...args: readonly string[]) => haulier(args, environment());
const volume = (...args: readonly string[]) => run('volume', ...args);
const transfer = (...args: readonly string[]) => run('transfer', ...args);
const accept = (id: string, key: string, ...flags: readonly string[]): Promise<Ended> => haulier(['transfer', 'accept', id, ...flags], { ...environment(), HAULIER_TRANSFER_KEY: key });

async function makeDisk(name: string): Promise<string> {
  const { code, stdout, stderr } = await volume('create', name, '--size', '1');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout.trim();
}

describe('haulier volume', () => {
  test('creates, lists, shows, changes, extends and deletes a disk', async () => {
    const made = await volume('create', 'disk', '--size', '1', '--description', 'of the command line', '--metadata', 'a=b=c', '--json');
    expect(made).toMatchObject({ code: 0, stderr: '' });
    const disk = JSON.parse(made.stdout) as { readonly id: string };
    expect(disk).toMatchObject({ name: 'disk', size: 1, status: 'available', description: 'of the command line', metadata: { a: 'b=c' } });
    expect((await volume('list')).stdout).toMatch(new RegExp(`^ID .*\\n${disk.id}  disk  available  1 GiB .*\\n1 of 1\\n$`));
    expect((await volume('list', '--status', 'error')).stdout).toMatch(/\n0 of 0\n$/);
    expect(await volume('extend', 'disk', '3')).toMatchObject({ code: 0, stdout: '', stderr: `Disk ${disk.id} has 3 GiB.\n` });
    expect((await volume('update', 'disk', '--name', 'renamed')).stdout).toContain(`disk         ${disk.id} (renamed)\n`);
    const shown = await volume('show', 'renamed');
    expect(shown.stdout).toContain('size         3 GiB\n');
    expect((await volume('show', disk.id)).stdout).toBe(shown.stdout);
    expect((await volume('quota')).stdout).toMatch(/\nGiB +3 +0 /);
    expect((await volume('types')).stdout).toMatch(/^TYPE .*\n\S/);
    expect(await volume('delete', 'renamed')).toMatchObject({ code: 0, stderr: `Disk ${disk.id} is deleted.\n` });
    expect(await volume('show', 'renamed')).toMatchObject({ code: 1, stderr: 'haulier: the project has no disk "renamed"\n' });
    expect(await volume('show', disk.id)).toMatchObject({ code: 1 });
  });

  test('says why a disk cannot be taken over', async () => {
    const id = '757be963-54a5-4625-ab8f-5398db11e795';
    expect(await volume('adopt', id, '--type', 'SSD')).toMatchObject({ code: 1, stderr: expect.stringMatching(new RegExp(`^haulier: .*disks of type SSD are all Haulier's own`)) as string });
  });

  test('asks which disk is meant when several have the name', async () => {
    const ids = [await makeDisk('twin'), await makeDisk('twin')];
    await makeDisk('twins');
    const answer = await volume('show', 'twin');
    expect(answer).toMatchObject({ code: 2, stderr: expect.stringContaining('2 disks are called "twin"') as string });
    for (const id of ids) expect(answer.stderr).toContain(id);
    expect(await volume('show', 'twins')).toMatchObject({ code: 0 });
    expect(await volume('delete', ...ids, 'twins')).toMatchObject({ code: 0 });
  });

  test('chooses a zone that has the type, and the type of the snapshot\'s disk', async () => {
    const made = (...flags: readonly string[]) => volume('create', 'cold', '--json', ...flags).then(({ stdout, stderr }) => (stdout === '' ? stderr : JSON.parse(stdout) as unknown));
    expect(await made('--size', '2')).toMatchObject({ volume_type: 'SSD', availability_zone: 'az-1' });
    const cold = await made('--size', '2', '--type', 'SAS');
    expect(cold).toMatchObject({ volume_type: 'SAS', availability_zone: 'az-2' });
    const { id } = cold as { readonly id: string };
    const snapshot = (await volume('snapshot', 'create', id, 'of-cold')).stdout.trim();
    expect(await made('--snapshot', snapshot)).toMatchObject({ volume_type: 'SAS', availability_zone: 'az-2', size: 2 });
    expect(await made('--size', '1', '--type', 'TAPE')).toBe('haulier: --type: expected one of SSD, SAS, not "TAPE"\n');
    expect((await volume('quota')).stdout).toMatch(/\nGiB of SAS +4 +0 +9\n/);
    expect(await made('--size', '6', '--type', 'SAS')).toContain('The quota of GB of type SAS is 9, of which 4 are in use: 6 were asked for.');
  });

  test('need not wait', async () => {
    const made = await volume('create', 'soon', '--size', '1', '--no-wait', '--json');
    expect(JSON.parse(made.stdout)).toMatchObject({ job_id: expect.any(String) as string, volume_ids: [expect.any(String) as string] });
  });

  test('keeps and restores snapshots', async () => {
    const id = await makeDisk('kept');
    const snapshot = (await volume('snapshot', 'create', 'kept', 'before')).stdout.trim();
    expect((await volume('snapshot', 'list', '--disk', 'kept')).stdout).toMatch(new RegExp(`^ID .*\\n${snapshot}  before  available  1 GiB  ${id}  .*\\n1 of 1\\n$`));
    expect((await volume('snapshot', 'show', 'before')).stdout).toContain(`disk         ${id}, 1 GiB\n`);
    expect((await volume('create', 'copy', '--snapshot', 'before', '--json')).stdout).toContain(`"snapshot_id":"${snapshot}"`);
    expect(await volume('delete', 'kept'), 'a disk with a snapshot').toMatchObject({ code: 1 });
    expect(await volume('snapshot', 'rollback', 'before')).toMatchObject({ code: 0, stderr: `Disk ${id} has the data of snapshot ${snapshot} again.\n` });
    expect(await volume('snapshot', 'delete', 'before')).toMatchObject({ code: 0 });
    expect(await volume('delete', 'kept', 'copy')).toMatchObject({ code: 0 });
  });
});

describe('haulier transfer', () => {
  test('hands a disk to another project', async () => {
    const disk = await makeDisk('gift');
    const offered = await transfer('create', 'gift', '--name', 'a gift', '--json');
    const { id, auth_key: key } = JSON.parse(offered.stdout) as { readonly id: string; readonly auth_key: string };
    expect(offered).toMatchObject({ code: 0, stderr: expect.stringContaining('The key is shown this once') as string });
    expect((await transfer('list')).stdout).toMatch(new RegExp(`\\n${id}  a gift  ${disk}  `));
    expect((await transfer('show', id)).stdout).not.toContain(key);
    expect((await volume('show', 'gift')).stdout).toContain('status       awaiting-transfer\n');
    expect(await volume('delete', 'gift')).toMatchObject({ code: 1 });

    expect(await accept(id, 'wrong', '--project', 'other')).toMatchObject({ code: 1, stdout: '' });
    expect(await accept(id, key), 'in its own project').toMatchObject({ code: 1, stdout: '' });
    expect(await accept(id, key, '--project', 'other')).toMatchObject({ code: 0, stdout: `${disk}\n`, stderr: expect.stringMatching(/belongs to project [0-9a-f]{32} now/) as string });
    expect(await volume('show', 'gift')).toMatchObject({ code: 1 });
    expect((await volume('show', 'gift', '--project', 'other')).stdout).toContain('status       available\n');
    expect((await transfer('list')).stdout).not.toContain(id);
  });

  test('shows the key to people once, and withdraws', async () => {
    await makeDisk('offered');
    const { stdout } = await transfer('create', 'offered', '--no-snapshots');
    const [, id = '', key = ''] = /^transfer {5}(\S+)\n(?:.*\n)*key {10}(\S+)\n$/.exec(stdout) ?? [];
    expect(key).not.toBe('');
    expect(await transfer('delete', id)).toMatchObject({ code: 0, stderr: `Transfer ${id} is withdrawn.\n` });
    expect((await volume('show', 'offered')).stdout).toContain('status       available\n');
    expect(await accept(id, key, '--project', 'other')).toMatchObject({ code: 1 });
  });
});

test('ends with 2 for what cannot be understood, before anybody is asked', async () => {
  const lost = { ...environment(), HAULIER_ENDPOINT: 'http://127.0.0.1:9' };
  for (const args of [
    ['volume', 'create', 'x'], ['volume', 'create', 'x', '--size', 'many'], ['volume', 'create', 'x', '--size', '1', '--metadata', 'no'], ['volume', 'extend', 'x'], ['volume', 'extend', 'x', '0'],
    ['volume', 'update', 'x'], ['volume', 'delete'], ['volume', 'snapshot', 'create', 'x'], ['transfer', 'create'], ['transfer', 'accept', 'x'],
  ]) {
    expect(await haulier(args, lost), args.join(' ')).toMatchObject({ code: 2 });
  }
});
