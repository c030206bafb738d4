import type { MigrationTasksDeps } from './migration-tasks.ts';
import { nextState } from './life-cycle.ts';
import type { ProjectId, TaskId } from './task.ts';
import { moveFrom, notAllowed } from './task-moves.ts';

/** Hides the task; what is kept of it goes when its janitor has ended. */
export async function removeTask({ tasks, wake }: Pick<MigrationTasksDeps, 'tasks' | 'wake'>, project: ProjectId, id: TaskId): Promise<void> {
  await moveFrom(tasks, project, id, 'delete', async (task) => {
    if (nextState(task.state, 'delete') === 'refused') throw notAllowed('delete', task);
    return tasks.remove(id, task.state);
  });
  wake();
}
