/** The tables of synchronisation tasks. As in the ledger, keys are `bytea` and what may carry a key or a store's words is `json`. */
import type { ColumnType, Generated } from 'kysely';
import type { UploadRecord } from '../../engine/ledger/ledger.ts';
import type { NewSyncTask, SyncState } from '../../object-migration/sync/sync-task.ts';

export interface SyncTables {
  sync_task: SyncTaskTable;
  sync_event: SyncEventTable;
  sync_statistic: SyncStatisticTable;
  sync_upload_abandoned: SyncUploadAbandonedTable;
}

/** Written as JSON text, read as the value. */
type Json<T> = ColumnType<T, string, string>;

/** What is fixed when a task is created. */
type SyncSpec = Pick<NewSyncTask, 'description' | 'source' | 'destination' | 'options'>;

interface SyncTaskTable {
  readonly id: string;
  readonly project_id: string;
  readonly spec: Json<SyncSpec>;
  readonly state: SyncState;
  /** Sealed. */
  readonly credentials: Buffer;
  /** Raised by each start, since it brings new credentials. */
  readonly starts: Generated<number>;
  readonly created_at: Generated<Date>;
  readonly started_at: Generated<Date>;
  /** SHA-256 of the webhook's token; null when there is none. */
  readonly token_digest: Buffer | null;
  /** A deleted task is kept, hidden, until its uploads are gone. */
  readonly deleted_at: Date | null;
  /** When the janitor's next turn is due; null unless the task is deleted. */
  readonly cleanup_at: Date | null;
  readonly cleanup_turns: Generated<number>;
}

/** The order to look at one key of one task: one row, however often it was given. */
interface SyncEventTable {
  readonly event_id: Generated<number>;
  readonly task_id: string;
  readonly key: Buffer;
  /** How often the key was named since the last claim: whoever looked then may have looked too early. */
  readonly waiting: number;
  /** How often it was named before; the claim's outcome settles these. */
  readonly taken: Generated<number>;
  /** Of the first name that is not settled. */
  readonly accepted_at: Date;
  readonly not_before: Date;
  readonly attempts: Generated<number>;
  /** A copy was begun. */
  readonly begun: Generated<boolean>;
  readonly upload: ColumnType<UploadRecord | null, string | null | undefined, string | null>;
  /** Raised by every claim. */
  readonly epoch: Generated<number>;
  /** Null or past: nobody holds it. */
  readonly lease_until: Date | null;
}

/** What was counted in five minutes. */
interface SyncStatisticTable {
  readonly task_id: string;
  /** When they begin, in milliseconds since the epoch. */
  readonly step: number;
  readonly requests: Generated<number>;
  readonly successes: Generated<number>;
  readonly failures: Generated<number>;
  readonly skips: Generated<number>;
  readonly bytes: Generated<number>;
}

/** An upload that no event goes on with, for the janitor. */
interface SyncUploadAbandonedTable {
  readonly upload_no: Generated<number>;
  readonly task_id: string;
  readonly destination_key: Buffer;
  readonly upload: Json<UploadRecord>;
}
