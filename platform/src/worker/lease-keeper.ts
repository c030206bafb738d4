/** Keeps the leases of a process alive while it works under them, and ends the work under one that is lost. */
import { FencedError } from '../engine/ledger/ledger.ts';
import type { Clock } from '../engine/transfer/transfer.ts';
import type { WorkerLog } from './worker-log.ts';

export interface LeaseKeeperDeps<Lease> {
  readonly leases: {
    /** Resolves to those of them that are still held. */
    extend(leases: readonly Lease[], leaseMs: number): Promise<readonly Lease[]>;
  };
  readonly clock: Clock;
  readonly log: WorkerLog;
  /** Between two extensions, in milliseconds, as the others. */
  readonly heartbeatMs: number;
  readonly leaseMs: number;
  /** Work whose lease has not been extended for so long is ended before anybody else can claim it. Below `leaseMs`. */
  readonly leaseGuardMs: number;
}

interface Held<Lease> {
  readonly lease: Lease;
  /** When the database was last asked for what it then granted. */
  confirmedAt: number;
  readonly lost: AbortController;
}

export class LeaseKeeper<Lease> {
  readonly #deps: LeaseKeeperDeps<Lease>;
  readonly #held = new Set<Held<Lease>>();
  #extending = false;

  constructor(deps: LeaseKeeperDeps<Lease>) {
    this.#deps = deps;
  }

  /** Runs until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, heartbeatMs, leaseGuardMs } = this.#deps;
    while (!signal.aborted) {
      await clock.sleep(heartbeatMs, signal).catch(() => undefined);
      if (!this.#extending) void this.#extend();
      for (const { confirmedAt, lost } of this.#held) if (clock.now() - confirmedAt >= leaseGuardMs) lost.abort(new FencedError('a lease could not be extended in time'));
    }
  }

  /**
   * Does the work with a signal that aborts with `outer`, or with a `FencedError` when the lease is lost.
   *
   * @param since when the lease was asked for
   */
  async during<T>(lease: Lease, since: number, outer: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const held: Held<Lease> = { lease, confirmedAt: since, lost: new AbortController() };
    this.#held.add(held);
    try {
      return await work(AbortSignal.any([outer, held.lost.signal]));
    } finally {
      this.#held.delete(held);
    }
  }

  async #extend(): Promise<void> {
    const { leases, clock, log, leaseMs } = this.#deps;
    const asked = [...this.#held];
    if (asked.length === 0) return;
    this.#extending = true;
    const began = clock.now();
    try {
      const still = new Set(await leases.extend(asked.map(({ lease }) => lease), leaseMs));
      for (const held of asked) {
        if (still.has(held.lease)) held.confirmedAt = began;
        else held.lost.abort(new FencedError('somebody else has claimed it, or it is gone'));
      }
    } catch (error) {
      log.warn({ err: error }, 'leases could not be extended; they are tried again until they end');
    } finally {
      this.#extending = false;
    }
  }
}
