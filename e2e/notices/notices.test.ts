/** Messages about the end of a task, from the real server to receivers on this host. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sha256, signatureOf } from '@haulier/lib/sdk-hmac-sha256/sdk-hmac-sha256.ts';
import type { CreateTaskReq, SmnConfig } from '@haulier/wire/oms/create-task.ts';
import type { TaskResp } from '@haulier/wire/oms/task.ts';
import { Logger4jInstance } from '@huaweicloud/huaweicloud-sdk-core/logger/log4jLogger.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { OmsClient } from '../oms-api/oms-client.ts';
import { createInstallation, type TestInstallation, type TestProcess } from '../support/serve.ts';
import { startReceiver, type Received, type Receiver } from './receiver.ts';

const urn = (name: string) => `urn:smn:cn-north-4:project:${name}`;

let folder: string;
let receiver: Receiver;
let installation: TestInstallation;
let server: TestProcess;
let oms: OmsClient;

beforeAll(async () => {
  Logger4jInstance.level = 'off';
  receiver = await startReceiver();
  folder = await mkdtemp(join(tmpdir(), 'haulier-notices-'));
  await mkdir(join(folder, 'here/source'), { recursive: true });
  await mkdir(join(folder, 'there/destination'), { recursive: true });
  await writeFile(join(folder, 'here/source/a.txt'), 'content');
  const region = (name: string) => ({ cloud: 'Local', region: name, endpoint: `file://${join(folder, name)}` });
  installation = await createInstallation({
    env: { TEST_SMN_AK: 'smn-ak', TEST_SMN_SK: 'smn-sk' },
    config: {
      regions: [region('here'), region('there')],
      topics: [
        { urn: urn('ops'), subscribers: [{ kind: 'http', endpoint: `${receiver.url}/one` }, { kind: 'http', endpoint: `${receiver.url}/two` }] },
        { urn: urn('smn'), subscribers: [{ kind: 'smn', endpoint: receiver.url, projectId: 'p-1', accessKeyVariable: 'TEST_SMN_AK', secretKeyVariable: 'TEST_SMN_SK' }] },
        { urn: urn('nobody'), subscribers: [{ kind: 'http', endpoint: 'http://127.0.0.1:9/' }] },
      ],
      templates: [{ name: 'short', 'en-us': '{Task_Name}: {Task_Status}' }],
    },
  });
  server = await installation.serve();
  oms = OmsClient.at(installation.url, installation.account);
});

afterAll(async () => {
  await installation.remove();
  await receiver[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

function request(smn: SmnConfig, keys: readonly string[] = ['a.txt']): CreateTaskReq {
  return {
    task_type: 'object',
    src_node: { cloud_type: 'Local', region: 'here', ak: 'ak', sk: 'sk', bucket: 'source', object_key: [...keys] },
    dst_node: { region: 'there', ak: 'ak', sk: 'sk', bucket: 'destination' },
    object_overwrite_mode: 'FULL_OVERWRITE',
    smn_config: smn,
  };
}

async function until(id: number, reached: (task: TaskResp) => boolean): Promise<TaskResp> {
  for (let tries = 0; tries < 300; tries += 1) {
    const shown = await oms.showTask(id);
    if (reached(shown)) return shown;
    await sleep(100);
  }
  throw new Error(JSON.stringify(await oms.showTask(id)));
}

const about = (name: string) => receiver.received.filter(({ body }) => body.includes(name));
const told = ({ smn_info: info }: TaskResp) => info !== null;
const parsed = ({ body }: Received): unknown => JSON.parse(body);

test('a success is told to every subscriber, in the language asked for', async () => {
  const { id, task_name: name } = await oms.createTask(request({ topic_urn: urn('ops'), trigger_conditions: ['SUCCESS'], language: 'zh-cn' }));
  const task = await until(id, (shown) => shown.smn_info?.notify_result === true);
  expect(task).toMatchObject({ status: 5, smn_info: { notify_result: true, notify_error_message: '', topic_name: '' } });
  expect(about(name).map(({ path }) => path).sort()).toEqual(['/one', '/two']);
  for (const message of about(name)) {
    expect(message.headers).toMatchObject({ 'x-smn-message-type': 'Notification', 'content-type': 'application/json; charset=utf-8' });
    expect(parsed(message)).toMatchObject({ type: 'Notification', topic_urn: urn('ops'), subject: `迁移任务 ${name}：成功`, message: expect.stringContaining('已迁移数据量: 7 B') as string });
  }
});

test('an end that nobody asked to hear of is not told', async () => {
  const { id, task_name: name } = await oms.createTask(request({ topic_urn: urn('ops'), trigger_conditions: ['FAILURE'] }));
  await until(id, ({ status }) => status === 5);
  const other = await oms.createTask(request({ topic_urn: urn('ops'), trigger_conditions: ['SUCCESS'] }));
  await until(other.id, told);
  expect(about(name)).toEqual([]);
  expect((await oms.showTask(id)).smn_info).toBeNull();
});

test('a failure is told with its reason, through a template', async () => {
  const { id, task_name: name } = await oms.createTask(request({ topic_urn: urn('ops'), trigger_conditions: ['SUCCESS', 'FAILURE'], message_template_name: 'short' }, ['missing.txt']));
  await until(id, told);
  expect(about(name).map(parsed)).toEqual([expect.objectContaining({ message: `${name}: Failed` }), expect.objectContaining({ message: `${name}: Failed` })]);
});

test('a subscriber that is down is told later, the other one only once', async () => {
  let refused = 0;
  receiver.answer = ({ path }) => (path === '/two' && refused++ < 1 ? 503 : 200);
  const { id, task_name: name } = await oms.createTask(request({ topic_urn: urn('ops'), trigger_conditions: ['SUCCESS'] }));
  expect((await until(id, told)).smn_info).toEqual({ notify_result: false, notify_error_message: 'OMS.0156', topic_name: 'ops' });
  await until(id, (shown) => shown.smn_info?.notify_result === true);
  expect(about(name).map(({ path }) => path).sort()).toEqual(['/one', '/two', '/two']);
  const ids = about(name).filter(({ path }) => path === '/two').map(({ headers }) => headers['x-smn-message-id']);
  expect(new Set(ids).size).toBe(1);
});

test('a message survives the death of the server', async () => {
  receiver.answer = () => 503;
  const { id, task_name: name } = await oms.createTask(request({ topic_urn: urn('ops'), trigger_conditions: ['SUCCESS'] }));
  await until(id, told);
  await server.kill();
  receiver.answer = () => 200;
  server = await installation.serve();
  await until(id, (shown) => shown.smn_info?.notify_result === true);
  expect(about(name).filter(({ path }) => path === '/one').length).toBeGreaterThan(1);
});

test('a real SMN service gets a signed publish request', async () => {
  const { id, task_name: name } = await oms.createTask(request({ topic_urn: urn('smn'), trigger_conditions: ['SUCCESS'], message_template_name: 'of SMN itself' }));
  await until(id, (shown) => shown.smn_info?.notify_result === true);
  const message = about(name)[0];
  if (message === undefined) throw new Error('nothing arrived');
  expect(message.path).toBe(`/v2/p-1/notifications/topics/${urn('smn')}/publish`);
  expect(parsed(message)).toMatchObject({ message_template_name: 'of SMN itself', tags: { Task_Status: 'Succeeded', Task_Name: name, Source_Bucket: 'source', Destination_Bucket: 'destination' } });
  const { authorization = '', 'x-sdk-date': date } = message.headers;
  const signedHeaders = /SignedHeaders=([^,]+)/.exec(authorization)?.[1]?.split(';') ?? [];
  const header = (wanted: string) => [message.headers[wanted]].flat()[0];
  const expected = signatureOf({ method: 'POST', target: message.path, header, signedHeaders, payloadHash: sha256(message.body) }, String(date), 'smn-sk');
  expect(authorization).toBe(`SDK-HMAC-SHA256 Access=smn-ak, SignedHeaders=${signedHeaders.join(';')}, Signature=${expected}`);
});

test('a receiver that cannot be reached is no success', async () => {
  const { id } = await oms.createTask(request({ topic_urn: urn('nobody'), trigger_conditions: ['SUCCESS'] }));
  expect((await until(id, told)).smn_info).toEqual({ notify_result: false, notify_error_message: 'OMS.0161', topic_name: 'nobody' });
});

test.each([
  ['that knows no such topic', 404, 'OMS.0157'],
  ['that takes the key for another one', 403, 'OMS.0158'],
  ['that does not take the message', 400, 'OMS.0159'],
] as const)('an SMN service %s is not asked again, and why is shown', async (_what, status, code) => {
  receiver.answer = () => status;
  const { id, task_name: name } = await oms.createTask(request({ topic_urn: urn('smn'), trigger_conditions: ['SUCCESS'] }));
  expect((await until(id, told)).smn_info).toEqual({ notify_result: false, notify_error_message: code, topic_name: 'smn' });
  expect(about(name)).toHaveLength(1);
  receiver.answer = () => 200;
});

test.each([
  ['a topic that is not configured', { topic_urn: urn('other'), trigger_conditions: ['SUCCESS'] }, 'OMS.0169'],
  ['a template that is not configured', { topic_urn: urn('ops'), trigger_conditions: ['SUCCESS'], message_template_name: 'long' }, 'S3M.1003'],
  ['a template without the language', { topic_urn: urn('ops'), trigger_conditions: ['SUCCESS'], message_template_name: 'short', language: 'zh-cn' }, 'S3M.1003'],
] as const)('%s is refused', async (_what, { trigger_conditions: conditions, ...smn }, code) => {
  await expect(oms.createTask(request({ ...smn, trigger_conditions: [...conditions] }))).rejects.toMatchObject({ errorCode: code });
});
