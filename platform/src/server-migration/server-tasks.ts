/** The use cases of migration tasks over their ports. What happens to a task as a whole, actions and deletion, is in `actions`. */
import type { Clock } from '../engine/transfer/transfer.ts';
import { createServerTask } from './create-server-task.ts';
import { ServerRefusal, type ServerTasks, type TaskWithSource } from './server-migration.ts';
import type { DomainId, ServerTask, ServerTaskId, SourceId, SourceServer, Tenant } from './server.ts';
import type { ContentsChange, OpenTask, ServerTaskStore } from './server-task-store.ts';
import { windowsOverlap } from './speed-windows.ts';
import { speedWindowsOf } from './task-contents.ts';
import { certificatesOf, passphraseOf } from './task-secrets.ts';
import type { TemplateRepository } from './template.ts';
import type { SecretBox } from './templates.ts';
import { updateServerTask } from './update-server-task.ts';

export interface ServerTasksDeps {
  readonly store: ServerTaskStore;
  readonly actions: Pick<ServerTasks, 'act' | 'remove'>;
  /** Those of them that there are. */
  readonly sourcesOf: (domain: DomainId, ids: readonly SourceId[]) => Promise<ReadonlyMap<SourceId, SourceServer>>;
  readonly templates: Pick<TemplateRepository, 'find'>;
  readonly secrets: SecretBox;
  readonly clock: Pick<Clock, 'now'>;
  /** A UUID. */
  readonly newId: () => string;
  readonly randomBytes: (count: number) => Uint8Array;
}

export function createServerTasks(deps: ServerTasksDeps): ServerTasks {
  const { store, actions } = deps;
  const change = async ({ domain }: Tenant, id: ServerTaskId, made: (task: OpenTask) => ContentsChange) => {
    if (!await store.change(domain, id, made)) throw absent(id);
  };
  return {
    ...actions,
    create: (tenant, task) => createServerTask(deps, tenant, task),
    async show({ domain }, id) {
      const [found] = await withSources(deps, domain, [await required(deps, domain, id)]);
      if (found === undefined) throw absent(id);
      return found;
    },
    async list({ domain }, filter) {
      const { items, count } = await store.list(domain, filter);
      const configurations = await store.configurations(domain, items.map(({ id }) => id));
      return { items: (await withSources(deps, domain, items)).map((each) => ({ ...each, configurations: configurations.get(each.task.id) ?? [] })), count };
    },
    update: (tenant, id, changes) => change(tenant, id, (task) => updateServerTask(id, task, changes)),
    async report({ domain }, id, report) {
      const reported = await store.report(domain, id, report);
      if (reported === 'absent') throw absent(id);
      if (reported === 'unknown-subtask') throw new ServerRefusal({ kind: 'unknown-subtask', id, subtask: report.subtask });
    },

    async speedLimits({ domain }, id) {
      const contents = await store.contents(domain, id);
      if (contents === undefined) throw absent(id);
      return speedWindowsOf(contents);
    },
    async setSpeedLimits(tenant, id, windows) {
      if (windowsOverlap(windows)) throw new ServerRefusal({ kind: 'overlapping-windows' });
      await change(tenant, id, ({ contents }) => ({ contents: { ...contents, windows } }));
    },
    async collectLog({ domain }, id, bucket) {
      const answer = await store.collectLog(domain, id, bucket);
      if (answer === 'absent') throw absent(id);
      if (answer !== 'ordered') throw new ServerRefusal({ kind: 'action-not-allowed', action: 'collect_log', state: answer.refusedIn, id });
    },
    certificates: ({ domain }, id) => certificatesOf(deps, domain, id),
    passphrase: ({ domain }, id) => passphraseOf(deps, domain, id),
    async configuration({ domain }, id, key) {
      const task = await required(deps, domain, id);
      return { task, configurations: (await store.configurations(domain, [id], key)).get(id) ?? [] };
    },
    async setConfiguration({ domain }, id, configurations) {
      if (!await store.configure(domain, id, configurations)) throw absent(id);
    },
    async consistencyChecks({ domain }, id) {
      await required(deps, domain, id);
      return (await store.consistencyChecks(domain, [id])).get(id) ?? [];
    },
    async addConsistencyCheck({ domain }, id, results) {
      if (!await store.addConsistencyCheck(domain, id, results)) throw absent(id);
    },
    exportConsistency: ({ domain }, ids) => exportConsistency(deps, domain, ids),
    setNetworkCheck: (tenant, id, result) => change(tenant, id, ({ contents }) => ({ contents: { ...contents, facts: { ...contents.facts, network_check_info: result } } })),
  };
}

function absent(id: ServerTaskId): ServerRefusal {
  return new ServerRefusal({ kind: 'no-such-task', id });
}

async function required({ store }: ServerTasksDeps, domain: DomainId, id: ServerTaskId): Promise<ServerTask> {
  const task = await store.find(domain, id);
  if (task === undefined) throw absent(id);
  return task;
}

/** A source that is gone by now has taken its task with it. */
async function withSources({ sourcesOf }: ServerTasksDeps, domain: DomainId, tasks: readonly ServerTask[]): Promise<readonly TaskWithSource[]> {
  const sources = await sourcesOf(domain, tasks.map(({ source }) => source));
  return tasks.flatMap((task) => {
    const source = sources.get(task.source);
    return source === undefined ? [] : [{ task, source }];
  });
}

async function exportConsistency(deps: ServerTasksDeps, domain: DomainId, ids: readonly ServerTaskId[]) {
  const found = await withSources(deps, domain, await deps.store.findAll(domain, ids));
  const known = new Map(found.map((each) => [each.task.id, each]));
  const checks = await deps.store.consistencyChecks(domain, ids);
  return [...new Set(ids)].map((id) => {
    const each = known.get(id);
    if (each === undefined) throw absent(id);
    return { ...each, checks: checks.get(id) ?? [] };
  });
}
