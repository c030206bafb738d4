import type { SubTask } from '@haulier/wire/sms/task-answers.ts';
import type { ServerTask, Subtask } from '../../server-migration/server.ts';

export function toSubtask({ id, name, progress, startedAt, endedAt, speed, userOp, processTrace }: Subtask): SubTask {
  return { id, name, progress, start_date: startedAt ?? null, end_date: endedAt ?? null, migrate_speed: speed ?? null, user_op: userOp ?? null, process_trace: processTrace };
}

/** JSON in a string, as the wire has it: each subtask with its progress. Not confirmed: no document shows one. */
export function subtaskInfo({ subtasks }: Pick<ServerTask, 'subtasks'>): string {
  return JSON.stringify(subtasks.map(({ name, progress }) => ({ name, progress })));
}
