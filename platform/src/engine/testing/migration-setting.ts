/** Two buckets, a plan and a ledger for a test of whole runs. */
import { createHash } from 'node:crypto';
import type { ObjectStore } from '../../object-store/object-store.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { ListingRoom } from '../listing-room.ts';
import { MemoryLedger } from '../ledger/memory-ledger.ts';
import type { MigrationPlan } from '../plan.ts';
import { runWith } from '../run-migration.ts';
import type { RunEnd, RunLimits, RunObserver, RunTuning } from '../run.ts';
import { createTransfer, type TransferLimits } from '../transfer/create-transfer.ts';
import { basicPlan } from '../transfer/testing/setting.ts';
import type { Clock } from '../transfer/transfer.ts';
import { listedStore, type ListedStore, type ListedStoreOptions } from './listed-store.ts';
import { mortalLedger, mortalStore, Life } from './mortal.ts';
import { quickClock } from './quick-clock.ts';

export const never = new AbortController().signal;

/** Before any time of the clock under test. */
export const LONG_AGO = 1_700_000_000_000;

export interface MigrationSettingOptions {
  readonly source?: ListedStoreOptions;
  readonly destination?: ListedStoreOptions;
  readonly plan?: Partial<MigrationPlan>;
  readonly limits?: Partial<RunLimits>;
  readonly tuning?: Partial<RunTuning>;
  readonly transfer?: Partial<TransferLimits>;
  readonly listFiles?: ObjectStore;
  readonly listingRoom?: ListingRoom;
}

/** What a run told its observer. */
export interface Observed {
  bytes: number;
  readonly outcomes: { succeeded: number; skipped: number; failed: number };
  readonly recordFailures: string[];
}

export interface RunOptions {
  readonly signal?: AbortSignal;
  readonly life?: Life;
  /** In place of the worker's own view of the shared one. */
  readonly ledger?: Ledger;
}

export class MigrationSetting {
  readonly clock: Clock = quickClock();
  readonly source: ListedStore;
  readonly destination: ListedStore;
  readonly plan: MigrationPlan;
  readonly ledger: MemoryLedger;
  readonly observed: Observed = { bytes: 0, outcomes: { succeeded: 0, skipped: 0, failed: 0 }, recordFailures: [] };
  readonly #options: MigrationSettingOptions;

  constructor(options: MigrationSettingOptions = {}) {
    this.#options = options;
    const now = () => this.clock.now();
    this.source = listedStore({ location: { endpoint: 'memory:source' }, now, ...options.source });
    this.destination = listedStore({ location: { endpoint: 'memory:destination' }, now, ...options.destination });
    this.plan = { ...basicPlan, recordFailures: true, ...options.plan };
    this.ledger = new MemoryLedger({ now, largeFrom: options.transfer?.largeFrom ?? 1_000 });
  }

  /** Puts objects of so many bytes into the source. */
  fill(sizes: Readonly<Record<string, number>>, lastModified = LONG_AGO): this {
    for (const [key, size] of Object.entries(sizes)) this.source.memory.put(key, contentOf(key, size), { lastModified });
    return this;
  }

  /** One run by a worker of this name. */
  run(worker = 'worker', { signal = never, life = new Life(Infinity), ledger = this.ledger.forWorker(worker) }: RunOptions = {}): Promise<RunEnd> {
    const { limits, tuning, transfer, listFiles, listingRoom } = this.#options;
    const deps = {
      source: mortalStore(this.source, life),
      destination: mortalStore(this.destination, life),
      plan: this.plan,
      ledger: mortalLedger(ledger, life),
      clock: this.clock,
      random: () => 0.5,
      limits: { objects: 4, largeObjects: 2, parts: 2, ranges: 2, ...limits },
      observe: this.#observer(),
      tuning: { leaseGuardMs: 1_000_000_000, drainMs: 1_000_000_000, ...tuning },
      ...(listingRoom === undefined ? {} : { listingRoom }),
      ...(listFiles === undefined ? {} : { listFiles: mortalStore(listFiles, life) }),
    };
    return runWith(deps, (context) => createTransfer(context, { parts: 2, largeFrom: 1_000, partBytes: 300, untoldBytes: 1_000, ...transfer }), signal);
  }

  /** Runs, and waits for items that are not due, until the run ends as anything but idle. */
  async runToEnd(worker = 'worker', life = new Life(Infinity)): Promise<RunEnd> {
    for (;;) {
      const end = await this.run(worker, { life });
      if (end.kind !== 'idle') return end;
      const now = this.clock.now();
      await this.clock.sleep(Math.max(1, (end.nextItemAt ?? now) - now), never);
    }
  }

  /** The destination's objects but for our records, in the order of their keys. */
  arrived(): Readonly<Record<string, Buffer>> {
    const entries = [...this.destination.memory.objects].filter(([key]) => !key.startsWith(`oms/${this.plan.recordName}/`));
    return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, { bytes }]) => [key, bytes]));
  }

  /** The lines of all committed segments, whose digests are checked on the way. */
  async segmentLines(): Promise<readonly { readonly outcome: string; readonly key: string; readonly to?: string }[]> {
    const lines = [];
    for (const { key, sha256, lines: count } of await this.ledger.forWorker('reader').segments(undefined, 1_000_000)) {
      const { bytes } = this.destination.memory.find(key);
      const rows = bytes.toString().trimEnd().split('\n');
      if (createHash('sha256').update(bytes).digest('hex') !== sha256 || rows.length !== count) throw new Error(`segment ${key} is not what was committed`);
      lines.push(...rows.map((row) => JSON.parse(row) as { outcome: string; key: string; to?: string }));
    }
    return lines;
  }

  #observer(): RunObserver {
    const { observed } = this;
    return {
      bytes: (count) => {
        observed.bytes += count;
      },
      outcome: (kind) => {
        observed.outcomes[kind]++;
      },
      recordFailed: (failure) => {
        observed.recordFailures.push(failure);
      },
    };
  }
}

/** Bytes that only this key has. */
export function contentOf(key: string, size: number, version = 1): Buffer {
  const block = createHash('sha256').update(`${version} ${key}`).digest();
  return Buffer.alloc(size, block);
}
