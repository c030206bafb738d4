/**
 * The port to the durable state of one migration: its ranges, work items, uploads, counters and failures.
 *
 * Two things fulfil it: `database/` for the server and `memory-ledger.ts` for a one-shot run; both pass
 * `ledger-contract.ts`. Every write that belongs to a lease checks the lease's epoch and throws {@link FencedError}
 * when somebody else has claimed since: the caller then drops the work without touching the stores again.
 */
import type { ListedObject, UploadedPart } from '../../object-store/object-store.ts';

/** Thrown when a lease was lost. Nothing was written. */
export class FencedError extends Error {
  override readonly name = 'FencedError';
}

/** The part of a migration that one range covers. Immutable but for `until`, which a split may lower. */
export type RangeScope =
  /** Keys that start with `prefix`, in byte order, after `after` (exclusive) up to `until` (inclusive). */
  | { readonly kind: 'keys'; readonly prefix: string; readonly after?: string; readonly until?: string }
  /** Keys that start with `prefix` at a store that lists in no durable order. Cannot be split. */
  | { readonly kind: 'marker'; readonly prefix: string }
  /** Single names, in the order given. */
  | { readonly kind: 'names'; readonly names: readonly string[] }
  /** Lines of a list file from byte `first` (start of a line) up to byte `end` (exclusive, end of a line). */
  | { readonly kind: 'lines'; readonly first: number; readonly end: number };

/** How far into its scope a range has come. */
export type RangePosition =
  | { readonly kind: 'start' }
  | { readonly kind: 'after'; readonly key: string }
  | { readonly kind: 'marker'; readonly marker: string }
  /** Names before this index are dealt with. */
  | { readonly kind: 'index'; readonly index: number }
  /** Bytes of the list file before this offset are dealt with. */
  | { readonly kind: 'offset'; readonly offset: number };

/**
 * The stretch between cursor and `to` in which copies may have been started without a committed outcome.
 *
 * `matched` says, as the engine encodes it (`claims.ts`), which destination keys of that stretch needed no copy when it was
 * claimed. After a crash, a key that now matches and did not then was copied by us: it counts as success, not as skipped.
 * This needs no comparison of clocks.
 */
export interface Claim {
  readonly to: RangePosition;
  readonly matched: Uint8Array;
}

export interface RangeLease {
  /** Letters, digits, `-` and `_`: it becomes part of a segment's key. */
  readonly rangeId: string;
  readonly epoch: number;
  readonly scope: RangeScope;
  /** Everything before it has a committed outcome. */
  readonly cursor: RangePosition;
  /** Left behind by a worker that died, oldest first; empty for a range that nobody had begun to copy. */
  readonly claims: readonly Claim[];
}

/** Objects and their bytes; deltas may be negative. */
export interface Count {
  readonly objects: number;
  readonly bytes: number;
}

export interface Tally {
  readonly succeeded: Count;
  readonly skipped: Count;
  readonly failed: Count;
}

/**
 * An object that could not be migrated; the rows of these are the truth that a retry of the failed ones reads. There is one
 * row for each destination key, of its latest failure, with what the tally holds of all of them.
 */
export interface FailedObject {
  readonly sourceKey: string;
  readonly destinationKey: string;
  /** Bytes, as listed. */
  readonly size: number;
  readonly lastModified: number;
  readonly etag: string | undefined;
  /** A documented code such as TRF.0009, or the failure kind where none is documented. */
  readonly code: string;
  readonly reason: string;
}

/** An immutable list of outcomes that was written into the destination before its commit. */
export interface SegmentRef {
  /** Key in the destination bucket. */
  readonly key: string;
  /** Lower-case hex SHA-256 of the object's bytes. */
  readonly sha256: string;
  readonly lines: number;
}

export interface NewWorkItem {
  /** `large`: copied in parts. `again`: to be tried later. `restore`: archived, being made readable first. */
  readonly kind: 'large' | 'again' | 'restore';
  readonly object: ListedObject;
  readonly destinationKey: string;
  /** Milliseconds since the epoch. */
  readonly notBefore: number;
  /** Attempts made so far. */
  readonly attempts: number;
}

/** The ledger of one multipart upload; written before each step it describes. */
export type UploadRecord =
  /** `known`: uploads of this key that were there before and so are not ours; absent when the store would not list them. */
  | { readonly state: 'intended'; readonly sourceEtag: string | undefined; readonly size: number; readonly partBytes: number; readonly known?: readonly string[] }
  | { readonly state: 'open'; readonly sourceEtag: string | undefined; readonly size: number; readonly partBytes: number; readonly uploadId: string }
  /** All parts are there; complete was or is about to be sent. */
  | { readonly state: 'completing'; readonly sourceEtag: string | undefined; readonly size: number; readonly partBytes: number; readonly uploadId: string; readonly parts: readonly UploadedPart[] };

export interface ItemLease extends NewWorkItem {
  /** Letters, digits, `-` and `_`. */
  readonly itemId: string;
  readonly epoch: number;
  /** `as-failed`: a retry of the failed ones; its success takes what `failed` says out of that column. */
  readonly counted: 'not-yet' | 'as-failed';
  /** What the column `failed` holds of its destination key: several objects where a list names the key more than once. */
  readonly failed: Count;
  readonly upload: UploadRecord | undefined;
  /** True when an earlier claim of this item ended without a commit: a copy of ours may have arrived. */
  readonly reclaimed: boolean;
}

export interface PageCommit {
  readonly cursor: RangePosition;
  /** The range is finished. */
  readonly done: boolean;
  readonly tally: Tally;
  readonly failures: readonly FailedObject[];
  readonly items: readonly NewWorkItem[];
  readonly segment: SegmentRef | undefined;
}

export type ItemCommit =
  | { readonly kind: 'done'; readonly tally: Tally; readonly failure: FailedObject | undefined; readonly segment: SegmentRef | undefined }
  /** Goes on later, as an item of kind `as`; the lease ends. An open upload stays recorded. */
  | { readonly kind: 'later'; readonly as: NewWorkItem['kind']; readonly notBefore: number; readonly attempts: number; readonly object: ListedObject };

export interface CountingState {
  /** Index into the plan's prefixes and position in it, opaque to the ledger. */
  readonly position: string | undefined;
  readonly found: Count;
  readonly done: boolean;
}

/** An upload that no work item will go on with. Aborting is repeated until the store says it is gone. */
export interface AbandonedUpload {
  readonly id: string;
  readonly destinationKey: string;
  /** Undefined when only the intent was recorded: look for uploads of this key. */
  readonly uploadId: string | undefined;
  /** Copied from an `intended` record, with its meaning: an upload of this key that is not among them is ours. */
  readonly known?: readonly string[];
}

/** What the owner of the task wants of its workers, read at every heartbeat. */
export interface Orders {
  readonly desired: 'run' | 'pause';
  /** This worker's share of the task's bandwidth now, in bytes per second; undefined is unlimited. */
  readonly bandwidth: number | undefined;
}

export interface Remaining {
  readonly openRanges: number;
  readonly openItems: number;
  /** When the earliest unclaimed item may be tried, in milliseconds since the epoch. */
  readonly nextItemAt: number | undefined;
  /** The open items that no column of the tally holds yet (`counted` is `not-yet`), with the bytes they were listed with, none for an untold size. */
  readonly pending: Count;
}

export interface Ledger {
  /** Creates the ranges of this run once; a second call, by any worker, changes nothing. */
  seed(ranges: readonly RangeScope[]): Promise<void>;
  isSeeded(): Promise<boolean>;

  /** A range that nobody holds, unfinished; undefined when there is none. */
  claimRange(): Promise<RangeLease | undefined>;
  /** Adds a claim before the first copy of a page starts. Returns the scope as it is now: a split may have lowered `until`. */
  claimPage(lease: RangeLease, claim: Claim): Promise<RangeScope>;
  /**
   * One transaction: cursor, counters, failures, new items, segment; claims up to the cursor are dropped. Markers have no
   * order: there the oldest claim that ends at the cursor is dropped with all older ones.
   */
  commitPage(lease: RangeLease, commit: PageCommit): Promise<void>;
  /** Gives an unfinished range back; its claims stay. */
  releaseRange(lease: RangeLease): Promise<void>;
  /** The `keys` range with the most left to do that another worker holds, for an idle worker to split. */
  splittableRange(): Promise<{ readonly rangeId: string; readonly scope: RangeScope & { readonly kind: 'keys' }; readonly claimedTo: RangePosition } | undefined>;
  /** Moves the keys after `at` into a range of its own; false when they are claimed already. */
  splitRange(rangeId: string, at: string): Promise<boolean>;

  /** An item that is due and nobody holds; only of this kind, when one is given. */
  claimItem(kind?: NewWorkItem['kind']): Promise<ItemLease | undefined>;
  recordUpload(lease: ItemLease, upload: UploadRecord): Promise<void>;
  /** Ends the item's upload in favour of the janitor; the item has none afterwards. */
  abandonUpload(lease: ItemLease): Promise<void>;
  /**
   * One transaction; a `done` item is removed and its upload record with it. When an `as-failed` item is done without a
   * failure, the failure row of its destination key goes too; with one, the row goes on to hold what `tally.failed` adds.
   */
  commitItem(lease: ItemLease, commit: ItemCommit): Promise<void>;
  releaseItem(lease: ItemLease): Promise<void>;

  abandonedUploads(limit: number): Promise<readonly AbandonedUpload[]>;
  forgetUpload(id: string): Promise<void>;

  counting(): Promise<CountingState>;
  /** Replaces the state, unless it is done already: done stays. */
  recordCounting(state: CountingState): Promise<void>;

  /** Extends every lease of this worker and reads the orders. */
  heartbeat(): Promise<Orders>;
  remaining(): Promise<Remaining>;
  /** Committed counters of this run. */
  tally(): Promise<Tally>;
  /** Failure rows in the order of their destination keys. */
  failures(afterKey: string | undefined, limit: number): Promise<readonly FailedObject[]>;
  segments(afterKey: string | undefined, limit: number): Promise<readonly SegmentRef[]>;
}
