/** Tables 5-164 and 5-169: the credentials a paused or failed group goes on with. */
import type { RetryOptions } from '../../object-migration/groups/group.ts';
import type { SourceNode, TaskCredentials } from '../../object-migration/task.ts';
import type { Fields } from './fields.ts';
import { destinationCredentials, refuseEncryptedKeys, sourceCredentials } from './parse-credentials.ts';
import { requestFields } from './parse-create.ts';
import { parseCdnKey } from './parse-source-cdn.ts';

type From = Pick<SourceNode, 'cloud' | 'cdn'>;

/** @param from the group's source: it decides which keys are mandatory. */
export function parseStartGroup({ cloud, cdn }: From, body: unknown): TaskCredentials {
  const fields = requestFields(body);
  const source = sourceCredentials(fields, cloud, 'src_');
  const destination = destinationCredentials(fields, 'dst_');
  const cdnKey = parseCdnKey(fields, cdn);
  refuseEncryption(fields);
  return { source: cloud === 'URLSource' ? undefined : source, destination, ...(cdnKey === undefined ? {} : { cdnKey }) };
}

/** No key is mandatory: a side of which none is given keeps those that the group has. */
export function parseRetryGroup({ cloud, cdn }: From, body: unknown): RetryOptions {
  const fields = requestFields(body ?? {});
  const source = someFilled(fields, ['src_ak', 'src_sk', 'json_auth_file', 'connection_string']) ? sourceCredentials(fields, cloud, 'src_') : undefined;
  const destination = someFilled(fields, ['dst_ak', 'dst_sk']) ? destinationCredentials(fields, 'dst_') : undefined;
  const cdnKey = cdn === undefined || fields.isFilled('source_cdn_authentication_key') ? parseCdnKey(fields, cdn) : undefined;
  const failedObjectsOnly = fields.flag('migrate_failed_object', false);
  refuseEncryption(fields);
  return { source: cloud === 'URLSource' ? undefined : source, destination, cdnKey, failedObjectsOnly };
}

function someFilled(fields: Fields, names: readonly string[]): boolean {
  return names.some((name) => fields.isFilled(name));
}

function refuseEncryption(fields: Fields): void {
  refuseEncryptedKeys(fields, 'src_');
  refuseEncryptedKeys(fields, 'dst_');
  refuseEncryptedKeys(fields, 'source_cdn_');
}
