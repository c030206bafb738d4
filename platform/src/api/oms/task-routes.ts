/** Section 5.2: migration tasks. Schemas are for the OpenAPI document; requests are judged by the `parse-*` modules. */
import { UpdateBandwidthPolicyReq } from '@haulier/wire/oms/bandwidth-policy.ts';
import { BatchUpdateTasksReq, StartTaskReq } from '@haulier/wire/oms/change-task.ts';
import { CreateTaskReq, CreateTaskResponse } from '@haulier/wire/oms/create-task.ts';
import { ErrorBody } from '@haulier/wire/oms/error.ts';
import { ListTasksQuery, ProjectParams, TaskParams } from '@haulier/wire/oms/requests.ts';
import { ListTasksResponse, TaskResp } from '@haulier/wire/oms/task.ts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { TaskGroups } from '../../object-migration/groups/group.ts';
import type { MigrationTasks, ProjectId, TaskId } from '../../object-migration/task.ts';
import { checkAccess, ownProject } from './access.ts';
import { toApiError } from './errors.ts';
import { jsonBody } from '../json-body.ts';
import { parseBandwidthUpdate, parseBatchUpdate } from './parse-change.ts';
import { parseCreateTask } from './parse-create.ts';
import { parseTaskFilter } from './parse-list.ts';
import { parseStartTask } from './parse-start.ts';
import { parseTaskId } from './parse-task-id.ts';
import { proofRoutes } from './proof-routes.ts';
import { toTaskResp } from './to-wire.ts';

interface OfTask {
  readonly Params: TaskParams;
}

const tags = ['OMS migration tasks'];
const nothing = { 200: { type: 'null', description: 'OK' }, '4xx': ErrorBody } as const;

export function taskRoutes(app: FastifyInstance, tasks: MigrationTasks, groups: TaskGroups): void {
  app.addHook('preParsing', checkAccess);
  queryRoutes(app, tasks);
  lifeCycleRoutes(app, tasks);
  changeRoutes(app, tasks, groups);
  proofRoutes(app, tasks);
}

function queryRoutes(app: FastifyInstance, tasks: MigrationTasks): void {
  app.get<{ Params: ProjectParams; Querystring: Readonly<Record<string, unknown>> }>('/v2/:project_id/tasks', {
    schema: {
      operationId: 'ListTasks', summary: 'List migration tasks', tags, params: ProjectParams, querystring: ListTasksQuery,
      response: { 200: ListTasksResponse, '4xx': ErrorBody },
    },
  }, async (request): Promise<ListTasksResponse> => {
    const { tasks: page, count } = await tasks.list(ownProject(request), parseTaskFilter(request.query));
    return { tasks: page.map(toTaskResp), count };
  });

  app.get<OfTask>('/v2/:project_id/tasks/:task_id', {
    schema: { operationId: 'ShowTask', summary: 'Query a migration task', tags, params: TaskParams, response: { 200: TaskResp, '4xx': ErrorBody } },
  }, async (request): Promise<TaskResp> => {
    const { project, id } = addressed(request);
    try {
      return toTaskResp(await tasks.show(project, id));
    } catch (error) {
      throw toApiError(error, 404);
    }
  });
}

function lifeCycleRoutes(app: FastifyInstance, tasks: MigrationTasks): void {
  app.post<{ Params: ProjectParams }>('/v2/:project_id/tasks', {
    schema: {
      operationId: 'CreateTask', summary: 'Create a migration task, which starts by itself', tags, params: ProjectParams, body: CreateTaskReq,
      response: { 200: CreateTaskResponse, '4xx': ErrorBody },
    },
  }, async (request): Promise<CreateTaskResponse> => {
    const { id, name } = await tasks.create(parseCreateTask(ownProject(request), jsonBody(request)));
    return { id, task_name: name };
  });

  app.post<OfTask>('/v2/:project_id/tasks/:task_id/stop', {
    schema: { operationId: 'StopTask', summary: 'Pause a migration task', tags, params: TaskParams, response: nothing },
  }, async (request, reply) => {
    const { project, id } = addressed(request);
    await tasks.stop(project, id);
    return succeeded(reply);
  });

  app.post<OfTask>('/v2/:project_id/tasks/:task_id/start', {
    schema: { operationId: 'StartTask', summary: 'Start a paused or failed migration task', tags, params: TaskParams, body: StartTaskReq, response: nothing },
  }, async (request, reply) => {
    const { project, id } = addressed(request);
    const { source } = await tasks.show(project, id);
    await tasks.start(project, id, parseStartTask(source, jsonBody(request)));
    return succeeded(reply);
  });

  app.delete<OfTask>('/v2/:project_id/tasks/:task_id', {
    schema: { operationId: 'DeleteTask', summary: 'Delete a migration task', tags, params: TaskParams, response: nothing },
  }, async (request, reply) => {
    const { project, id } = addressed(request);
    await tasks.remove(project, id);
    return succeeded(reply);
  });
}

function changeRoutes(app: FastifyInstance, tasks: MigrationTasks, groups: TaskGroups): void {
  app.put<OfTask>('/v2/:project_id/tasks/:task_id/bandwidth-policy', {
    schema: {
      operationId: 'UpdateBandwidthPolicy', summary: 'Update the traffic limiting rules of a migration task', tags, params: TaskParams,
      body: UpdateBandwidthPolicyReq, response: nothing,
    },
  }, async (request, reply) => {
    const { project, id } = addressed(request);
    await tasks.setBandwidth(project, id, parseBandwidthUpdate(jsonBody(request)));
    return succeeded(reply);
  });

  app.post<{ Params: ProjectParams }>('/v2/:project_id/tasks/batch-update', {
    schema: { operationId: 'BatchUpdateTasks', summary: 'Update tasks in batches', tags, params: ProjectParams, body: BatchUpdateTasksReq, response: nothing },
  }, async (request, reply) => {
    const project = ownProject(request);
    const { groupId, update } = parseBatchUpdate(jsonBody(request));
    await (groupId === undefined ? tasks.batchUpdate(project, update) : groups.update(project, groupId, update));
    return succeeded(reply);
  });
}

function addressed(request: FastifyRequest<OfTask>): { readonly project: ProjectId; readonly id: TaskId } {
  return { project: ownProject(request), id: parseTaskId(request.params.task_id) };
}

/** "Example Response: None". */
function succeeded(reply: FastifyReply): FastifyReply {
  return reply.code(200).send();
}
