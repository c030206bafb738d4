/** The buckets of the kill loop: what lies where before the migration, and what must lie where after it. */
import { createHash, randomUUID } from 'node:crypto';
import { bytesSource } from '@haulier/lib/bytes/byte-stream.ts';
import type { ListedObject, ListPosition, ObjectStore } from '@haulier/platform/object-store/object-store.ts';
import { createS3Store } from '@haulier/platform/providers/s3/s3-store.ts';
import type { Rgw, RgwUser } from '../stores/rgw.ts';

export interface WorldObject {
  readonly key: string;
  readonly size: number;
  /** What must become of it. */
  readonly fate: 'succeeded' | 'skipped' | 'failed';
}

export const savePrefix = 'copy/';
const MIB = 2 ** 20;
const never = new AbortController().signal;

/** Some thousands of objects: most small, some in parts, a third there already, a few whose new key is too long. */
export const world: readonly WorldObject[] = [
  ...Array.from({ length: 3000 }, (_, i): WorldObject => ({
    key: `d${i % 7}/${String(i).padStart(5, '0')}-ü 🚚.bin`, size: (i * 997) % 30_000, fate: i % 3 === 0 ? 'skipped' : 'succeeded',
  })),
  ...Array.from({ length: 5 }, (_, i): WorldObject => ({ key: `large/${i}`, size: 66 * MIB + i * 7 * MIB + 13, fate: 'succeeded' })),
  { key: 'large/there', size: 67 * MIB, fate: 'skipped' },
  ...Array.from({ length: 6 }, (_, i): WorldObject => ({ key: `${i}`.padEnd(1021, 'x'), size: 100 + i, fate: 'failed' })),
];

export function contentOf({ key, size }: WorldObject): Buffer {
  const unit = createHash('sha512').update(key).digest();
  return Buffer.alloc(size, unit);
}

export function openRgwStore(rgw: Rgw, user: RgwUser, bucket: string): ObjectStore {
  return createS3Store({ endpoint: rgw.endpoint, region: 'us-east-1', addressing: 'path', signature: 'v4', bucket, credentials: user, now: Date.now });
}

export async function fillWorld(source: ObjectStore, destination: ObjectStore): Promise<void> {
  const put = (store: ObjectStore, prefix: string, object: WorldObject): Promise<unknown> =>
    store.write(prefix + object.key, bytesSource(contentOf(object)), { metadata: { contentType: 'text/plain', user: { origin: randomUUID() } } }, never);
  await eachOf(world, (object) => put(source, '', object));
  await eachOf(world.filter(({ fate }) => fate === 'skipped'), (object) => put(destination, savePrefix, object));
}

/** Ten at a time. */
export async function eachOf<T>(items: readonly T[], work: (item: T) => Promise<unknown>): Promise<void> {
  const rest = items.values();
  await Promise.all(Array.from({ length: 10 }, async () => {
    for (const item of rest) await work(item);
  }));
}

export async function listAll(store: ObjectStore, prefix: string): Promise<readonly ListedObject[]> {
  const found: ListedObject[] = [];
  let from: ListPosition | undefined = { kind: 'start' };
  while (from !== undefined) {
    const page = await store.list({ prefix, from }, never);
    found.push(...page.objects);
    from = page.next;
  }
  return found;
}

export async function readAll(store: ObjectStore, key: string): Promise<Buffer> {
  const { body } = await store.read(key, {}, never);
  const chunks: Buffer[] = [];
  await body.pipe({
    write(chunk) {
      chunks.push(Buffer.from(chunk));
      return undefined;
    },
  });
  return Buffer.concat(chunks);
}
