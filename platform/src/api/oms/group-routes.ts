/** Section 5.4: migration task groups. Schemas are for the OpenAPI document; requests are judged by the `parse-*` modules. */
import { ErrorBody } from '@haulier/wire/oms/error.ts';
import { ProjectParams } from '@haulier/wire/oms/requests.ts';
import {
  CreateTaskGroupReq, CreateTaskGroupResponse, GroupParams, ListTaskGroupQuery, ListTaskGroupResponse, RetryTaskGroupReq, StartTaskGroupReq, TaskGroupResp,
  UpdateTaskGroupReq,
} from '@haulier/wire/oms/task-groups.ts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { TaskGroups } from '../../object-migration/groups/group.ts';
import type { ProjectId } from '../../object-migration/task.ts';
import { checkAccess, ownProject } from './access.ts';
import { toApiError } from './errors.ts';
import { toTaskGroupResp } from './group-to-wire.ts';
import { jsonBody } from '../json-body.ts';
import { parseBandwidthUpdate } from './parse-change.ts';
import { parseCreateGroup } from './parse-group-create.ts';
import { parseGroupFilter } from './parse-group-list.ts';
import { parseRetryGroup, parseStartGroup } from './parse-group-start.ts';

interface OfGroup {
  readonly Params: GroupParams;
}

const tags = ['OMS migration task groups'];
const nothing = { 200: { type: 'null', description: 'OK' }, '4xx': ErrorBody } as const;
const root = '/v2/:project_id/taskgroups';

export function groupRoutes(app: FastifyInstance, groups: TaskGroups): void {
  app.addHook('preParsing', checkAccess);
  queryRoutes(app, groups);
  lifeCycleRoutes(app, groups);
}

function queryRoutes(app: FastifyInstance, groups: TaskGroups): void {
  app.get<{ Params: ProjectParams; Querystring: Readonly<Record<string, unknown>> }>(root, {
    schema: {
      operationId: 'ListTaskGroup', summary: 'List migration task groups', tags, params: ProjectParams, querystring: ListTaskGroupQuery,
      response: { 200: ListTaskGroupResponse, '4xx': ErrorBody },
    },
  }, async (request): Promise<ListTaskGroupResponse> => {
    const { groups: page, count } = await groups.list(ownProject(request), parseGroupFilter(request.query));
    return { count, taskgroups: page.map(toTaskGroupResp) };
  });

  app.get<OfGroup>(`${root}/:group_id`, {
    schema: { operationId: 'ShowTaskGroup', summary: 'Query a migration task group', tags, params: GroupParams, response: { 200: TaskGroupResp, '4xx': ErrorBody } },
  }, async (request): Promise<TaskGroupResp> => {
    const { project, id } = addressed(request);
    try {
      return toTaskGroupResp(await groups.show(project, id));
    } catch (error) {
      throw toApiError(error, 404);
    }
  });
}

function lifeCycleRoutes(app: FastifyInstance, groups: TaskGroups): void {
  app.post<{ Params: ProjectParams }>(root, {
    schema: {
      operationId: 'CreateTaskGroup', summary: 'Create a migration task group, which creates its tasks by itself', tags, params: ProjectParams, body: CreateTaskGroupReq,
      response: { 200: CreateTaskGroupResponse, '4xx': ErrorBody },
    },
  }, async (request): Promise<CreateTaskGroupResponse> => {
    return { group_id: await groups.create(parseCreateGroup(ownProject(request), jsonBody(request))) };
  });

  app.delete<OfGroup>(`${root}/:group_id`, {
    schema: { operationId: 'DeleteTaskGroup', summary: 'Delete a migration task group', tags, params: GroupParams, response: nothing },
  }, (request, reply) => changed(request, reply, (project, id) => groups.remove(project, id)));

  app.put<OfGroup>(`${root}/:group_id/stop`, {
    schema: { operationId: 'StopTaskGroup', summary: 'Pause a migration task group', tags, params: GroupParams, response: nothing },
  }, (request, reply) => changed(request, reply, (project, id) => groups.stop(project, id)));

  app.put<OfGroup>(`${root}/:group_id/start`, {
    schema: { operationId: 'StartTaskGroup', summary: 'Resume a paused migration task group', tags, params: GroupParams, body: StartTaskGroupReq, response: nothing },
  }, (request, reply) => changed(request, reply, async (project, id) => {
    const { source } = await groups.show(project, id);
    await groups.start(project, id, parseStartGroup(source, jsonBody(request)));
  }));

  app.put<OfGroup>(`${root}/:group_id/retry`, {
    schema: { operationId: 'RetryTaskGroup', summary: 'Restart a failed migration task group', tags, params: GroupParams, body: RetryTaskGroupReq, response: nothing },
  }, (request, reply) => changed(request, reply, async (project, id) => {
    const { source } = await groups.show(project, id);
    await groups.retry(project, id, parseRetryGroup(source, jsonBody(request)));
  }));

  app.put<OfGroup>(`${root}/:group_id/update`, {
    schema: {
      operationId: 'UpdateTaskGroup', summary: 'Modify the traffic limiting rules of a migration task group, which hold for all of its tasks together', tags,
      params: GroupParams, body: UpdateTaskGroupReq, response: nothing,
    },
  }, (request, reply) => changed(request, reply, (project, id) => groups.update(project, id, { bandwidth: parseBandwidthUpdate(jsonBody(request)) })));
}

function addressed(request: FastifyRequest<OfGroup>): { readonly project: ProjectId; readonly id: string } {
  return { project: ownProject(request), id: request.params.group_id };
}

/** "Example Response: None". */
async function changed(request: FastifyRequest<OfGroup>, reply: FastifyReply, change: (project: ProjectId, id: string) => Promise<void>): Promise<FastifyReply> {
  const { project, id } = addressed(request);
  await change(project, id);
  return reply.code(200).send();
}
