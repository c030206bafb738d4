/** Two stores, a plan and a clock for a test of the transfer. */
import { createHash } from 'node:crypto';
import type { UploadRecord, AbandonedUpload } from '../../ledger/ledger.ts';
import type { MigrationPlan } from '../../plan.ts';
import { createTransfer, type TransferLimits } from '../create-transfer.ts';
import type { Clock, Transfer, TransferContext, UploadJournal } from '../transfer.ts';
import { MemoryStore, type MemoryStoreOptions } from './memory-store.ts';

export const never = new AbortController().signal;

export const basicPlan: MigrationPlan = {
  recordName: 'test',
  selection: { kind: 'prefixes', prefixes: [''] },
  savePrefix: '',
  overwrite: 'size-or-time',
  check: 'size-and-time',
  migrateSince: undefined,
  carryMetadata: true,
  recordFailures: false,
  storageClass: { kind: 'default' },
  restoreDays: undefined,
  encryption: undefined,
};

export interface Setting {
  readonly source: MemoryStore;
  readonly destination: MemoryStore;
  readonly transfer: Transfer;
  /** Waits that were asked for, in milliseconds; none of them takes time. */
  readonly waits: number[];
}

export interface SettingOptions {
  readonly plan?: Partial<MigrationPlan>;
  readonly limits?: Partial<TransferLimits>;
  readonly source?: MemoryStoreOptions;
  readonly destination?: MemoryStoreOptions;
  readonly bandwidth?: TransferContext['bandwidth'];
  /** Stores that an earlier transfer has used. */
  readonly stores?: { readonly source: MemoryStore; readonly destination: MemoryStore };
}

export function setting({ plan, limits, source: sourceOptions, destination: destinationOptions, bandwidth = { take: () => undefined }, stores }: SettingOptions = {}): Setting {
  const source = stores?.source ?? new MemoryStore({ location: { endpoint: 'memory:source' }, ...sourceOptions });
  const destination = stores?.destination ?? new MemoryStore({ location: { endpoint: 'memory:destination' }, ...destinationOptions });
  const waits: number[] = [];
  const clock: Clock = {
    now: () => 3_000_000,
    sleep(ms) {
      waits.push(ms);
      return Promise.resolve();
    },
  };
  const context: TransferContext = { source, destination, plan: { ...basicPlan, ...plan }, bandwidth, clock };
  return { source, destination, waits, transfer: createTransfer(context, { parts: 3, largeFrom: 1_000, partBytes: 100, untoldBytes: 1_000, ...limits }) };
}

/** Bytes that differ at every place and for every seed. */
export function content(length: number, seed = 'seed'): Buffer {
  return createHash('shake256', { outputLength: length }).update(seed).digest();
}

/** A journal that outlives the transfers that write it. */
export class MemoryJournal implements UploadJournal {
  current: UploadRecord | undefined;
  readonly history: UploadRecord['state'][] = [];
  readonly abandoned: AbandonedUpload[] = [];
  /** Called before and after each write. */
  hook: (() => Promise<void>) | undefined;
  private readonly key: string;

  constructor(key: string) {
    this.key = key;
  }

  record(upload: UploadRecord): Promise<void> {
    return this.write(() => {
      this.current = structuredClone(upload);
      this.history.push(upload.state);
    });
  }

  abandon(): Promise<void> {
    return this.write(() => {
      const upload = this.current;
      if (upload === undefined) return;
      const known = upload.state === 'intended' && upload.known !== undefined ? { known: upload.known } : {};
      this.abandoned.push({ id: `${this.abandoned.length + 1}`, destinationKey: this.key, uploadId: upload.state === 'intended' ? undefined : upload.uploadId, ...known });
      this.current = undefined;
    });
  }

  abandonedUploads(limit: number): Promise<readonly AbandonedUpload[]> {
    return Promise.resolve(this.abandoned.slice(0, limit));
  }

  forgetUpload(id: string): Promise<void> {
    this.abandoned.splice(this.abandoned.findIndex((upload) => upload.id === id), 1);
    return Promise.resolve();
  }

  private async write(effect: () => void): Promise<void> {
    await this.hook?.();
    effect();
    await this.hook?.();
  }
}
