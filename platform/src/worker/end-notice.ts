/** What is told about the end of a run. */
import { segmentListsFolder } from '../engine/own-records.ts';
import type { NewNotice } from '../object-migration/notices/notice.ts';
import { activeMsOf } from '../object-migration/numbers.ts';
import type { TaskState } from '../object-migration/task.ts';
import type { TaskChange } from '../object-migration/task-repository.ts';
import type { AttemptDeps, Claimed } from './attempt.ts';

/** Undefined where the task tells nobody of such an end. */
export async function endNotice({ tasks }: Pick<AttemptDeps, 'tasks'>, { task, plan, ledger }: Claimed, to: TaskState, { records, error }: Pick<TaskChange, 'records' | 'error'>): Promise<NewNotice | undefined> {
  const { notice: order, source, destination } = task;
  const succeeded = to === 'succeeded';
  if (order === undefined || !(succeeded ? order.onSuccess : to === 'failed' && order.onFailure)) return undefined;
  // What was read when the attempt began knows nothing of the time since.
  const { accumulatedMs, runningSince, startedAt, readAt } = (await tasks.find(task.project, task.id)) ?? task;
  const tally = await ledger.tally();
  return {
    order,
    facts: {
      taskName: task.name,
      succeeded,
      error,
      startedAt,
      activeMs: activeMsOf(accumulatedMs, runningSince, readAt),
      migrated: tally.succeeded,
      skipped: tally.skipped,
      failed: tally.failed,
      sourceBucket: source.bucket,
      destinationBucket: destination.bucket,
      listFile: 'bucket' in source.selection ? { bucket: source.selection.bucket, key: source.selection.key } : undefined,
      outcomeLists: records === undefined ? undefined : segmentListsFolder(plan.recordName),
      failedLists: records?.failedListKey,
    },
  };
}
