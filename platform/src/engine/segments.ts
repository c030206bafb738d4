/** Writes our records into the destination. A record that cannot be written never fails the migration. */
import { hash } from 'node:crypto';
import { bytesSource } from '@haulier/lib/bytes/byte-stream.ts';
import type { ObjectStore, WriteOptions } from '../object-store/object-store.ts';
import type { SegmentRef } from './ledger/ledger.ts';
import { patiently, RunFailure } from './patience.ts';
import type { MigrationPlan } from './plan.ts';
import type { RunObserver } from './run.ts';
import type { Clock } from './transfer/transfer.ts';

export interface RecordScope {
  readonly destination: ObjectStore;
  readonly plan: Pick<MigrationPlan, 'encryption'>;
  readonly clock: Clock;
  readonly observe: Pick<RunObserver, 'recordFailed'>;
}

/**
 * Writes lines under a key that nothing else is ever written to.
 *
 * @returns undefined when there are no lines, or when the destination would not take them, which the observer is told.
 */
export async function writeSegment(scope: RecordScope, key: string, lines: Buffer, lineCount: number, signal: AbortSignal): Promise<SegmentRef | undefined> {
  if (lineCount === 0) return undefined;
  try {
    await writeRecord(scope, key, lines, 'application/x-ndjson', signal);
  } catch (error) {
    if (!(error instanceof RunFailure)) throw error;
    scope.observe.recordFailed(error.failure.kind);
    return undefined;
  }
  return { key, sha256: hash('sha256', lines, 'hex'), lines: lineCount };
}

/** @throws {RunFailure} when the destination does not take it. */
export async function writeRecord({ destination, plan, clock }: Omit<RecordScope, 'observe'>, key: string, bytes: Buffer, contentType: string, signal: AbortSignal): Promise<void> {
  const options: WriteOptions = { metadata: { contentType, user: {} }, ...(plan.encryption === undefined ? {} : { encryption: plan.encryption }), contentMd5: hash('md5', bytes, 'base64') };
  await patiently('destination', clock, signal, () => destination.write(key, bytesSource(bytes), options, signal));
}
