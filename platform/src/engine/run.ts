/**
 * The door of the engine: one worker's share of one migration.
 *
 * The run claims ranges and items until nothing is left, the orders say pause, the signal aborts, or a failure makes
 * every further object pointless. It may be killed at any instruction and called again, by several workers at once.
 */
import type { ObjectStore } from '../object-store/object-store.ts';
import type { FailureKind } from '../object-store/failure.ts';
import type { Ledger } from './ledger/ledger.ts';
import type { ListingRoom } from './listing-room.ts';
import type { MigrationPlan } from './plan.ts';
import type { Clock } from './transfer/transfer.ts';

export interface RunDeps {
  readonly source: ObjectStore;
  readonly destination: ObjectStore;
  /** The bucket that holds the plan's list file, read with the destination's credentials. */
  readonly listFiles?: ObjectStore;
  readonly plan: MigrationPlan;
  readonly ledger: Ledger;
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** Bounds of this worker for this migration. */
  readonly limits: RunLimits;
  readonly observe: RunObserver;
  /** The one of the process, where several runs may be under way in it. */
  readonly listingRoom?: ListingRoom;
  /** Over {@link defaultTuning}. */
  readonly tuning?: Partial<RunTuning>;
}

export interface RunLimits {
  /** Objects in flight at once, at most; the endpoint's own limiter may allow fewer. */
  readonly objects: number;
  /** Large items in flight at once. */
  readonly largeObjects: number;
  /** Parts of one large object in flight at once. */
  readonly parts: number;
  /** Ranges worked on at once, by all runs of the listing room together; each run has at least one. */
  readonly ranges: number;
}

/** Times in milliseconds. Tests and short runs want other values than a server. */
export interface RunTuning {
  /** Between two heartbeats. */
  readonly heartbeatMs: number;
  /** Without a successful heartbeat for so long no store request is made any more. Below the ledger's lease time. */
  readonly leaseGuardMs: number;
  /** Outcomes are committed at least this often … */
  readonly commitMs: number;
  /** … and after this many. */
  readonly commitObjects: number;
  /**
   * Objects listed by all ranges whose outcomes are not yet committed, at most; what bounds the memory of a run. All runs of
   * the listing room share it.
   */
  readonly windowObjects: number;
  /** How long the copies in flight may go on after the orders or the signal ended the run. */
  readonly drainMs: number;
  /** A listing that takes longer gets a counting pass that runs ahead. */
  readonly countingAfterMs: number;
  /** Tries of one object, the first included. */
  readonly attempts: number;
  /** Wait before the second try; each further one waits three times as long. */
  readonly retryMs: number;
  /** Wait before the first look at an archived object that is being restored; each further one waits longer, up to 30 times as long. */
  readonly restoreLookMs: number;
}

export const defaultTuning: RunTuning = {
  heartbeatMs: 1_000,
  leaseGuardMs: 15_000,
  commitMs: 2_000,
  commitObjects: 10_000,
  windowObjects: 24_000,
  drainMs: 10_000,
  countingAfterMs: 5_000,
  attempts: 5,
  retryMs: 5_000,
  restoreLookMs: 30_000,
};

/** For progress and metrics; called synchronously, must not throw. */
export interface RunObserver {
  /** Bytes that reached the destination, as they go. */
  bytes(count: number): void;
  outcome(kind: 'succeeded' | 'skipped' | 'failed', size: number): void;
  /** A list of outcomes could not be written into the destination; the migration goes on without it. */
  recordFailed(failure: FailureKind): void;
}

export type RunEnd =
  /** No open range or item is left; the caller closes the migration. */
  | { readonly kind: 'finished' }
  /** The orders said so; nothing is in flight. */
  | { readonly kind: 'paused' }
  /** What is left is held by other workers or not due yet. */
  | { readonly kind: 'idle'; readonly nextItemAt: number | undefined }
  /** No object can succeed any more; nothing is in flight. */
  | { readonly kind: 'broken'; readonly failure: FailureKind; readonly side: 'source' | 'destination' | 'list-file'; readonly message: string };
