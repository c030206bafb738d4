import { readdir, rm } from 'node:fs/promises';
import { openBucketFolder, type BucketFolder } from './bucket-folder.ts';
import { lstatIfThere } from './durable-folder.ts';
import { fsPath } from './key-path.ts';

/** A bucket's folder, found at the first use and prepared at the first write. */
export interface OpenBucket {
  forReading(): Promise<BucketFolder>;
  forWriting(): Promise<BucketFolder>;
  /** Whether the folder that was found is there no more. */
  isGone(): Promise<boolean>;
}

/** A crash leaves unfinished files. One that nobody has written to for so long is nobody's. */
const abandonedAfterMs = 24 * 60 * 60 * 1000;

export function openBucket(root: string, name: string, uniqueName: () => string): OpenBucket {
  const forReading = onceItSucceeds(() => openBucketFolder(root, name, uniqueName));
  const forWriting = onceItSucceeds(async () => {
    const bucket = await forReading();
    await bucket.prepare();
    await sweep(bucket.unfinished);
    return bucket;
  });
  return {
    forReading,
    forWriting,
    isGone: async () => (await lstatIfThere((await forReading()).base)) === undefined,
  };
}

async function sweep(folder: string): Promise<void> {
  const now = (await lstatIfThere(folder))?.mtimeMs ?? 0n;
  for (const name of await readdir(fsPath(folder), 'latin1')) {
    const stat = await lstatIfThere(`${folder}/${name}`);
    if (stat !== undefined && stat.mtimeMs < now - BigInt(abandonedAfterMs)) await rm(fsPath(`${folder}/${name}`), { force: true });
  }
}

/** Callers that meet share one attempt; a failure is forgotten. */
function onceItSucceeds<T>(attempt: () => Promise<T>): () => Promise<T> {
  let current: Promise<T> | undefined;
  return () => {
    current ??= attempt().catch((error: unknown) => {
      current = undefined;
      throw error;
    });
    return current;
  };
}
