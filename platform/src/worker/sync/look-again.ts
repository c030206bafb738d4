/** One look at one key: what both stores have, whether it is copied, and what became of it. */
import { decide } from '../../engine/decide.ts';
import type { UploadRecord } from '../../engine/ledger/ledger.ts';
import { look } from '../../engine/listing/stat-each.ts';
import { isOwnRecord } from '../../engine/own-records.ts';
import type { MigrationPlan } from '../../engine/plan.ts';
import { failed } from '../../engine/transfer/severity.ts';
import type { Transfer, TransferOutcome, UploadJournal } from '../../engine/transfer/transfer.ts';
import type { SyncLease, SyncOutcome, SyncWork } from '../../object-migration/sync/sync-work.ts';
import { StoreFailure, isFailure } from '../../object-store/failure.ts';
import type { ListedObject, ObjectStore } from '../../object-store/object-store.ts';

export interface LookDeps {
  readonly events: Pick<SyncWork, 'begin' | 'recordUpload' | 'abandonUpload'>;
  readonly source: ObjectStore;
  readonly destination: ObjectStore;
  readonly plan: MigrationPlan;
  readonly transfer: Transfer;
}

export type FailedLook = Extract<TransferOutcome, { readonly kind: 'failed' }>;
export type LookResult = Exclude<SyncOutcome, { readonly kind: 'failed' }> | FailedLook
  /** The source's store makes the archived object readable, which takes minutes to days. */
  | { readonly kind: 'restoring' };

const SKIPPED = { kind: 'skipped' } as const;

/** Rejects with the signal's reason, or with what the port throws. */
export async function lookAgain(deps: LookDeps, lease: SyncLease, signal: AbortSignal): Promise<LookResult> {
  if (isOwnRecord(lease.key)) return SKIPPED;
  const [source, destination] = await Promise.all([look(deps.source, lease.key, signal), look(deps.destination, lease.key, signal)]);
  const journal = new EventJournal(deps.events, lease);
  const resolved = await resolve(deps, lease, source, destination, journal, signal);
  const result = resolved.kind === 'failed' && resolved.failure === 'archived' && resolved.side === 'source' ? await restore(deps, lease, resolved, signal) : resolved;
  // An upload of an event that ends without it would wait for nobody.
  if (journal.current !== undefined && (result.kind === 'skipped' || (result.kind === 'succeeded' && !journal.completed))) await journal.abandon();
  return result;
}

async function resolve(deps: LookDeps, lease: SyncLease, source: ListedObject | StoreFailure, destination: ListedObject | StoreFailure, journal: EventJournal, signal: AbortSignal): Promise<LookResult> {
  if (source instanceof StoreFailure) return source.kind === 'absent' ? SKIPPED : failed(source, 'source');
  if (destination instanceof StoreFailure && destination.kind !== 'absent') return failed(destination, 'destination');
  const there = destination instanceof StoreFailure ? undefined : destination;
  if (!isToCopy(source, there, deps.plan, lease.begun)) return lease.begun ? succeeded(source) : SKIPPED;
  if (!lease.begun) await deps.events.begin(lease);
  return copyUntilStill(deps, source, journal, signal);
}

/** Looks at one restore before it fails: some ten days, where the slowest one of a cloud takes two. */
const mostLooks = 1_000;

/** Asks for the object once and then waits, where the task is to do so. */
async function restore({ source, plan: { restoreDays } }: LookDeps, { key, attempts }: SyncLease, archived: FailedLook, signal: AbortSignal): Promise<LookResult> {
  if (restoreDays === undefined || source.restore === undefined || attempts >= mostLooks) return archived;
  try {
    const { restoring } = await source.stat(key, signal);
    if (restoring !== true) await source.restore.request(key, restoreDays, signal);
    return { kind: 'restoring' };
  } catch (error) {
    if (!isFailure(error)) throw error;
    return error.kind === 'denied' || error.kind === 'unsupported' ? archived : failed(error, 'source');
  }
}

/** An object that is written this often while it is copied is left for a quieter time. */
const rounds = 3;

/**
 * Copies, and looks at the source afterwards: a version that was written while an older one was on its way would otherwise be
 * older than the copy, and pass for copied for ever.
 */
async function copyUntilStill(deps: LookDeps, source: ListedObject, journal: EventJournal, signal: AbortSignal): Promise<LookResult> {
  let version = source;
  for (let round = 1; round <= rounds; round += 1) {
    const result = resultOf(await copy(deps, version, journal, signal));
    if (result.kind !== 'succeeded') return result;
    const now = await look(deps.source, source.key, signal);
    if (now instanceof StoreFailure) return now.kind === 'absent' ? result : failed(now, 'source');
    if (isSameVersion(version, now)) return result;
    version = now;
  }
  return failed(new StoreFailure('changed', 'the source is written faster than it can be copied'), 'source');
}

/** Of two looks at one store. */
function isSameVersion(a: ListedObject, b: ListedObject): boolean {
  return a.etag === b.etag && a.size === b.size && a.lastModified === b.lastModified;
}

/**
 * As `decide` has it, but for what times cannot tell: which came first in one second, where a store shows whole seconds, and
 * what a copy that was begun and never heard of again has copied. There only equal ETags say that nothing has changed.
 */
export function isToCopy(source: ListedObject, destination: ListedObject | undefined, plan: Pick<MigrationPlan, 'overwrite' | 'migrateSince'>, begun: boolean): boolean {
  const decision = decide(source, destination, plan);
  if (decision.kind === 'copy' || destination === undefined) return true;
  if (decision.reason !== 'same-size-and-time') return false;
  const unclear = begun || mayBeNewer(source.lastModified, destination.lastModified);
  return unclear && (source.etag === undefined || source.etag !== destination.etag);
}

function mayBeNewer(source: number, destination: number): boolean {
  const coarse = source % 1000 === 0 || destination % 1000 === 0;
  return coarse && Math.floor(source / 1000) === Math.floor(destination / 1000);
}

async function copy({ transfer }: LookDeps, source: ListedObject, journal: EventJournal, signal: AbortSignal): Promise<TransferOutcome> {
  const large: TransferOutcome = { kind: 'large', source };
  const outcome = source.size > transfer.largeFrom ? large : await transfer.copyObject(source, source.key, signal);
  if (outcome.kind !== 'large') return outcome;
  const copied = await transfer.copyLarge({ object: outcome.source, destinationKey: source.key }, journal, signal);
  if (copied.kind === 'copied') journal.completed = true;
  return copied;
}

function resultOf(outcome: TransferOutcome): LookResult {
  switch (outcome.kind) {
    case 'copied': return succeeded(outcome.source);
    case 'exists': return SKIPPED;
    case 'failed': return outcome.failure === 'absent' && outcome.side === 'source' ? SKIPPED : outcome;
    case 'large': throw new TypeError('a large object cannot be too large for its own copy');
  }
}

/** A negative size is one that the source does not tell. */
function succeeded({ size }: ListedObject): LookResult {
  return { kind: 'succeeded', bytes: Math.max(0, size) };
}

class EventJournal implements UploadJournal {
  readonly #events: LookDeps['events'];
  readonly #lease: SyncLease;
  #upload: UploadRecord | undefined;
  /** The upload has become the object. */
  completed = false;

  constructor(events: LookDeps['events'], lease: SyncLease) {
    this.#events = events;
    this.#lease = lease;
    this.#upload = lease.upload;
  }

  get current(): UploadRecord | undefined {
    return this.#upload;
  }

  async record(upload: UploadRecord): Promise<void> {
    await this.#events.recordUpload(this.#lease, upload);
    this.#upload = upload;
  }

  async abandon(): Promise<void> {
    await this.#events.abandonUpload(this.#lease);
    this.#upload = undefined;
  }
}
