/** What an answer tells of a migration task: sections 5.2.1 and 5.2.2. */
import { Type, type Static } from 'typebox';
import { BandwidthPolicy } from './bandwidth-policy.ts';
import { ListFile } from './create-task.ts';
import {
  cdnAuthenticationTypes, cdnProtocols, consistencyChecks, dstStoragePolicies, groupTypes, Long, objectOverwriteModes, sourceCloudTypes, taskPriorities,
  taskStatuses, taskTypes,
} from './task-enums.ts';

/** Tables 5-17 and 5-29. */
export const DstNodeResp = Type.Object({
  bucket: Type.String({ maxLength: 1024 }),
  region: Type.String({ maxLength: 100 }),
  save_prefix: Type.String({ maxLength: 1024 }),
});

/** Tables 5-18 and 5-30. */
export const ErrorReasonResp = Type.Object({
  error_code: Type.String({ maxLength: 10 }),
  error_msg: Type.String({ maxLength: 1024 }),
});

/** Tables 5-19 and 5-31. */
export const FailedObjectRecordDto = Type.Object({
  result: Type.Boolean({ description: 'Whether the failed objects can be migrated again alone.' }),
  list_file_key: Type.String({ maxLength: 1024 }),
  error_code: Type.String({ maxLength: 10 }),
});

/** Tables 5-20 and 5-32. */
export const SrcNodeResp = Type.Object({
  bucket: Type.String({ maxLength: 1024 }),
  cloud_type: Type.Enum([...sourceCloudTypes]),
  region: Type.String({ maxLength: 100 }),
  app_id: Type.Optional(Type.String({ maxLength: 255, description: 'Only when cloud_type is Tencent.' })),
  object_key: Type.Array(Type.String({ maxLength: 1024 }), { maxItems: 500 }),
  list_file: Type.Optional(ListFile),
});

/** Tables 5-22 and 5-34. */
export const SmnInfo = Type.Object({
  notify_result: Type.Boolean(),
  notify_error_message: Type.String({ maxLength: 1024 }),
  topic_name: Type.String({ maxLength: 5120 }),
});

/** Tables 5-23 and 5-35. */
export const SourceCdnResp = Type.Object({
  domain: Type.String({ maxLength: 1024 }),
  protocol: Type.Enum([...cdnProtocols]),
  authentication_type: Type.Enum([...cdnAuthenticationTypes]),
});
export type SourceCdnResp = Static<typeof SourceCdnResp>;

/** Tables 5-15 and 5-27. */
export const TaskResp = Type.Object({
  bandwidth_policy: BandwidthPolicy,
  complete_size: Long('Bytes of the objects that have been dealt with, failures included.'),
  description: Type.String({ maxLength: 255 }),
  dst_node: DstNodeResp,
  enable_failed_object_recording: Type.Boolean(),
  enable_kms: Type.Boolean(),
  enable_metadata_migration: Type.Boolean(),
  enable_restore: Type.Boolean(),
  error_reason: Type.Union([ErrorReasonResp, Type.Null()], { description: 'Null unless the task has failed, or was paused by a failure.' }),
  failed_num: Long('Objects that failed.'),
  failed_object_record: Type.Union([FailedObjectRecordDto, Type.Null()]),
  group_id: Type.String({ maxLength: 36, description: 'Empty unless a task group created the task.' }),
  id: Type.Integer({ minimum: 0, maximum: 999_999_999_999_999, format: 'int64' }),
  is_query_over: Type.Boolean({ description: 'Whether total_num and total_size are known.' }),
  left_time: Long('Milliseconds to go; 0 while unknown.'),
  migrate_since: Long('Milliseconds since the epoch; 0 is no limit.'),
  migrate_speed: Long('Bytes per second.'),
  name: Type.String({ maxLength: 10_240 }),
  progress: Type.Number({ minimum: 0, maximum: 1 }),
  real_size: Long('Bytes of the objects that were migrated.'),
  skipped_num: Long('Objects that needed no copy, and those not modified after migrate_since.'),
  src_node: SrcNodeResp,
  start_time: Long('Milliseconds since the epoch; 0 while the task has never run.'),
  status: Type.Enum([...taskStatuses], { description: '1 waiting, 2 migrating, 3 paused, 4 failed, 5 succeeded, 6 retrying, 7 pausing.' }),
  successful_num: Long('Objects that were migrated.'),
  task_type: Type.Enum([...taskTypes]),
  group_type: Type.Enum([...groupTypes]),
  total_num: Long('Objects to migrate; 0 until is_query_over.'),
  total_size: Long('Bytes to migrate; 0 until is_query_over.'),
  total_time: Long('Milliseconds of running, without pauses.'),
  smn_info: Type.Union([SmnInfo, Type.Null()]),
  source_cdn: Type.Optional(SourceCdnResp),
  success_record_error_reason: Type.String({ maxLength: 255 }),
  skip_record_error_reason: Type.String({ maxLength: 255 }),
  object_overwrite_mode: Type.Enum([...objectOverwriteModes]),
  dst_storage_policy: Type.Enum([...dstStoragePolicies]),
  consistency_check: Type.Enum([...consistencyChecks]),
  enable_requester_pays: Type.Boolean(),
  task_priority: Type.Enum([...taskPriorities]),
});
export type TaskResp = Static<typeof TaskResp>;

/** Table 5-14. */
export const ListTasksResponse = Type.Object({
  tasks: Type.Array(TaskResp, { maxItems: 100 }),
  count: Long('Tasks that meet the criteria, on all pages.'),
});
export type ListTasksResponse = Static<typeof ListTasksResponse>;
