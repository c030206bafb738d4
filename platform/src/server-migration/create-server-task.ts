import { ServerRefusal } from './server-migration.ts';
import type { DomainId, NewServerTask, OsType, ServerTaskId, Tenant } from './server.ts';
import { serverTaskId } from './server-id.ts';
import type { ServerTasksDeps } from './server-tasks.ts';
import { subtaskPlan } from './subtask-plan.ts';
import { isTemplateId } from './template.ts';

/**
 * Refuses in this order: the source, its operating system, the way to migrate it, templates, the source's state. All steps of the
 * task are there when this resolves, and with `autoStart` its agent has its order.
 */
export async function createServerTask(deps: ServerTasksDeps, { domain }: Tenant, task: NewServerTask): Promise<ServerTaskId> {
  const { name, source, ...settings } = task;
  const osType = await osTypeOf(deps, domain, task);
  const plan = subtaskPlan({ osType, type: task.type, syncing: task.syncing });
  if (plan === undefined) throw new ServerRefusal({ kind: 'unsupported', option: `type ${task.type} of a ${osType} server` });
  for (const template of [task.template, task.cloneTemplate]) await requireTemplate(deps, domain, template);
  const id = serverTaskId(deps.newId());
  const contents = { ...settings, osType, facts: {}, windows: [], logCollection: undefined };
  const creation = await deps.store.create(domain, source, { id, name, contents, plan }, [...(task.autoStart ? ['start' as const] : []), ...(task.startNetworkCheck ? ['network_check' as const] : [])]);
  switch (creation.kind) {
    case 'created': return id;
    case 'no-such-source': throw new ServerRefusal({ kind: creation.kind, id: source });
    case 'has-task': throw new ServerRefusal({ kind: 'source-has-task', id: source });
    case 'refused': throw new ServerRefusal(creation.state === 'unavailable'
      ? { kind: 'source-unavailable', id: source }
      : { kind: 'action-not-allowed', action: 'create', state: creation.state, id: source });
  }
}

async function osTypeOf({ sourcesOf }: ServerTasksDeps, domain: DomainId, { source: id, osType: told }: NewServerTask): Promise<OsType> {
  const source = (await sourcesOf(domain, [id])).get(id);
  if (source === undefined) throw new ServerRefusal({ kind: 'no-such-source', id });
  if (told !== undefined && told !== source.osType) throw new ServerRefusal({ kind: 'unsupported', option: `os_type ${told} of a ${source.osType} server` });
  return source.osType;
}

/** Empty is none, as SDKs send it. */
async function requireTemplate({ templates }: ServerTasksDeps, domain: DomainId, told: string | undefined): Promise<void> {
  if (told === undefined || told === '') return;
  const id = told.toLowerCase();
  if (!isTemplateId(id) || await templates.find(domain, id) === undefined) throw new ServerRefusal({ kind: 'no-such-template', id });
}
