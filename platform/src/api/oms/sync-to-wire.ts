/** A synchronisation task and its statistics as the answers of section 5.3 show them. */
import type { ListSyncTaskStatisticResponse, ShowSyncTaskResponse, StatisticDataType, SyncTaskInfo } from '@haulier/wire/oms/sync-tasks.ts';
import { maxPoints, type StepWidth, type SyncStep } from '../../object-migration/sync/statistics.ts';
import type { SyncCounts, SyncTask, SyncTaskId } from '../../object-migration/sync/sync-task.ts';
import type { CloudType } from '../../object-migration/task.ts';
import { checkModeNames, overwriteModeNames, statisticColumns, stepWidthNames, syncStatuses } from './enums.ts';
import { brokenRule, fieldRules } from './errors.ts';
import { toSourceCdn } from './to-wire.ts';

export function toSyncTaskInfo(task: SyncTask): SyncTaskInfo {
  return { ...shownOf(task), source_cdn: task.source.cdn === undefined ? null : toSourceCdn(task.source.cdn) };
}

export function toShowSyncTaskResponse(task: SyncTask, month: SyncCounts): ShowSyncTaskResponse {
  return {
    ...shownOf(task),
    monthly_acceptance_request: month.requests,
    monthly_success_object: month.successes,
    monthly_failure_object: month.failures,
    monthly_skip_object: month.skips,
    monthly_size: month.bytes,
  };
}

function shownOf({ id, state, source, destination, options, description, createdAt, startedAt }: SyncTask) {
  return {
    sync_task_id: id,
    src_cloud_type: cloudName(source.cloud),
    src_region: source.region,
    src_bucket: source.bucket,
    create_time: createdAt,
    last_start_time: startedAt,
    dst_bucket: destination.bucket,
    dst_region: destination.region,
    description,
    status: syncStatuses[state],
    enable_kms: options.enableKms,
    enable_metadata_migration: options.carryMetadata,
    enable_restore: options.enableRestore,
    app_id: source.appId ?? null,
    object_overwrite_mode: overwriteModeNames['size-or-time'],
    dst_storage_policy: options.storagePolicy,
    consistency_check: checkModeNames[options.check],
  };
}

/** HEC is a destination only; seen from outside it is Huawei Cloud. No task is made with URLSource. */
function cloudName(cloud: CloudType): SyncTaskInfo['src_cloud_type'] {
  return cloud === 'HEC' || cloud === 'URLSource' ? 'HuaweiCloud' : cloud;
}

/** As in the example, steps in which nothing was counted are left out. A range with more points than the table allows is refused. */
export function toStatisticResponse(id: SyncTaskId, types: readonly StatisticDataType[], width: StepWidth, steps: readonly SyncStep[]): ListSyncTaskStatisticResponse {
  if (steps.length > maxPoints) throw brokenRule(fieldRules.constraint, 'end_time');
  const datas = types.map((type) => ({
    data_type: type,
    data: steps.map((step) => ({ time_stamp: step.time, statistic_num: step[statisticColumns[type]] })).filter((point) => point.statistic_num > 0),
  }));
  return { sync_task_id: id, statistic_time_type: stepWidthNames[width], statistic_datas: datas };
}
