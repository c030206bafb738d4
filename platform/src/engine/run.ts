/**
 * The door of the engine: one worker's share of one migration.
 *
 * The run claims ranges and items until nothing is left, the orders say pause, the signal aborts, or a failure makes
 * every further object pointless. It may be killed at any instruction and called again, by several workers at once.
 */
import type { ObjectStore } from '../object-store/object-store.ts';
import type { FailureKind } from '../object-store/failure.ts';
import type { Ledger } from './ledger/ledger.ts';
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
}

export interface RunLimits {
  /** Objects in flight at once, at most; the endpoint's own limiter may allow fewer. */
  readonly objects: number;
  /** Large items in flight at once. */
  readonly largeObjects: number;
  /** Parts of one large object in flight at once. */
  readonly parts: number;
  /** Ranges worked on at once. */
  readonly ranges: number;
}

/** For progress and metrics; called synchronously, must not throw. */
export interface RunObserver {
  /** Bytes that reached the destination, as they go. */
  bytes(count: number): void;
  outcome(kind: 'succeeded' | 'skipped' | 'failed', size: number): void;
}

export type RunEnd =
  /** No open range or item is left; the caller closes the migration. */
  | { readonly kind: 'finished' }
  /** The orders said so; nothing is in flight. */
  | { readonly kind: 'paused' }
  /** What is left is held by other workers or not due yet. */
  | { readonly kind: 'idle'; readonly nextItemAt: number | undefined }
  /** No object can succeed any more; nothing is in flight. */
  | { readonly kind: 'broken'; readonly failure: FailureKind; readonly side: 'source' | 'destination'; readonly message: string };
