/** Source servers as the API shows them. */
import type {
  CurrentTask, ListErrorServersResponse, ListServersResponse, ShowCommandResponse, ShowServerResponse, SourceServersResponseBody,
} from '@haulier/wire/sms/source-answers.ts';
import type { AgentCommand, EnvironmentCheck, ServerTask, SourceServer } from '../../server-migration/server.ts';
import type { Listed, SourceServers, SourceWithTask } from '../../server-migration/server-migration.ts';
import { defined } from './defined.ts';
import { toPace, toRemaining } from './pace-to-wire.ts';
import { subtaskInfo } from './subtasks-to-wire.ts';
import { numberedDisks, numberedGroups, plannedTarget } from './target-plan.ts';

export function toServerList({ items, count }: Listed<SourceWithTask>): ListServersResponse {
  return { count, source_servers: items.map(toListedServer) };
}

function toListedServer(each: SourceWithTask): SourceServersResponseBody {
  return { ...toCommon(each), is_consistency_result_exist: each.source.consistencyChecked };
}

export function toServer(each: SourceWithTask): ShowServerResponse {
  const { source: { hostname, agentVersion, facts, targetPlan } } = each;
  return {
    ...toCommon(each),
    hostname,
    firmware: facts['firmware'] ?? null,
    disks: numberedDisks(facts, targetPlan),
    volume_groups: numberedGroups(facts, targetPlan),
    btrfs_list: facts['btrfs_list'] ?? [],
    networks: facts['networks'] ?? [],
    agent_version: agentVersion,
  };
}

function toCommon({ source, task }: SourceWithTask): Omit<SourceServersResponseBody, 'is_consistency_result_exist'> {
  const { facts } = source;
  return {
    id: source.id, ip: source.ip, name: source.name, enterprise_project_id: source.enterpriseProject, add_date: source.addedAt,
    os_type: source.osType, os_version: source.osVersion, oem_system: source.oemSystem,
    state: source.state, connected: source.connected,
    cpu_quantity: facts['cpu_quantity'] ?? null, memory: facts['memory'] ?? null,
    current_task: task === undefined ? null : toCurrentTask(task, source),
    checks: source.checks.map(toCheck),
    init_target_server: plannedTarget(facts, source.targetPlan),
    replicatesize: source.copied, totalsize: source.total,
    last_visit_time: source.lastHeardAt, migration_cycle: source.cycle, state_action_time: source.stateSince, stage_action_time: source.cycleSince,
    has_tc: facts['has_tc'] ?? null, start_type: source.startType ?? null,
  };
}

function toCheck({ id, name, result, params, errorCode, errorOrWarn, errorParams }: EnvironmentCheck): ShowServerResponse['checks'][number] {
  return { id, params: [...params], name, result, error_code: errorCode ?? null, error_or_warn: errorOrWarn ?? null, error_params: errorParams ?? null };
}

function toCurrentTask(task: ServerTask, source: SourceServer): CurrentTask {
  const { target, facts, logCollection } = task;
  return {
    id: task.id, name: task.name, type: task.type, state: task.state,
    ...toPace(task, source), start_date: task.startedAt ?? null,
    speed_limit: task.speedLimit, compress_rate: task.compressRate ?? null,
    start_target_server: task.startTargetServer, vm_template_id: task.template ?? null,
    region_id: task.region.id, project_name: task.project.name, project_id: task.project.id,
    target_server: { vm_id: target['vm_id'] ?? null, name: target['name'] ?? null },
    log_collect_status: logCollection?.state ?? null,
    exist_server: task.existServer, use_public_ip: task.usePublicIp, clone_server: facts['clone_server'] ?? null,
    remain_seconds: toRemaining(task, source),
    log_bucket: logCollection?.bucket ?? null, log_expire: null, log_upload_time: logCollection?.uploadedAt ?? null, log_share_url: null,
    subtask_info: subtaskInfo(task),
    progress: task.progress,
  };
}

export function toFailures({ items, count }: Awaited<ReturnType<SourceServers['failures']>>): ListErrorServersResponse {
  return {
    count,
    migration_errors: items.map(({ source, task, error }) => ({
      error_json: error, host_name: source.hostname, name: source.name, source_id: source.id, source_ip: source.ip, target_ip: task?.migrationIp ?? null,
    })),
  };
}

/** An agent that is at work and has nothing else to do is told nothing. */
export function toCommand(command: AgentCommand | undefined): ShowCommandResponse {
  if (command === undefined) return {};
  return { command_name: command.name, command_param: defined({ task_id: command.taskId, bucket: 'bucket' in command ? command.bucket : undefined }) };
}
