/**
 * Overwrites a few keys of a local bucket for ever, whole and in parts, and prints `key version` when a write is through.
 * Content, metadata and ETag of each version belong together; `crash.test.ts` kills this process and looks.
 */
import { randomUUID } from 'node:crypto';
import { bytesSource } from '@haulier/lib/bytes/byte-stream.ts';
import type { ObjectStore } from '@haulier/platform/object-store/object-store.ts';
import { createLocalStore } from '@haulier/platform/providers/local/local-store.ts';

const [root = '', bucket = '', first = '0'] = process.argv.slice(2);
const store = createLocalStore({ root, bucket, uniqueName: randomUUID });
const { signal } = new AbortController();

/** All versions are of one size, so that nothing but the record can tell them apart. */
function contentOf(key: string, version: number): Buffer {
  return Buffer.from(`${key} version ${String(version).padStart(8, '0')}\n`.repeat(2000));
}

async function writeInParts(target: ObjectStore, key: string, content: Buffer, user: Record<string, string>): Promise<void> {
  if (target.multipart === undefined) throw new Error('a local store takes parts');
  const upload = await target.multipart.create(key, { metadata: { user } }, signal);
  const half = content.length / 2;
  const parts = [await target.multipart.writePart(upload, 1, bytesSource(content.subarray(0, half)), signal), await target.multipart.writePart(upload, 2, bytesSource(content.subarray(half)), signal)];
  await target.multipart.complete(upload, parts, signal);
}

async function overwrite(key: string, isInParts: boolean): Promise<void> {
  for (let version = Number(first); ; version++) {
    const user = { version: String(version) };
    const content = contentOf(key, version);
    if (isInParts) await writeInParts(store, key, content, user);
    else await store.write(key, bytesSource(content), { metadata: { user } }, signal);
    process.stdout.write(`${key} ${version}\n`);
  }
}

await Promise.all([overwrite('a', false), overwrite('a/b', false), overwrite('folder//odd/', false), overwrite('parts', true), overwrite('.', true)]);
