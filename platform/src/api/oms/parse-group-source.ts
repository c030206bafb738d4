/** Tables 5-132 and 5-133: the source of a new task group. */
import { maxKeyCharacters } from '@haulier/wire/oms/create-task.ts';
import { sourceCloudTypes, type SourceCloudType } from '@haulier/wire/oms/task-enums.ts';
import type { GroupTaskType } from '@haulier/wire/oms/task-groups.ts';
import type { GroupSelection, GroupSource } from '../../object-migration/groups/group.ts';
import type { NodeCredentials } from '../../object-migration/task.ts';
import { brokenRule, fieldRules, taskRules } from './errors.ts';
import type { Fields } from './fields.ts';
import { singleTaskTypes } from './group-enums.ts';
import { refuseEncryptedKeys, sourceCredentials } from './parse-credentials.ts';
import { bucketName, cloudType, objectKeys } from './parse-source.ts';

export interface ParsedGroupSource {
  readonly node: GroupSource;
  /** Absent for URL_LIST. */
  readonly credentials: NodeCredentials | undefined;
  readonly listFiles: number | undefined;
}

export function parseGroupSource(fields: Fields, taskType: GroupTaskType): ParsedGroupSource {
  const mandatory = taskType !== 'URL_LIST';
  // Which keys are needed depends on the cloud, which the table has after them; one that is wrong is answered in its place.
  const readable: SourceCloudType = mandatory ? (fields.peek('cloud_type', sourceCloudTypes) ?? 'Aliyun') : 'URLSource';
  const credentials = sourceCredentials(fields, readable, '');
  const appId = readable === 'Tencent' ? fields.requiredText('app_id', { max: 255 }) : fields.text('app_id', { max: 255 });
  const region = mandatory ? fields.requiredText('region', { max: 100 }) : fields.text('region', { max: 100 });
  const keys = parsePrefixes(fields, taskType);
  const bucket = mandatory ? bucketName(fields, 'bucket') : fields.text('bucket', { max: 1024 });
  const cloud = cloudType(fields, singleTaskTypes[taskType]);
  const { selection, listFiles } = parseSelection(fields, taskType, keys);
  refuseEncryptedKeys(fields, '');
  if (!mandatory) return { node: { cloud, region: '', bucket: '', appId: undefined, selection }, credentials: undefined, listFiles };
  return { node: { cloud, region: region ?? '', bucket: bucket ?? '', appId: cloud === 'Tencent' ? appId : undefined, selection }, credentials, listFiles };
}

/** Given exactly where they are read. */
function parsePrefixes(fields: Fields, taskType: GroupTaskType): readonly string[] {
  const keys = objectKeys(fields);
  if ((taskType === 'PREFIX') !== keys.length > 0) throw brokenRule(taskRules.selectionMatchesTaskType, fields.path('object_key'));
  return keys;
}

function parseSelection(fields: Fields, taskType: GroupTaskType, keys: readonly string[]): { readonly selection: GroupSelection; readonly listFiles: number | undefined } {
  if (taskType === 'PREFIX') {
    if (fields.isFilled('list_file')) throw brokenRule(taskRules.selectionMatchesTaskType, fields.path('list_file'));
    return { selection: { kind: 'prefixes', prefixes: keys }, listFiles: undefined };
  }
  const file = fields.requiredObject('list_file', taskRules.sourceParameters);
  const key = file.requiredText('list_file_key', { max: maxKeyCharacters });
  const bucket = bucketName(file, 'obs_bucket');
  return { selection: { kind: taskType === 'LIST' ? 'list-file' : 'url-list', bucket, key }, listFiles: listFileCount(file) };
}

/** How many list files there must be; a group over another number would not be the one that was meant. */
function listFileCount(file: Fields): number | undefined {
  const text = file.filledText('list_file_num', { max: 65_535 });
  if (text === undefined) return undefined;
  if (!/^[1-9]\d{0,8}$/.test(text)) throw brokenRule(fieldRules.constraint, file.path('list_file_num'));
  return Number(text);
}
