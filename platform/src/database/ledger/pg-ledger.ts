/** One task's ledger in PostgreSQL, as one worker sees it. The statements are in the files beside this one. */
import type { Kysely } from 'kysely';
import { FencedError } from '../../engine/ledger/ledger.ts';
import type { AbandonedUpload, Claim, CountingState, FailedObject, ItemCommit, ItemLease, Ledger, NewWorkItem, Orders, PageCommit, RangeLease, RangeScope, Remaining, SegmentRef, Tally, UploadRecord } from '../../engine/ledger/ledger.ts';
import type { Database } from '../schema.ts';
import { beat } from './heartbeat.ts';
import * as items from './item-statements.ts';
import { spaceLeft } from './key-space.ts';
import type { WorkerScope } from './lease.ts';
import * as progress from './progress-statements.ts';
import * as ranges from './range-statements.ts';

export class PgLedger implements Ledger {
  readonly #db: Kysely<Database>;
  readonly #worker: WorkerScope;
  readonly #zone: string;
  /** The run that this worker began to work in. */
  #run: number | undefined;
  /** Bytes per second this worker was told to keep to; nothing before the first heartbeat. */
  #share = 0;

  constructor(db: Kysely<Database>, worker: WorkerScope, zone: string) {
    this.#db = db;
    this.#worker = worker;
    this.#zone = zone;
  }

  seed(scopes: readonly RangeScope[]): Promise<void> {
    return ranges.seedRanges(this.#db, this.#worker.taskId, scopes);
  }

  async isSeeded(): Promise<boolean> {
    return (await this.#state()).seeded;
  }

  claimRange(): Promise<RangeLease | undefined> {
    return ranges.claimRange(this.#db, this.#worker);
  }

  claimPage(lease: RangeLease, claim: Claim): Promise<RangeScope> {
    return ranges.addClaim(this.#db, this.#worker, lease, claim);
  }

  commitPage(lease: RangeLease, commit: PageCommit): Promise<void> {
    return ranges.commitPage(this.#db, this.#worker, lease, commit);
  }

  releaseRange(lease: RangeLease): Promise<void> {
    return ranges.releaseRange(this.#db, this.#worker, lease);
  }

  async splittableRange(): Promise<ranges.HeldRange | undefined> {
    let best: { readonly range: ranges.HeldRange; readonly left: bigint } | undefined;
    for (const range of await ranges.rangesOfOthers(this.#db, this.#worker)) {
      const left = spaceLeft(range.scope, range.claimedTo);
      if (best === undefined || left > best.left) best = { range, left };
    }
    return best?.range;
  }

  splitRange(rangeId: string, at: string): Promise<boolean> {
    return ranges.splitRange(this.#db, this.#worker.taskId, rangeId, at);
  }

  claimItem(kind?: NewWorkItem['kind']): Promise<ItemLease | undefined> {
    return items.claimItem(this.#db, this.#worker, kind);
  }

  recordUpload(lease: ItemLease, upload: UploadRecord): Promise<void> {
    return items.recordUpload(this.#db, this.#worker, lease, upload);
  }

  abandonUpload(lease: ItemLease): Promise<void> {
    return items.abandonUpload(this.#db, this.#worker, lease);
  }

  commitItem(lease: ItemLease, commit: ItemCommit): Promise<void> {
    return items.commitItem(this.#db, this.#worker, lease, commit);
  }

  releaseItem(lease: ItemLease): Promise<void> {
    return items.releaseItem(this.#db, this.#worker, lease);
  }

  abandonedUploads(limit: number): Promise<readonly AbandonedUpload[]> {
    return items.abandonedUploads(this.#db, this.#worker.taskId, limit);
  }

  forgetUpload(id: string): Promise<void> {
    return items.forgetUpload(this.#db, this.#worker.taskId, id);
  }

  async counting(): Promise<CountingState> {
    return progress.countingOf(await this.#state());
  }

  async recordCounting(state: CountingState): Promise<void> {
    await progress.recordCounting(this.#db, this.#worker.taskId, await this.#ownRun(), state);
  }

  async heartbeat(): Promise<Orders> {
    const ownRun = await this.#ownRun();
    const now = await beat(this.#db, this.#worker, this.#share, this.#zone);
    if (now === undefined || now.run !== ownRun) return { desired: 'pause', bandwidth: 0 };
    this.#share = now.granted;
    return { desired: now.desired, bandwidth: now.granted === Infinity ? undefined : now.granted };
  }

  remaining(): Promise<Remaining> {
    return progress.remaining(this.#db, this.#worker.taskId);
  }

  async tally(): Promise<Tally> {
    return progress.tallyOf(await this.#state());
  }

  failures(afterKey: string | undefined, limit: number): Promise<readonly FailedObject[]> {
    return progress.failures(this.#db, this.#worker.taskId, afterKey, limit);
  }

  segments(afterKey: string | undefined, limit: number): Promise<readonly SegmentRef[]> {
    return progress.segments(this.#db, this.#worker.taskId, afterKey, limit);
  }

  async #ownRun(): Promise<number> {
    this.#run ??= (await this.#state()).run;
    return this.#run;
  }

  async #state() {
    const row = await this.#db.selectFrom('ledger_state').selectAll().where('task_id', '=', this.#worker.taskId).executeTakeFirst();
    if (row === undefined) throw new FencedError(`task ${this.#worker.taskId} has no ledger any more`);
    return row;
  }
}
