/** Requests about migration tasks, from the wire to the domain. */
import { ListTasksQuery, PostTask, PutTaskReq, UpdateTaskSpeedReq } from '@haulier/wire/sms/task-requests.ts';
import { rollbackStates, subtaskNames } from '@haulier/wire/sms/enums.ts';
import type { FastifyRequest } from 'fastify';
import type { Facts, NewServerTask, ServerTaskId } from '../../server-migration/server.ts';
import type { ProgressReport, ServerTaskFilter, SubtaskChange, TaskChange } from '../../server-migration/server-migration.ts';
import { BrokenInput } from '../read-by-schema.ts';
import { defined } from './defined.ts';
import { enterpriseFilter } from './enterprise-filter.ts';
import { sourceId } from './ids.ts';
import { bodyReader } from './read-body.ts';
import { queryReader } from './read-query.ts';

const readTask = bodyReader(PostTask);

export function parseNewTask(request: FastifyRequest): NewServerTask {
  const {
    name, type, os_type, source_server, target_server, priority = 1, start_target_server = true, auto_start = false, migration_ip, region_id, region_name, project_id, project_name,
    vm_template_id, clonevm_template_id, use_public_ip = true, use_ipv6 = false, syncing = false, exist_server, start_network_check = false, speed_limit = 0, over_speed_threshold,
    is_need_consistency_check = false, need_migration_test = false,
  } = readTask(request);
  const existServer = exist_server ?? isTold(target_server.vm_id);
  if (existServer) checkExisting(target_server);
  return {
    name, type, osType: os_type, source: sourceId(source_server.id), target: target_server, priority, startTargetServer: start_target_server, autoStart: auto_start,
    migrationIp: told(migration_ip), region: { id: region_id, name: region_name }, project: { id: project_id, name: project_name },
    template: told(vm_template_id), cloneTemplate: told(clonevm_template_id), usePublicIp: use_public_ip, useIpv6: use_ipv6, syncing, existServer, startNetworkCheck: start_network_check,
    speedLimit: speed_limit, overSpeedThreshold: over_speed_threshold, consistencyCheck: is_need_consistency_check, migrationTest: need_migration_test,
  };
}

function checkExisting({ vm_id, name }: PostTask['target_server']): void {
  if (name === undefined) throw new BrokenInput('target_server.name', 'the name of a target server that exists', true);
  if (!isTold(vm_id)) throw new BrokenInput('target_server.vm_id', 'the ID of a target server that exists', true);
}

/** Clients leave out what they do not know by sending it empty. */
function isTold(text: string | undefined): text is string {
  return text !== undefined && text !== '';
}

function told(text: string | undefined): string | undefined {
  return isTold(text) ? text : undefined;
}

const readUpdate = bodyReader(PutTaskReq);

/**
 * What only a task's own course changes (state, dates, speeds) comes back in an update as it was shown, and does nothing.
 * Throws {@link BrokenInput} for the id of another task.
 */
export function parseTaskChange(request: FastifyRequest, id: ServerTaskId): TaskChange {
  const body = readUpdate(request);
  if (body.id !== undefined && body.id.toLowerCase() !== id) throw new BrokenInput('id', 'the ID of the task in the path', false);
  const { region_id, region_name, project_id, project_name } = body;
  return defined({
    name: body.name, type: body.type, priority: body.priority, startTargetServer: body.start_target_server, migrationIp: body.migration_ip,
    region: region_id === undefined && region_name === undefined ? undefined : defined({ id: region_id, name: region_name }),
    project: project_id === undefined && project_name === undefined ? undefined : defined({ id: project_id, name: project_name }),
    template: body.vm_template_id, existServer: body.exist_server, usePublicIp: body.use_public_ip, useIpv6: body.use_ipv6, speedLimit: body.speed_limit,
    enterpriseProject: body.enterprise_project_id ?? told(body.enterprise_project), error: told(body.error_json),
    target: body.target_server, source: body.source_server && sourceFacts(body.source_server), subtasks: body.sub_tasks?.flatMap(toSubtaskChange), facts: factsOf(body),
  });
}

/** Who it is and what state it is in is not the task's to say. */
const notOfTask: ReadonlySet<string> = new Set(['id', 'state', 'migration_cycle']);

function sourceFacts(source: Facts): Facts {
  return Object.fromEntries(Object.entries(source).filter(([name]) => !notOfTask.has(name)));
}

/** One without a name says nothing of any subtask. Throws {@link BrokenInput} for a name that no subtask has. */
function toSubtaskChange({ name, progress, start_date, end_date, migrate_speed, user_op, process_trace }: NonNullable<PutTaskReq['sub_tasks']>[number], index: number): readonly SubtaskChange[] {
  if (name === undefined) return [];
  const known = subtaskNames.find((each) => each === name.toUpperCase());
  if (known === undefined) throw new BrokenInput(`sub_tasks[${index}].name`, 'the name of a subtask', false);
  return [{ name: known, progress, startedAt: start_date, endedAt: end_date, speed: migrate_speed, userOp: user_op, processTrace: process_trace }];
}

function factsOf({ clone_server, target_snapshot_id, image_disk_id, target_disk_ids, snapshot_ids, cutovered_snapshot_ids, float_ip }: PutTaskReq): Facts | undefined {
  const facts = defined({ clone_server, target_snapshot_id, image_disk_id, target_disk_ids, snapshot_ids, cutovered_snapshot_ids, float_ip });
  return Object.keys(facts).length === 0 ? undefined : facts;
}

const readTaskFilter = queryReader(ListTasksQuery);
const defaultPage = 100;

/** Undefined where no task can be: the documents list states that none gets into here. */
export function parseTaskFilter(query: unknown): ServerTaskFilter | undefined {
  const { state, name, id, source_server_id, limit, offset = 0, enterprise_project_id } = readTaskFilter(query);
  if (state === rollbackStates[0] || state === rollbackStates[1]) return undefined;
  return {
    limit: limit === undefined || limit === 0 ? defaultPage : limit, offset,
    ...defined({ state, name, id: id?.toLowerCase(), source: source_server_id?.toLowerCase(), enterpriseProject: enterpriseFilter(enterprise_project_id) }),
  };
}

const readReport = bodyReader(UpdateTaskSpeedReq);

export function parseReport(request: FastifyRequest): ProgressReport {
  const { subtask_name, progress, replicatesize, totalsize, process_trace, migrate_speed, compress_rate, remain_time, agent_time, ...usage } = readReport(request);
  return {
    subtask: subtask_name, progress, copied: replicatesize, total: totalsize, processTrace: process_trace, speed: migrate_speed, compressRate: compress_rate, remainingSeconds: remain_time,
    agentTime: agent_time, usage,
  };
}
