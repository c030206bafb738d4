/** A process that writes to a local bucket is killed at many moments: each object is one whole version, and none goes back. */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { get, listKeys, md5Hex } from '@haulier/platform/object-store/contract/fixture.ts';
import { createLocalStore } from '@haulier/platform/providers/local/local-store.ts';

const keys = ['.', 'a', 'a/b', 'folder//odd/', 'parts'];

/** Runs the writer until some time after every key has been written; tells the last version of each that it reported. */
async function runAndKill(root: string, first: number, afterMs: number): Promise<Map<string, number>> {
  const writer = spawn(process.execPath, [join(import.meta.dirname, 'writer.ts'), root, 'bucket', String(first)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const reported = new Map<string, number>();
  const ended = new Promise((resolve) => writer.once('close', resolve));
  const everyKey = new Promise<void>((resolve) => {
    createInterface({ input: writer.stdout }).on('line', (line) => {
      const at = line.lastIndexOf(' ');
      reported.set(line.slice(0, at), Number(line.slice(at + 1)));
      if (reported.size === keys.length) resolve();
    });
  });
  await Promise.race([everyKey, ended]);
  await sleep(afterMs);
  writer.kill('SIGKILL');
  await ended;
  return reported;
}

test('an object outlives the death of its writer whole', async () => {
  const root = await mkdtemp(join(tmpdir(), 'haulier-crash-'));
  await mkdir(join(root, 'bucket'));
  for (let round = 0; round < 12; round++) {
    const reported = await runAndKill(root, round * 1_000_000, round * 7);
    expect([...reported.keys()].toSorted()).toEqual(keys);
    const store = createLocalStore({ root, bucket: 'bucket', uniqueName: randomUUID });
    expect(await listKeys(store)).toEqual(keys);
    for (const key of keys) {
      const { object, bytes } = await get(store, key);
      const version = Number(object.metadata.user['version']);
      expect(bytes.toString()).toBe(`${key} version ${String(version).padStart(8, '0')}\n`.repeat(2000));
      expect(version).toBeGreaterThanOrEqual(reported.get(key) ?? Infinity);
      if (object.etag?.includes('-') !== true) expect(object.etag).toBe(md5Hex(bytes));
    }
  }
  await rm(root, { recursive: true });
});
