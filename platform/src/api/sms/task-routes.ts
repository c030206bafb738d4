/** Migration tasks: their life. What belongs to one beside that is in `task-detail-routes.ts`. */
import { SmsErrorBody } from '@haulier/wire/sms/error.ts';
import { IdAnswer } from '@haulier/wire/sms/source-answers.ts';
import { DeleteIds } from '@haulier/wire/sms/source-requests.ts';
import { ListTasksResponse, ShowTaskResponse } from '@haulier/wire/sms/task-answers.ts';
import { ListTasksQuery, PostTask, PutTaskReq, TaskParams, UpdateTaskSpeedReq, UpdateTaskStatusReq } from '@haulier/wire/sms/task-requests.ts';
import type { FastifyInstance } from 'fastify';
import { ServerRefusal, type ServerTasks } from '../../server-migration/server-migration.ts';
import { tenantOf } from './access.ts';
import { SmsError } from './errors.ts';
import { taskId } from './ids.ts';
import { parseNewTask, parseReport, parseTaskChange, parseTaskFilter } from './parse-task.ts';
import { bodyReader } from './read-body.ts';
import type { SmsRoutes } from './routes.ts';
import { nothing, succeeded } from './succeeded.ts';
import { taskDetailRoutes } from './task-detail-routes.ts';
import { toTask, toTaskList } from './tasks-to-wire.ts';

interface OfTask { readonly Params: TaskParams }

const tags = ['SMS migration tasks'];

export function taskRoutes(tasks: ServerTasks): SmsRoutes {
  return (app) => {
    queryRoutes(app, tasks);
    lifeRoutes(app, tasks);
    deleteRoutes(app, tasks);
    taskDetailRoutes(app, tasks);
  };
}

function queryRoutes(app: FastifyInstance, tasks: ServerTasks): void {
  app.get('/v3/tasks', {
    schema: { operationId: 'ListServerTasks', summary: 'List migration tasks of servers', tags, querystring: ListTasksQuery, response: { 200: ListTasksResponse, '4xx': SmsErrorBody } },
  }, async (request): Promise<ListTasksResponse> => {
    const filter = parseTaskFilter(request.query);
    return filter === undefined ? { count: 0, tasks: [] } : toTaskList(await tasks.list(tenantOf(request), filter));
  });

  app.get<OfTask>('/v3/tasks/:task_id', {
    schema: { operationId: 'ShowServerTask', summary: 'Show a migration task of a server', tags, params: TaskParams, response: { 200: ShowTaskResponse, '4xx': SmsErrorBody } },
  }, async (request): Promise<ShowTaskResponse> => toTask(await tasks.show(tenantOf(request), taskId(request.params.task_id))));
}

const readAction = bodyReader(UpdateTaskStatusReq);

function lifeRoutes(app: FastifyInstance, tasks: ServerTasks): void {
  app.post('/v3/tasks', {
    schema: { operationId: 'CreateServerTask', summary: 'Create a migration task for a source server', tags, body: PostTask, response: { 200: IdAnswer, '4xx': SmsErrorBody } },
  }, async (request): Promise<IdAnswer> => {
    try {
      return { id: await tasks.create(tenantOf(request), parseNewTask(request)) };
    } catch (error) {
      if (error instanceof ServerRefusal && error.refusal.kind === 'no-such-source') throw new SmsError('SMS.2216', { parameter: 'source_server.id', cause: error });
      throw error;
    }
  });

  app.put<OfTask>('/v3/tasks/:task_id', {
    schema: { operationId: 'UpdateTask', summary: 'Update a migration task', tags, params: TaskParams, body: PutTaskReq, response: { 200: IdAnswer, '4xx': SmsErrorBody } },
  }, async (request): Promise<IdAnswer> => {
    const id = taskId(request.params.task_id);
    await tasks.update(tenantOf(request), id, parseTaskChange(request, id));
    return { id };
  });

  app.post<OfTask>('/v3/tasks/:task_id/action', {
    schema: { operationId: 'UpdateTaskStatus', summary: 'Start, stop, test, launch, clone or restart', tags, params: TaskParams, body: UpdateTaskStatusReq, response: nothing },
  }, async (request, reply) => {
    const { operation, template_id, switch_hce, is_need_consistency_check } = readAction(request);
    const template = template_id === '' ? undefined : template_id;
    await tasks.act(tenantOf(request), taskId(request.params.task_id), operation, { template, switchHce: switch_hce, consistencyCheck: is_need_consistency_check });
    return succeeded(reply);
  });

  app.put<OfTask>('/v3/tasks/:task_id/progress', {
    schema: { operationId: 'UpdateTaskSpeed', summary: 'Report the progress of a subtask', tags, params: TaskParams, body: UpdateTaskSpeedReq, response: nothing },
  }, async (request, reply) => {
    await tasks.report(tenantOf(request), taskId(request.params.task_id), parseReport(request));
    return succeeded(reply);
  });
}

const readIds = bodyReader(DeleteIds);

function deleteRoutes(app: FastifyInstance, tasks: ServerTasks): void {
  app.delete<OfTask>('/v3/tasks/:task_id', {
    schema: { operationId: 'DeleteServerTask', summary: 'Delete a migration task of a server', tags, params: TaskParams, response: nothing },
  }, async (request, reply) => {
    await tasks.remove(tenantOf(request), [taskId(request.params.task_id)]);
    return succeeded(reply);
  });

  app.post('/v3/tasks/delete', {
    schema: { operationId: 'DeleteTasks', summary: 'Delete migration tasks, all of them or none', tags, body: DeleteIds, response: nothing },
  }, async (request, reply) => {
    await tasks.remove(tenantOf(request), readIds(request).ids.map(taskId));
    return succeeded(reply);
  });
}
