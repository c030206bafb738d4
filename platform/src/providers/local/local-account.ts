/** The buckets of a root: its folders. */
import { readdir } from 'node:fs/promises';
import { StoreFailure } from '../../object-store/failure.ts';
import type { ListedBucket, ObjectAccount } from '../../object-store/object-account.ts';
import { openBucketFolder } from './bucket-folder.ts';
import { classify } from './fs-failure.ts';
import { fsPath, fromBytes, toBytes } from './key-path.ts';

export interface LocalAccountConfig {
  /** The folder whose sub-folders are buckets. */
  readonly root: string;
  readonly region: string;
  readonly uniqueName: () => string;
}

/** Whoever may ask the process may see them: folders know no account. Hidden folders are no buckets. */
export function createLocalAccount({ root, region, uniqueName }: LocalAccountConfig): ObjectAccount {
  return {
    async listBuckets(signal) {
      signal.throwIfAborted();
      const entries = await readdir(fsPath(toBytes(root)), { encoding: 'latin1', withFileTypes: true }).catch((error: unknown) => {
        throw unreadable(classify(error, 'list the buckets'), root);
      });
      const names = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.')).map(({ name }) => name).toSorted();
      return names.map((name): ListedBucket => ({ name: fromBytes(name), region }));
    },
    async regionOf(bucket, signal) {
      signal.throwIfAborted();
      await openBucketFolder(root, bucket, uniqueName).catch((error: unknown) => {
        throw classify(error, 'look for the bucket');
      });
      return region;
    },
    async close() {},
  };
}

/** A root that is not there is a store that is away: a disk that is not mounted. */
function unreadable(failure: unknown, root: string): unknown {
  if (!(failure instanceof StoreFailure) || failure.kind !== 'absent') return failure;
  return new StoreFailure('unreachable', `there is no folder ${root}`, { cause: failure });
}
