/** The engine over real folders, with workers that die on the way. */
import { hash, randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bytesSource, collectBytes } from '@haulier/lib/bytes/byte-stream.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ListPosition, ObjectStore } from '../object-store/object-store.ts';
import { createLocalStore } from '../providers/local/local-store.ts';
import { MemoryLedger } from './ledger/memory-ledger.ts';
import { runWith } from './run-migration.ts';
import { contentOf, never } from './testing/migration-setting.ts';
import { Death, Life, mortalLedger, mortalStore } from './testing/mortal.ts';
import { quickClock } from './testing/quick-clock.ts';
import { createTransfer } from './transfer/create-transfer.ts';
import { basicPlan } from './transfer/testing/setting.ts';

const LARGE = 3_000_000;
const sizes: Readonly<Record<string, number>> = {
  ...Object.fromEntries(Array.from({ length: 120 }, (_, i) => [`many/${i % 7}/file-${i}`, i * 37])),
  'a': 1, 'a/': 0, 'a//b': 2, 'a/../c': 3, ' blank ': 4, 'ä/\u{1f600}\uffff': 5, 'new\nline': 6, 'empty': 0, 'large/one': LARGE, 'large/two': LARGE + 1,
};

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'haulier-engine-'));
});
afterAll(() => rm(root, { recursive: true }));

async function bucket(): Promise<ObjectStore> {
  const name = randomUUID();
  await mkdir(join(root, name));
  return createLocalStore({ root, bucket: name, uniqueName: randomUUID });
}

/** SHA-256 by key. */
async function contentsOf(store: ObjectStore): Promise<ReadonlyMap<string, string>> {
  const contents = new Map<string, string>();
  for (let from: ListPosition | undefined = { kind: 'start' }; from !== undefined; ) {
    const page = await store.list({ prefix: '', from }, never);
    for (const { key, size } of page.objects) contents.set(key, hash('sha256', await collectBytes((await store.read(key, {}, never)).body, size)));
    from = page.next;
  }
  return contents;
}

test('a bucket arrives whole though workers die, and a second run finds nothing to do', async () => {
  const clock = quickClock(Date.now());
  const [source, destination] = await Promise.all([bucket(), bucket()]);
  for (const [key, size] of Object.entries(sizes)) await source.write(key, bytesSource(contentOf(key, size)), { metadata: { user: {} } }, never);
  const ledger = new MemoryLedger({ now: () => clock.now() });
  const run = (worker: string, life: Life, own = ledger) => runWith({
    source: mortalStore(source, life),
    destination: mortalStore(destination, life),
    plan: { ...basicPlan, recordName: worker },
    ledger: mortalLedger(own.forWorker(worker), life),
    clock,
    random: () => 0.5,
    limits: { objects: 8, largeObjects: 2, parts: 3, ranges: 2 },
    tuning: { leaseGuardMs: 1_000_000_000, commitObjects: 20 },
    observe: { bytes() {}, outcome() {}, recordFailed() {} },
  }, (context) => createTransfer(context, { parts: 3, largeFrom: 1_000_000, partBytes: 1_000_000 }), never);

  for (const steps of [40, 200, 350, 60]) {
    await expect(run(`mortal-${steps}`, new Life(steps))).rejects.toBeInstanceOf(Death);
    ledger.expireLeasesOf(`mortal-${steps}`);
  }
  expect(await run('survivor', new Life(Infinity))).toEqual({ kind: 'finished' });
  const arrived = new Map([...(await contentsOf(destination))].filter(([key]) => !key.startsWith('oms/')));
  expect(arrived).toEqual(await contentsOf(source));
  const bytes = Object.values(sizes).reduce((sum, size) => sum + size, 0);
  const objects = Object.keys(sizes).length;
  expect(await ledger.forWorker('reader').tally()).toEqual({ succeeded: { objects, bytes }, skipped: { objects: 0, bytes: 0 }, failed: { objects: 0, bytes: 0 } });

  const again = new MemoryLedger({ now: () => clock.now() });
  expect(await run('again', new Life(Infinity), again)).toEqual({ kind: 'finished' });
  expect(await again.forWorker('reader').tally()).toMatchObject({ succeeded: { objects: 0 }, skipped: { objects, bytes } });
});
