/** Table 5-39: a new task. Its fields are read in the table's order, so the first broken rule is the one answered. */
import {
  consistencyChecks, dstStoragePolicies, objectOverwriteModes, taskPriorities, taskTypes, type SourceCloudType,
} from '@haulier/wire/oms/task-enums.ts';
import type { CheckMode, OverwriteMode } from '../../engine/plan.ts';
import type { CloudType, NewTask, ProjectId, TaskOptions } from '../../object-migration/task.ts';
import { checkModes, overwriteModes, priorities } from './enums.ts';
import { brokenRule, fieldRules, refusedByName, taskRules } from './errors.ts';
import { Fields } from './fields.ts';
import { bandwidthPolicy } from './parse-bandwidth.ts';
import { parseDestination } from './parse-destination.ts';
import { parseNotice } from './parse-notice.ts';
import { parseSource } from './parse-source.ts';
import { parseSourceCdn } from './parse-source-cdn.ts';

/** @param body as `parseExactJson` read it; undefined when there was none. */
export function parseCreateTask(project: ProjectId, body: unknown): NewTask {
  const fields = requestFields(body);
  const taskType = fields.filledChoice('task_type', taskTypes) ?? 'object';
  const source = parseSource(fields.requiredObject('src_node', taskRules.sourceParameters), taskType);
  const destination = parseDestination(fields.requiredObject('dst_node', taskRules.destinationParameters), source.node.selection);
  const enableKms = fields.flag('enable_kms', false);
  const description = parseDescription(fields);
  const migrateSince = parseMigrateSince(fields);
  const bandwidth = bandwidthPolicy(fields);
  const cdn = parseSourceCdn(fields);
  if (cdn !== undefined && taskType === 'url_list') throw refusedByName(fields.path('source_cdn'));
  const notice = parseNotice(fields);
  const carryMetadata = fields.flag('enable_metadata_migration', false);
  const enableRestore = fields.flag('enable_restore', false);
  const recordFailures = fields.flag('enable_failed_object_recording', true);
  const copying = parseCopying(fields, source.node.cloud);
  const priority = priorities[fields.choice('task_priority', taskPriorities) ?? 'MEDIUM'];
  return {
    project,
    description,
    source: { ...source.node, cdn: cdn?.cdn },
    destination: destination.node,
    credentials: { source: source.credentials, destination: destination.credentials, ...(cdn?.key === undefined ? {} : { cdnKey: cdn.key }) },
    options: { ...copying, migrateSince, carryMetadata, recordFailures, enableKms, enableRestore },
    bandwidth,
    priority,
    notice,
  };
}

/** The fields of a mandatory body. */
export function requestFields(body: unknown): Fields {
  if (body === undefined || body === null) throw brokenRule(fieldRules.missing, 'body');
  return new Fields(body, '', fieldRules.constraint);
}

/** The fields on copying and checking, which tasks and groups have in the same order. */
export function parseCopying(fields: Fields, cloud: CloudType): Pick<TaskOptions, 'overwrite' | 'storagePolicy' | 'check' | 'enableRequesterPays'> {
  const overwrite = parseOverwrite(fields, cloud);
  const storagePolicy = fields.filledChoice('dst_storage_policy', dstStoragePolicies) ?? 'STANDARD';
  const check = parseCheck(fields, cloud);
  const enableRequesterPays = fields.flag('enable_requester_pays', false);
  return { overwrite, storagePolicy, check, enableRequesterPays };
}

export function parseDescription(fields: Fields): string {
  const description = fields.text('description', { max: 255 }) ?? '';
  if (/[\^<>&"']/.test(description)) throw brokenRule(taskRules.descriptionCharacters, fields.path('description'));
  return description;
}

/** The answer's milliseconds must be exact too, so what a double cannot hold is refused. */
const maxSinceSeconds = BigInt(Math.floor(Number.MAX_SAFE_INTEGER / 1000));

/** Seconds on the wire, milliseconds inside; 0 is no limit. */
export function parseMigrateSince(fields: Fields): number | undefined {
  const seconds = fields.integer('migrate_since') ?? 0n;
  if (seconds < 0n || seconds > maxSinceSeconds) throw brokenRule(fieldRules.constraint, fields.path('migrate_since'));
  return seconds === 0n ? undefined : Number(seconds) * 1000;
}

/** "Only available for migration within Huawei Cloud or from Alibaba Cloud or Tencent Cloud"; Local is ours to allow. */
export const crc64Clouds: readonly CloudType[] = ['HuaweiCloud', 'Aliyun', 'Tencent', 'Local'] satisfies readonly SourceCloudType[];

function parseOverwrite(fields: Fields, cloud: CloudType): OverwriteMode {
  const mode = overwriteModes[fields.choice('object_overwrite_mode', objectOverwriteModes, taskRules.overwriteMode) ?? 'SIZE_LAST_MODIFIED_COMPARISON_OVERWRITE'];
  if (mode === 'crc64' && !crc64Clouds.includes(cloud)) throw brokenRule(taskRules.overwriteMode, fields.path('object_overwrite_mode'));
  return mode;
}

/** no_check is "only available for migration of HTTP/HTTPS data". */
function parseCheck(fields: Fields, cloud: CloudType): CheckMode {
  const check = checkModes[fields.choice('consistency_check', consistencyChecks) ?? 'size_last_modified'];
  const available = check === 'none' ? cloud === 'URLSource' : check !== 'crc64' || crc64Clouds.includes(cloud);
  if (!available) throw brokenRule(fieldRules.constraint, fields.path('consistency_check'));
  return check;
}
