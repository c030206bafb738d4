import type { ColumnType, Generated } from 'kysely';
import type { BandwidthWindow, NewTask, TaskState } from '../../object-migration/task.ts';
import type { RecordResults, Run } from '../../object-migration/task-repository.ts';

export interface TaskTables {
  task: TaskTable;
  worker_process: WorkerProcessTable;
}

/** Written as JSON text, read as the value. `json`, never `jsonb`, which refuses NUL in strings. */
type Json<T> = ColumnType<T, string, string>;

/** What is fixed when a task is created. */
export type TaskSpec = Pick<NewTask, 'description' | 'source' | 'destination' | 'options' | 'notice'>;

interface TaskTable {
  readonly id: number;
  readonly project_id: string;
  readonly name: string;
  readonly spec: Json<TaskSpec>;
  readonly state: TaskState;
  /** 2 high, 1 medium, 0 low. */
  readonly priority: number;
  readonly bandwidth: Json<readonly BandwidthWindow[]>;
  /** Sealed; null once they are no longer needed. */
  readonly credentials: Buffer | null;
  readonly created_at: Generated<Date>;
  readonly started_at: Date | null;
  readonly accumulated_ms: Generated<number>;
  readonly running_since: Date | null;
  readonly run_number: Generated<number>;
  readonly run_kind: Generated<Run['kind']>;
  readonly run_base: Generated<number>;
  readonly run_over: Generated<boolean>;
  readonly complete: Generated<boolean>;
  readonly error_code: string | null;
  readonly error_message: string | null;
  readonly records: ColumnType<RecordResults | null, string | null | undefined, string | null>;
  /** A list of outcomes of this run could not be written. */
  readonly records_broken: Generated<boolean>;
  /** No first worker before this time. */
  readonly not_before: Date | null;
  /** No further worker before this time. */
  readonly help_after: Date | null;
  readonly crashes: Generated<number>;
  /** When the janitor's next turn is due; null when nothing is left to clean. */
  readonly cleanup_at: Date | null;
  readonly cleanup_turns: Generated<number>;
  /** A deleted task is kept, hidden, until it is clean and no longer counts for a quota. */
  readonly deleted_at: Date | null;
  /** Null for a task that no group made; then the two below mean nothing. */
  readonly group_id: string | null;
  /** The task's number in its group, from 0: no step of the splitting makes a task twice. */
  readonly group_number: number | null;
  /** The number of the group's latest order that the task was told. */
  readonly group_order: Generated<number>;
}

/** Every process that takes jobs. */
interface WorkerProcessTable {
  readonly id: string;
  readonly seen_at: Date;
}
