import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readQcow2 } from './qcow2-contents.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'haulier-qcow2-'));
});
afterAll(() => rm(folder, { recursive: true }));

const tableAt = 65_536;

/** As the format's document has it; `e2e/volumes/` reads what QEMU writes. */
function image({ size = 3n * 1024n ** 3n, count = 0 }: { readonly size?: bigint; readonly count?: number }, table: Buffer = Buffer.alloc(0)): Buffer {
  const header = Buffer.alloc(tableAt);
  header.write('QFI\xfb', 'latin1');
  header.writeUInt32BE(3, 4);
  header.writeBigUInt64BE(size, 24);
  header.writeUInt32BE(count, 60);
  header.writeBigUInt64BE(BigInt(tableAt), 64);
  return Buffer.concat([header, table]);
}

function entry(name: string, { id = '1', extra = 24 }: { readonly id?: string; readonly extra?: number } = {}): Buffer {
  const fixed = Buffer.alloc(40, 0xee);
  fixed.writeUInt16BE(id.length, 12);
  fixed.writeUInt16BE(Buffer.byteLength(name), 14);
  fixed.writeUInt32BE(extra, 36);
  const whole = Buffer.concat([fixed, Buffer.alloc(extra, 0xee), Buffer.from(id), Buffer.from(name)]);
  return Buffer.concat([whole, Buffer.alloc((8 - whole.length % 8) % 8)]);
}

async function file(contents: Buffer): Promise<string> {
  const path = join(folder, randomUUID());
  await writeFile(path, contents);
  return path;
}

test('the size and no snapshots', async () => {
  expect(await readQcow2(await file(image({})))).toEqual({ size: 3 * 1024 ** 3, snapshots: [] });
});

test('snapshots in their order, whatever the lengths of their parts', async () => {
  const table = [entry('a', { extra: 0 }), entry('snäpshot', { id: '22', extra: 16 }), entry(randomUUID()), entry('')];
  expect((await readQcow2(await file(image({ count: 4 }, Buffer.concat(table))))).snapshots).toEqual(['a', 'snäpshot', expect.stringMatching(/^[0-9a-f-]{36}$/), '']);
});

test.each([
  ['an empty file', () => Buffer.alloc(0), 'no header'],
  ['a raw disk', () => Buffer.alloc(1024), 'no header'],
  ['a header that ends', () => image({}).subarray(0, 71), 'no header'],
  ['a size beyond all numbers', () => image({ size: 2n ** 63n }), 'what cannot be'],
  ['more snapshots than there can be', () => image({ count: 0xffff_ffff }), 'what cannot be'],
  ['a table that is not there', () => image({ count: 1 }).subarray(0, 4096), 'ends too early'],
  ['a table that ends in an entry', () => image({ count: 2 }, Buffer.concat([entry('a'), entry('b').subarray(0, 39)])), 'ends too early'],
  ['a name that is longer than the file', () => image({ count: 1 }, entry('name').subarray(0, 66)), 'ends too early'],
])('%s is told to be no whole qcow2 file', async (_, contents, said) => {
  await expect(readQcow2(await file(contents()))).rejects.toMatchObject({ kind: 'refused', message: expect.stringContaining(said) as string });
});
