/** Table 5-85: a new synchronisation task. Its fields are read in the table's order, so the first broken rule is the one answered. */
import { syncCloudTypes, syncConsistencyChecks, type SyncConsistencyCheck } from '@haulier/wire/oms/sync-tasks.ts';
import { dstStoragePolicies } from '@haulier/wire/oms/task-enums.ts';
import type { CheckMode } from '../../engine/plan.ts';
import type { CloudType, ProjectId } from '../../object-migration/task.ts';
import type { NewSyncTask } from '../../object-migration/sync/sync-task.ts';
import { brokenRule, fieldRules, taskRules } from './errors.ts';
import type { Fields } from './fields.ts';
import { crc64Clouds, requestFields } from './parse-create.ts';
import { destinationCredentials, refuseEncryptedKeys, sourceCredentials } from './parse-credentials.ts';
import { bucketName } from './parse-source.ts';
import { parseSourceCdn } from './parse-source-cdn.ts';

/** @param body as `parseExactJson` read it; undefined when there was none. */
export function parseCreateSyncTask(project: ProjectId, body: unknown): NewSyncTask {
  const fields = requestFields(body);
  const cloud = fields.filledChoice('src_cloud_type', syncCloudTypes) ?? 'Aliyun';
  const srcRegion = fields.requiredText('src_region', { max: 100 });
  const srcBucket = bucketName(fields, 'src_bucket');
  const source = sourceCredentials(fields, cloud, 'src_');
  const destination = destinationCredentials(fields, 'dst_');
  const dstRegion = fields.requiredText('dst_region', { max: 100 });
  const dstBucket = bucketName(fields, 'dst_bucket');
  const description = parseDescription(fields);
  const carryMetadata = fields.flag('enable_metadata_migration', false);
  const enableKms = fields.flag('enable_kms', false);
  const enableRestore = fields.flag('enable_restore', false);
  const storagePolicy = fields.filledChoice('dst_storage_policy', dstStoragePolicies) ?? 'STANDARD';
  const appId = cloud === 'Tencent' ? fields.requiredText('app_id', { max: 255 }) : fields.filledText('app_id', { max: 255 });
  const cdn = parseSourceCdn(fields);
  const check = parseCheck(fields, cloud);
  refuseEncryptedKeys(fields, 'src_');
  refuseEncryptedKeys(fields, 'dst_');
  return {
    project,
    description,
    source: { cloud, region: srcRegion, bucket: srcBucket, appId: cloud === 'Tencent' ? appId : undefined, cdn: cdn?.cdn },
    destination: { region: dstRegion, bucket: dstBucket },
    credentials: { source, destination, ...(cdn?.key === undefined ? {} : { cdnKey: cdn.key }) },
    options: { check, carryMetadata, enableKms, enableRestore, storagePolicy },
  };
}

/** Other characters are forbidden here than in the descriptions of migration tasks; the code is the same. */
function parseDescription(fields: Fields): string {
  const description = fields.text('description', { max: 255 }) ?? '';
  if (/[<>()"'&]/.test(description)) throw brokenRule(taskRules.descriptionCharacters, fields.path('description'));
  return description;
}

const checks: Readonly<Record<SyncConsistencyCheck, CheckMode>> = { size_last_modified: 'size-and-time', crc64: 'crc64', transmission: 'none' };

/** transmission takes effect only for objects whose size the source does not tell, so that every source may have it. */
function parseCheck(fields: Fields, cloud: CloudType): CheckMode {
  const check = checks[fields.filledChoice('consistency_check', syncConsistencyChecks) ?? 'size_last_modified'];
  if (check === 'crc64' && !crc64Clouds.includes(cloud)) throw brokenRule(fieldRules.constraint, fields.path('consistency_check'));
  return check;
}
