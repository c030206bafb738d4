/** Asks a server to read both sides of a task again. */
import { embeddedRegion } from '../../providers/built-in-regions.ts';
import { openClient } from './api-client.ts';
import { findServer, type AccessFlags } from './server-access.ts';
import { findStoreKeys, type StoreFlags } from './store-keys.ts';
import { showTask } from './show-task.ts';

export interface VerifyTaskOptions extends AccessFlags, StoreFlags {
  readonly readBytes: boolean;
}

/** The report as it arrives, cut anywhere. */
export async function verifyTask(id: string, options: VerifyTaskOptions, signal: AbortSignal): Promise<AsyncIterable<string>> {
  const client = await openClient(await findServer(options, process.env), Date.now);
  const { src_node: from, dst_node: to } = await showTask(client, id);
  const src = await findStoreKeys('src', { cloud: from.cloud_type, region: from.region, bucket: from.bucket, prefix: '' }, options);
  const dst = await findStoreKeys('dst', { cloud: to.region === embeddedRegion ? 'local' : 'hec', region: to.region, bucket: to.bucket, prefix: '' }, options);
  return client.stream('POST', `/v2/${encodeURIComponent(client.projectId)}/tasks/${encodeURIComponent(id)}/verify`, {
    src_ak: src.accessKey, src_sk: src.secretKey, ...(src.securityToken === undefined ? {} : { src_security_token: src.securityToken }),
    dst_ak: dst.accessKey, dst_sk: dst.secretKey, ...(dst.securityToken === undefined ? {} : { dst_security_token: dst.securityToken }),
    read_bytes: options.readBytes,
  }, signal);
}
