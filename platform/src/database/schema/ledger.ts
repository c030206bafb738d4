/**
 * The tables behind `PgLedger` and `PgLedgerAdmin`.
 *
 * Keys are `bytea`: text cannot hold NUL, and bytea compares by bytes as stores list. What may carry a key or a store's
 * own words inside a structure is `json`, never `jsonb`, which refuses NUL too.
 */
import type { ColumnType, Generated } from 'kysely';
import type { ListedObject } from '../../object-store/object-store.ts';
import type { NewWorkItem, RangeScope, UploadRecord } from '../../engine/ledger/ledger.ts';
import type { BandwidthWindow } from '../../object-migration/task.ts';

export interface LedgerTables {
  ledger_state: LedgerStateTable;
  ledger_worker: LedgerWorkerTable;
  ledger_range: LedgerRangeTable;
  ledger_claim: LedgerClaimTable;
  ledger_item: LedgerItemTable;
  ledger_upload_abandoned: LedgerUploadAbandonedTable;
  ledger_failure: LedgerFailureTable;
  ledger_segment: LedgerSegmentTable;
}

/** Written as JSON text, read as the value. */
type Json<T> = ColumnType<T, string, string>;

interface LedgerStateTable {
  readonly task_id: number;
  /** Raised by each `beginRun`. */
  readonly starts: Generated<number>;
  /** Raised by each run that begins from nothing; what a worker of an older one counts is not taken. */
  readonly run: Generated<number>;
  readonly seeded: Generated<boolean>;
  readonly desired: Generated<'run' | 'pause'>;
  readonly bandwidth_windows: ColumnType<readonly BandwidthWindow[], string | undefined, string>;
  readonly succeeded_objects: Generated<number>;
  readonly succeeded_bytes: Generated<number>;
  readonly skipped_objects: Generated<number>;
  readonly skipped_bytes: Generated<number>;
  readonly failed_objects: Generated<number>;
  readonly failed_bytes: Generated<number>;
  readonly counting_position: Buffer | null;
  readonly counting_objects: Generated<number>;
  readonly counting_bytes: Generated<number>;
  readonly counting_done: Generated<boolean>;
  /** Tasks of one pool keep to one bandwidth together; null for a task that has its own. */
  readonly bandwidth_pool: ColumnType<string | null, string | null | undefined, never>;
}

/** One row for each worker of a task: its lease, which all that it holds depends on, and its share of the bandwidth. */
interface LedgerWorkerTable {
  readonly task_id: number;
  readonly worker_id: string;
  readonly lease_until: Date;
  /** Bytes per second it may be using at most, for it has not confirmed anything lower; null is unlimited. */
  readonly in_use: number | null;
  /** Bytes per second it last reported. */
  readonly speed: Generated<number>;
}

interface LedgerRangeTable {
  readonly task_id: number;
  readonly range_id: Generated<number>;
  /** Without `until`, which a split may lower. */
  readonly scope: Json<RangeScope>;
  readonly until_key: Buffer | null;
  /** Encoded by `position-code.ts`, so are the others. */
  readonly cursor: Buffer;
  /** The furthest position claimed, or the cursor where that is further. */
  readonly claimed_to: Buffer;
  readonly worker_id: string | null;
  readonly epoch: Generated<number>;
}

interface LedgerClaimTable {
  readonly range_id: number;
  readonly seq: Generated<number>;
  readonly position: Buffer;
  readonly matched: Buffer;
}

interface LedgerItemTable {
  readonly task_id: number;
  readonly item_id: Generated<number>;
  readonly kind: NewWorkItem['kind'];
  readonly object: Json<ListedObject>;
  /** That of the object, in bytes; 0 where it tells none. */
  readonly size: number;
  readonly destination_key: Buffer;
  /** Milliseconds since the epoch. */
  readonly not_before: number;
  readonly attempts: number;
  readonly counted: 'not-yet' | 'as-failed';
  /** Of a retry: what the failure row held when it began. */
  readonly failed_objects: Generated<number>;
  readonly failed_bytes: Generated<number>;
  readonly upload: Json<UploadRecord | null>;
  readonly reclaimed: Generated<boolean>;
  readonly worker_id: string | null;
  readonly epoch: Generated<number>;
}

interface LedgerUploadAbandonedTable {
  readonly task_id: number;
  readonly upload_no: Generated<number>;
  readonly destination_key: Buffer;
  readonly upload: Json<UploadRecord>;
}

interface LedgerFailureTable {
  readonly task_id: number;
  readonly destination_key: Buffer;
  /** As it was listed, of its key, size, time and ETag. */
  readonly object: Json<ListedObject>;
  readonly size: number;
  readonly code: string;
  readonly reason: Buffer;
  /** What the task's failed counters hold of this key. */
  readonly counted_objects: number;
  readonly counted_bytes: number;
  /** A work item for this object is under way; the row stays, so that rows and the counter agree at any moment. */
  readonly retrying: Generated<boolean>;
}

interface LedgerSegmentTable {
  readonly task_id: number;
  readonly key: Buffer;
  readonly sha256: string;
  readonly lines: number;
}
