import type { MigrationTasksDeps } from './migration-tasks.ts';
import type { NoticeOrder, Topics } from './notices/notice.ts';
import { prepareRun } from './prepare-run.ts';
import { bucketRefusal, checkReach } from './reach.ts';
import type { ReachQuestion } from './reach.ts';
import { sealCredentials } from './secret-box.ts';
import { OpenFailure, checkRegions, destinationPlace, openTaskStores, sourcePlace } from './stores.ts';
import type { Stores } from './stores.ts';
import { unsupportedOption } from './supported-options.ts';
import { newTaskId } from './task-id.ts';
import type { NewTask, TaskCredentials, TaskId } from './task.ts';
import { MigrationRefusal } from './task.ts';

/**
 * Refuses in this order: quotas, regions, options that would do nothing, the topic, overlap, buckets. A task that was accepted waits
 * for its first worker when this resolves.
 */
export async function createTask(deps: MigrationTasksDeps, task: NewTask): Promise<{ readonly id: TaskId; readonly name: string }> {
  const exceeded = await deps.tasks.exceededQuota(task.project, deps.quotas);
  if (exceeded !== undefined) throw new MigrationRefusal({ kind: exceeded });
  checkRegions(deps.stores, task.source, task.destination);
  checkOptions(deps.stores, task);
  checkTopic(deps.topics, task.notice);
  await checkBuckets(deps, task, task.credentials);
  const created = await insert(deps, task);
  await prepareRun(deps.ledgers, { id: created.id, run: { number: 1, kind: 'all', base: 1, over: false }, bandwidth: task.bandwidth });
  deps.wake();
  return created;
}

export type ReachDeps = Pick<MigrationTasksDeps, 'stores' | 'clock' | 'reachLimitMs'>;

/** Opens the task's stores with these credentials for as long as it takes to ask them. */
export async function checkBuckets(deps: ReachDeps, task: Pick<NewTask, 'source' | 'destination' | 'options'>, credentials: TaskCredentials, askListFiles?: ReachQuestion['askListFiles']): Promise<void> {
  const stores = await openTaskStores(deps.stores, task, credentials).catch((error: unknown) => {
    throw error instanceof OpenFailure ? bucketRefusal(error.side, error.failure) : error;
  });
  try {
    if (task.options.enableRestore && stores.source.restore === undefined) throw new MigrationRefusal({ kind: 'unsupported-option', option: 'enable_restore' });
    await checkReach(stores, { selection: task.source.selection, savePrefix: task.destination.savePrefix, askListFiles }, deps.clock, deps.reachLimitMs);
  } finally {
    await stores.close();
  }
}

/** Throws the refusal of an option that would do nothing. */
export function checkOptions(stores: Stores, { source, destination, options }: Pick<NewTask, 'source' | 'destination' | 'options'>): void {
  const option = unsupportedOption(options, stores.abilities(sourcePlace(source)), stores.abilities(destinationPlace(stores, destination)));
  if (option !== undefined) throw new MigrationRefusal({ kind: 'unsupported-option', option });
}

/** Throws the refusal of a topic, or of a template, that there is not. */
export function checkTopic(topics: Topics, notice: NoticeOrder | undefined): void {
  if (notice === undefined) return;
  const { topicUrn, template, language } = notice;
  if (!topics.knows(topicUrn)) throw new MigrationRefusal({ kind: 'unknown-topic' });
  if (template !== undefined && !topics.hasTemplate(topicUrn, template, language)) {
    throw new MigrationRefusal({ kind: 'unsupported-option', option: 'smn_config.message_template_name' });
  }
}

async function insert({ tasks, secrets, quotas, random }: MigrationTasksDeps, { credentials, ...task }: NewTask) {
  while (true) {
    const id = newTaskId(random);
    const name = `task-${id}`;
    const answer = await tasks.insert({ ...task, id, name, sealedCredentials: sealCredentials(secrets, id, credentials) }, quotas);
    if (answer === 'inserted') return { id, name };
    if (answer !== 'id-taken') throw new MigrationRefusal({ kind: answer });
  }
}
