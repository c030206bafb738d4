/** The use cases of migration tasks. */
import type { Clock } from '../engine/transfer/transfer.ts';
import { compareTask } from './compare-task.ts';
import { preflightTask } from './preflight-task.ts';
import { createTask } from './create-task.ts';
import type { LedgerAdmin } from './ledger-admin.ts';
import { statesAllowing } from './life-cycle.ts';
import { removeTask } from './remove-task.ts';
import type { SecretBox } from './secret-box.ts';
import { showTask } from './show-task.ts';
import { startTask } from './start-task.ts';
import type { Topics } from './notices/notice.ts';
import { stopTask } from './stop-task.ts';
import type { Stores } from './stores.ts';
import type { BatchUpdate, MigrationTasks, ProjectId, TaskFilter } from './task.ts';
import { refusedBy, requireTask } from './task-moves.ts';
import type { Quotas, TaskRepository } from './task-repository.ts';

export interface MigrationTasksDeps {
  readonly tasks: TaskRepository;
  readonly ledgers: LedgerAdmin;
  readonly secrets: SecretBox;
  readonly stores: Stores;
  readonly topics: Topics;
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly quotas: Quotas;
  /** How long the stores have to show that a task's buckets can be reached, in milliseconds. */
  readonly reachLimitMs: number;
  /** Called when a worker has something new to do; whoever listens may also find out by itself. */
  readonly wake: () => void;
}

/** The limits of section 5.2.3. */
export const documentedQuotas: Quotas = { perDay: 1500, waiting: 1500 };

export function createMigrationTasks(deps: MigrationTasksDeps): MigrationTasks {
  const { tasks, ledgers } = deps;
  return {
    create: (task) => createTask(deps, task),
    async show(project, id) {
      const stored = await requireTask(tasks, project, id);
      return showTask(stored, (await ledgers.readTally([id])).get(id));
    },
    list: (project, filter) => listTasks(deps, project, filter),
    stop: (project, id) => stopTask(deps, project, id),
    start: (project, id, options) => startTask(deps, project, id, options),
    remove: (project, id) => removeTask(deps, project, id),
    async setBandwidth(project, id, windows) {
      const problem = await tasks.update(project, [id], { bandwidth: windows }, statesAllowing('change-bandwidth'));
      if (problem !== undefined) throw refusedBy('bandwidth', problem);
      await ledgers.setBandwidth(id, windows);
    },
    batchUpdate: (project, update) => batchUpdate(deps, project, update),
    preflight: (task, signal) => preflightTask(deps, task, signal),
    compare: (project, id, options, signal) => compareTask(deps, project, id, options, signal),
    async failures(project, id, afterKey, limit) {
      await requireTask(tasks, project, id);
      return ledgers.ledgerFor(id, readerId).failures(afterKey, limit);
    },
  };
}

/** A ledger opened only to read holds nothing, so all readers may share a name. */
const readerId = 'reader';

async function listTasks({ tasks, ledgers }: MigrationTasksDeps, project: ProjectId, filter: TaskFilter) {
  const found = await tasks.list(project, filter);
  const readings = await ledgers.readTally(found.tasks.map((task) => task.id));
  return { tasks: found.tasks.map((task) => showTask(task, readings.get(task.id))), count: found.count };
}

async function batchUpdate({ tasks, ledgers }: MigrationTasksDeps, project: ProjectId, update: BatchUpdate): Promise<void> {
  const states = statesAllowing(update.priority === undefined ? 'change-bandwidth' : 'change-priority');
  const { bandwidth, priority, ids } = update;
  const problem = await tasks.update(project, ids, { bandwidth, priority }, states);
  if (problem !== undefined) throw refusedBy('batch-update', problem);
  for (const id of ids) await ledgers.setBandwidth(id, bandwidth);
}
