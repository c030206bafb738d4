import { defaultTuning, type RunDeps, type RunEnd, type RunTuning } from '../run.ts';
import { Bandwidth } from '../bandwidth.ts';
import { RunFailure, type StoreSide } from '../patience.ts';
import type { Clock, Transfer, TransferContext } from '../transfer/transfer.ts';
import type { FailureKind } from '../../object-store/failure.ts';
import { ListingRoom, type ListingShare } from '../listing-room.ts';
import type { NoteRoom } from '../note-room.ts';
import { CopyPool } from './copy-pool.ts';
import { Gate } from './gate.ts';
import { Weather } from './weather.ts';

/** Why a run ends: as its caller is told, or by an error that is thrown. */
export type Ending = RunEnd | { readonly kind: 'thrown'; readonly error: unknown };

/** The reason of the signals of a run that ends. */
export class RunEnding extends Error {
  override readonly name = 'RunEnding';
}

/** What the parts of one run share: stores, slots, and how far the run is from its end. */
export class RunState {
  readonly deps: RunDeps;
  readonly tuning: RunTuning;
  readonly transfer: Transfer;
  readonly pool: CopyPool;
  readonly bandwidth: Bandwidth;
  /** Opened when work was done or found, and at every heartbeat. */
  readonly changed = new Gate();
  /** Opened when a crew found nothing to claim. */
  readonly dry = new Gate();
  readonly notes: NoteRoom;
  /** Grows with whatever may have made something claimable. */
  generation = 0;
  /** Ranges at work, which share the window. */
  ranges = 0;
  /** Resolves when nothing more is begun and no small copy is under way. */
  readonly drained: Promise<unknown>;
  readonly #drained = Promise.withResolvers<unknown>();
  readonly #share: ListingShare;
  #ending: Ending | undefined;
  readonly #intake = new AbortController();
  readonly #requests = new AbortController();
  readonly #records = new AbortController();

  constructor(deps: RunDeps, transferOf: (context: TransferContext) => Transfer) {
    this.deps = deps;
    this.drained = this.#drained.promise;
    this.tuning = { ...defaultTuning, ...deps.tuning };
    const room = deps.listingRoom ?? new ListingRoom();
    this.notes = room.notes;
    this.bandwidth = new Bandwidth(deps.clock, deps.observe);
    const { source, destination, plan, clock, limits } = deps;
    this.transfer = transferOf({ source, destination, plan, clock, bandwidth: this.bandwidth });
    const weather = new Weather(clock, this.#intake.signal, 2 * limits.objects, ({ failure, side, message }) => this.break(failure, side, message));
    const bears = () => Math.min(source.bears?.('reads') ?? Infinity, destination.bears?.('others') ?? Infinity);
    this.pool = new CopyPool(limits.objects, bears, (object, key, signal) => this.transfer.copyObject(object, key, signal), weather);
    this.#share = room.enter();
  }

  get clock(): Clock {
    return this.deps.clock;
  }

  get ending(): Ending | undefined {
    return this.#ending;
  }

  /** Aborted when nothing more is to be begun: no claim, no listing, no part of a large object. */
  get intake(): AbortSignal {
    return this.#intake.signal;
  }

  /** Aborted when no object may be copied any more. */
  get requests(): AbortSignal {
    return this.#requests.signal;
  }

  /** Aborted when not even what has been done may be recorded any more. */
  get records(): AbortSignal {
    return this.#records.signal;
  }

  /** How many uncommitted objects each range may hold. */
  get windowOfRange(): number {
    return this.#share.of(this.tuning.windowObjects) / Math.max(1, this.ranges);
  }

  /** Ranges worked on at once, at most. It changes as other runs of the process come and go. */
  get rangesAtOnce(): number {
    return this.#share.of(this.deps.limits.ranges);
  }

  /** Something may be claimable now. */
  poke(): void {
    this.generation++;
    this.changed.open();
  }

  /** What a part of the run rejected with: an end of the run that is known already, a failure that ends it, or a mistake. */
  fail(error: unknown): void {
    if (error instanceof RunFailure) this.break(error.failure.kind, error.side, error.message);
    else if (!(error instanceof RunEnding)) this.crash(error);
  }

  /** No object can succeed any more. */
  break(failure: FailureKind, side: StoreSide, message: string): void {
    this.end({ kind: 'broken', failure, side, message });
  }

  /** Begins nothing more; small copies under way may go on for a while. The first ending counts. */
  end(ending: Ending): void {
    if (this.#ending !== undefined) return;
    this.#ending = ending;
    const reason = new RunEnding(ending.kind);
    this.#closeIntake(reason);
    void this.#stopAfter(this.tuning.drainMs, reason);
  }

  /** Stops everything at once: the ledger cannot be trusted or reached any more, or there is a mistake of our own. */
  crash(error: unknown): void {
    if (this.#ending?.kind !== 'thrown') this.#ending = { kind: 'thrown', error };
    const reason = new RunEnding('crashed', { cause: error });
    this.#records.abort(reason);
    this.#requests.abort(reason);
    this.#closeIntake(reason);
  }

  /** Everything has settled: ends what only waits. */
  close(): void {
    this.#requests.abort(new RunEnding('over'));
    this.#share.leave();
  }

  #closeIntake(reason: RunEnding): void {
    this.#intake.abort(reason);
    this.pool.close(reason);
    this.#drained.resolve(this.pool.drained());
    this.changed.release();
    this.dry.release();
  }

  async #stopAfter(ms: number, reason: RunEnding): Promise<void> {
    try {
      await this.clock.sleep(ms, this.requests);
      this.#requests.abort(reason);
    } catch (error) {
      if (!this.requests.aborted) this.crash(error);
    }
  }
}
