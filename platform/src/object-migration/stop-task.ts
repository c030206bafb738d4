import type { MigrationTasksDeps } from './migration-tasks.ts';
import { nextState } from './life-cycle.ts';
import type { ProjectId, TaskId } from './task.ts';
import { moveFrom, notAllowed } from './task-moves.ts';

/** A task that nobody works on is paused at once; one that is worked on when nothing of it is in flight any more. */
export async function stopTask({ tasks, ledgers }: Pick<MigrationTasksDeps, 'tasks' | 'ledgers'>, project: ProjectId, id: TaskId): Promise<void> {
  await moveFrom(tasks, project, id, 'stop', async (task) => {
    const to = nextState(task.state, 'stop');
    if (to === 'refused' || to === 'none') throw notAllowed('stop', task);
    return tasks.move(id, task.state, { to });
  });
  await ledgers.setDesired(id, 'pause');
}
