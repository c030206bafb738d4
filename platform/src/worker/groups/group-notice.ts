/** What is told about the end of a group: one message for all of its tasks. */
import { failedListsFolder, segmentListsFolder } from '../../engine/own-records.ts';
import { groupRecords } from '../../object-migration/groups/group-records.ts';
import type { GroupRepository, StoredGroup } from '../../object-migration/groups/group-repository.ts';
import type { NewNotice } from '../../object-migration/notices/notice.ts';
import { activeMsOf } from '../../object-migration/numbers.ts';
import type { ErrorReason } from '../../object-migration/task.ts';

/** Undefined where the group tells nobody of such an end. No error: the group has succeeded. */
export async function groupNotice(groups: GroupRepository, group: StoredGroup, error: ErrorReason | undefined): Promise<NewNotice | undefined> {
  const { notice: order, source: { bucket, selection } } = group;
  const succeeded = error === undefined;
  if (order === undefined || !(succeeded ? order.onSuccess : order.onFailure)) return undefined;
  const numbers = (await groups.numbers([group.id])).get(group.id);
  const nothing = { objects: 0, bytes: 0 };
  return {
    order,
    facts: {
      taskName: group.id,
      succeeded,
      error,
      startedAt: group.startedAt,
      activeMs: activeMsOf(group.accumulatedMs, group.runningSince, group.readAt),
      migrated: numbers?.tally.succeeded ?? nothing,
      skipped: numbers?.tally.skipped ?? nothing,
      failed: numbers?.tally.failed ?? nothing,
      sourceBucket: bucket,
      destinationBucket: group.destination.bucket,
      listFile: 'bucket' in selection ? { bucket: selection.bucket, key: selection.key } : undefined,
      outcomeLists: segmentListsFolder(groupRecords(group.id)),
      failedLists: numbers?.failuresListed === true ? failedListsFolder(groupRecords(group.id)) : undefined,
    },
  };
}
