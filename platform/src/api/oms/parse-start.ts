/** Table 5-54: the credentials a paused or failed task starts with. */
import type { CloudType, StartOptions } from '../../object-migration/task.ts';
import { refusedByName } from './errors.ts';
import type { Fields } from './fields.ts';
import { destinationCredentials, refuseEncryptedKeys, sourceCredentials } from './parse-credentials.ts';
import { requestFields } from './parse-create.ts';

/** @param cloud of the task's source: it decides which keys are mandatory. */
export function parseStartTask(cloud: CloudType, body: unknown): StartOptions {
  const fields = requestFields(body);
  const source = sourceCredentials(fields, cloud, 'src_');
  const destination = destinationCredentials(fields, 'dst_');
  refuseCdnKey(fields);
  const failedObjectsOnly = fields.isFilled('migrate_failed_object') && fields.flag('migrate_failed_object', false);
  refuseEncryptedKeys(fields, 'src_');
  refuseEncryptedKeys(fields, 'dst_');
  refuseEncryptedKeys(fields, 'source_cdn_');
  return { credentials: { source: cloud === 'URLSource' ? undefined : source, destination }, failedObjectsOnly };
}

/** No task has a source_cdn, so a key for it would do nothing. */
export function refuseCdnKey(fields: Fields): void {
  const name = 'source_cdn_authentication_key';
  if (fields.filledText(name, { max: 255 }) !== undefined) throw refusedByName(name);
}
