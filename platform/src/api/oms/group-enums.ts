/** The wire's words for groups and the domain's, both ways; the compiler sees that none is left out. */
import type { GroupCloudType, GroupStatus, GroupTaskType } from '@haulier/wire/oms/task-groups.ts';
import type { TaskType } from '@haulier/wire/oms/task-enums.ts';
import type { GroupSelection, GroupState } from '../../object-migration/groups/group.ts';
import type { CloudType } from '../../object-migration/task.ts';

/** The task type that reads a selection as this one. */
export const singleTaskTypes = { LIST: 'list', URL_LIST: 'url_list', PREFIX: 'prefix' } as const satisfies Readonly<Record<GroupTaskType, TaskType>>;

export const groupTaskTypeNames: Readonly<Record<GroupSelection['kind'], GroupTaskType>> = { prefixes: 'PREFIX', 'list-file': 'LIST', 'url-list': 'URL_LIST' };

export const groupStatusNumbers: Readonly<Record<GroupState, GroupStatus>> = {
  waiting: 0, creating: 1, monitoring: 2, paused: 3, 'creation-failed': 4, failed: 5, succeeded: 6, pausing: 7, 'to-delete': 8, deleting: 9,
};

export const groupStatesByNumber: Readonly<Record<GroupStatus, GroupState>> = {
  0: 'waiting', 1: 'creating', 2: 'monitoring', 3: 'paused', 4: 'creation-failed', 5: 'failed', 6: 'succeeded', 7: 'pausing', 8: 'to-delete', 9: 'deleting',
};

/** HEC is a destination only; seen from outside it is Huawei Cloud. */
export const groupCloudNames: Readonly<Record<CloudType, GroupCloudType>> = {
  AWS: 'AWS', Azure: 'AZURE', Aliyun: 'ALIYUN', Tencent: 'TENCENT', HuaweiCloud: 'HUAWEICLOUD', QingCloud: 'QINGCLOUD', KingsoftCloud: 'KINGSOFTCLOUD',
  Baidu: 'BAIDU', Qiniu: 'QINIU', URLSource: 'URLSOURCE', UCloud: 'UCLOUD', Google: 'GOOGLE', Local: 'LOCAL', HEC: 'HUAWEICLOUD',
};
