/** A task as the answers of sections 5.2.1 and 5.2.2 show it. */
import type { BandwidthPolicyDto } from '@haulier/wire/oms/bandwidth-policy.ts';
import type { SourceCloudType } from '@haulier/wire/oms/task-enums.ts';
import type { SourceCdnResp, TaskResp } from '@haulier/wire/oms/task.ts';
import type { BandwidthWindow, SourceNode, Task } from '../../object-migration/task.ts';
import type { Cdn } from '../../object-store/cdn.ts';
import { cdnAuthenticationNames, checkModeNames, overwriteModeNames, priorityNames, statusNumbers, taskTypeNames } from './enums.ts';

export function toTaskResp(task: Task): TaskResp {
  const { options, tally } = task;
  return {
    bandwidth_policy: task.bandwidth.map(toBandwidthPolicy),
    complete_size: tally.succeeded.bytes + tally.skipped.bytes + tally.failed.bytes,
    description: task.description,
    dst_node: { bucket: task.destination.bucket, region: task.destination.region, save_prefix: task.destination.savePrefix },
    enable_failed_object_recording: options.recordFailures,
    enable_kms: options.enableKms,
    enable_metadata_migration: options.carryMetadata,
    enable_restore: options.enableRestore,
    error_reason: toErrorReason(task),
    failed_num: tally.failed.objects,
    failed_object_record: toFailedRecord(task),
    group_id: task.groupId ?? '',
    id: task.id,
    is_query_over: task.total !== undefined,
    left_time: Math.round(task.leftMs ?? 0),
    migrate_since: options.migrateSince ?? 0,
    migrate_speed: Math.round(task.speed),
    name: task.name,
    progress: Math.min(1, Math.max(0, task.progress)),
    real_size: tally.succeeded.bytes,
    skipped_num: tally.skipped.objects,
    src_node: toSrcNode(task.source),
    start_time: task.startedAt ?? 0,
    status: statusNumbers[task.state],
    successful_num: tally.succeeded.objects,
    task_type: taskTypeNames[task.source.selection.kind],
    group_type: task.groupId === undefined ? 'NORMAL_TASK' : 'GROUP_TASK',
    total_num: task.total?.objects ?? 0,
    total_size: task.total?.bytes ?? 0,
    total_time: Math.round(task.activeMs),
    smn_info: toSmnInfo(task),
    ...(task.source.cdn === undefined ? {} : { source_cdn: toSourceCdn(task.source.cdn) }),
    success_record_error_reason: task.successRecordError ?? '',
    skip_record_error_reason: task.skipRecordError ?? '',
    object_overwrite_mode: overwriteModeNames[options.overwrite],
    dst_storage_policy: options.storagePolicy,
    consistency_check: checkModeNames[options.check],
    enable_requester_pays: options.enableRequesterPays,
    task_priority: priorityNames[task.priority],
  };
}

/** The tables' maximum lengths. */
const maxErrorMessage = 1024;

export function toErrorReason({ error }: Pick<Task, 'error'>): TaskResp['error_reason'] {
  if (error === undefined) return null;
  return { error_code: error.code, error_msg: Array.from(error.message).slice(0, maxErrorMessage).join('') };
}

function toFailedRecord({ failedRecord }: Task): TaskResp['failed_object_record'] {
  if (failedRecord === undefined) return null;
  return { result: failedRecord.supported, list_file_key: failedRecord.listKey ?? '', error_code: failedRecord.errorCode ?? '' };
}

/** Absent until the first try; a message that is still to be sent again was not sent so far. */
export function toSmnInfo({ notice, noticeResult }: Pick<Task, 'notice' | 'noticeResult'>): TaskResp['smn_info'] {
  if (notice === undefined || noticeResult === undefined) return null;
  if (noticeResult.kind === 'delivered') return { notify_result: true, notify_error_message: '', topic_name: '' };
  if (noticeResult.error === undefined) return null;
  return { notify_result: false, notify_error_message: noticeResult.error, topic_name: notice.topicUrn.slice(notice.topicUrn.lastIndexOf(':') + 1) };
}

function toSrcNode(source: SourceNode): TaskResp['src_node'] {
  const { selection } = source;
  return {
    bucket: source.bucket,
    cloud_type: sourceCloudName(source.cloud),
    region: source.region,
    ...(source.appId === undefined ? {} : { app_id: source.appId }),
    object_key: selectedKeys(selection),
    ...('bucket' in selection ? { list_file: { list_file_key: selection.key, obs_bucket: selection.bucket } } : {}),
  };
}

/** Without the key. */
export function toSourceCdn({ domain, protocol, authentication }: Cdn): SourceCdnResp {
  return { domain, protocol, authentication_type: cdnAuthenticationNames[authentication] };
}

function selectedKeys(selection: SourceNode['selection']): string[] {
  if (selection.kind === 'names') return [...selection.names];
  if (selection.kind === 'interval') return [selection.prefix];
  return selection.kind === 'prefixes' ? [...selection.prefixes] : [];
}

/** HEC is a destination only; seen from outside it is Huawei Cloud. */
function sourceCloudName(cloud: SourceNode['cloud']): SourceCloudType {
  return cloud === 'HEC' ? 'HuaweiCloud' : cloud;
}

export function toBandwidthPolicy(window: BandwidthWindow): BandwidthPolicyDto {
  return { end: toTime(window.endMinute), max_bandwidth: window.bytesPerSecond, start: toTime(window.startMinute) };
}

function toTime(minuteOfDay: number): string {
  const two = (part: number) => part.toString().padStart(2, '0');
  return `${two(Math.floor(minuteOfDay / 60))}:${two(minuteOfDay % 60)}`;
}
