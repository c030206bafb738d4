/** The store contract, kept by the S3 dialect of a cloud on Ceph, under the cloud's own host names and with its own addressing. */
import { describeStoreContract } from '@haulier/platform/object-store/contract/store-contract.ts';
import type { CloudProvider } from '@haulier/platform/providers/cloud-provider.ts';
import { startRgw } from '../stores/rgw.ts';
import { cloudFixture } from './resolved.ts';

export interface Dialect {
  readonly cloud: string;
  readonly provider: CloudProvider;
  readonly host: string;
  readonly signature: 'v4' | 'v2';
  readonly addressing: 'virtual-host' | 'path';
}

export function describeDialect({ cloud, provider, host, signature, addressing }: Dialect): void {
  describeStoreContract(`${cloud} with ${signature} at ${host}`, async () => {
    const rgw = await startRgw();
    const endpoint = `http://${host}:${new URL(rgw.endpoint).port}`;
    return cloudFixture(provider, { cloud, region: 'tests', endpoint, addressing, signature }, rgw);
  });
}
