/** A task group as the answers of sections 5.4.1 and 5.4.3 show it. */
import type { TaskGroupResp } from '@haulier/wire/oms/task-groups.ts';
import type { Group } from '../../object-migration/groups/group.ts';
import { groupRecords } from '../../object-migration/groups/group-records.ts';
import { checkModeNames, overwriteModeNames } from './enums.ts';
import { groupCloudNames, groupStatusNumbers, groupTaskTypeNames } from './group-enums.ts';
import { toBandwidthPolicy, toErrorReason, toSmnInfo, toSourceCdn } from './to-wire.ts';

export function toTaskGroupResp(group: Group): TaskGroupResp {
  const { options } = group;
  return {
    group_id: group.id,
    status: groupStatusNumbers[group.state],
    error_reason: toErrorReason(group),
    src_node: toSrcNode(group),
    description: group.description,
    dst_node: { bucket: group.destination.bucket, region: group.destination.region, save_prefix: group.destination.savePrefix },
    enable_metadata_migration: options.carryMetadata,
    enable_failed_object_recording: options.recordFailures,
    enable_restore: options.enableRestore,
    enable_kms: options.enableKms,
    task_type: groupTaskTypeNames[group.source.selection.kind],
    bandwidth_policy: group.bandwidth.map(toBandwidthPolicy),
    smn_config: toSmnInfo(group),
    source_cdn: group.source.cdn === undefined ? null : toSourceCdn(group.source.cdn),
    migrate_since: options.migrateSince ?? 0,
    total_time: Math.round(group.activeMs),
    start_time: group.startedAt ?? 0,
    ...toNumbers(group),
    failed_object_record: toFailedRecord(group),
    object_overwrite_mode: overwriteModeNames[options.overwrite],
    dst_storage_policy: options.storagePolicy,
    consistency_check: checkModeNames[options.check],
    enable_requester_pays: options.enableRequesterPays,
  };
}

function toNumbers({ numbers: { tasks, tally, total, speed }, toCreate }: Group) {
  const { waiting, executing, paused, failed, succeeded } = tasks;
  const created = waiting + executing + paused + failed + succeeded;
  return {
    migrate_speed: Math.round(speed),
    total_task_num: created + toCreate,
    create_task_num: created,
    failed_task_num: failed,
    complete_task_num: succeeded,
    paused_task_num: paused,
    executing_task_num: executing,
    waiting_task_num: waiting,
    total_num: total.objects,
    create_complete_num: total.objects,
    success_num: tally.succeeded.objects,
    fail_num: tally.failed.objects,
    skip_num: tally.skipped.objects,
    total_size: total.bytes,
    create_complete_size: total.bytes,
    complete_size: tally.succeeded.bytes + tally.skipped.bytes + tally.failed.bytes,
  };
}

function toSrcNode({ source, listFiles }: Group): TaskGroupResp['src_node'] {
  const { cloud, region, bucket, appId, selection } = source;
  return {
    bucket,
    cloud_type: groupCloudNames[cloud],
    region,
    app_id: appId ?? '',
    object_key: selection.kind === 'prefixes' ? [...selection.prefixes] : [],
    list_file: selection.kind === 'prefixes' ? null : { list_file_key: selection.key, obs_bucket: selection.bucket, list_file_num: String(listFiles ?? 0) },
  };
}

function toFailedRecord({ id, options, numbers }: Group): TaskGroupResp['failed_object_record'] {
  const { failuresListed, failedListError } = numbers;
  if (!failuresListed && failedListError === undefined) return { result: null, list_file_key: null, error_code: null };
  return {
    result: options.recordFailures,
    list_file_key: failuresListed ? `oms/${groupRecords(id)}/failed_object_lists/` : null,
    error_code: failedListError ?? null,
  };
}
