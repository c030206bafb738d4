import { checkBuckets } from './create-task.ts';
import { nextState } from './life-cycle.ts';
import type { MigrationTasksDeps } from './migration-tasks.ts';
import { prepareRun } from './prepare-run.ts';
import { sealCredentials } from './secret-box.ts';
import { checkRegions } from './stores.ts';
import type { ProjectId, StartOptions, TaskId } from './task.ts';
import { MigrationRefusal } from './task.ts';
import { moveFrom, notAllowed, requireTask } from './task-moves.ts';
import type { StoredTask, TaskChange } from './task-repository.ts';

/**
 * Starts a paused or failed task with new credentials (section 5.2.5).
 *
 * A paused task goes on where it was, also when that was a retry. A failed one looks at everything again, or at the
 * failed objects alone. Those are known only once a run has dealt with every object: before that, migrating them alone
 * would end as a success that left the rest behind.
 */
export async function startTask(deps: MigrationTasksDeps, project: ProjectId, id: TaskId, options: StartOptions): Promise<void> {
  const asked = await requireTask(deps.tasks, project, id);
  await plannedChange(deps, asked, options.failedObjectsOnly);
  checkRegions(deps.stores, asked.source, asked.destination);
  await checkBuckets(deps, asked, options.credentials);
  await startReachable(deps, project, id, options);
}

/** The same for a task whose buckets are known to be reachable with these credentials. */
export async function startReachable(deps: StartDeps, project: ProjectId, id: TaskId, options: StartOptions): Promise<void> {
  const sealedCredentials = sealCredentials(deps.secrets, id, options.credentials);
  await moveFrom(deps.tasks, project, id, 'start', async (task) => {
    const change = await plannedChange(deps, task, options.failedObjectsOnly);
    return deps.tasks.move(id, task.state, { ...change, sealedCredentials });
  });
  await prepareRun(deps.ledgers, await requireTask(deps.tasks, project, id));
  await deps.ledgers.setDesired(id, 'run');
  deps.wake();
}

export type StartDeps = Pick<MigrationTasksDeps, 'tasks' | 'ledgers' | 'secrets' | 'wake'>;

/** Throws the refusal where the task cannot be started so. */
async function plannedChange(deps: StartDeps, task: StoredTask, failedOnly: boolean): Promise<TaskChange> {
  if (nextState(task.state, 'start') === 'refused') throw notAllowed('start', task);
  if (failedOnly) await requireFailedObjects(deps, task);
  if (task.state === 'paused') return { to: stateAfter(task, task.run.kind === 'failed-only' ? 'retry-failed' : 'start'), error: undefined };
  const fresh = { error: undefined, records: undefined };
  if (failedOnly) return { ...fresh, to: stateAfter(task, 'retry-failed'), newRun: 'failed-only' };
  return { ...fresh, to: stateAfter(task, 'start'), newRun: 'all', complete: false };
}

async function requireFailedObjects({ ledgers }: StartDeps, task: StoredTask): Promise<void> {
  if (!task.options.recordFailures) throw new MigrationRefusal({ kind: 'failed-objects-not-recorded' });
  const goesOn = task.state === 'paused' && task.run.kind === 'failed-only';
  const failed = (await ledgers.readTally([task.id])).get(task.id)?.tally.failed.objects ?? 0;
  if (!goesOn && (!task.complete || failed === 0)) throw new MigrationRefusal({ kind: 'no-failed-objects' });
}

function stateAfter(task: StoredTask, event: 'start' | 'retry-failed') {
  const next = nextState(task.state, event);
  if (next === 'refused' || next === 'none') throw notAllowed('start', task);
  return next;
}
