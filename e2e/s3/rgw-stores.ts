/** Stores of the S3 provider on the Ceph gateway of the tests. */
import type { StoreFixture } from '@haulier/platform/object-store/contract/fixture.ts';
import type { ObjectStore } from '@haulier/platform/object-store/object-store.ts';
import { createS3Store, type S3Config } from '@haulier/platform/providers/s3/s3-store.ts';
import { makeBucket, startRgw, type Rgw } from '../stores/rgw.ts';

export interface Variant {
  readonly tls: boolean;
  readonly config: Partial<S3Config>;
}

export function storeOn(rgw: Rgw, bucket: string, { tls, config }: Variant): ObjectStore {
  return createS3Store({
    endpoint: tls ? rgw.tlsEndpoint : rgw.endpoint,
    region: 'default',
    addressing: 'path',
    bucket,
    credentials: rgw.users[0],
    traits: { conditionalWrite: true },
    now: () => Date.now(),
    ...config,
  });
}

export async function fixtureOn(variantOf: (rgw: Rgw) => Promise<Variant>): Promise<StoreFixture> {
  const rgw = await startRgw();
  const variant = await variantOf(rgw);
  const made: ObjectStore[] = [];
  const keep = (store: ObjectStore): ObjectStore => {
    made.push(store);
    return store;
  };
  const wrong = { ...rgw.users[0], secretKey: 'wrong' };
  return {
    newBucket: async () => keep(storeOn(rgw, await makeBucket(rgw), variant)),
    missing: keep(storeOn(rgw, 'no-such-bucket', variant)),
    stranger: keep(storeOn(rgw, await makeBucket(rgw), { ...variant, config: { ...variant.config, credentials: wrong } })),
    async close() {
      await Promise.all(made.map((store) => store.close()));
    },
  };
}
