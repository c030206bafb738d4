/** The official SDK's core signs, sends and reads; the real server answers and migrates between folders of this host. */
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CreateTaskReq } from '@haulier/wire/oms/create-task.ts';
import type { TaskResp } from '@haulier/wire/oms/task.ts';
import { ClientRequestException } from '@huaweicloud/huaweicloud-sdk-core/exception/ClientRequestException.js';
import { Logger4jInstance } from '@huaweicloud/huaweicloud-sdk-core/logger/log4jLogger.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, signIn } from '../support/iam.ts';
import { createInstallation, type TestInstallation, type TestProcess } from '../support/serve.ts';
import { OmsClient } from './oms-client.ts';

const files: Readonly<Record<string, string>> = { 'a.txt': 'first', 'folder/b.txt': 'second', 'folder/deep/c d+e%.txt': 'third', 'other.txt': 'not asked for' };

/** Two stores, so that bytes flow between them: one store copies by itself. */
let buckets: string;
let installation: TestInstallation;
let removeInstallation = (): Promise<void> => Promise.resolve();
let server: TestProcess;
let oms: OmsClient;

beforeAll(async () => {
  /** It writes every refusal to the console, with the whole request. */
  Logger4jInstance.level = 'off';
  buckets = await mkdtemp(join(tmpdir(), 'haulier-sdk-'));
  for (const [key, text] of Object.entries(files)) await writeObject(key, text);
  await mkdir(join(buckets, 'there/destination'), { recursive: true });
  const region = (name: string) => ({ cloud: 'Local', region: name, endpoint: `file://${join(buckets, name)}` });
  installation = await createInstallation({ config: { regions: [region('here'), region('there')] } });
  removeInstallation = () => installation.remove();
  server = await installation.serve();
  oms = OmsClient.at(installation.url, installation.account);
});

afterAll(async () => {
  await removeInstallation();
  await rm(buckets, { recursive: true, force: true });
});

async function writeObject(key: string, text: string): Promise<void> {
  const path = join(buckets, 'here/source', key);
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(path, text);
}

function request(changes: Partial<CreateTaskReq> = {}): CreateTaskReq {
  return {
    task_type: 'object',
    src_node: { cloud_type: 'Local', region: 'here', ak: 'the-source-ak', sk: 'the-source-sk', bucket: 'source', object_key: ['a.txt', 'folder/'] },
    dst_node: { region: 'there', ak: 'the-destination-ak', sk: 'the-destination-sk', bucket: 'destination', save_prefix: 'saved/' },
    description: 'from the SDK',
    ...changes,
  };
}

/** Fails with the task's answer when it does not get there. */
async function until(id: number, reached: (task: TaskResp) => boolean): Promise<TaskResp> {
  for (let tries = 0; tries < 300; tries += 1) {
    const shown = await oms.showTask(id);
    if (reached(shown)) return shown;
    await sleep(100);
  }
  throw new Error(JSON.stringify(await oms.showTask(id)));
}

const keys = { src_ak: 'the-source-ak', src_sk: 'the-source-sk', dst_ak: 'the-destination-ak', dst_sk: 'the-destination-sk' };
const secrets = /the-(source|destination)-[as]k/;

const ended = ({ status }: TaskResp): boolean => status === 4 || status === 5;

async function refusal(call: Promise<unknown>): Promise<{ readonly status: unknown; readonly code: string | undefined; readonly message: string | undefined }> {
  const error: unknown = await call.then(() => new Error('the call succeeded'), (thrown: unknown) => thrown);
  if (!(error instanceof ClientRequestException)) throw error;
  return { status: error.httpStatusCode, code: error.errorCode, message: error.errorMsg };
}

describe('an official SDK', () => {
  it('finds the version', async () => {
    expect(await oms.listApiVersions()).toMatchObject({ versions: [{ id: 'v2', status: 'CURRENT', links: [{ rel: 'self', href: `${installation.url}/v2/` }] }] });
    expect(await oms.showApiInfo('v2')).toMatchObject({ id: 'v2', updated: '2020-04-01T12:00:00Z' });
  });

  it('migrates files and a folder, and reads true numbers', async () => {
    const created = await oms.createTask(request());
    expect(created).toMatchObject({ httpStatusCode: 200, id: expect.any(Number) as number, task_name: expect.any(String) as string });
    const task = await until(created.id, ended);
    expect(task).toMatchObject({
      id: created.id, name: created.task_name, status: 5, description: 'from the SDK', task_type: 'object', group_type: 'NORMAL_TASK',
      error_reason: null, is_query_over: true, progress: 1, left_time: 0,
      total_num: 3, successful_num: 3, failed_num: 0, skipped_num: 0, total_size: 16, real_size: 16, complete_size: 16,
      src_node: { cloud_type: 'Local', region: 'here', bucket: 'source', object_key: ['a.txt', 'folder/'] },
      dst_node: { region: 'there', bucket: 'destination', save_prefix: 'saved/' },
      migrate_since: 0, task_priority: 'MEDIUM', dst_storage_policy: 'STANDARD', enable_failed_object_recording: true,
    });
    expect(await readFile(join(buckets, 'there/destination/saved/folder/deep/c d+e%.txt'), 'utf8')).toBe('third');
    await expect(stat(join(buckets, 'there/destination/saved/other.txt'))).rejects.toThrow('ENOENT');
    expect(JSON.stringify(task)).not.toMatch(secrets);
  });

  it('lists what it created', async () => {
    const { tasks, count } = await oms.listTasks({ limit: 1, offset: 0, status: 5 });
    expect({ length: tasks.length, count }).toEqual({ length: 1, count: 1 });
    expect(await oms.listTasks({ status: 3 })).toMatchObject({ tasks: [], count: 0 });
  });

  it('deletes, and what is gone is gone', async () => {
    const { tasks } = await oms.listTasks();
    for (const { id } of tasks) expect(await oms.deleteTask(id)).toMatchObject({ httpStatusCode: 200 });
    expect(await oms.listTasks()).toMatchObject({ tasks: [], count: 0 });
    const missing = { code: 'OMS.0095', message: 'You do not have permission to access the task or the task does not exist.' };
    expect(await refusal(oms.showTask(tasks[0]?.id ?? 0))).toEqual({ status: 404, ...missing });
    expect(await refusal(oms.stopTask(tasks[0]?.id ?? 0))).toEqual({ status: 400, ...missing });
  });

  it('reads the documents’ codes and messages', async () => {
    expect(await refusal(oms.createTask(request({ description: 'a < b' })))).toEqual({
      status: 400, code: 'OMS.0078', message: 'The description cannot contain the following special characters: <>()"\'& Delete the special characters that are not allowed.',
    });
    expect(await refusal(oms.showTask('1000000000000000'))).toMatchObject({ status: 400, code: 'OMS.0054' });
    expect(await refusal(oms.createTask(request({ dst_node: { ...request().dst_node, region: 'nowhere' } })))).toMatchObject({ status: 400, code: 'OMS.0080' });
    expect(await refusal(oms.createTask(request({ src_node: { ...request().src_node, bucket: 'nobody' } })))).toMatchObject({ status: 400, code: 'OMS.1018' });
    expect(await refusal(oms.createTask(request({ dst_node: { ...request().dst_node, bucket: 'nobody' } })))).toMatchObject({ status: 400, code: 'OMS.1020' });
    expect(await refusal(oms.listTasks({ limit: 101 }))).toMatchObject({ status: 400, code: 'OMS.0051' });
  });

  it('is told that a project is not its own', async () => {
    const token = await signIn(installation.url, installation.account);
    const answer = await ask(installation.url, 'GET', '/v2/2c0689c860ad4728a497c91ec0844383/tasks', { token });
    expect(answer).toMatchObject({ status: 403, body: { error_code: 'OMS.2001', error_msg: 'project verify fail.' } });
  });

  it('is told that a read-only user may look and not touch', async () => {
    const { url, account } = installation;
    const user = { domain_id: account.domainId, name: 'looker', password: 'Looks-only-1' };
    await ask(url, 'POST', '/v3.0/OS-USER/users', { token: await signIn(url, account), body: { user } });
    const token = await signIn(url, { ...account, userName: user.name, password: user.password });
    expect(await ask(url, 'GET', `/v2/${account.projectId}/tasks`, { token })).toMatchObject({ status: 200 });
    expect(await ask(url, 'POST', `/v2/${account.projectId}/tasks`, { token, body: request() })).toMatchObject({ status: 403, body: { error_code: 'OMS.0205' } });
  });

  it('changes the bandwidth and the priority of a task that does not run', async () => {
    const { id } = await oms.createTask(request({ bandwidth_policy: [{ start: '00:00', end: '23:59', max_bandwidth: 1_048_576 }] }));
    await until(id, ended);
    expect(await refusal(oms.updateBandwidthPolicy(id, []))).toMatchObject({ code: 'S3M.0071' });
    expect(await refusal(oms.startTask(id, keys))).toMatchObject({ code: 'OMS.0070' });
    expect(await refusal(oms.batchUpdateTasks({ ids: [id], bandwidth_policy: [], task_priority: 'HIGH' }))).toMatchObject({ code: 'S3M.0071' });
  });

  it('pauses a slow task, changes it, starts it and sees it end', async () => {
    await writeObject('slow.bin', 'x'.repeat(6_000_000));
    const slow = [{ start: '00:00', end: '23:59', max_bandwidth: 1_048_576 }];
    const { id } = await oms.createTask(request({ task_type: 'prefix', src_node: { ...request().src_node, object_key: ['slow'] }, bandwidth_policy: slow }));
    await until(id, ({ status }) => status === 2);
    expect(await refusal(oms.deleteTask(id))).toMatchObject({ code: 'OMS.0063' });
    expect(await oms.stopTask(id)).toMatchObject({ httpStatusCode: 200 });
    await until(id, ({ status }) => status === 3);
    expect(await refusal(oms.stopTask(id))).toMatchObject({ code: 'OMS.0066' });
    await oms.batchUpdateTasks({ ids: [id], bandwidth_policy: [], task_priority: 'HIGH' });
    expect(await oms.showTask(id)).toMatchObject({ status: 3, task_priority: 'HIGH', bandwidth_policy: [] });
    await oms.startTask(id, keys);
    expect(await until(id, ended)).toMatchObject({ status: 5, total_num: 1, successful_num: 1, real_size: 6_000_000 });
  });

  it('never finds its keys in the log of the server', () => {
    expect(server.log()).toContain('/tasks');
    expect(server.log()).not.toMatch(secrets);
    expect(server.log()).not.toContain(installation.account.secretKey);
  });
});
