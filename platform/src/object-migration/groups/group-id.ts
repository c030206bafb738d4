import type { GroupId } from './group.ts';

function isGroupId(text: string): text is GroupId {
  return text.length > 0 && text.length <= 36;
}

/** Throws RangeError for a text that is no group's id. */
export function groupId(text: string): GroupId {
  if (!isGroupId(text)) throw new RangeError(`${JSON.stringify(text)} is not the id of a task group`);
  return text;
}

/** @param uuid makes a UUID. */
export function newGroupId(uuid: () => string): GroupId {
  return groupId(uuid());
}
