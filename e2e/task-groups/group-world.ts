/** A server whose regions are folders of this host, and task groups over them through its API. */
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TaskGroupResp } from '@haulier/wire/oms/task-groups.ts';
import type { ListTasksResponse, TaskResp } from '@haulier/wire/oms/task.ts';
import { ask, signIn, type Answer } from '../support/iam.ts';
import { createInstallation, type TestInstallation, type TestProcess } from '../support/serve.ts';

export interface GroupWorld {
  readonly installation: TestInstallation;
  /** The process that serves now; tests may kill it and begin another. */
  serve(): Promise<TestProcess>;
  /** Makes a bucket with these objects. */
  fill(bucket: string, objects: Readonly<Record<string, string>>): Promise<void>;
  /** All keys with their contents that are no records of ours. */
  contents(bucket: string): Promise<Readonly<Record<string, string>>>;
  /** All files below `oms/`. */
  records(bucket: string): Promise<Readonly<Record<string, string>>>;
  send(method: string, path: string, body?: unknown): Promise<Answer>;
  create(request: GroupRequest): Promise<string>;
  show(id: string): Promise<TaskGroupResp>;
  members(id: string): Promise<readonly TaskResp[]>;
  until(id: string, holds: (group: TaskGroupResp) => boolean): Promise<TaskGroupResp>;
  close(): Promise<void>;
}

interface GroupRequest {
  readonly source: string;
  readonly destination: string;
  /** Of src_node. */
  readonly src?: Readonly<Record<string, unknown>>;
  /** Of dst_node. */
  readonly dst?: Readonly<Record<string, unknown>>;
  readonly options?: Readonly<Record<string, unknown>>;
}

const keys = { ak: 'any', sk: 'any' };
export const startKeys = { src_ak: 'any', src_sk: 'any', dst_ak: 'any', dst_sk: 'any' };

/** @param objects the most that one task of a group is given. */
export async function openGroupWorld(objects: number): Promise<GroupWorld> {
  const root = await mkdtemp(join(tmpdir(), 'haulier-groups-'));
  const installation = await createInstallation({ config: { groups: { objects }, regions: [{ cloud: 'Local', region: 'here', endpoint: `file://${root}` }] } });
  const { url, account } = installation;
  let token: string | undefined;
  const send: GroupWorld['send'] = async (method, path, body) => {
    token ??= await signIn(url, account);
    return ask(url, method, `/v2/${account.projectId}${path}`, { token, ...(body === undefined ? {} : { body }) });
  };
  const show = async (id: string): Promise<TaskGroupResp> => (await send('GET', `/taskgroups/${id}`)).body as TaskGroupResp;
  const below = async (bucket: string, ours: boolean): Promise<Readonly<Record<string, string>>> => {
    const found: Record<string, string> = {};
    const folder = join(root, bucket);
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const path = join(entry.parentPath, entry.name);
      const key = path.slice(folder.length + 1);
      if (key.startsWith('.')) continue;
      if (key.startsWith('oms/') === ours) found[key] = await readFile(path, 'utf8');
    }
    return found;
  };
  return {
    installation,
    serve: () => installation.serve(),
    async fill(bucket, content) {
      await mkdir(join(root, bucket), { recursive: true });
      for (const [key, text] of Object.entries(content)) {
        await mkdir(dirname(join(root, bucket, key)), { recursive: true });
        await writeFile(join(root, bucket, key), text);
      }
    },
    contents: (bucket) => below(bucket, false),
    records: (bucket) => below(bucket, true),
    send,
    async create({ source, destination, src, dst, options }) {
      const answer = await send('POST', '/taskgroups', {
        src_node: { cloud_type: 'Local', region: 'here', bucket: source, object_key: [''], ...keys, ...src },
        dst_node: { region: 'here', bucket: destination, ...keys, ...dst },
        ...options,
      });
      if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
      return (answer.body as { readonly group_id: string }).group_id;
    },
    show,
    async members(id) {
      const all: TaskResp[] = [];
      for (;;) {
        const page = (await send('GET', `/tasks?group_id=${id}&limit=100&offset=${all.length}`)).body as ListTasksResponse;
        all.push(...page.tasks);
        if (all.length >= page.count) return all;
      }
    },
    async until(id, holds) {
      for (const end = Date.now() + 120_000; ; ) {
        const group = await show(id);
        if (holds(group)) return group;
        if (Date.now() > end) throw new Error(`it did not come true: ${JSON.stringify(group)}`);
        await sleep(100);
      }
    },
    async close() {
      await installation.remove();
      await rm(root, { recursive: true, force: true });
    },
  };
}

/** `count` objects in one flat prefix. */
export function flat(count: number, prefix = 'k'): Record<string, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, n) => [`${prefix}${String(n).padStart(6, '0')}`, `content ${n}`]));
}
