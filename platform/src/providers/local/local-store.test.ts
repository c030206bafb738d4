import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeStoreContract } from '../../object-store/contract/store-contract.ts';
import { createLocalStore } from './local-store.ts';

describeStoreContract('Local', async () => {
  const root = await mkdtemp(join(tmpdir(), 'haulier-local-'));
  const storeOf = (bucket: string) => createLocalStore({ root, bucket, uniqueName: randomUUID });
  return {
    async newBucket() {
      const bucket = `bucket-${randomUUID()}`;
      await mkdir(join(root, bucket));
      return storeOf(bucket);
    },
    missing: storeOf('missing'),
    close: () => rm(root, { recursive: true }),
  };
});
