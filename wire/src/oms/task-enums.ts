/** The enumerated values of migration tasks (section 5.2). Task groups spell some of them in capitals. */
import { Type } from 'typebox';

export const taskTypes = ['list', 'url_list', 'object', 'prefix'] as const;
export type TaskType = (typeof taskTypes)[number];

export const sourceCloudTypes = [
  'AWS', 'Azure', 'Aliyun', 'Tencent', 'HuaweiCloud', 'QingCloud', 'KingsoftCloud', 'Baidu', 'Qiniu', 'URLSource', 'UCloud', 'Google',
  /** Not of the documents: folders of the server's host as buckets. */
  'Local',
] as const;
export type SourceCloudType = (typeof sourceCloudTypes)[number];

export const objectOverwriteModes = ['NO_OVERWRITE', 'SIZE_LAST_MODIFIED_COMPARISON_OVERWRITE', 'CRC64_COMPARISON_OVERWRITE', 'FULL_OVERWRITE'] as const;
export type ObjectOverwriteMode = (typeof objectOverwriteModes)[number];

export const consistencyChecks = ['size_last_modified', 'crc64', 'no_check'] as const;
export type ConsistencyCheck = (typeof consistencyChecks)[number];

export const dstStoragePolicies = ['STANDARD', 'IA', 'ARCHIVE', 'DEEP_ARCHIVE', 'SRC_STORAGE_MAPPING'] as const;
export type DstStoragePolicy = (typeof dstStoragePolicies)[number];

export const taskPriorities = ['HIGH', 'MEDIUM', 'LOW'] as const;
export type TaskPriority = (typeof taskPriorities)[number];

export const groupTypes = ['NORMAL_TASK', 'SYNC_TASK', 'GROUP_TASK'] as const;
export type GroupType = (typeof groupTypes)[number];

export const cryptoTypes = ['DEFAULT', 'KMS'] as const;
export type CryptoType = (typeof cryptoTypes)[number];

export const cdnAuthenticationTypes = [
  'NONE', 'QINIU_PRIVATE_AUTHENTICATION', 'ALIYUN_OSS_A', 'ALIYUN_OSS_B', 'ALIYUN_OSS_C', 'KSYUN_PRIVATE_AUTHENTICATION', 'AZURE_SAS_TOKEN',
  'TENCENT_COS_A', 'TENCENT_COS_B', 'TENCENT_COS_C', 'TENCENT_COS_D',
] as const;
export type CdnAuthenticationType = (typeof cdnAuthenticationTypes)[number];

export const cdnProtocols = ['http', 'https'] as const;
export const smnLanguages = ['zh-cn', 'en-us'] as const;
export type SmnLanguage = (typeof smnLanguages)[number];
export const smnTriggers = ['SUCCESS', 'FAILURE'] as const;

/** 1 waiting, 2 migrating, 3 paused, 4 failed, 5 succeeded, 6 retrying, 7 pausing. */
export const taskStatuses = [1, 2, 3, 4, 5, 6, 7] as const;
export type TaskStatus = (typeof taskStatuses)[number];

/** A Long of the documents: 0 to 2⁶³−1. */
export const Long = (description: string) => Type.Integer({ minimum: 0, format: 'int64', description });
