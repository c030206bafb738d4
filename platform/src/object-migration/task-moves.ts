/** What the use cases share: reading a task, moving it against others who do the same, and the refusals of both. */
import type { ProjectId, Refusal, TaskId } from './task.ts';
import { MigrationRefusal } from './task.ts';
import type { StoredTask, TaskRepository, UpdateProblem } from './task-repository.ts';

/** Reads the task and tries the change; somebody else may move the task in between, then it is read again. */
export async function moveFrom(tasks: TaskRepository, project: ProjectId, id: TaskId, action: Action, attempt: (task: StoredTask) => Promise<boolean>): Promise<StoredTask> {
  for (let tries = 0; tries < 5; tries += 1) {
    const task = await requireTask(tasks, project, id);
    if (await attempt(task)) return task;
  }
  throw notAllowed(action, await requireTask(tasks, project, id));
}

type Action = (Refusal & { readonly kind: 'not-allowed-in-state' })['action'];

export async function requireTask(tasks: TaskRepository, project: ProjectId, id: TaskId): Promise<StoredTask> {
  const task = await tasks.find(project, id);
  if (task === undefined) throw new MigrationRefusal({ kind: 'no-such-task', id: String(id) });
  return task;
}

export function notAllowed(action: Action, task: Pick<StoredTask, 'state'>): MigrationRefusal {
  return new MigrationRefusal({ kind: 'not-allowed-in-state', action, state: task.state });
}

export function refusedBy(action: Action, problem: UpdateProblem): MigrationRefusal {
  if (problem.state === 'none') return new MigrationRefusal({ kind: 'no-such-task', id: String(problem.id) });
  return new MigrationRefusal({ kind: 'not-allowed-in-state', action, state: problem.state });
}
