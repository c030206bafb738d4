/** Tasks whose objects are named in a list file: creates them through the API and waits for their end. */
import { setTimeout as sleep } from 'node:timers/promises';
import { bytesSource, collectBytes } from '@haulier/lib/bytes/byte-stream.ts';
import type { ObjectMetadata, ObjectStore } from '@haulier/platform/object-store/object-store.ts';
import type { TaskResp } from '@haulier/wire/oms/task.ts';
import { openRgwStore } from '../durability/world.ts';
import { makeBucket, type Rgw } from '../stores/rgw.ts';
import { ask, signIn, type Answer } from '../support/iam.ts';
import { createInstallation } from '../support/serve.ts';

export const never = new AbortController().signal;

export interface ListTasks {
  /** Where list files lie and objects come from, of the destination's account. */
  readonly listBucket: string;
  readonly lists: ObjectStore;
  /** Empty, of a new name. */
  newBucket(): Promise<{ readonly name: string; readonly store: ObjectStore }>;
  /** Answers the creation of a task over this list file. */
  create(task: ListTask): Promise<Answer>;
  /** The task, once it has ended. */
  run(task: ListTask): Promise<TaskResp>;
  /** The same task again, for what has failed alone, once it has ended. */
  retry(id: number): Promise<TaskResp>;
  /** The task, once this holds of it. */
  untilSeen(id: number, holds: (seen: TaskResp) => boolean): Promise<TaskResp>;
  /** The lines of the task's failed list. */
  failedList(store: ObjectStore, task: TaskResp): Promise<readonly FailedLine[]>;
  /** All that the server wrote. */
  log(): string;
  close(): Promise<void>;
}

export interface ListTask {
  readonly type: 'list' | 'url_list';
  readonly destination: string;
  readonly list: string;
  readonly options?: Readonly<Record<string, unknown>>;
  /** Of dst_node. */
  readonly savePrefix?: string;
}

interface FailedLine {
  readonly key: string;
  readonly to?: string;
  readonly code: string;
  readonly message: string;
}

export async function openListTasks(rgw: Rgw, env: Readonly<Record<string, string>> = {}): Promise<ListTasks> {
  const [user] = rgw.users;
  const listBucket = await makeBucket(rgw, user);
  const region = (cloud: string): unknown => ({ cloud, region: 'rgw', endpoint: rgw.endpoint, addressing: 'path', signature: 'v4', signingRegion: 'us-east-1' });
  const installation = await createInstallation({ config: { regions: [region('AWS'), region('HEC')] }, env });
  const server = await installation.serve();
  const { url, account } = installation;
  const token = await signIn(url, account);
  const tasks = `/v2/${account.projectId}/tasks`;
  const keys = { ak: user.accessKey, sk: user.secretKey };
  const opened: ObjectStore[] = [];
  const open = (bucket: string): ObjectStore => {
    const store = openRgwStore(rgw, user, bucket);
    opened.push(store);
    return store;
  };
  const create = ({ type, destination, list, options, savePrefix }: ListTask): Promise<Answer> => {
    const listFile = { list_file: { obs_bucket: listBucket, list_file_key: list } };
    const source = type === 'url_list' ? { cloud_type: 'URLSource', ...listFile } : { cloud_type: 'AWS', region: 'rgw', bucket: listBucket, ...keys, ...listFile };
    const body = { task_type: type, src_node: source, dst_node: { region: 'rgw', bucket: destination, ...keys, save_prefix: savePrefix ?? '' }, ...options };
    return ask(url, 'POST', tasks, { token, body });
  };
  const untilSeen: ListTasks['untilSeen'] = async (id, holds) => {
    for (;;) {
      const shown = (await ask(url, 'GET', `${tasks}/${id}`, { token })).body as TaskResp;
      if (holds(shown)) return shown;
      await sleep(100);
    }
  };
  const untilEnded = (id: number): Promise<TaskResp> => untilSeen(id, ({ status }) => status === 4 || status === 5);
  return {
    listBucket,
    lists: open(listBucket),
    create,
    untilSeen,
    async newBucket() {
      const name = await makeBucket(rgw, user);
      return { name, store: open(name) };
    },
    async run(task) {
      const created = await create(task);
      if (created.status !== 200) throw new Error(JSON.stringify(created.body));
      return untilEnded((created.body as { readonly id: number }).id);
    },
    async retry(id) {
      const started = await ask(url, 'POST', `${tasks}/${id}/start`, { token, body: { dst_ak: keys.ak, dst_sk: keys.sk, migrate_failed_object: true } });
      if (started.status !== 200) throw new Error(JSON.stringify(started.body));
      return untilEnded(id);
    },
    async failedList(store, task) {
      const folder = task.failed_object_record?.list_file_key ?? '';
      const { objects } = await store.list({ prefix: folder, from: { kind: 'start' } }, never);
      const texts = await Promise.all(objects.map(async ({ key }) => (await readObject(store, key)).toString()));
      return texts.join('').trim().split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as FailedLine);
    },
    log: () => server.log(),
    async close() {
      await installation.remove();
      await Promise.all(opened.map((store) => store.close()));
    },
  };
}

export async function readObject(store: ObjectStore, key: string): Promise<Buffer> {
  const { body } = await store.read(key, {}, never);
  return collectBytes(body, 256 * 2 ** 20);
}

export async function putObject(store: ObjectStore, key: string, content: Uint8Array | string, metadata: Partial<ObjectMetadata> = {}): Promise<void> {
  await store.write(key, bytesSource(Buffer.from(content)), { metadata: { contentType: 'text/plain', user: {}, ...metadata } }, never);
}

/** All keys that are no records of ours. */
export async function objectKeys(store: ObjectStore): Promise<readonly string[]> {
  const { objects } = await store.list({ prefix: '', from: { kind: 'start' } }, never);
  return objects.map(({ key }) => key).filter((key) => !key.startsWith('oms/'));
}
