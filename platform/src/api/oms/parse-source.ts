/** Tables 5-40 and 5-41: the source of a new task. */
import { maxKeyCharacters, maxObjectKeys } from '@haulier/wire/oms/create-task.ts';
import { sourceCloudTypes, type SourceCloudType, type TaskType } from '@haulier/wire/oms/task-enums.ts';
import type { Selection } from '../../engine/plan.ts';
import type { NodeCredentials, SourceNode } from '../../object-migration/task.ts';
import { brokenRule, fieldRules, refusedByName, taskRules } from './errors.ts';
import { checkedText, type Fields } from './fields.ts';
import { refuseEncryptedKeys, sourceCredentials } from './parse-credentials.ts';

export interface ParsedSource {
  readonly node: SourceNode;
  /** Absent for url_list. */
  readonly credentials: NodeCredentials | undefined;
}

export function parseSource(fields: Fields, taskType: TaskType): ParsedSource {
  const cloud = cloudType(fields, taskType);
  const mandatory = taskType !== 'url_list';
  const region = mandatory ? fields.requiredText('region', { max: 100 }) : fields.text('region', { max: 100 });
  const credentials = sourceCredentials(fields, cloud, '');
  const appId = cloud === 'Tencent' ? fields.requiredText('app_id', { max: 255 }) : fields.text('app_id', { max: 255 });
  const bucket = mandatory ? bucketName(fields, 'bucket') : fields.text('bucket', { max: 1024 });
  const selection = parseSelection(fields, taskType);
  refuseEncryptedKeys(fields, '');
  if (taskType === 'url_list') return { node: { cloud, region: '', bucket: '', appId: undefined, selection }, credentials: undefined };
  return {
    node: { cloud, region: region ?? '', bucket: bucket ?? '', appId: cloud === 'Tencent' ? appId : undefined, selection },
    credentials,
  };
}

/** URLSource is for url_list and url_list is for URLSource; the page's sentence has it the wrong way round. */
export function cloudType(fields: Fields, taskType: TaskType): SourceCloudType {
  if (taskType === 'url_list') {
    if (fields.requiredChoice('cloud_type', sourceCloudTypes) !== 'URLSource') throw mismatch(fields);
    return 'URLSource';
  }
  const cloud = fields.choice('cloud_type', sourceCloudTypes) ?? 'Aliyun';
  if (cloud === 'URLSource') throw mismatch(fields);
  return cloud;
}

function mismatch(fields: Fields) {
  return brokenRule(taskRules.cloudTypeMatchesTaskType, fields.path('cloud_type'));
}

/** Where a bucket's name is a path, `/` and dots alone would lead out of it. */
export function bucketName(fields: Fields, name: string, max = 1024): string {
  return fields.requiredPattern(name, /^(?!\.{1,2}$)[^/\\]+$/u, { max });
}

/** object_key comes before list_file; each is refused where the task type reads the other one. */
function parseSelection(fields: Fields, taskType: TaskType): Selection {
  const listed = taskType === 'list' || taskType === 'url_list';
  const keys = objectKeys(fields);
  if (listed ? keys.length > 0 : keys.length === 0) throw brokenRule(taskRules.selectionMatchesTaskType, fields.path('object_key'));
  if (!listed) {
    if (fields.isFilled('list_file')) throw brokenRule(taskRules.selectionMatchesTaskType, fields.path('list_file'));
    return taskType === 'object' ? { kind: 'names', names: keys } : { kind: 'prefixes', prefixes: keys };
  }
  const { bucket, key } = listFile(fields.requiredObject('list_file', taskRules.sourceParameters));
  return { kind: taskType === 'list' ? 'list-file' : 'url-list', bucket, key };
}

export function objectKeys(fields: Fields): readonly string[] {
  const keys = fields.list('object_key') ?? [];
  const path = fields.path('object_key');
  if (keys.length > maxObjectKeys) throw brokenRule(taskRules.sourceParameters, path);
  return keys.map((key, index) => {
    if (key === null) throw brokenRule(fieldRules.wrongType, `${path}[${index}]`);
    return checkedText(key, `${path}[${index}]`, { max: maxKeyCharacters }, taskRules.sourceParameters);
  });
}

/** list_file_num other than one file would be a second list that nobody reads. */
function listFile(fields: Fields): { readonly bucket: string; readonly key: string } {
  const key = fields.requiredText('list_file_key', { max: maxKeyCharacters });
  const bucket = bucketName(fields, 'obs_bucket');
  const count = fields.filledText('list_file_num', { max: 65_535 });
  if (count !== undefined && count !== '1') throw refusedByName(fields.path('list_file_num'));
  return { bucket, key };
}
