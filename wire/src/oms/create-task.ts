/** Section 5.2.3. The order of fields is the order in which a request's errors are looked for. */
import { Type, type Static } from 'typebox';
import { BandwidthPolicy } from './bandwidth-policy.ts';
import {
  cdnAuthenticationTypes, cdnProtocols, consistencyChecks, cryptoTypes, dstStoragePolicies, Long, objectOverwriteModes, smnLanguages, smnTriggers,
  sourceCloudTypes, taskPriorities, taskTypes,
} from './task-enums.ts';

export const maxKeyCharacters = 1024;
export const maxObjectKeys = 500;

const AccessKey = Type.String({ maxLength: 100 });
const SecurityToken = Type.String({ maxLength: 16_384 });
const Region = Type.String({ maxLength: 100 });
const Bucket = Type.String({ maxLength: 1024 });
/** How ak and sk are encrypted in the request; sent by SDKs, absent from the tables. Only DEFAULT acts. */
const encryption = {
  crypto_type: Type.Optional(Type.Enum([...cryptoTypes])),
  kms_key_id: Type.Optional(Type.String()),
};

/** Tables 5-21, 5-33 and 5-41. */
export const ListFile = Type.Object({
  list_file_key: Type.String({ minLength: 1, maxLength: maxKeyCharacters }),
  obs_bucket: Bucket,
  list_file_num: Type.Optional(Type.String({ maxLength: 65_535 })),
});
export type ListFile = Static<typeof ListFile>;

/** Table 5-40. region, ak, sk and bucket are mandatory unless task_type is url_list. */
export const SrcNodeReq = Type.Object({
  cloud_type: Type.Optional(Type.Enum([...sourceCloudTypes], { default: 'Aliyun' })),
  region: Type.Optional(Region),
  ak: Type.Optional(AccessKey),
  sk: Type.Optional(AccessKey),
  json_auth_file: Type.Optional(Type.String({ maxLength: 65_535, description: 'Google Cloud Storage: the key file of the service account.' })),
  security_token: Type.Optional(SecurityToken),
  app_id: Type.Optional(Type.String({ maxLength: 255, description: 'Mandatory when cloud_type is Tencent.' })),
  bucket: Type.Optional(Bucket),
  object_key: Type.Optional(Type.Array(Type.String({ maxLength: maxKeyCharacters }), { maxItems: maxObjectKeys, description: '[""] is the whole bucket.' })),
  list_file: Type.Optional(ListFile),
  /** Sent by SDKs for Azure, absent from the table. */
  connection_string: Type.Optional(Type.String({ maxLength: 65_535 })),
  ...encryption,
});
export type SrcNodeReq = Static<typeof SrcNodeReq>;

/** Table 5-42. */
export const DstNodeReq = Type.Object({
  ak: AccessKey,
  sk: AccessKey,
  security_token: Type.Optional(SecurityToken),
  bucket: Bucket,
  save_prefix: Type.Optional(Type.String({ maxLength: maxKeyCharacters })),
  region: Region,
  ...encryption,
});
export type DstNodeReq = Static<typeof DstNodeReq>;

/** Table 5-44. */
export const SourceCdnReq = Type.Object({
  authentication_key: Type.Optional(Type.String({ maxLength: 255 })),
  authentication_type: Type.Enum([...cdnAuthenticationTypes], { default: 'NONE' }),
  domain: Type.String({ maxLength: 1024 }),
  protocol: Type.Enum([...cdnProtocols]),
  ...encryption,
});
export type SourceCdnReq = Static<typeof SourceCdnReq>;

/** Table 5-45. */
export const SmnConfig = Type.Object({
  language: Type.Optional(Type.Enum([...smnLanguages], { default: 'en-us' })),
  topic_urn: Type.String({ maxLength: 1024 }),
  trigger_conditions: Type.Array(Type.Enum([...smnTriggers]), { minItems: 1, maxItems: 2 }),
  message_template_name: Type.Optional(Type.String()),
});
export type SmnConfig = Static<typeof SmnConfig>;

/** Table 5-39. */
export const CreateTaskReq = Type.Object({
  task_type: Type.Optional(Type.Enum([...taskTypes], { default: 'object' })),
  src_node: SrcNodeReq,
  dst_node: DstNodeReq,
  enable_kms: Type.Optional(Type.Boolean({ default: false })),
  description: Type.Optional(Type.String({ maxLength: 255, pattern: '^[^\\^<>&"\']*$' })),
  migrate_since: Type.Optional(Long('Only objects modified after this time are migrated. Seconds since the epoch; 0 is no limit.')),
  bandwidth_policy: Type.Optional(BandwidthPolicy),
  source_cdn: Type.Optional(SourceCdnReq),
  smn_config: Type.Optional(SmnConfig),
  enable_metadata_migration: Type.Optional(Type.Boolean({ default: false })),
  enable_restore: Type.Optional(Type.Boolean({ default: false })),
  enable_failed_object_recording: Type.Optional(Type.Boolean({ default: true })),
  object_overwrite_mode: Type.Optional(Type.Enum([...objectOverwriteModes], { default: 'SIZE_LAST_MODIFIED_COMPARISON_OVERWRITE' })),
  dst_storage_policy: Type.Optional(Type.Enum([...dstStoragePolicies], { default: 'STANDARD' })),
  consistency_check: Type.Optional(Type.Enum([...consistencyChecks], { default: 'size_last_modified' })),
  enable_requester_pays: Type.Optional(Type.Boolean({ default: false })),
  task_priority: Type.Optional(Type.Enum([...taskPriorities], { default: 'MEDIUM' })),
});
export type CreateTaskReq = Static<typeof CreateTaskReq>;

/** Table 5-46. */
export const CreateTaskResponse = Type.Object({
  id: Type.Integer({ minimum: 0, maximum: 999_999_999_999_999, format: 'int64' }),
  task_name: Type.String({ maxLength: 2048 }),
});
export type CreateTaskResponse = Static<typeof CreateTaskResponse>;
