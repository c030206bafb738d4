/** Reads two buckets and compares every byte: what a person who trusts nobody would do. */
import { createHash } from 'node:crypto';
import type { ListedObject, ListPosition, ObjectStore } from '../../object-store/object-store.ts';

export interface Comparison {
  readonly identical: number;
  /** Keys that are missing at the destination or differ there. */
  readonly different: readonly string[];
}

/** Compares each object of the source with the one of the same key at the destination. */
export async function compareBuckets(source: ObjectStore, destination: ObjectStore, signal: AbortSignal): Promise<Comparison> {
  let identical = 0;
  const different: string[] = [];
  for await (const { key } of allObjects(source, signal)) {
    const [ours, theirs] = await Promise.all([contentDigest(source, key, signal), contentDigest(destination, key, signal).catch(() => undefined)]);
    if (ours === theirs) identical++;
    else different.push(key);
  }
  return { identical, different };
}

async function* allObjects(store: ObjectStore, signal: AbortSignal): AsyncGenerator<ListedObject> {
  let from: ListPosition | undefined = { kind: 'start' };
  while (from !== undefined) {
    const page = await store.list({ prefix: '', from }, signal);
    yield* page.objects;
    from = page.next;
  }
}

async function contentDigest(store: ObjectStore, key: string, signal: AbortSignal): Promise<string> {
  const { body } = await store.read(key, {}, signal);
  const hash = createHash('sha256');
  await body.pipe({
    write(chunk) {
      hash.update(chunk);
      return undefined;
    },
  });
  return hash.digest('hex');
}
