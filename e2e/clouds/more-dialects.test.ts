/** The store contract, kept on Ceph by the S3 dialects of QingCloud, Baidu, Qiniu and UCloud, under their own host names and with their own addressing. */
import { describeStoreContract } from '@haulier/platform/object-store/contract/store-contract.ts';
import { baidu } from '@haulier/platform/providers/baidu/provider.ts';
import { builtInRegions } from '@haulier/platform/providers/built-in-regions.ts';
import type { CloudProvider } from '@haulier/platform/providers/cloud-provider.ts';
import { qingcloud } from '@haulier/platform/providers/qingcloud/provider.ts';
import { qiniu } from '@haulier/platform/providers/qiniu/provider.ts';
import { ucloud } from '@haulier/platform/providers/ucloud/provider.ts';
import { startRgw } from '../stores/rgw.ts';
import { cloudFixture } from './resolved.ts';

const dialects: readonly (readonly [cloud: string, provider: CloudProvider, region: string])[] = [
  ['QingCloud', qingcloud, 'pek3a'],
  ['Baidu', baidu, 'bj'],
  ['Qiniu', qiniu, 'cn-east-1'],
  ['UCloud', ucloud, 'cn-bj'],
];

for (const [cloud, provider, region] of dialects) {
  describeStoreContract(`${cloud} in ${region}`, async () => {
    const rgw = await startRgw();
    const entry = builtInRegions().find((known) => known.cloud === cloud && known.region === region);
    if (entry === undefined) throw new Error(`${cloud} has no region ${region}`);
    const endpoint = `http://${new URL(entry.endpoint).hostname}:${new URL(rgw.endpoint).port}`;
    return cloudFixture(provider, { ...entry, endpoint }, rgw);
  });
}
