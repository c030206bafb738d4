/** Section 5.4. The order of a request's fields is the order in which its errors are looked for. */
import { Type, type Static } from 'typebox';
import { BandwidthPolicy } from './bandwidth-policy.ts';
import { ListFile, maxKeyCharacters, maxObjectKeys, SmnConfig, SourceCdnReq } from './create-task.ts';
import { consistencyChecks, cryptoTypes, dstStoragePolicies, Long, objectOverwriteModes } from './task-enums.ts';
import { ErrorReasonResp, SmnInfo, SourceCdnResp } from './task.ts';

export const groupTaskTypes = ['LIST', 'URL_LIST', 'PREFIX'] as const;
export type GroupTaskType = (typeof groupTaskTypes)[number];

/** Answers write clouds in capitals, requests as single tasks do. */
export const groupCloudTypes = [
  'AWS', 'AZURE', 'ALIYUN', 'TENCENT', 'HUAWEICLOUD', 'QINGCLOUD', 'KINGSOFTCLOUD', 'BAIDU', 'QINIU', 'URLSOURCE', 'UCLOUD', 'GOOGLE',
  /** Not of the documents: folders of the server's host as buckets. */
  'LOCAL',
] as const;
export type GroupCloudType = (typeof groupCloudTypes)[number];

/**
 * 0 waiting, 1 executing/creating, 2 running monitor task, 3 paused, 4 creation failed, 5 migration failed, 6 migration
 * completed, 7 pausing, 8 waiting for deletion, 9 deleting.
 */
export const groupStatuses = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] as const;
export type GroupStatus = (typeof groupStatuses)[number];

const AccessKey = Type.String({ maxLength: 100 });
const Region = Type.String({ maxLength: 100 });
const Bucket = Type.String({ maxLength: 1024 });
const KeyFile = Type.String({ maxLength: 65_535 });
/** Sent by SDKs, absent from the tables. */
const encryption = {
  crypto_type: Type.Optional(Type.Enum([...cryptoTypes])),
  kms_key_id: Type.Optional(Type.String()),
};

/** Table 5-132. ak, sk, region and bucket are mandatory unless task_type is URL_LIST. */
const TaskGroupSrcNode = Type.Object({
  ak: Type.Optional(AccessKey),
  sk: Type.Optional(AccessKey),
  json_auth_file: Type.Optional(KeyFile),
  app_id: Type.Optional(Type.String({ maxLength: 255, description: 'Mandatory when cloud_type is Tencent.' })),
  region: Type.Optional(Region),
  object_key: Type.Optional(Type.Array(Type.String({ maxLength: maxKeyCharacters }), { maxItems: maxObjectKeys, description: 'Prefixes; [""] is the whole bucket.' })),
  bucket: Type.Optional(Bucket),
  cloud_type: Type.Optional(Type.String({ maxLength: 100, default: 'Aliyun' })),
  list_file: Type.Optional(ListFile),
  connection_string: Type.Optional(KeyFile),
  ...encryption,
});

/** Table 5-134. */
const TaskGroupDstNode = Type.Object({
  ak: AccessKey,
  sk: AccessKey,
  region: Region,
  bucket: Bucket,
  cloud_type: Type.Optional(Type.String({ maxLength: 100, default: 'HEC' })),
  save_prefix: Type.Optional(Type.String({ maxLength: maxKeyCharacters })),
  ...encryption,
});

/** Table 5-131. */
export const CreateTaskGroupReq = Type.Object({
  src_node: TaskGroupSrcNode,
  description: Type.Optional(Type.String({ maxLength: 255, pattern: '^[^\\^<>&"\']*$' })),
  dst_node: TaskGroupDstNode,
  enable_metadata_migration: Type.Optional(Type.Boolean({ default: false })),
  enable_failed_object_recording: Type.Optional(Type.Boolean({ default: true })),
  enable_restore: Type.Optional(Type.Boolean({ default: false })),
  enable_kms: Type.Optional(Type.Boolean({ default: false })),
  task_type: Type.Optional(Type.Enum([...groupTaskTypes], { default: 'PREFIX' })),
  bandwidth_policy: Type.Optional(BandwidthPolicy),
  smn_config: Type.Optional(SmnConfig),
  source_cdn: Type.Optional(SourceCdnReq),
  migrate_since: Type.Optional(Long('Only objects modified after this time are migrated. Seconds since the epoch; 0 is no limit.')),
  object_overwrite_mode: Type.Optional(Type.Enum([...objectOverwriteModes], { default: 'SIZE_LAST_MODIFIED_COMPARISON_OVERWRITE' })),
  dst_storage_policy: Type.Optional(Type.Enum([...dstStoragePolicies], { default: 'STANDARD' })),
  consistency_check: Type.Optional(Type.Enum([...consistencyChecks], { default: 'size_last_modified' })),
  enable_requester_pays: Type.Optional(Type.Boolean({ default: false })),
});
export type CreateTaskGroupReq = Static<typeof CreateTaskGroupReq>;

/** Table 5-138. */
export const CreateTaskGroupResponse = Type.Object({ group_id: Type.String({ minLength: 1, maxLength: 100 }) });
export type CreateTaskGroupResponse = Static<typeof CreateTaskGroupResponse>;

const cryptoFields = {
  connection_string: Type.Optional(KeyFile),
  src_crypto_type: Type.Optional(Type.Enum([...cryptoTypes])),
  src_kms_key_id: Type.Optional(Type.String()),
  dst_crypto_type: Type.Optional(Type.Enum([...cryptoTypes])),
  dst_kms_key_id: Type.Optional(Type.String()),
  source_cdn_crypto_type: Type.Optional(Type.Enum([...cryptoTypes])),
  source_cdn_kms_key_id: Type.Optional(Type.String()),
};

/** Table 5-164. */
export const StartTaskGroupReq = Type.Object({
  src_ak: Type.Optional(AccessKey),
  src_sk: Type.Optional(AccessKey),
  json_auth_file: Type.Optional(KeyFile),
  dst_ak: AccessKey,
  dst_sk: AccessKey,
  source_cdn_authentication_key: Type.Optional(Type.String({ maxLength: 255 })),
  ...cryptoFields,
});
export type StartTaskGroupReq = Static<typeof StartTaskGroupReq>;

/** Table 5-169. Keys that are left out stay as the group has them. */
export const RetryTaskGroupReq = Type.Object({
  src_ak: Type.Optional(AccessKey),
  src_sk: Type.Optional(AccessKey),
  json_auth_file: Type.Optional(KeyFile),
  dst_ak: Type.Optional(AccessKey),
  dst_sk: Type.Optional(AccessKey),
  source_cdn_authentication_key: Type.Optional(Type.String({ maxLength: 255 })),
  migrate_failed_object: Type.Optional(Type.Boolean({ default: false, description: 'Migrate only what has failed.' })),
  ...cryptoFields,
});
export type RetryTaskGroupReq = Static<typeof RetryTaskGroupReq>;

/** Table 5-174. */
export const UpdateTaskGroupReq = Type.Object({ bandwidth_policy: BandwidthPolicy });

export const GroupParams = Type.Object({
  project_id: Type.String({ minLength: 1, maxLength: 1024 }),
  group_id: Type.String({ minLength: 1, maxLength: 1024 }),
});
export type GroupParams = Static<typeof GroupParams>;

/** Table 5-114. */
export const ListTaskGroupQuery = Type.Object({
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: 10 })),
  offset: Type.Optional(Type.Integer({ minimum: 0, maximum: 2_147_483_647, default: 0 })),
  status: Type.Optional(Type.Integer({ minimum: 0, maximum: 9 })),
});

/** Table 5-119. */
const TaskGroupSrcNodeResp = Type.Object({
  bucket: Bucket,
  cloud_type: Type.Enum([...groupCloudTypes]),
  region: Region,
  app_id: Type.String({ maxLength: 255, description: 'Empty unless cloud_type is TENCENT.' }),
  object_key: Type.Array(Type.String({ maxLength: maxKeyCharacters }), { maxItems: maxObjectKeys }),
  list_file: Type.Union([ListFile, Type.Null()]),
});

/** Table 5-121. */
const TaskGroupDstNodeResp = Type.Object({ bucket: Bucket, region: Region, save_prefix: Type.String({ maxLength: maxKeyCharacters }) });

/** Table 5-125, with null for what there is not, as the examples have it. */
const GroupFailedObjectRecord = Type.Object({
  result: Type.Union([Type.Boolean(), Type.Null()], { description: 'Whether the failed objects can be migrated again alone.' }),
  list_file_key: Type.Union([Type.String({ maxLength: 1024 }), Type.Null()], { description: 'The folder with the lists of all tasks.' }),
  error_code: Type.Union([Type.String({ maxLength: 10 }), Type.Null()]),
});

/** Tables 5-117 and 5-144. */
export const TaskGroupResp = Type.Object({
  group_id: Type.String({ minLength: 1, maxLength: 100 }),
  status: Type.Enum([...groupStatuses], {
    description: '0 waiting, 1 executing/creating, 2 running monitor task, 3 paused, 4 creation failed, 5 migration failed, 6 migration completed, 7 pausing, 8 waiting for deletion, 9 deleting.',
  }),
  error_reason: Type.Union([ErrorReasonResp, Type.Null()]),
  src_node: TaskGroupSrcNodeResp,
  description: Type.String({ maxLength: 255 }),
  dst_node: TaskGroupDstNodeResp,
  enable_metadata_migration: Type.Boolean(),
  enable_failed_object_recording: Type.Boolean(),
  enable_restore: Type.Boolean(),
  enable_kms: Type.Boolean(),
  task_type: Type.Enum([...groupTaskTypes]),
  bandwidth_policy: BandwidthPolicy,
  smn_config: Type.Union([SmnInfo, Type.Null()]),
  source_cdn: Type.Union([SourceCdnResp, Type.Null()]),
  migrate_since: Long('Milliseconds since the epoch; 0 is no limit.'),
  migrate_speed: Long('Bytes per second, of all tasks together.'),
  total_time: Long('Milliseconds of running, without pauses.'),
  start_time: Long('Milliseconds since the epoch; 0 while the group has never run.'),
  total_task_num: Long('Tasks of the group, those to be created included as far as they are known.'),
  create_task_num: Long('Tasks that are created.'),
  failed_task_num: Long('Tasks that have failed.'),
  complete_task_num: Long('Tasks that have succeeded.'),
  paused_task_num: Long('Tasks that are paused.'),
  executing_task_num: Long('Tasks at work, those that are pausing included.'),
  waiting_task_num: Long('Tasks that wait for a worker.'),
  total_num: Long('Objects to migrate, as far as they are known.'),
  create_complete_num: Long('Objects of the tasks that are created.'),
  success_num: Long('Objects that were migrated.'),
  fail_num: Long('Objects that failed.'),
  skip_num: Long('Objects that needed no copy, and those not modified after migrate_since.'),
  total_size: Long('Bytes to migrate, as far as they are known.'),
  create_complete_size: Long('Bytes of the objects of the tasks that are created.'),
  complete_size: Long('Bytes of the objects that have been dealt with, failures included.'),
  failed_object_record: GroupFailedObjectRecord,
  object_overwrite_mode: Type.Enum([...objectOverwriteModes]),
  dst_storage_policy: Type.Enum([...dstStoragePolicies]),
  consistency_check: Type.Enum([...consistencyChecks]),
  enable_requester_pays: Type.Boolean(),
});
export type TaskGroupResp = Static<typeof TaskGroupResp>;

/** Table 5-116. */
export const ListTaskGroupResponse = Type.Object({
  count: Long('Groups that meet the criteria, on all pages.'),
  taskgroups: Type.Array(TaskGroupResp, { maxItems: 100 }),
});
export type ListTaskGroupResponse = Static<typeof ListTaskGroupResponse>;
