import type { ColumnType, Generated } from 'kysely';
import type { GroupState, NewGroup } from '../../object-migration/groups/group.ts';
import type { GroupOrder } from '../../object-migration/groups/group-repository.ts';
import type { SplitCursor } from '../../object-migration/groups/split/split.ts';
import type { BandwidthWindow } from '../../object-migration/task.ts';

export interface GroupTables {
  task_group: TaskGroupTable;
}

/** Written as JSON text, read as the value. `json`, never `jsonb`, which refuses NUL in strings. */
type Json<T> = ColumnType<T, string, string>;

/** What is fixed when a group is created. */
export type GroupSpec = Pick<NewGroup, 'description' | 'source' | 'destination' | 'options' | 'notice'>;

interface TaskGroupTable {
  readonly id: string;
  readonly project_id: string;
  readonly spec: Json<GroupSpec>;
  /** How many list files were found at the creation; null for a group by prefixes. */
  readonly list_files: number | null;
  readonly state: GroupState;
  /** Of the tasks to come: 2 high, 1 medium, 0 low. */
  readonly priority: Generated<number>;
  readonly bandwidth: Json<readonly BandwidthWindow[]>;
  /** Sealed; null once they are no longer needed. */
  readonly credentials: Buffer | null;
  readonly created_at: Generated<Date>;
  readonly started_at: Date | null;
  readonly accumulated_ms: Generated<number>;
  readonly running_since: Date | null;
  /** Null before the first task and after the last. */
  readonly split_cursor: ColumnType<SplitCursor | null, string | null | undefined, string | null>;
  readonly split_over: Generated<boolean>;
  readonly tasks_made: Generated<number>;
  /** Tasks that are still to be made, as far as is known. */
  readonly tasks_left: number;
  readonly order_number: Generated<number>;
  readonly order_kind: Generated<GroupOrder['kind']>;
  readonly error_code: string | null;
  readonly error_message: string | null;
  /** Raised by every turn that somebody takes at looking after the group. */
  readonly epoch: Generated<number>;
  readonly lease_until: Date | null;
  /** No turn before this time. */
  readonly not_before: Date | null;
  /** A deleted group is kept, hidden, while it counts for the quota of a day. */
  readonly deleted_at: Date | null;
}
