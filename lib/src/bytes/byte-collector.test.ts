import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ByteCollector } from './byte-collector.ts';
import { bytesSource } from './byte-stream.ts';

test('holds what has come since it was cleared, whatever its chunks', async () => {
  const limit = 1_000_000;
  const collector = new ByteCollector(limit);
  const chunk = fc.nat({ max: 120_000 }).map((size) => Buffer.alloc(size, String(size)));
  await fc.assert(fc.asyncProperty(fc.array(chunk, { maxLength: 8 }), async (chunks) => {
    collector.clear();
    for (const bytes of chunks) await bytesSource(bytes).pipe(collector);
    expect(collector.bytes.equals(Buffer.concat(chunks))).toBe(true);
  }), { numRuns: 50 });
});

test('refuses what is longer than its limit', async () => {
  const collector = new ByteCollector(10);
  await bytesSource(Buffer.alloc(10)).pipe(collector);
  await expect(bytesSource(Buffer.alloc(1)).pipe(collector)).rejects.toThrow(RangeError);
});
