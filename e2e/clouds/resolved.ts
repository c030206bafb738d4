/** Stores of a cloud's provider under the cloud's own host names, which lead to a store of the tests. */
import { oddKeys } from '@haulier/platform/object-store/contract/odd-keys.ts';
import type { StoreFixture } from '@haulier/platform/object-store/contract/fixture.ts';
import type { ObjectStore } from '@haulier/platform/object-store/object-store.ts';
import type { CloudProvider, ProviderRuntime } from '@haulier/platform/providers/cloud-provider.ts';
import type { RegionEntry } from '@haulier/platform/providers/region-catalogue.ts';
import { makeBucket, type Rgw } from '../stores/rgw.ts';

/** Every name is this machine. */
export const resolved: ProviderRuntime = { clock: { now: () => Date.now() }, uniqueName: () => crypto.randomUUID(), resolve: () => '127.0.0.1' };

/** Buckets of the gateway as `provider` sees them at `entry`, whose endpoint has the port that answers. */
export async function cloudFixture(provider: CloudProvider, entry: RegionEntry, rgw: Rgw, end?: () => Promise<void>): Promise<StoreFixture> {
  const [user] = rgw.users;
  const made: ObjectStore[] = [];
  const open = (bucket: string, secretKey = user.secretKey): ObjectStore => {
    const store = provider.openStore(entry, { bucket, credentials: { ...user, secretKey }, runtime: resolved });
    made.push(store);
    return store;
  };
  const missing = open('no-such-bucket');
  return {
    newBucket: async () => open(await makeBucket(rgw)),
    missing,
    stranger: open(await makeBucket(rgw), 'wrong'),
    refuses: oddKeys.filter((key) => Buffer.byteLength(key) > missing.traits.maxKeyBytes),
    async close() {
      await Promise.all(made.map((store) => store.close()));
      await end?.();
    },
  };
}
