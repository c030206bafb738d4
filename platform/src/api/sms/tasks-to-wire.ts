/** Migration tasks as the API shows them. */
import type {
  ListTasksResponse, ShowCertKeyResponse, ShowConfigSettingResponse, ShowConsistencyResultResponse, ShowsSpeedLimitsResponse, ShowTaskResponse, TasksResponseBody,
} from '@haulier/wire/sms/task-answers.ts';
import type { ConfigBody, ConsistencyResult as WireResult } from '@haulier/wire/sms/task-requests.ts';
import type { Facts, ServerTask, SourceServer } from '../../server-migration/server.ts';
import type { CertificateSet, Configuration, ConsistencyCheck, ConsistencyResult, Listed, ListedTask, SpeedWindow, TaskWithSource } from '../../server-migration/server-migration.ts';
import { defined } from './defined.ts';
import { toPace, toRemaining } from './pace-to-wire.ts';
import { subtaskInfo, toSubtask } from './subtasks-to-wire.ts';

export function toTaskList({ items, count }: Listed<ListedTask>): ListTasksResponse {
  return { count, tasks: items.map(toListedTask) };
}

function toListedTask({ task, source, configurations }: ListedTask): TasksResponseBody {
  return {
    ...toCommon(task, source), sub_tasks: task.subtasks.map(toSubtask), source_server: toSource(source), target_server: toTarget(task, source),
    log_collect_status: task.logCollection?.state ?? null, special_config: configurations.map(toConfigBody),
  };
}

export function toTask({ task, source }: TaskWithSource): ShowTaskResponse {
  const { target, facts } = task;
  return {
    ...toCommon(task, source),
    region_id: task.region.id, region_name: task.region.name, project_id: task.project.id, project_name: task.project.name, vm_template_id: task.template ?? null,
    source_server: { ...toSource(source), migration_cycle: source.cycle },
    target_server: {
      ...toTarget(task, source),
      system_dir: textIn(target, 'system_dir'), disks: target['disks'] ?? [], volume_groups: target['volume_groups'] ?? [], btrfs_list: target['btrfs_list'] ?? [],
      image_disk_id: textIn(target, 'image_disk_id') ?? textIn(facts, 'image_disk_id'),
      snapshot_ids: textIn(target, 'snapshot_ids') ?? textIn(facts, 'snapshot_ids'),
      cutovered_snapshot_ids: textIn(target, 'cutovered_snapshot_ids') ?? textIn(facts, 'cutovered_snapshot_ids'),
    },
    connected: source.connected, start_date: task.startedAt ?? null, finish_date: task.finishedAt ?? null,
    float_ip: textIn(facts, 'float_ip'), remain_seconds: toRemaining(task, source), target_snapshot_id: textIn(facts, 'target_snapshot_id'),
    sub_tasks: task.subtasks.map(toSubtask), use_public_ip: task.usePublicIp, use_ipv6: task.useIpv6, exist_server: task.existServer,
  };
}

type Common = Omit<TasksResponseBody, 'sub_tasks' | 'source_server' | 'target_server' | 'log_collect_status' | 'special_config'>;

function toCommon(task: ServerTask, source: SourceServer): Common {
  const { facts } = task;
  return {
    id: task.id, name: task.name, type: task.type, os_type: task.osType, state: task.state, ...toPace(task, source), create_date: task.createdAt,
    priority: task.priority, speed_limit: task.speedLimit, compress_rate: task.compressRate ?? null, start_target_server: task.startTargetServer,
    error_json: task.error ?? '', total_time: Math.round(task.totalTime / 1000), migration_ip: task.migrationIp ?? null, enterprise_project_id: task.enterpriseProject,
    network_check_info: facts['network_check_info'] ?? null, clone_server: facts['clone_server'] ?? null, syncing: task.syncing,
    total_cpu_usage: facts['total_cpu_usage'] ?? null, agent_cpu_usage: facts['agent_cpu_usage'] ?? null, total_mem_usage: facts['total_mem_usage'] ?? null,
    agent_mem_usage: facts['agent_mem_usage'] ?? null, total_disk_io: facts['total_disk_io'] ?? null, agent_disk_io: facts['agent_disk_io'] ?? null,
    need_migration_test: task.migrationTest, subtask_info: subtaskInfo(task), progress: task.progress,
  };
}

function toSource({ id, ip, name, osType, osVersion, oemSystem, state }: SourceServer): TasksResponseBody['source_server'] {
  return { id, ip, name, os_type: osType, os_version: osVersion, oem_system: oemSystem, state };
}

function toTarget({ target, osType, migrationIp }: ServerTask, source: SourceServer): TasksResponseBody['target_server'] {
  return {
    id: textIn(target, 'id'), vm_id: textIn(target, 'vm_id'), name: textIn(target, 'name'), ip: textIn(target, 'ip') ?? migrationIp ?? null, os_type: osType,
    os_version: textIn(target, 'os_version') ?? source.osVersion,
  };
}

function textIn(facts: Facts, name: string): string | null {
  const value = facts[name];
  return typeof value === 'string' ? value : null;
}

export function toSpeedLimits(windows: readonly SpeedWindow[]): ShowsSpeedLimitsResponse {
  return { speed_limit: windows.map(({ start, end, speed, overSpeedThreshold }) => ({ start, end, speed, ...defined({ over_speed_threshold: overSpeedThreshold }) })) };
}

export function toCertKey({ ca, source, targetManagement, targetData }: CertificateSet, withCa: boolean): ShowCertKeyResponse {
  return {
    cert: source.certificate, private_key: source.key, ...(withCa ? { ca } : {}), target_mgmt_cert: targetManagement.certificate, target_mgmt_private_key: targetManagement.key,
    target_data_cert: targetData.certificate, target_data_private_key: targetData.key,
  };
}

export function toConfiguration({ id, type, osType }: ServerTask, configurations: readonly Configuration[]): ShowConfigSettingResponse {
  return {
    task_id: id,
    // Windows has no migration of files.
    migrate_type: osType === 'WINDOWS' ? 'WINDOWS_MIGRATE_BLOCK' : `LINUX_${type}`,
    configurations: configurations.map(toConfigBody),
  };
}

function toConfigBody({ key, value, status }: Configuration): ConfigBody {
  return { config_key: key, config_value: value, ...defined({ config_status: status }) };
}

export function toConsistency(taskId: string, checks: readonly ConsistencyCheck[]): ShowConsistencyResultResponse {
  return {
    task_id: taskId,
    result_list: checks.map(({ finishedAt, consistent, results }) => ({
      finished_time: finishedAt, check_result: consistent ? 'consistent' : 'inconsistent', consistency_result: results.map(toResult),
    })),
  };
}

function toResult({ directory, files, different, missing, more }: ConsistencyResult): WireResult {
  return { dir_check: directory, num_total_files: files, num_different_files: different, num_target_miss_files: missing, num_target_more_files: more };
}

export function fromResult({ dir_check, num_total_files, num_different_files, num_target_miss_files, num_target_more_files }: WireResult): ConsistencyResult {
  return { directory: dir_check, files: num_total_files, different: num_different_files, missing: num_target_miss_files, more: num_target_more_files };
}
