/** What is inside a server's migration task; all of it goes with the task. */
import type { Generated, GeneratedAlways } from 'kysely';

export interface ServerTaskContentsTables {
  server_task_progress: ServerTaskProgressTable;
  server_task_secret: ServerTaskSecretTable;
  server_task_configuration: ServerTaskConfigurationTable;
  server_consistency_check: ServerConsistencyCheckTable;
}

/** Apart from the task, so that a report rewrites little. */
interface ServerTaskProgressTable {
  readonly task_id: string;
  /** The copy that it is about: that of an earlier one counts no more. */
  readonly copy_run: number;
  /** Raised by every change: reports are written when nobody else has written since they read. */
  readonly version: Generated<number>;
  /** `TaskProgress`, as JSON with all digits. */
  readonly state: string;
  /** The speed limits that a task is stopped for, as JSON; null when it is stopped for none. */
  readonly limits: string | null;
}

/** No row before somebody asks, and none once the task is over. */
interface ServerTaskSecretTable {
  readonly task_id: string;
  /** Sealed, as the certificates with their keys. */
  readonly passphrase: Buffer | null;
  readonly certificates: Buffer | null;
  readonly certificates_run: number | null;
}

interface ServerTaskConfigurationTable {
  readonly task_id: string;
  /** Holds no NUL. */
  readonly key: string;
  /** `Configuration`, as JSON. */
  readonly content: string;
}

interface ServerConsistencyCheckTable {
  readonly id: GeneratedAlways<number>;
  readonly task_id: string;
  readonly finished_at: Generated<Date>;
  /** `ConsistencyResult`s, as JSON with all digits. */
  readonly results: string;
}
