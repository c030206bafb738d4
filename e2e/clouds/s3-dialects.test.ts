/** The store contract, kept by the S3 dialect of each cloud on Ceph, under the cloud's own host names and with its own addressing. */
import { describeStoreContract } from '@haulier/platform/object-store/contract/store-contract.ts';
import { aliyun } from '@haulier/platform/providers/aliyun/provider.ts';
import { aws } from '@haulier/platform/providers/aws/provider.ts';
import type { CloudProvider } from '@haulier/platform/providers/cloud-provider.ts';
import { huawei } from '@haulier/platform/providers/huawei/provider.ts';
import { kingsoft } from '@haulier/platform/providers/kingsoft/provider.ts';
import { tencent } from '@haulier/platform/providers/tencent/provider.ts';
import { startRgw } from '../stores/rgw.ts';
import { cloudFixture } from './resolved.ts';

const dialects: readonly (readonly [cloud: string, provider: CloudProvider, host: string, signature: 'v4' | 'v2'])[] = [
  ['AWS', aws, 's3.eu-west-1.amazonaws.com', 'v4'],
  ['HuaweiCloud', huawei, 'obs.cn-north-4.myhuaweicloud.com', 'v2'],
  ['Aliyun', aliyun, 's3.oss-cn-hangzhou.aliyuncs.com', 'v4'],
  ['Tencent', tencent, 'cos.ap-beijing.myqcloud.com', 'v4'],
  ['KingsoftCloud', kingsoft, 'ks3-cn-beijing.ksyuncs.com', 'v4'],
];

for (const [cloud, provider, host, signature] of dialects) {
  describeStoreContract(`${cloud} with ${signature} at ${host}`, async () => {
    const rgw = await startRgw();
    const endpoint = `http://${host}:${new URL(rgw.endpoint).port}`;
    return cloudFixture(provider, { cloud, region: 'tests', endpoint, addressing: 'virtual-host', signature }, rgw);
  });
}
