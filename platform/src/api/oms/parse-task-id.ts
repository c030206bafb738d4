import type { TaskId } from '../../object-migration/task.ts';
import { brokenRule, taskRules } from './errors.ts';

/** The id of a path: decimal digits, 15 at most. */
export function parseTaskId(text: string): TaskId {
  const id = taskIdOf(text);
  if (id === undefined) throw brokenRule(taskRules.taskId, 'task_id');
  return id;
}

/** Undefined where no task can have this id. */
export function taskIdOf(text: string): TaskId | undefined {
  if (!/^\d{1,15}$/.test(text)) return undefined;
  const id = Number(text);
  return isTaskId(id) ? id : undefined;
}

function isTaskId(value: number): value is TaskId {
  return Number.isInteger(value) && value >= 0 && value <= 999_999_999_999_999;
}
