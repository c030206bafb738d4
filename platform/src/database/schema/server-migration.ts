import type { ColumnType, Generated, GeneratedAlways } from 'kysely';
import type { MigrationCycle, Order, ServerTaskState, SourceState } from '../../server-migration/server.ts';

export interface ServerMigrationTables {
  source_server: SourceServerTable;
  server_task: ServerTaskTable;
  agent_command: AgentCommandTable;
}

/** JSON as text, with `parseExactJson` and `stringifyExactJson`: PostgreSQL's own types are read with digits lost. */
type ExactJson = string;

/** Up to 2⁶³−1: written as a number, bigint or its digits; never read as a number, but as text by `copied::text`. */
type Digits = ColumnType<never, number | bigint | string | undefined, number | bigint | string>;

/** The columns that are filtered by hold no NUL; what was told, as it was told, is in `told`. */
interface SourceServerTable {
  readonly id: string;
  readonly domain_id: string;
  readonly enterprise_project: string;
  /** References `server_migration_project`; a server that names none gets `defaultProject` of its domain. */
  readonly migration_project: string | null;
  /** By what a machine is known again that has forgotten its id: a digest of its MAC addresses and name. */
  readonly machine: string | null;
  readonly state: SourceState;
  readonly cycle: MigrationCycle;
  readonly name: string;
  /** Empty: not told. */
  readonly ip: string;
  readonly ipv6: string;
  /** `SourceTold` of `../server-migration/source-columns.ts`. */
  readonly told: ExactJson;
  /** What the checks looked at, so that new disks are judged with the rest as it was. */
  readonly inspected: ExactJson;
  readonly checks: ExactJson;
  readonly plan: ExactJson | null;
  readonly added_at: Generated<Date>;
  /** Of the agent, to some seconds: `pg-agent-commands.ts`. */
  readonly heard_at: Generated<Date>;
  readonly state_since: Generated<Date>;
  readonly cycle_since: Generated<Date>;
}

/** One for each source at most. Its state follows from the source's: only `move-server.ts` writes it. */
interface ServerTaskTable {
  readonly id: string;
  readonly domain_id: string;
  readonly source_id: string;
  readonly enterprise_project: string;
  readonly name: string;
  readonly state: ServerTaskState;
  /** `TaskContents`. */
  readonly spec: ExactJson;
  /** Of the target's virtual machine, for the filter. */
  readonly vm_id: string | null;
  readonly consistency_checked: Generated<boolean>;
  /** Raised by every start: what is made for one run alone (certificates) belongs to it. */
  readonly run: Generated<number>;
  /** The latest run that the agent has been given START for. */
  readonly told_run: Generated<number>;
  /** The run that the copy began anew with: subtasks of an earlier one are over. */
  readonly copy_run: Generated<number>;
  readonly copied: Digits;
  readonly total: Digits;
  readonly error: string | null;
  readonly created_at: Generated<Date>;
  readonly started_at: Date | null;
  readonly finished_at: Date | null;
  readonly running_since: Date | null;
  readonly accumulated_ms: Generated<number>;
}

/** What an agent has not answered yet; at most one of each name. */
interface AgentCommandTable {
  readonly command_id: GeneratedAlways<number>;
  readonly source_id: string;
  readonly name: Order;
  readonly task_id: string | null;
  readonly bucket: string | null;
  readonly deliveries: Generated<number>;
}
