/** The requests that change a task that is there: sections 5.2.5 and 5.2.8. */
import { Type, type Static } from 'typebox';
import { BandwidthPolicy } from './bandwidth-policy.ts';
import { cryptoTypes, taskPriorities } from './task-enums.ts';

const AccessKey = Type.String({ minLength: 1, maxLength: 100 });
const SecurityToken = Type.String({ maxLength: 16_384 });
const CryptoType = Type.Enum([...cryptoTypes]);

/** Table 5-54; what follows migrate_failed_object is sent by SDKs and absent from the table. */
export const StartTaskReq = Type.Object({
  src_ak: Type.Optional(AccessKey),
  src_sk: Type.Optional(AccessKey),
  json_auth_file: Type.Optional(Type.String({ maxLength: 65_535 })),
  src_security_token: Type.Optional(SecurityToken),
  dst_ak: AccessKey,
  dst_sk: AccessKey,
  dst_security_token: Type.Optional(SecurityToken),
  source_cdn_authentication_key: Type.Optional(Type.String({ maxLength: 255 })),
  migrate_failed_object: Type.Optional(Type.Boolean({ default: false, description: 'Migrate only what has failed.' })),
  connection_string: Type.Optional(Type.String({ maxLength: 65_535 })),
  src_crypto_type: Type.Optional(CryptoType),
  src_kms_key_id: Type.Optional(Type.String()),
  dst_crypto_type: Type.Optional(CryptoType),
  dst_kms_key_id: Type.Optional(Type.String()),
  source_cdn_crypto_type: Type.Optional(CryptoType),
  source_cdn_kms_key_id: Type.Optional(Type.String()),
});
export type StartTaskReq = Static<typeof StartTaskReq>;

export const maxBatchIds = 20;

/** Table 5-67. Either group_id or ids. */
export const BatchUpdateTasksReq = Type.Object({
  group_id: Type.Optional(Type.String({ minLength: 1, maxLength: 36 })),
  ids: Type.Optional(Type.Array(Type.Integer({ minimum: 0, format: 'int64' }), { maxItems: maxBatchIds })),
  bandwidth_policy: BandwidthPolicy,
  task_priority: Type.Optional(Type.Enum([...taskPriorities])),
});
export type BatchUpdateTasksReq = Static<typeof BatchUpdateTasksReq>;
