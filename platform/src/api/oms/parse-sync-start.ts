/** Table 5-111: the credentials a stopped synchronisation task starts with. */
import type { SourceNode, TaskCredentials } from '../../object-migration/task.ts';
import { requestFields } from './parse-create.ts';
import { destinationCredentials, refuseEncryptedKeys, sourceCredentials } from './parse-credentials.ts';
import { parseCdnKey } from './parse-source-cdn.ts';

/** @param from the task's source: it decides which keys are mandatory. */
export function parseStartSyncTask(from: Pick<SourceNode, 'cloud' | 'cdn'>, body: unknown): TaskCredentials {
  const fields = requestFields(body);
  const source = sourceCredentials(fields, from.cloud, 'src_');
  const destination = destinationCredentials(fields, 'dst_');
  const cdnKey = parseCdnKey(fields, from.cdn);
  refuseEncryptedKeys(fields, 'src_');
  refuseEncryptedKeys(fields, 'dst_');
  refuseEncryptedKeys(fields, 'source_cdn_');
  return { source, destination, ...(cdnKey === undefined ? {} : { cdnKey }) };
}
