/** What is told of source servers. */
import { Type, type Static } from 'typebox';
import { agentCommands, checkResults, firmwares, logStates, migrationCycles, migrationTypes, osTypes, sourceStates } from './enums.ts';
import { asKept, orNull } from './fields.ts';
import { BtrfsFileSystem, NetWork, ServerDisk, VolumeGroups } from './storage.ts';

export const IdAnswer = Type.Object({ id: Type.String() });
export type IdAnswer = Static<typeof IdAnswer>;

const Size = Type.Union([Type.Integer({ minimum: 0, format: 'int64' }), Type.BigInt()]);
const Milliseconds = Type.Integer({ minimum: 0, format: 'int64', description: 'Milliseconds since the epoch.' });

const EnvironmentCheck = Type.Object({
  id: Type.Integer(),
  params: Type.Array(Type.String()),
  name: Type.String(),
  result: Type.Enum([...checkResults]),
  error_code: orNull(Type.String()),
  error_or_warn: orNull(Type.String()),
  error_params: orNull(Type.String()),
});

const InitTargetServer = Type.Object({ disks: asKept(Type.Array(ServerDisk)), volume_groups: asKept(Type.Array(VolumeGroups)) });

/** Of the source's current task. */
const CurrentTask = Type.Object({
  id: Type.String(),
  name: Type.String(),
  type: Type.Enum([...migrationTypes]),
  state: Type.String(),
  estimate_complete_time: orNull(Milliseconds),
  start_date: orNull(Milliseconds),
  speed_limit: Type.Integer({ description: 'Mbit/s.' }),
  migrate_speed: Type.Number({ description: 'MB/s.' }),
  compress_rate: orNull(Type.Number()),
  start_target_server: Type.Boolean(),
  vm_template_id: orNull(Type.String()),
  region_id: Type.String(),
  project_name: Type.String(),
  project_id: Type.String(),
  target_server: asKept(Type.Object({ vm_id: orNull(Type.String()), name: orNull(Type.String()) })),
  log_collect_status: orNull(Type.Enum([...logStates])),
  exist_server: Type.Boolean(),
  use_public_ip: Type.Boolean(),
  clone_server: asKept(Type.Object({})),
  remain_seconds: orNull(Size),
  log_bucket: orNull(Type.String()),
  log_expire: Type.Null({ description: 'The agent uploads to a bucket of the user\'s own, where no link expires.' }),
  log_upload_time: orNull(Milliseconds),
  log_share_url: Type.Null({ description: 'As log_expire.' }),
  subtask_info: Type.String({ description: 'The subtasks with their progress, as JSON.' }),
  progress: Type.Integer({ minimum: 0, maximum: 100, description: 'Of the whole task, in percent. Ours.' }),
});
export type CurrentTask = Static<typeof CurrentTask>;

const common = {
  id: Type.String(),
  ip: Type.String(),
  name: Type.String(),
  enterprise_project_id: Type.String(),
  add_date: Milliseconds,
  os_type: Type.Enum([...osTypes]),
  os_version: Type.String(),
  oem_system: Type.Boolean(),
  state: Type.Enum([...sourceStates]),
  connected: Type.Boolean(),
  cpu_quantity: asKept(Type.Integer()),
  memory: asKept(Size),
  current_task: orNull(CurrentTask),
  checks: Type.Array(EnvironmentCheck),
  init_target_server: InitTargetServer,
  replicatesize: Size,
  totalsize: Size,
  last_visit_time: Milliseconds,
  migration_cycle: Type.Enum([...migrationCycles]),
  state_action_time: Milliseconds,
  stage_action_time: Milliseconds,
  has_tc: asKept(Type.Boolean()),
  start_type: orNull(Type.String()),
};

export const SourceServersResponseBody = Type.Object({ ...common, is_consistency_result_exist: Type.Boolean() });
export type SourceServersResponseBody = Static<typeof SourceServersResponseBody>;

export const ListServersResponse = Type.Object({ count: Type.Integer(), source_servers: Type.Array(SourceServersResponseBody) });
export type ListServersResponse = Static<typeof ListServersResponse>;

export const ShowServerResponse = Type.Object({
  ...common,
  hostname: Type.String(),
  firmware: asKept(Type.Enum([...firmwares])),
  disks: asKept(Type.Array(ServerDisk)),
  volume_groups: asKept(Type.Array(VolumeGroups)),
  btrfs_list: asKept(Type.Array(BtrfsFileSystem)),
  networks: asKept(Type.Array(NetWork)),
  agent_version: Type.String(),
});
export type ShowServerResponse = Static<typeof ShowServerResponse>;

const Count = Type.Integer({ minimum: 0 });

/** "Obtaining an Overview of Source Servers", table 2: all of them, always. */
export const ShowOverviewResponse = Type.Object({
  waiting: Count, replicate: Count, syncing: Count, stopped: Count, deleting: Count, cutovering: Count, unavailable: Count, stopping: Count, skipping: Count, finished: Count,
  initialize: Count, error: Count, cloning: Count, unconfigured: Count,
});
export type ShowOverviewResponse = Static<typeof ShowOverviewResponse>;

const MigrationErrors = Type.Object({
  error_json: Type.String(), host_name: Type.String(), name: Type.String(), source_id: Type.String(), source_ip: Type.String(), target_ip: orNull(Type.String()),
});

export const ListErrorServersResponse = Type.Object({ count: Type.Integer(), migration_errors: Type.Array(MigrationErrors) });
export type ListErrorServersResponse = Static<typeof ListErrorServersResponse>;

/** Without anything: go on. */
export const ShowCommandResponse = Type.Object({
  command_name: Type.Optional(Type.Enum([...agentCommands])),
  command_param: Type.Optional(Type.Object({ task_id: Type.Optional(Type.String()), bucket: Type.Optional(Type.String()) })),
});
export type ShowCommandResponse = Static<typeof ShowCommandResponse>;
