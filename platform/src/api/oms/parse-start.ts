/** Table 5-54: the credentials a paused or failed task starts with. */
import type { SourceNode, StartOptions } from '../../object-migration/task.ts';
import { destinationCredentials, refuseEncryptedKeys, sourceCredentials } from './parse-credentials.ts';
import { requestFields } from './parse-create.ts';
import { parseCdnKey } from './parse-source-cdn.ts';

/** @param from the task's source: it decides which keys are mandatory. */
export function parseStartTask(from: Pick<SourceNode, 'cloud' | 'cdn'>, body: unknown): StartOptions {
  const fields = requestFields(body);
  const source = sourceCredentials(fields, from.cloud, 'src_');
  const destination = destinationCredentials(fields, 'dst_');
  const cdnKey = parseCdnKey(fields, from.cdn);
  const failedObjectsOnly = fields.isFilled('migrate_failed_object') && fields.flag('migrate_failed_object', false);
  refuseEncryptedKeys(fields, 'src_');
  refuseEncryptedKeys(fields, 'dst_');
  refuseEncryptedKeys(fields, 'source_cdn_');
  return {
    credentials: { source: from.cloud === 'URLSource' ? undefined : source, destination, ...(cdnKey === undefined ? {} : { cdnKey }) },
    failedObjectsOnly,
  };
}
