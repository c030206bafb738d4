import { isUuid } from '@haulier/lib/uuid/uuid.ts';
import type { SyncTaskId } from './sync-task.ts';

function isSyncTaskId(text: string): text is SyncTaskId {
  return isUuid(text);
}

/** Undefined where no task can have this id. */
export function syncTaskIdOf(text: string): SyncTaskId | undefined {
  return isSyncTaskId(text) ? text : undefined;
}

/** Throws RangeError for a text that is no task's id. */
export function syncTaskId(text: string): SyncTaskId {
  if (!isSyncTaskId(text)) throw new RangeError(`${text} is not the id of a synchronisation task`);
  return text;
}
