/** The store contract, kept by the S3 dialect of each cloud on Ceph, under the cloud's own host names and with its own addressing. */
import { describeStoreContract } from '@haulier/platform/object-store/contract/store-contract.ts';
import { aliyun } from '@haulier/platform/providers/aliyun/provider.ts';
import { aws } from '@haulier/platform/providers/aws/provider.ts';
import { baidu } from '@haulier/platform/providers/baidu/provider.ts';
import type { CloudProvider } from '@haulier/platform/providers/cloud-provider.ts';
import { huawei } from '@haulier/platform/providers/huawei/provider.ts';
import { kingsoft } from '@haulier/platform/providers/kingsoft/provider.ts';
import { qingcloud } from '@haulier/platform/providers/qingcloud/provider.ts';
import { qiniu } from '@haulier/platform/providers/qiniu/provider.ts';
import { tencent } from '@haulier/platform/providers/tencent/provider.ts';
import { ucloud } from '@haulier/platform/providers/ucloud/provider.ts';
import { startRgw } from '../stores/rgw.ts';
import { cloudFixture } from './resolved.ts';

const dialects: readonly (readonly [cloud: string, provider: CloudProvider, host: string, signature: 'v4' | 'v2', addressing: 'virtual-host' | 'path'])[] = [
  ['AWS', aws, 's3.eu-west-1.amazonaws.com', 'v4', 'virtual-host'],
  ['HuaweiCloud', huawei, 'obs.cn-north-4.myhuaweicloud.com', 'v2', 'virtual-host'],
  ['Aliyun', aliyun, 's3.oss-cn-hangzhou.aliyuncs.com', 'v4', 'virtual-host'],
  ['Tencent', tencent, 'cos.ap-beijing.myqcloud.com', 'v4', 'virtual-host'],
  ['KingsoftCloud', kingsoft, 'ks3-cn-beijing.ksyuncs.com', 'v4', 'virtual-host'],
  ['QingCloud', qingcloud, 's3.pek3a.qingstor.com', 'v4', 'virtual-host'],
  ['Baidu', baidu, 's3.bj.bcebos.com', 'v4', 'path'],
  ['Qiniu', qiniu, 's3.cn-east-1.qiniucs.com', 'v4', 'path'],
  ['UCloud', ucloud, 's3-cn-bj.ufileos.com', 'v4', 'path'],
];

for (const [cloud, provider, host, signature, addressing] of dialects) {
  describeStoreContract(`${cloud} with ${signature} at ${host}`, async () => {
    const rgw = await startRgw();
    const endpoint = `http://${host}:${new URL(rgw.endpoint).port}`;
    return cloudFixture(provider, { cloud, region: 'tests', endpoint, addressing, signature }, rgw);
  });
}
