import type { GroupId } from './group.ts';

/** The folder below `oms/` that all tasks of a group write their lists into, as the examples of section 5.4 name it. */
export function groupRecords(id: GroupId): string {
  return `task_group/${id}`;
}
