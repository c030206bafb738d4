import type { TaskId } from './task.ts';

const largestId = 999_999_999_999_999;
const smallestNewId = 100_000_000_000_000;

function isTaskId(value: number): value is TaskId {
  return Number.isInteger(value) && value >= 0 && value <= largestId;
}

/** Throws RangeError for a number that is no task's id. */
export function taskId(value: number): TaskId {
  if (!isTaskId(value)) throw new RangeError(`${value} is not the id of a task`);
  return value;
}

/** 15 digits. `random` is uniform in [0, 1). */
export function newTaskId(random: () => number): TaskId {
  return taskId(smallestNewId + Math.floor(random() * (largestId - smallestNewId + 1)));
}
