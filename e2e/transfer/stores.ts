/** Buckets of a real gateway and of the file system, and a transfer between two of them. */
import { randomUUID } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AbandonedUpload, UploadRecord } from '@haulier/platform/engine/ledger/ledger.ts';
import type { MigrationPlan } from '@haulier/platform/engine/plan.ts';
import { createTransfer, type TransferLimits } from '@haulier/platform/engine/transfer/create-transfer.ts';
import type { Transfer, UploadJournal } from '@haulier/platform/engine/transfer/transfer.ts';
import type { ObjectStore } from '@haulier/platform/object-store/object-store.ts';
import { createLocalStore } from '@haulier/platform/providers/local/local-store.ts';
import { createS3Store } from '@haulier/platform/providers/s3/s3-store.ts';
import { makeBucket, type Rgw, type RgwUser } from '../stores/rgw.ts';

export const never = new AbortController().signal;

export interface RgwOptions {
  readonly user?: RgwUser;
  readonly tls?: boolean;
}

export async function rgwBucket(rgw: Rgw, { user = rgw.users[0], tls = false }: RgwOptions = {}): Promise<ObjectStore> {
  const bucket = await makeBucket(rgw, user);
  return createS3Store({
    endpoint: tls ? rgw.tlsEndpoint : rgw.endpoint,
    region: 'us-east-1',
    addressing: 'path',
    bucket,
    credentials: user,
    ...(tls ? { ca: await readFile(rgw.ca, 'utf8') } : {}),
    now: () => Date.now(),
  });
}

export async function localBucket(root: string): Promise<ObjectStore> {
  const bucket = randomUUID();
  await mkdir(join(root, bucket));
  return createLocalStore({ root, bucket, uniqueName: randomUUID });
}

const plan: MigrationPlan = {
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

const MiB = 1024 * 1024;

export function transferBetween(source: ObjectStore, destination: ObjectStore, over: Partial<MigrationPlan> = {}, limits: Partial<TransferLimits> = {}): Transfer {
  const clock = { now: () => Date.now(), sleep: (ms: number, signal: AbortSignal) => sleep(ms, undefined, { signal }) };
  const bandwidth = { take: () => undefined };
  return createTransfer({ source, destination, plan: { ...plan, ...over }, bandwidth, clock }, { parts: 3, largeFrom: 6 * MiB, partBytes: 5 * MiB, ...limits });
}

/** The same store without copying by itself. */
export function streaming(store: ObjectStore): ObjectStore {
  const rest: { -readonly [Name in keyof ObjectStore]: ObjectStore[Name] } = { ...store };
  delete rest.serverSideCopy;
  return rest;
}

export class Journal implements UploadJournal {
  current: UploadRecord | undefined;
  readonly abandoned: AbandonedUpload[] = [];
  private readonly key: string;

  constructor(key: string) {
    this.key = key;
  }

  record(upload: UploadRecord): Promise<void> {
    this.current = upload;
    return Promise.resolve();
  }

  abandon(): Promise<void> {
    const { current } = this;
    this.current = undefined;
    if (current === undefined) return Promise.resolve();
    const known = current.state === 'intended' && current.known !== undefined ? { known: current.known } : {};
    this.abandoned.push({ id: randomUUID(), destinationKey: this.key, uploadId: current.state === 'intended' ? undefined : current.uploadId, ...known });
    return Promise.resolve();
  }

  abandonedUploads(limit: number): Promise<readonly AbandonedUpload[]> {
    return Promise.resolve(this.abandoned.slice(0, limit));
  }

  forgetUpload(id: string): Promise<void> {
    this.abandoned.splice(this.abandoned.findIndex((upload) => upload.id === id), 1);
    return Promise.resolve();
  }
}
