/** The wire's words and the domain's, both ways; the compiler sees that none is left out. */
import type { StatisticDataType, StatisticTimeType, SyncStatus } from '@haulier/wire/oms/sync-tasks.ts';
import type { CdnAuthenticationType, ConsistencyCheck, ObjectOverwriteMode, TaskPriority, TaskStatus, TaskType } from '@haulier/wire/oms/task-enums.ts';
import type { CheckMode, OverwriteMode, Selection } from '../../engine/plan.ts';
import type { StepWidth } from '../../object-migration/sync/statistics.ts';
import type { SyncCounts, SyncState } from '../../object-migration/sync/sync-task.ts';
import type { Priority, TaskState } from '../../object-migration/task.ts';
import type { CdnAuthentication } from '../../object-store/cdn.ts';

export const cdnAuthentications: Readonly<Record<CdnAuthenticationType, CdnAuthentication>> = {
  NONE: 'none',
  QINIU_PRIVATE_AUTHENTICATION: 'qiniu',
  ALIYUN_OSS_A: 'aliyun-a',
  ALIYUN_OSS_B: 'aliyun-b',
  ALIYUN_OSS_C: 'aliyun-c',
  KSYUN_PRIVATE_AUTHENTICATION: 'kingsoft',
  AZURE_SAS_TOKEN: 'azure-sas',
  TENCENT_COS_A: 'tencent-a',
  TENCENT_COS_B: 'tencent-b',
  TENCENT_COS_C: 'tencent-c',
  TENCENT_COS_D: 'tencent-d',
};

export const cdnAuthenticationNames: Readonly<Record<CdnAuthentication, CdnAuthenticationType>> = {
  none: 'NONE',
  qiniu: 'QINIU_PRIVATE_AUTHENTICATION',
  'aliyun-a': 'ALIYUN_OSS_A',
  'aliyun-b': 'ALIYUN_OSS_B',
  'aliyun-c': 'ALIYUN_OSS_C',
  kingsoft: 'KSYUN_PRIVATE_AUTHENTICATION',
  'azure-sas': 'AZURE_SAS_TOKEN',
  'tencent-a': 'TENCENT_COS_A',
  'tencent-b': 'TENCENT_COS_B',
  'tencent-c': 'TENCENT_COS_C',
  'tencent-d': 'TENCENT_COS_D',
};

export const overwriteModes: Readonly<Record<ObjectOverwriteMode, OverwriteMode>> = {
  NO_OVERWRITE: 'never',
  SIZE_LAST_MODIFIED_COMPARISON_OVERWRITE: 'size-or-time',
  CRC64_COMPARISON_OVERWRITE: 'crc64',
  FULL_OVERWRITE: 'always',
};

export const overwriteModeNames: Readonly<Record<OverwriteMode, ObjectOverwriteMode>> = {
  never: 'NO_OVERWRITE',
  'size-or-time': 'SIZE_LAST_MODIFIED_COMPARISON_OVERWRITE',
  crc64: 'CRC64_COMPARISON_OVERWRITE',
  always: 'FULL_OVERWRITE',
};

export const checkModes: Readonly<Record<ConsistencyCheck, CheckMode>> = { size_last_modified: 'size-and-time', crc64: 'crc64', no_check: 'none' };
export const checkModeNames: Readonly<Record<CheckMode, ConsistencyCheck>> = { 'size-and-time': 'size_last_modified', crc64: 'crc64', none: 'no_check' };

export const priorities: Readonly<Record<TaskPriority, Priority>> = { HIGH: 'high', MEDIUM: 'medium', LOW: 'low' };
export const priorityNames: Readonly<Record<Priority, TaskPriority>> = { high: 'HIGH', medium: 'MEDIUM', low: 'LOW' };

export const taskTypeNames: Readonly<Record<Selection['kind'], TaskType>> = { names: 'object', prefixes: 'prefix', interval: 'prefix', 'list-file': 'list', 'url-list': 'url_list' };

export const statusNumbers: Readonly<Record<TaskState, TaskStatus>> = {
  waiting: 1, migrating: 2, paused: 3, failed: 4, succeeded: 5, retrying: 6, pausing: 7,
};

export const statesByNumber: Readonly<Record<TaskStatus, TaskState>> = {
  1: 'waiting', 2: 'migrating', 3: 'paused', 4: 'failed', 5: 'succeeded', 6: 'retrying', 7: 'pausing',
};

export const syncStates: Readonly<Record<SyncStatus, SyncState>> = { SYNCHRONIZING: 'synchronizing', STOPPED: 'stopped' };
export const syncStatuses: Readonly<Record<SyncState, SyncStatus>> = { synchronizing: 'SYNCHRONIZING', stopped: 'STOPPED' };

export const stepWidthNames: Readonly<Record<StepWidth, StatisticTimeType>> = { 'five-minutes': 'FIVE_MINUTES', 'one-hour': 'ONE_HOUR' };

export const statisticColumns: Readonly<Record<StatisticDataType, keyof SyncCounts>> = { REQUEST: 'requests', SUCCESS: 'successes', FAILURE: 'failures', SKIP: 'skips', SIZE: 'bytes' };
