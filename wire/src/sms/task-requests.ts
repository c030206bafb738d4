/** What is asked of migration tasks: "Updating a Migration Task with a Specified ID", and what SDKs send elsewhere. */
import { Type, type Static } from 'typebox';
import { migrationTypes, osTypes, rollbackStates, subtaskNames, taskOperations, taskStates } from './enums.ts';
import { decimal, flag, listOf, long, oneOf, optional, record, text, whole } from './fields.ts';
import { pageFields } from './page.ts';
import { agentFields, hardwareFields, systemFields } from './source-requests.ts';
import { BtrfsFileSystem, NetWork, ServerDisk, TargetDisk, usageFields, VolumeGroups } from './storage.ts';

const priorities = [0, 1, 2] as const;
const Priority = (absent?: 1) => Type.Enum([...priorities], { description: 'the migration process priority: 0 low, 1 standard or 2 high', ...(absent === undefined ? {} : { default: absent }) });
const speedLimit = (absent?: 0) => whole('the speed limit in Mbit/s, 0 for none', 10_000, absent);

/** Table 15. */
const CloneServer = record('the cloned server', {
  vm_id: optional(text('the cloned server ID')),
  name: optional(text('the name of the cloned server')),
  clone_error: optional(text('the error code of a failed cloning')),
  clone_state: optional(text('the cloning status')),
  error_msg: optional(text('the error message of a failed cloning', 1024)),
});

/** Table 16; the example has an id beside it. */
const SubTask = record('a subtask', {
  id: optional(long('the database ID')),
  name: optional(text('the subtask name')),
  progress: whole('the progress of the subtask in percent', 100),
  start_date: optional(long('the start time of the subtask')),
  end_date: optional(long('the end time of the subtask')),
  migrate_speed: optional(decimal('the migration speed in Mbit/s')),
  user_op: optional(text('the user operation that triggers the subtask', 50)),
  process_trace: optional(text('the detailed progress of the migration or synchronization', 2048)),
});

/** Table 4 with the marks that the update's own example leaves standing: that of the name. */
const SourceServerInTask = record('the source server in the task', {
  id: optional(text('the ID of the source server')),
  ip: optional(text('the IP address of the source server')),
  name: text('the name of the source server'),
  hostname: optional(text('the host name of the source server')),
  os_type: optional(oneOf('the OS type', osTypes)),
  ...hardwareFields,
  disks: optional(listOf('disks', ServerDisk)),
  btrfs_list: optional(listOf('Btrfs file systems', BtrfsFileSystem)),
  networks: optional(listOf('NICs', NetWork)),
  ...systemFields,
  agent_version: optional(text('the agent version')),
  ...agentFields,
});

/** Table 9 has names of Btrfs file systems here, the SDKs whole ones. */
const BtrfsOfTarget = Type.Union([text('the name of a Btrfs file system', 1024), BtrfsFileSystem], { description: 'a Btrfs file system, or its name' });

/** Table 9 with the marks that the update's own example leaves standing: that of the disks. */
const TargetServer = record('the target server', {
  id: optional(text('the ID of the target server')),
  ip: optional(text('the IP address of the target server')),
  name: optional(text('the name of the target server')),
  hostname: optional(text('the host name of the target server')),
  os_type: optional(oneOf('the OS type', osTypes)),
  ...hardwareFields,
  disks: listOf('disks of the target', TargetDisk),
  btrfs_list: optional(listOf('Btrfs file systems', BtrfsOfTarget)),
  networks: optional(listOf('NICs', NetWork)),
  ...systemFields,
  vm_id: optional(text('the ID of the target server')),
  flavor: optional(text('the flavor of the target server')),
  image_disk_id: optional(text('the ID of the disk with the agent image')),
  snapshot_ids: optional(text('the ID of the snapshot of the target server')),
  cutovered_snapshot_ids: optional(text('the ID of the snapshot for rollback')),
});

/** Of the task that an update carries back, and that only its own course changes. */
const ownCourse = {
  state: optional(text('the task status')),
  estimate_complete_time: optional(long('the estimated completion time')),
  connected: optional(flag('the connection status')),
  create_date: optional(long('the task creation time')),
  start_date: optional(long('the task start time')),
  finish_date: optional(long('the task end time')),
  migrate_speed: optional(decimal('the migration rate in MB/s')),
  error_json: optional(text('the error message', 1024)),
  total_time: optional(long('the task duration')),
  float_ip: optional(text('the floating IP address, kept for agents of earlier versions')),
  remain_seconds: optional(long('the remaining migration time in seconds')),
};

/** Table 3, and what the example and the SDKs have beside it. */
export const PutTaskReq = record('the task', {
  name: optional(text('the task name')),
  type: optional(oneOf('the task type', migrationTypes)),
  os_type: optional(oneOf('the OS type', osTypes)),
  id: optional(text('the migration task ID')),
  priority: optional(Priority()),
  region_id: optional(text('the ID of the region of the target server')),
  start_target_server: optional(flag('whether to launch the target server after the migration')),
  enterprise_project_id: optional(text('the enterprise project ID', 255, 1)),
  migration_ip: optional(text('the IP address of the target server')),
  region_name: optional(text('the name of the region of the target server')),
  project_name: optional(text('the name of the project of the target server')),
  project_id: optional(text('the ID of the project of the target server')),
  vm_template_id: optional(text('the template ID')),
  source_server: optional(SourceServerInTask),
  target_server: optional(TargetServer),
  ...ownCourse,
  target_snapshot_id: optional(text('the ID of the snapshot of the target server')),
  clone_server: optional(CloneServer),
  sub_tasks: optional(listOf('subtasks', SubTask)),
  speed_limit: optional(speedLimit()),
  exist_server: optional(flag('whether the target server exists')),
  use_ipv6: optional(flag('whether IPv6 is used')),
  use_public_ip: optional(flag('whether a public IP address is used')),
  enterprise_project: optional(text('the enterprise project')),
  image_disk_id: optional(text('the ID of the disk with the agent image')),
  target_disk_ids: optional(text('the IDs of the disks of the target server', 65_535)),
  snapshot_ids: optional(text('the IDs of the snapshots', 65_535)),
  cutovered_snapshot_ids: optional(text('the IDs of the snapshots for rollback', 65_535)),
});
export type PutTaskReq = Static<typeof PutTaskReq>;

/** `name` and `vm_id` are mandatory for a target that exists: one that is made from a template has none yet. */
const TargetServerByTask = record('the target server', {
  btrfs_list: optional(listOf('Btrfs file systems', BtrfsOfTarget)),
  disks: optional(listOf('disks of the target', TargetDisk)),
  name: optional(text('the name of the target server')),
  vm_id: optional(text('the ID of the target server')),
  volume_groups: optional(listOf('volume groups', VolumeGroups)),
});

export const PostTask = record('the task', {
  name: text('the task name', 255, 1),
  type: oneOf('the task type', migrationTypes),
  start_target_server: optional(flag('whether to launch the target server after the migration', true)),
  auto_start: optional(flag('whether the task starts by itself', false)),
  os_type: optional(oneOf('the OS type', osTypes)),
  source_server: record('the source server', { id: text('the ID of the source server', 255, 1) }),
  target_server: TargetServerByTask,
  migration_ip: optional(text('the IP address of the target server')),
  region_name: text('the name of the region of the target server'),
  region_id: text('the ID of the region of the target server'),
  project_name: text('the name of the project of the target server'),
  project_id: text('the ID of the project of the target server'),
  priority: optional(Priority(1)),
  vm_template_id: optional(text('the template ID')),
  clonevm_template_id: optional(text('the template ID of the cloned server')),
  use_public_ip: optional(flag('whether a public IP address is used', true)),
  use_ipv6: optional(flag('whether IPv6 is used', false)),
  syncing: optional(flag('whether to go on synchronising after the full copy', false)),
  exist_server: optional(flag('whether the target server exists')),
  start_network_check: optional(flag('whether the network is checked', false)),
  speed_limit: optional(speedLimit(0)),
  over_speed_threshold: optional(decimal('the percentage by which the speed limit may be exceeded', 100)),
  is_need_consistency_check: optional(flag('whether consistency is checked', false)),
  need_migration_test: optional(flag('whether there is a migration drill', false)),
});
export type PostTask = Static<typeof PostTask>;

export const ListTasksQuery = record('the query', {
  state: optional(oneOf('the task state', [...taskStates, ...rollbackStates])),
  name: optional(text('the task name')),
  id: optional(text('the task ID')),
  source_server_id: optional(text('the ID of the source server')),
  ...pageFields(200),
  enterprise_project_id: optional(text('the enterprise project ID')),
});

export const UpdateTaskStatusReq = record('the operation', {
  operation: oneOf('the operation', taskOperations),
  template_id: optional(text('the template ID')),
  switch_hce: optional(flag('whether to switch to HCE')),
  is_need_consistency_check: optional(flag('whether consistency is checked')),
});

export const UpdateTaskSpeedReq = record('the progress', {
  subtask_name: oneOf('the subtask', subtaskNames),
  progress: whole('the progress of the subtask in percent', 100),
  replicatesize: long('the bytes that have been copied'),
  totalsize: long('the bytes that there are'),
  process_trace: text('the detailed progress', 2048),
  migrate_speed: optional(decimal('the migration speed in Mbit/s')),
  compress_rate: optional(decimal('the compression rate')),
  remain_time: optional(long('the remaining seconds')),
  ...usageFields,
  need_migration_test: optional(flag('whether there is a migration drill')),
  agent_time: optional(text('what the clock of the agent shows')),
});

const HourAndMinute = (what: string, pattern: string, latest: string) => Type.String({ pattern, description: `${what}, H:MM or HH:MM up to ${latest}` });

export const SpeedLimitlJson = record('a period', {
  start: HourAndMinute('the start of the period', '^(?:[01]?[0-9]|2[0-3]):[0-5][0-9]$', '23:59'),
  end: HourAndMinute('the end of the period', '^(?:(?:[01]?[0-9]|2[0-3]):[0-5][0-9]|24:00)$', '24:00'),
  speed: optional(whole('the speed in Mbit/s, 0 for no limit', 1000, 0)),
  over_speed_threshold: optional(decimal('the percentage by which the speed may be exceeded', 100)),
});

export const SpeedLimit = record('the speed limits', { speed_limit: listOf('periods', SpeedLimitlJson, 65_535) });
export type SpeedLimit = Static<typeof SpeedLimit>;

export const UploadLogRequestBody = record('where the log goes', { log_bucket: text('the bucket', 255, 1) });

export const CertKeyQuery = record('the query', { enable_ca_cert: optional(flag('whether the CA certificate is wanted', false)) });

export const ConfigQuery = record('the query', { config_key: optional(text('the configuration key')) });

/** Keys that are not among the documented ones are taken too. */
export const ConfigBody = record('a configuration', {
  config_key: text('the configuration key', 255, 1),
  config_value: text('the configuration value', 65_535),
  config_status: optional(text('the configuration status')),
});
export type ConfigBody = Static<typeof ConfigBody>;

export const ConfigurationRequestBody = record('the configurations', { configurations: listOf('configurations', ConfigBody, 65_535) });

export const ConsistencyResult = record('the result of a directory', {
  dir_check: text('the directory', 1024),
  num_total_files: long('the number of files'),
  num_different_files: long('the number of files that differ'),
  num_target_miss_files: long('the number of files that the target misses'),
  num_target_more_files: long('the number of files that only the target has'),
});
export type ConsistencyResult = Static<typeof ConsistencyResult>;

export const SetConsistencyResultRequestBody = record('the results', {
  consistency_result: optional(listOf('results', ConsistencyResult, 65_535)),
});

export const BatchGetConsistencyResultReq = record('the tasks', {
  task_info: listOf('tasks', record('a task', {
    task_id: text('the task ID', 255, 1),
    source_id: optional(text('the ID of the source server')),
    source_name: optional(text('the name of the source server')),
  }), 200),
});

export const NetworkCheckInfoRequestBody = record('the result of the network check', {
  domain_connectivity: optional(flag('whether the domain names can be reached')),
  destination_connectivity: optional(flag('whether the target can be reached')),
  network_delay: decimal('the network delay'),
  network_jitter: decimal('the network jitter'),
  migration_speed: decimal('the migration speed'),
  loss_percentage: decimal('the loss in percent', 100),
  cpu_usage: decimal('the CPU usage in percent', 100),
  mem_usage: decimal('the memory usage in percent', 100),
  evaluation_result: text('the evaluation result'),
});

export const TaskParams = Type.Object({ task_id: Type.String({ description: 'The ID of the migration task.' }) });
export type TaskParams = Static<typeof TaskParams>;
