/** A bucket worth migrating: small objects, some large enough for parts, odd names, metadata. The same bytes at every call. */
import { bytesSource, type ByteSource } from '@haulier/lib/bytes/byte-stream.ts';
import type { ObjectMetadata, ObjectStore } from '../../object-store/object-store.ts';

export interface SampleObject {
  readonly key: string;
  /** Bytes. */
  readonly size: number;
}

const KIB = 1024;
const MIB = 1024 * KIB;

const oddNames = [
  'odd/with space.txt', 'odd/plus+and%20percent.txt', 'odd/üñïcödé/文件.txt', 'odd/emoji-🚚.txt', 'odd//double-slash.txt', 'odd/./dot.txt', 'odd/../up.txt',
  'odd/question?mark#hash.txt', 'odd/quote"and\'apostrophe.txt', 'odd/new\nline.txt', 'odd/CASE.txt', 'odd/case.txt', 'odd/folder/', 'odd/folder', '/leading-slash.txt',
];

/** Some hundreds of objects, about 250 MiB. */
export const sampleObjects: readonly SampleObject[] = [
  ...Array.from({ length: 600 }, (_, i) => ({
    key: `photos/${2020 + (i % 5)}/${String(1 + (i % 12)).padStart(2, '0')}/img-${String(i).padStart(4, '0')}.jpg`,
    size: (i * 7919) % (128 * KIB),
  })),
  ...Array.from({ length: 20 }, (_, i) => ({ key: `video/clip-${i}.mp4`, size: MIB + i * 200 * KIB })),
  ...oddNames.map((key, i) => ({ key, size: key.endsWith('/') ? 0 : 100 + i })),
  { key: 'backup/database.dump', size: 96 * MIB + 12345 },
  { key: 'backup/archive.tar', size: 64 * MIB },
  { key: 'empty', size: 0 },
];

/** Writes what is not there yet; calls `wrote` after each object. */
export async function fillSampleBucket(store: ObjectStore, wrote: (object: SampleObject) => void, signal: AbortSignal): Promise<void> {
  for (const object of sampleObjects) {
    await store.write(object.key, sampleBody(object), { metadata: sampleMetadata(object) }, signal);
    wrote(object);
  }
}

function sampleMetadata({ key }: SampleObject): ObjectMetadata {
  const contentType = key.endsWith('.jpg') ? 'image/jpeg' : key.endsWith('.mp4') ? 'video/mp4' : 'application/octet-stream';
  return { contentType, user: { origin: 'quickstart' } };
}

/** Bytes that depend on the key and the offset, a chunk at a time. */
function sampleBody({ key, size }: SampleObject): ByteSource {
  if (size === 0) return bytesSource(new Uint8Array(0));
  const chunk = pattern(key);
  return {
    length: size,
    async pipe(sink) {
      for (let left = size; left > 0; left -= chunk.byteLength) await sink.write(left >= chunk.byteLength ? chunk : chunk.subarray(0, left));
    },
    discard() {},
  };
}

/** 1 MiB of xorshift noise seeded by the key. */
function pattern(key: string): Uint8Array {
  const words = new Uint32Array(MIB / 4);
  let x = 2463534242;
  for (const char of key) x = (Math.imul(x ^ (char.codePointAt(0) ?? 0), 16777619) >>> 0) || 1;
  for (let i = 0; i < words.length; i++) {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    words[i] = x;
  }
  return new Uint8Array(words.buffer);
}
