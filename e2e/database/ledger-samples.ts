import { randomInt } from 'node:crypto';
import type { TaskId } from '@haulier/platform/object-migration/task.ts';

/** An id of 15 digits that no other test uses. */
export function newTaskId(): TaskId {
  const id: number = randomInt(100_000_000_000_000, 200_000_000_000_000);
  if (isTaskId(id)) return id;
  throw new RangeError(`${id} has more than 15 digits`);
}

function isTaskId(id: number): id is TaskId {
  return Number.isSafeInteger(id) && id < 1e15;
}
