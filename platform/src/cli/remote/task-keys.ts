import { embeddedRegion } from '../../providers/built-in-regions.ts';
import type { TaskResp } from '@haulier/wire/oms/task.ts';
import type { StartTaskReq } from '@haulier/wire/oms/change-task.ts';
import { findStoreKeys, type StoreFlags } from './store-keys.ts';

/** The keys that a task's two sides are given anew: table 5-54. */
export async function keysOfTask({ src_node: from, dst_node: to }: Pick<TaskResp, 'src_node' | 'dst_node'>, flags: StoreFlags): Promise<StartTaskReq> {
  const src = await findStoreKeys('src', { cloud: from.cloud_type, region: from.region, bucket: from.bucket, prefix: '' }, flags);
  const dst = await findStoreKeys('dst', { cloud: to.region === embeddedRegion ? 'local' : 'hec', region: to.region, bucket: to.bucket, prefix: '' }, flags);
  return {
    src_ak: src.accessKey, src_sk: src.secretKey, ...(src.securityToken === undefined ? {} : { src_security_token: src.securityToken }),
    dst_ak: dst.accessKey, dst_sk: dst.secretKey, ...(dst.securityToken === undefined ? {} : { dst_security_token: dst.securityToken }),
  };
}
