/** Section 5.3: synchronisation tasks. The order of a request's fields is the order in which its errors are looked for. */
import { Type, type Static } from 'typebox';
import { SourceCdnReq } from './create-task.ts';
import { SourceCdnResp } from './task.ts';
import { consistencyChecks, cryptoTypes, dstStoragePolicies, Long, objectOverwriteModes, sourceCloudTypes } from './task-enums.ts';

export const syncStatuses = ['SYNCHRONIZING', 'STOPPED'] as const;
export type SyncStatus = (typeof syncStatuses)[number];

/** What a request calls transmission, answers call no_check. */
export const syncConsistencyChecks = ['size_last_modified', 'crc64', 'transmission'] as const;
export type SyncConsistencyCheck = (typeof syncConsistencyChecks)[number];

export const statisticDataTypes = ['REQUEST', 'SUCCESS', 'FAILURE', 'SKIP', 'SIZE'] as const;
export type StatisticDataType = (typeof statisticDataTypes)[number];

export const statisticTimeTypes = ['FIVE_MINUTES', 'ONE_HOUR'] as const;
export type StatisticTimeType = (typeof statisticTimeTypes)[number];

/** URLSource is no source of a synchronisation task. */
export const syncCloudTypes = sourceCloudTypes.filter((cloud) => cloud !== 'URLSource');

/** "A maximum of 10 objects can be included" (table 5-72), where the array's length says 100. */
export const maxEventKeys = 10;
export const maxEncodedKeyCharacters = 16_384;

const AccessKey = Type.String({ maxLength: 100 });
const CryptoType = Type.Optional(Type.Enum([...cryptoTypes]));
const KmsKeyId = Type.Optional(Type.String());

export const SyncTaskParams = Type.Object({
  project_id: Type.String({ minLength: 1, maxLength: 1024 }),
  sync_task_id: Type.String({ minLength: 1, maxLength: 1024 }),
});
export type SyncTaskParams = Static<typeof SyncTaskParams>;

/** Table 5-72. */
export const SyncObjectReq = Type.Object({
  object_keys: Type.Array(Type.String({ minLength: 1, maxLength: maxEncodedKeyCharacters }), { minItems: 1, maxItems: maxEventKeys, description: 'URL-encoded names; a plus stays a plus.' }),
});
export type SyncObjectReq = Static<typeof SyncObjectReq>;

/** Table 5-77. */
export const ListSyncTasksQuery = Type.Object({
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: 10 })),
  offset: Type.Optional(Type.Integer({ minimum: 0, maximum: 10_000, default: 0 })),
  status: Type.Optional(Type.Enum([...syncStatuses])),
});

/** Table 5-90. */
export const ShowSyncTaskQuery = Type.Object({
  query_time: Type.String({ minLength: 1, maxLength: 1024, description: 'Milliseconds since the epoch; the statistics are of the month around it.' }),
});

/** Table 5-95. */
export const SyncStatisticQuery = Type.Object({
  data_type: Type.String({ minLength: 1, maxLength: 255, description: 'REQUEST, SUCCESS, FAILURE, SKIP, SIZE; several are separated by commas.' }),
  start_time: Type.String({ minLength: 1, maxLength: 1024, description: 'Milliseconds since the epoch.' }),
  end_time: Type.String({ minLength: 1, maxLength: 1024, description: 'Milliseconds since the epoch.' }),
});

/** Table 5-85; the crypto fields are sent by SDKs and absent from the table. */
export const CreateSyncTaskReq = Type.Object({
  src_cloud_type: Type.Optional(Type.Enum([...syncCloudTypes], { default: 'Aliyun' })),
  src_region: Type.String({ maxLength: 100 }),
  src_bucket: Type.String({ maxLength: 1024 }),
  src_ak: AccessKey,
  src_sk: AccessKey,
  dst_ak: AccessKey,
  dst_sk: AccessKey,
  dst_region: Type.String({ maxLength: 100 }),
  dst_bucket: Type.String({ maxLength: 1024 }),
  description: Type.Optional(Type.String({ maxLength: 255, pattern: '^[^<>()"\'&]*$' })),
  enable_metadata_migration: Type.Optional(Type.Boolean({ default: false })),
  enable_kms: Type.Optional(Type.Boolean({ default: false })),
  enable_restore: Type.Optional(Type.Boolean({ default: false })),
  dst_storage_policy: Type.Optional(Type.Enum([...dstStoragePolicies], { default: 'STANDARD' })),
  app_id: Type.Optional(Type.String({ maxLength: 255, description: 'Mandatory when src_cloud_type is Tencent.' })),
  source_cdn: Type.Optional(SourceCdnReq),
  consistency_check: Type.Optional(Type.Enum([...syncConsistencyChecks], { default: 'size_last_modified' })),
  src_crypto_type: CryptoType,
  src_kms_key_id: KmsKeyId,
  dst_crypto_type: CryptoType,
  dst_kms_key_id: KmsKeyId,
});
export type CreateSyncTaskReq = Static<typeof CreateSyncTaskReq>;

/** Table 5-87. */
export const CreateSyncTaskResponse = Type.Object({ sync_task_id: Type.String({ maxLength: 255 }) });
export type CreateSyncTaskResponse = Static<typeof CreateSyncTaskResponse>;

/** Table 5-111. */
export const StartSyncTaskReq = Type.Object({
  src_ak: AccessKey,
  src_sk: AccessKey,
  dst_ak: AccessKey,
  dst_sk: AccessKey,
  source_cdn_authentication_key: Type.Optional(Type.String({ maxLength: 255 })),
  src_crypto_type: CryptoType,
  src_kms_key_id: KmsKeyId,
  dst_crypto_type: CryptoType,
  dst_kms_key_id: KmsKeyId,
  source_cdn_crypto_type: CryptoType,
  source_cdn_kms_key_id: KmsKeyId,
});
export type StartSyncTaskReq = Static<typeof StartSyncTaskReq>;

/** What tables 5-80 and 5-92 share. */
const shown = {
  sync_task_id: Type.String({ maxLength: 255 }),
  src_cloud_type: Type.Enum([...syncCloudTypes]),
  src_region: Type.String({ maxLength: 100 }),
  src_bucket: Type.String({ maxLength: 1024 }),
  create_time: Long('Milliseconds since the epoch.'),
  last_start_time: Long('Milliseconds since the epoch.'),
  dst_bucket: Type.String({ maxLength: 1024 }),
  dst_region: Type.String({ maxLength: 100 }),
  description: Type.String({ maxLength: 255 }),
  status: Type.Enum([...syncStatuses]),
  enable_kms: Type.Boolean(),
  enable_metadata_migration: Type.Boolean(),
  enable_restore: Type.Boolean(),
  app_id: Type.Union([Type.String({ maxLength: 255 }), Type.Null()]),
  object_overwrite_mode: Type.Enum([...objectOverwriteModes]),
  dst_storage_policy: Type.Enum([...dstStoragePolicies]),
  consistency_check: Type.Enum([...consistencyChecks]),
};

/** Table 5-80. */
export const SyncTaskInfo = Type.Object({ ...shown, source_cdn: Type.Union([SourceCdnResp, Type.Null()]) });
export type SyncTaskInfo = Static<typeof SyncTaskInfo>;

/** Table 5-79. */
export const ListSyncTasksResponse = Type.Object({ tasks: Type.Array(SyncTaskInfo, { maxItems: 100 }), count: Long('Tasks that meet the criteria.') });
export type ListSyncTasksResponse = Static<typeof ListSyncTasksResponse>;

/** Table 5-92. */
export const ShowSyncTaskResponse = Type.Object({
  ...shown,
  monthly_acceptance_request: Long('Names accepted in the month of query_time.'),
  monthly_success_object: Long('Of these, copied.'),
  monthly_failure_object: Long('Of these, given up.'),
  monthly_skip_object: Long('Of these, left as they were.'),
  monthly_size: Long('Bytes copied.'),
});
export type ShowSyncTaskResponse = Static<typeof ShowSyncTaskResponse>;

/** Table 5-99. */
export const StatisticData = Type.Object({ time_stamp: Long('When the step begins, in milliseconds since the epoch.'), statistic_num: Long('What was counted in it.') });
export type StatisticData = Static<typeof StatisticData>;

/** Table 5-98. */
export const StatisticTypeData = Type.Object({ data_type: Type.Enum([...statisticDataTypes]), data: Type.Array(StatisticData, { maxItems: 1000 }) });
export type StatisticTypeData = Static<typeof StatisticTypeData>;

/** Table 5-97. */
export const ListSyncTaskStatisticResponse = Type.Object({
  sync_task_id: Type.String({ minLength: 1, maxLength: 255 }),
  statistic_time_type: Type.Enum([...statisticTimeTypes]),
  statistic_datas: Type.Array(StatisticTypeData, { maxItems: 1000 }),
});
export type ListSyncTaskStatisticResponse = Static<typeof ListSyncTaskStatisticResponse>;

/** Not of the documents: the address that a store's notifications are pushed to. */
export const SyncWebhookResponse = Type.Object({
  url: Type.String({ description: 'With the token in its query.' }),
  token: Type.String({ description: 'Shown this once.' }),
});
export type SyncWebhookResponse = Static<typeof SyncWebhookResponse>;

/** Not of the documents: the answer to a notification. */
export const SyncNotificationResponse = Type.Object({ accepted: Type.Integer(), ignored: Type.Integer() });
export type SyncNotificationResponse = Static<typeof SyncNotificationResponse>;
