/** The store contract, kept by the S3 provider on Ceph, in both signatures and both versions of the listing. */
import { readFile } from 'node:fs/promises';
import { describeStoreContract } from '@haulier/platform/object-store/contract/store-contract.ts';
import { fixtureOn, type Variant } from './rgw-stores.ts';

const variants: readonly (readonly [name: string, variant: (ca: string) => Variant])[] = [
  ['S3 with V4 signatures over HTTP', () => ({ tls: false, config: {} })],
  ['S3 with V2 signatures and version 1 of the listing over TLS', (ca) => ({ tls: true, config: { ca, signature: 'v2', listVersion: 1 } })],
];

for (const [name, variant] of variants) {
  describeStoreContract(name, () => fixtureOn(async (rgw) => variant(await readFile(rgw.ca, 'utf8'))));
}
