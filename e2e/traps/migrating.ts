/** Migrates between fake stores with the engine and the very stores of the product, on a clock whose waits are short. */
import { setTimeout as sleep } from 'node:timers/promises';
import { MemoryLedger } from '@haulier/platform/engine/ledger/memory-ledger.ts';
import type { FailedObject, Tally } from '@haulier/platform/engine/ledger/ledger.ts';
import type { MigrationPlan } from '@haulier/platform/engine/plan.ts';
import { runMigration } from '@haulier/platform/engine/run-migration.ts';
import type { RunEnd } from '@haulier/platform/engine/run.ts';
import { abortAbandoned } from '@haulier/platform/engine/transfer/janitor.ts';
import type { ObjectStore } from '@haulier/platform/object-store/object-store.ts';
import { LimitersByEndpoint, openStore, type StoreRuntime } from '@haulier/platform/providers/index.ts';
import { afterEach } from 'vitest';
import { startFakeS3, type FakeS3, type Trick } from './fake-s3.ts';

const never = new AbortController().signal;
export const MiB = 1024 * 1024;

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

export async function fakeS3(trick?: Trick): Promise<FakeS3> {
  const fake = await startFakeS3(trick);
  closing.push(() => fake.close());
  return fake;
}

/** How much shorter waits are than what was asked for. */
const haste = 200;

export interface World {
  readonly runtime: StoreRuntime;
  /** Every wait that was asked for, in milliseconds. */
  readonly waits: readonly number[];
}

export function createWorld(): World {
  const waits: number[] = [];
  let names = 0;
  const clock = {
    now: () => Date.now(),
    async sleep(ms: number, signal: AbortSignal) {
      waits.push(ms);
      await sleep(ms / haste, undefined, { signal }).catch((error: unknown) => {
        signal.throwIfAborted();
        throw error;
      });
    },
  };
  return { waits, runtime: { clock, random: () => 0.5, uniqueName: () => `name-${++names}`, limiters: new LimitersByEndpoint({ now: () => clock.now() }) } };
}

export function openFake(fake: FakeS3, { runtime }: World, account = 'ak'): ObjectStore {
  const store = openStore(
    { cloud: 'AWS', region: 'fake', endpoint: fake.endpoint, addressing: 'path', signature: 'v4' },
    { bucket: 'b', credentials: { accessKey: account, secretKey: 'sk' }, runtime },
  );
  closing.push(() => store.close());
  return store;
}

export interface Migrated {
  readonly end: RunEnd;
  readonly tally: Tally;
  readonly failures: readonly FailedObject[];
  readonly waits: readonly number[];
}

/** One whole migration with its janitor, between two fakes or a fake and itself. */
export async function migrate(from: FakeS3, to: FakeS3, over: Partial<MigrationPlan> = {}): Promise<Migrated> {
  const world = createWorld();
  return migrateStores(openFake(from, world), openFake(to, world), world, over);
}

export async function migrateStores(source: ObjectStore, destination: ObjectStore, world: World, over: Partial<MigrationPlan> = {}): Promise<Migrated> {
  const { clock } = world.runtime;
  const ledger = new MemoryLedger({ now: () => clock.now() }).forWorker('only');
  const plan: MigrationPlan = {
    recordName: 'trap', selection: { kind: 'prefixes', prefixes: [''] }, savePrefix: '', overwrite: 'size-or-time', check: 'size-and-time',
    migrateSince: undefined, carryMetadata: true, recordFailures: false, storageClass: { kind: 'default' }, restoreDays: undefined, encryption: undefined, ...over,
  };
  const deps = {
    source, destination, plan, ledger, clock, random: () => 0.5,
    limits: { objects: 8, largeObjects: 2, parts: 3, ranges: 2 },
    // The count that runs ahead lists too: in this haste now and then before the run has listed.
    tuning: { retryMs: 50, countingAfterMs: 3_600_000 },
    observe: { bytes() {}, outcome() {}, recordFailed() {} },
  };
  let end = await runMigration(deps, never);
  while (end.kind === 'idle') {
    await sleep(Math.max(0, (end.nextItemAt ?? 0) - clock.now()));
    end = await runMigration(deps, never);
  }
  await abortAbandoned(ledger, destination, never);
  return { end, tally: await ledger.tally(), failures: await ledger.failures(undefined, 100), waits: world.waits };
}

/** Bytes whose parts all differ. */
export function content(size: number, seed = 1): Buffer {
  const bytes = Buffer.alloc(size);
  for (let at = 0; at + 4 <= size; at += 4096) bytes.writeUInt32LE((at + seed * 2_654_435_761) >>> 0, at);
  return bytes;
}
