/** The store contract, kept by the Google provider on Google's own emulator with a service account, and with HMAC keys on Ceph. */
import { randomUUID } from 'node:crypto';
import { posix } from 'node:path';
import { oddKeys } from '@haulier/platform/object-store/contract/odd-keys.ts';
import { describeStoreContract } from '@haulier/platform/object-store/contract/store-contract.ts';
import type { StoreFixture } from '@haulier/platform/object-store/contract/fixture.ts';
import type { ObjectStore } from '@haulier/platform/object-store/object-store.ts';
import { google } from '@haulier/platform/providers/google/provider.ts';
import { startGcs } from '../stores/gcs.ts';
import { makeBucket, startRgw } from '../stores/rgw.ts';

const runtime = { clock: { now: () => Date.now() }, uniqueName: () => randomUUID() };
const region = { cloud: 'Google', region: 'us', addressing: 'path', signature: 'v4' } as const;

describeStoreContract('Google with a service account', async (): Promise<StoreFixture> => {
  const gcs = await startGcs();
  const made: ObjectStore[] = [];
  return {
    newBucket() {
      const store = google.openStore({ ...region, endpoint: gcs.url }, { bucket: `test-${randomUUID()}`, credentials: { accessKey: '', secretKey: '', jsonAuthFile: gcs.keyFile }, runtime });
      made.push(store);
      return Promise.resolve(store);
    },
    refusesMetadata: { expires: true },
    // It takes a slash from the start of names and reads them as paths, compares no digest, and repeats all folders on each page.
    damages: ['/root', ...oddKeys.filter((key) => key.startsWith('/') || posix.normalize(key) !== key)],
    gaps: ['digests', 'pages of folders'],
    async close() {
      await Promise.all(made.map((store) => store.close()));
      await gcs.stop();
    },
  };
});

describeStoreContract('Google with HMAC keys', async (): Promise<StoreFixture> => {
  const rgw = await startRgw();
  const made: ObjectStore[] = [];
  const open = (bucket: string, credentials = rgw.users[0]): ObjectStore => {
    const store = google.openStore({ ...region, endpoint: rgw.endpoint, signingRegion: 'default' }, { bucket, credentials, runtime });
    made.push(store);
    return store;
  };
  return {
    newBucket: async () => open(await makeBucket(rgw)),
    missing: open('no-such-bucket'),
    stranger: open(await makeBucket(rgw), { ...rgw.users[0], secretKey: 'wrong' }),
    async close() {
      await Promise.all(made.map((store) => store.close()));
    },
  };
});
