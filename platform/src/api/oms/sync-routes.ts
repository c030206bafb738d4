/** Section 5.3: synchronisation tasks, and the webhook of this project's own beside them. */
import { ErrorBody } from '@haulier/wire/oms/error.ts';
import { ProjectParams } from '@haulier/wire/oms/requests.ts';
import {
  CreateSyncTaskReq, CreateSyncTaskResponse, ListSyncTasksQuery, ListSyncTasksResponse, ListSyncTaskStatisticResponse, ShowSyncTaskQuery,
  ShowSyncTaskResponse, StartSyncTaskReq, SyncObjectReq, SyncStatisticQuery, SyncTaskParams, SyncWebhookResponse,
} from '@haulier/wire/oms/sync-tasks.ts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { SyncTasks } from '../../object-migration/sync/sync-tasks.ts';
import { syncTaskIdOf } from '../../object-migration/sync/sync-task-id.ts';
import type { SyncTaskId } from '../../object-migration/sync/sync-task.ts';
import { MigrationRefusal, type ProjectId } from '../../object-migration/task.ts';
import { checkAccess, ownProject } from './access.ts';
import { toApiError } from './errors.ts';
import { jsonBody } from '../json-body.ts';
import { parseCreateSyncTask } from './parse-sync-create.ts';
import { parseSyncEvents } from './parse-sync-events.ts';
import { parseQueryTime, parseStatisticsQuery, parseSyncTaskFilter } from './parse-sync-query.ts';
import { parseStartSyncTask } from './parse-sync-start.ts';
import { toShowSyncTaskResponse, toStatisticResponse, toSyncTaskInfo } from './sync-to-wire.ts';

type Query = Readonly<Record<string, unknown>>;

interface OfSyncTask {
  readonly Params: SyncTaskParams;
  readonly Querystring: Query;
}

const tags = ['OMS synchronisation tasks'];
const params = SyncTaskParams;
const nothing = { 200: { type: 'null', description: 'OK' }, '4xx': ErrorBody } as const;
const path = '/v2/:project_id/sync-tasks';
const taskPath = `${path}/:sync_task_id`;

export function syncRoutes(app: FastifyInstance, syncTasks: SyncTasks): void {
  app.addHook('preParsing', checkAccess);
  queryRoutes(app, syncTasks);
  lifeCycleRoutes(app, syncTasks);
  eventRoutes(app, syncTasks);
  webhookRoutes(app, syncTasks);
}

function queryRoutes(app: FastifyInstance, syncTasks: SyncTasks): void {
  app.get<{ Params: ProjectParams; Querystring: Query }>(path, {
    schema: {
      operationId: 'ListSyncTasks', summary: 'List synchronisation tasks', tags, params: ProjectParams, querystring: ListSyncTasksQuery,
      response: { 200: ListSyncTasksResponse, '4xx': ErrorBody },
    },
  }, async (request): Promise<ListSyncTasksResponse> => {
    const { tasks, count } = await syncTasks.list(ownProject(request), parseSyncTaskFilter(request.query));
    return { tasks: tasks.map(toSyncTaskInfo), count };
  });

  app.get<OfSyncTask>(taskPath, {
    schema: {
      operationId: 'ShowSyncTask', summary: 'Query a synchronisation task', tags, params, querystring: ShowSyncTaskQuery,
      response: { 200: ShowSyncTaskResponse, '4xx': ErrorBody },
    },
  }, (request): Promise<ShowSyncTaskResponse> => orNotFound(async () => {
    const { project, id } = addressed(request);
    const { task, month } = await syncTasks.show(project, id, parseQueryTime(request.query));
    return toShowSyncTaskResponse(task, month);
  }));

  app.get<OfSyncTask>(`${taskPath}/statistics`, {
    schema: {
      operationId: 'ListSyncTaskStatistic', summary: 'Query the statistics about a synchronisation task', tags, params, querystring: SyncStatisticQuery,
      response: { 200: ListSyncTaskStatisticResponse, '4xx': ErrorBody },
    },
  }, (request): Promise<ListSyncTaskStatisticResponse> => orNotFound(async () => {
    const { project, id } = addressed(request);
    const { types, range } = parseStatisticsQuery(request.query);
    const { width, steps } = await syncTasks.statistics(project, id, range);
    return toStatisticResponse(id, types, width, steps);
  }));
}

function lifeCycleRoutes(app: FastifyInstance, syncTasks: SyncTasks): void {
  app.post<{ Params: ProjectParams }>(path, {
    schema: {
      operationId: 'CreateSyncTask', summary: 'Create a synchronisation task, which starts by itself', tags, params: ProjectParams, body: CreateSyncTaskReq,
      response: { 200: CreateSyncTaskResponse, '4xx': ErrorBody },
    },
  }, async (request): Promise<CreateSyncTaskResponse> => {
    return { sync_task_id: await syncTasks.create(parseCreateSyncTask(ownProject(request), jsonBody(request))) };
  });

  app.post<OfSyncTask>(`${taskPath}/stop`, {
    schema: { operationId: 'StopSyncTask', summary: 'Pause a synchronisation task', tags, params, response: nothing },
  }, async (request, reply) => {
    const { project, id } = addressed(request);
    await syncTasks.stop(project, id);
    return succeeded(reply);
  });

  app.post<OfSyncTask>(`${taskPath}/start`, {
    schema: { operationId: 'StartSyncTask', summary: 'Start a paused synchronisation task', tags, params, body: StartSyncTaskReq, response: nothing },
  }, async (request, reply) => {
    const { project, id } = addressed(request);
    const { source } = await syncTasks.find(project, id);
    await syncTasks.start(project, id, parseStartSyncTask(source, jsonBody(request)));
    return succeeded(reply);
  });

  app.delete<OfSyncTask>(taskPath, {
    schema: { operationId: 'DeleteSyncTask', summary: 'Delete a paused synchronisation task', tags, params, response: nothing },
  }, async (request, reply) => {
    const { project, id } = addressed(request);
    await syncTasks.remove(project, id);
    return succeeded(reply);
  });
}

function eventRoutes(app: FastifyInstance, syncTasks: SyncTasks): void {
  app.post<OfSyncTask>(`${taskPath}/events`, {
    schema: { operationId: 'CreateSyncEvents', summary: 'Ask for objects to be synchronised', tags, params, body: SyncObjectReq, response: nothing },
  }, (request, reply) => orNotFound(async () => {
    const { project, id } = addressed(request);
    await syncTasks.find(project, id);
    await syncTasks.request(project, id, parseSyncEvents(jsonBody(request)));
    return succeeded(reply);
  }));
}

/** Not of the documents. */
function webhookRoutes(app: FastifyInstance, syncTasks: SyncTasks): void {
  app.post<OfSyncTask>(`${taskPath}/webhook`, {
    schema: {
      operationId: 'CreateSyncWebhook', summary: 'Make an address for the notifications of the source bucket; the one before ends', tags, params,
      response: { 200: SyncWebhookResponse, '4xx': ErrorBody },
    },
  }, (request): Promise<SyncWebhookResponse> => orNotFound(async () => {
    const { project, id } = addressed(request);
    const token = await syncTasks.issueToken(project, id);
    return { url: `${request.protocol}://${request.host}/v2/${encodeURIComponent(project)}/sync-tasks/${id}/notifications?token=${token}`, token };
  }));

  app.delete<OfSyncTask>(`${taskPath}/webhook`, {
    schema: { operationId: 'DeleteSyncWebhook', summary: 'End the address for notifications', tags, params, response: nothing },
  }, (request, reply) => orNotFound(async () => {
    const { project, id } = addressed(request);
    await syncTasks.revokeToken(project, id);
    return succeeded(reply);
  }));
}

function addressed(request: FastifyRequest<OfSyncTask>): { readonly project: ProjectId; readonly id: SyncTaskId } {
  const { sync_task_id: text } = request.params;
  const id = syncTaskIdOf(text);
  if (id === undefined) throw new MigrationRefusal({ kind: 'no-such-task', id: text });
  return { project: ownProject(request), id };
}

/** For the pages that document 404 for a task that is not there. */
async function orNotFound<T>(answer: () => Promise<T>): Promise<T> {
  try {
    return await answer();
  } catch (error) {
    throw toApiError(error, 404);
  }
}

/** "Example Response: None". */
function succeeded(reply: FastifyReply): FastifyReply {
  return reply.code(200).send();
}
