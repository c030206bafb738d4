import { ServerRefusal, type TaskChange } from './server-migration.ts';
import type { ServerTaskId } from './server.ts';
import type { ContentsChange, OpenTask } from './server-task-store.ts';
import { subtaskPlan } from './subtask-plan.ts';
import { afterChange } from './task-contents.ts';

/**
 * What an update comes to. The documents' own example sends back all that a question for the task answers: what only the service
 * knows (state, dates, speed, durations) is no part of a change, and subtasks may be told further on, but not further back; those of
 * another way to migrate say nothing of this task. The way can change until the task begins. Templates are not looked up: the example
 * names one at will.
 */
export function updateServerTask(id: ServerTaskId, task: OpenTask, change: TaskChange): ContentsChange {
  const { state } = task;
  if (state === 'DELETING') throw new ServerRefusal({ kind: 'action-not-allowed', action: 'update', state, id });
  const contents = afterChange(task.contents, change);
  const plan = subtaskPlan(contents);
  if (plan === undefined) throw new ServerRefusal({ kind: 'unsupported', option: `type ${contents.type} of a ${contents.osType} server` });
  const anotherWay = contents.type !== task.contents.type;
  if (anotherWay && state !== 'READY') throw new ServerRefusal({ kind: 'action-not-allowed', action: 'update', state, id });
  const { name, enterpriseProject, error, subtasks, source } = change;
  return {
    contents,
    ...(anotherWay ? { plan } : {}),
    ...(name === undefined ? {} : { name }),
    ...(enterpriseProject === undefined ? {} : { enterpriseProject }),
    ...(error === undefined ? {} : { error }),
    ...(subtasks === undefined ? {} : { subtasks }),
    ...(source === undefined ? {} : { source }),
  };
}
