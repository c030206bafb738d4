/** One work item under its lease: a large object, one that is tried again, or one that is being restored from an archive. */
import { StoreFailure } from '../../object-store/failure.ts';
import type { ListedObject } from '../../object-store/object-store.ts';
import { decide, looksAtDestination } from '../decide.ts';
import { FencedError, type ItemLease, type NewWorkItem, type UploadRecord } from '../ledger/ledger.ts';
import { look } from '../listing/stat-each.ts';
import { EXISTS, RECOVERED, type Outcome } from '../outcome.ts';
import { OutcomeBatch } from '../outcome-batch.ts';
import { segmentKey } from '../own-records.ts';
import { mayBeOurs } from '../resolve.ts';
import { writeSegment } from '../segments.ts';
import { failed as asFailed } from '../transfer/severity.ts';
import type { TransferOutcome, UploadJournal } from '../transfer/transfer.ts';
import { isUnseen, nextTryAt, type FailedTransfer } from './failing.ts';
import { isRestorable, nextLookAt, restoreObject } from './restoring.ts';
import { RunEnding, type RunState } from './run-state.ts';
import { copyInPool } from './single-copy.ts';

/** Resolves when the item is done, put off, given back or lost; other errors go to the run. */
export async function workItem(run: RunState, lease: ItemLease): Promise<void> {
  try {
    const work = new ItemWork(run, lease);
    await work.commit(await work.attempt());
  } catch (error) {
    if (error instanceof FencedError) return;
    if (!(error instanceof RunEnding)) run.crash(error);
    else if (!run.records.aborted) await giveBack(run, lease);
  }
}

async function giveBack(run: RunState, lease: ItemLease): Promise<void> {
  try {
    await run.deps.ledger.releaseItem(lease);
  } catch (error) {
    if (!(error instanceof FencedError)) run.crash(error);
  }
}

/** The item goes on later, as one of this kind, after so many attempts of that kind. */
interface PutOff extends Pick<NewWorkItem, 'notBefore' | 'attempts'> {
  readonly kind: 'put-off';
  readonly as: NewWorkItem['kind'];
}

type Result = Exclude<Outcome, { readonly kind: 'failed' }> | FailedTransfer | PutOff;
type Look = { readonly kind: 'copy'; readonly object: ListedObject } | { readonly kind: 'settled'; readonly result: Result };

class ItemWork implements UploadJournal {
  readonly #run: RunState;
  readonly #lease: ItemLease;
  #upload: UploadRecord | undefined;

  constructor(run: RunState, lease: ItemLease) {
    this.#run = run;
    this.#lease = lease;
    this.#upload = lease.upload;
  }

  get current(): UploadRecord | undefined {
    return this.#upload;
  }

  async record(upload: UploadRecord): Promise<void> {
    await this.#run.deps.ledger.recordUpload(this.#lease, upload);
    this.#upload = upload;
  }

  async abandon(): Promise<void> {
    await this.#run.deps.ledger.abandonUpload(this.#lease);
    this.#upload = undefined;
  }

  /** Rejects with a {@link RunEnding} when the run ends first. */
  async attempt(): Promise<Result> {
    return this.#lease.kind === 'restore' ? this.#restore() : this.#migrate();
  }

  async #migrate(): Promise<Result> {
    const looked = await this.#look();
    if (looked.kind === 'settled') return looked.result;
    const outcome = await this.#copy(looked.object);
    if (outcome.kind === 'exists') return this.#existing();
    if (outcome.kind === 'large') throw new TypeError('a large object cannot be too large for its own copy');
    return outcome;
  }

  async #restore(): Promise<Result> {
    const { object, attempts: looks } = this.#lease;
    const waits: PutOff = { kind: 'put-off', as: 'restore', notBefore: nextLookAt(this.#run, looks), attempts: looks + 1 };
    const restored = await restoreObject(this.#run, object.key, looks);
    if (restored === 'waiting') return waits;
    if (restored !== 'readable') return restored;
    // A large one waits for a place among its like.
    if (object.size > this.#run.transfer.largeFrom) return { kind: 'put-off', as: 'large', notBefore: 0, attempts: 0 };
    const result = await this.#migrate();
    return result.kind === 'failed' && isRestorable(this.#run, result) ? waits : result;
  }

  async commit(result: Result): Promise<void> {
    if (result.kind === 'failed' && result.severity === 'fatal') {
      this.#run.break(result.failure, result.side, result.message);
      throw new RunEnding('broken');
    }
    const later = this.#later(result);
    if (later !== undefined) await this.#putOff(later);
    else if (result.kind === 'failed') await this.#done({ kind: 'failed', failure: result.failure, message: result.message });
    else if (result.kind !== 'put-off') await this.#done(result);
  }

  async #putOff({ as, notBefore, attempts }: PutOff): Promise<void> {
    await this.#run.deps.ledger.commitItem(this.#lease, { kind: 'later', as, notBefore, attempts, object: this.#lease.object });
  }

  /** When and as what the item goes on; undefined when its outcome is final. */
  #later(result: Result): PutOff | undefined {
    if (result.kind === 'put-off') return result;
    if (result.kind !== 'failed') return undefined;
    const { kind } = this.#lease;
    if (kind !== 'restore' && isRestorable(this.#run, result)) return { kind: 'put-off', as: 'restore', notBefore: 0, attempts: 0 };
    const attempts = this.#lease.attempts + 1;
    const most = this.#run.tuning.attempts;
    // Looks at a restore are counted with the tries of it, and bounded on their own.
    if (result.severity !== 'retryable' || (kind !== 'restore' && attempts >= most)) return undefined;
    return { kind: 'put-off', as: kind, notBefore: nextTryAt(this.#run, Math.min(attempts, most), result), attempts };
  }

  /** Whether there is still something to copy: an earlier claim may have done it, or nobody has decided yet. */
  async #look(): Promise<Look> {
    const { object, destinationKey, reclaimed, counted } = this.#lease;
    const { source, destination, plan } = this.#run.deps;
    const decided = !isUnseen(object) && counted === 'not-yet';
    // An upload that was begun knows itself how far it came.
    if (decided && (!reclaimed || this.#upload !== undefined)) return { kind: 'copy', object };
    const now = decided ? object : await look(source, object.key, this.#run.intake);
    if (now instanceof StoreFailure) return { kind: 'settled', result: asFailed(now, 'source') };
    if (!looksAtDestination(plan)) return { kind: 'copy', object: now };
    const there = await look(destination, destinationKey, this.#run.intake);
    if (there instanceof StoreFailure) return there.kind === 'absent' ? { kind: 'copy', object: now } : { kind: 'settled', result: asFailed(there, 'destination') };
    if (reclaimed && mayBeOurs(now, there, plan)) return { kind: 'settled', result: RECOVERED };
    const decision = decided ? undefined : decide(now, there, plan);
    return decision?.kind === 'skip' ? { kind: 'settled', result: { kind: 'skipped', reason: decision.reason } } : { kind: 'copy', object: now };
  }

  async #copy(object: ListedObject): Promise<TransferOutcome> {
    const { destinationKey, kind } = this.#lease;
    const large = kind === 'large' || object.size > this.#run.transfer.largeFrom;
    const outcome: TransferOutcome = large ? { kind: 'large', source: object } : await copyInPool(this.#run, object, destinationKey);
    return outcome.kind === 'large' ? this.#run.transfer.copyLarge({ object: outcome.source, destinationKey }, this, this.#run.intake) : outcome;
  }

  /** The destination has the key now: by an earlier attempt whose answer was lost, or by somebody else. */
  async #existing(): Promise<Result> {
    const { object, destinationKey, reclaimed, attempts } = this.#lease;
    if (attempts === 0 && !reclaimed) return EXISTS;
    const there = await look(this.#run.deps.destination, destinationKey, this.#run.intake);
    return !(there instanceof StoreFailure) && mayBeOurs(object, there, this.#run.deps.plan) ? RECOVERED : EXISTS;
  }

  async #done(outcome: Outcome): Promise<void> {
    const { deps, records } = this.#run;
    const { object, destinationKey, failed, itemId, epoch } = this.#lease;
    if (this.#upload !== undefined && outcome.kind !== 'copied') await this.abandon();
    const batch = new OutcomeBatch(deps.observe, deps.plan.recordFailures);
    batch.uncountFailed(failed);
    batch.add(object, destinationKey, outcome, Math.max(1, failed.objects));
    const key = segmentKey(deps.plan.recordName, { kind: 'item', id: itemId, epoch }, 1);
    const segment = await writeSegment(deps, key, batch.lines, batch.lineCount, records);
    records.throwIfAborted();
    await deps.ledger.commitItem(this.#lease, { kind: 'done', tally: batch.tally(), failure: batch.failures[0], segment });
  }
}
