/** What is told of migration tasks. */
import { Type, type Static } from 'typebox';
import { logStates, migrateTypes, migrationCycles, migrationTypes, osTypes, sourceStates, subtaskNames, taskStates } from './enums.ts';
import { asKept, orNull } from './fields.ts';
import { ConfigBody, ConsistencyResult, NetworkCheckInfoRequestBody, SpeedLimitlJson } from './task-requests.ts';
import { TargetDisk, VolumeGroups } from './storage.ts';

const Size = Type.Union([Type.Integer({ minimum: 0, format: 'int64' }), Type.BigInt()]);
const Milliseconds = Type.Integer({ minimum: 0, format: 'int64', description: 'Milliseconds since the epoch.' });

const SubTask = Type.Object({
  id: Type.Integer(),
  name: Type.Enum([...subtaskNames]),
  progress: Type.Integer({ minimum: 0, maximum: 100 }),
  start_date: orNull(Size),
  end_date: orNull(Size),
  migrate_speed: orNull(Type.Number({ description: 'Mbit/s.' })),
  user_op: orNull(Type.String()),
  process_trace: Type.String(),
});
export type SubTask = Static<typeof SubTask>;

const SourceInList = {
  id: Type.String(), ip: Type.String(), name: Type.String(), os_type: Type.Enum([...osTypes]), os_version: Type.String(), oem_system: Type.Boolean(), state: Type.Enum([...sourceStates]),
};
const TargetInList = {
  id: orNull(Type.String()), vm_id: orNull(Type.String()), name: orNull(Type.String()), ip: orNull(Type.String()), os_type: Type.Enum([...osTypes]), os_version: orNull(Type.String()),
};

const Usage = asKept(Type.Number());

const common = {
  id: Type.String(),
  name: Type.String(),
  type: Type.Enum([...migrationTypes]),
  os_type: Type.Enum([...osTypes]),
  state: Type.Enum([...taskStates]),
  estimate_complete_time: orNull(Milliseconds),
  create_date: Milliseconds,
  priority: Type.Enum([0, 1, 2]),
  speed_limit: Type.Integer({ description: 'Mbit/s; 0 for none.' }),
  migrate_speed: Type.Number({ description: 'MB/s.' }),
  compress_rate: orNull(Type.Number()),
  start_target_server: Type.Boolean(),
  error_json: Type.String(),
  total_time: Type.Integer({ description: 'Seconds that the task has been running.' }),
  migration_ip: orNull(Type.String()),
  enterprise_project_id: Type.String(),
  network_check_info: asKept(NetworkCheckInfoRequestBody),
  clone_server: asKept(Type.Object({})),
  syncing: Type.Boolean(),
  total_cpu_usage: Usage,
  agent_cpu_usage: Usage,
  total_mem_usage: Usage,
  agent_mem_usage: Usage,
  total_disk_io: Usage,
  agent_disk_io: Usage,
  need_migration_test: Type.Boolean(),
  subtask_info: Type.String({ description: 'The subtasks with their progress, as JSON.' }),
  progress: Type.Integer({ minimum: 0, maximum: 100, description: 'Of the whole task, in percent. Ours: the documents show it on the console alone.' }),
};

export const TasksResponseBody = Type.Object({
  ...common,
  sub_tasks: Type.Array(SubTask),
  source_server: Type.Object(SourceInList),
  target_server: Type.Object(TargetInList),
  log_collect_status: orNull(Type.Enum([...logStates])),
  special_config: Type.Array(ConfigBody),
});
export type TasksResponseBody = Static<typeof TasksResponseBody>;

export const ListTasksResponse = Type.Object({ count: Type.Integer(), tasks: Type.Array(TasksResponseBody) });
export type ListTasksResponse = Static<typeof ListTasksResponse>;

export const ShowTaskResponse = Type.Object({
  ...common,
  region_id: Type.String(),
  region_name: Type.String(),
  project_id: Type.String(),
  project_name: Type.String(),
  vm_template_id: orNull(Type.String()),
  source_server: Type.Object({ ...SourceInList, migration_cycle: Type.Enum([...migrationCycles]) }),
  target_server: Type.Object({
    ...TargetInList,
    system_dir: orNull(Type.String()),
    disks: asKept(Type.Array(TargetDisk)),
    volume_groups: asKept(Type.Array(VolumeGroups)),
    btrfs_list: asKept(Type.Array(Type.Unknown())),
    image_disk_id: orNull(Type.String()),
    snapshot_ids: orNull(Type.String()),
    cutovered_snapshot_ids: orNull(Type.String()),
  }),
  connected: Type.Boolean(),
  start_date: orNull(Milliseconds),
  finish_date: orNull(Milliseconds),
  float_ip: orNull(Type.String()),
  remain_seconds: orNull(Size),
  target_snapshot_id: orNull(Type.String()),
  sub_tasks: Type.Array(SubTask),
  use_public_ip: Type.Boolean(),
  use_ipv6: Type.Boolean(),
  exist_server: Type.Boolean(),
});
export type ShowTaskResponse = Static<typeof ShowTaskResponse>;

export const ShowsSpeedLimitsResponse = Type.Object({ speed_limit: Type.Array(SpeedLimitlJson) });
export type ShowsSpeedLimitsResponse = Static<typeof ShowsSpeedLimitsResponse>;

const Pem = Type.String({ description: 'PEM.' });

/** `cert` and `private_key` are those of the source. */
export const ShowCertKeyResponse = Type.Object({
  cert: Pem, private_key: Pem, ca: Type.Optional(Pem), target_mgmt_cert: Pem, target_mgmt_private_key: Pem, target_data_cert: Pem, target_data_private_key: Pem,
});
export type ShowCertKeyResponse = Static<typeof ShowCertKeyResponse>;

export const ShowPassphraseResponse = Type.Object({ task_id: Type.String(), passphrase: Type.String() });
export type ShowPassphraseResponse = Static<typeof ShowPassphraseResponse>;

export const ShowConfigSettingResponse = Type.Object({ task_id: Type.String(), migrate_type: Type.Enum([...migrateTypes]), configurations: Type.Array(ConfigBody) });
export type ShowConfigSettingResponse = Static<typeof ShowConfigSettingResponse>;

export const ShowConsistencyResultResponse = Type.Object({
  task_id: Type.String(),
  result_list: Type.Array(Type.Object({
    finished_time: Milliseconds, check_result: Type.String({ description: 'consistent or inconsistent' }), consistency_result: Type.Array(ConsistencyResult),
  })),
});
export type ShowConsistencyResultResponse = Static<typeof ShowConsistencyResultResponse>;

export const TaskIdAnswer = Type.Object({ task_id: Type.String() });
export type TaskIdAnswer = Static<typeof TaskIdAnswer>;
