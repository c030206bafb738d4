/**
 * The webhook of a synchronisation task: where a store pushes what has changed in its bucket. Stores cannot sign for this API,
 * so that a token of the task's own opens this door and no other.
 */
import { ErrorBody } from '@haulier/wire/oms/error.ts';
import { SyncNotificationResponse, SyncTaskParams } from '@haulier/wire/oms/sync-tasks.ts';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { syncTaskIdOf } from '../../object-migration/sync/sync-task-id.ts';
import type { SyncTaskId } from '../../object-migration/sync/sync-task.ts';
import type { SyncTasks } from '../../object-migration/sync/sync-tasks.ts';
import { MigrationRefusal, type ProjectId } from '../../object-migration/task.ts';
import { webhookSecret } from '../openapi.ts';
import { jsonBodyOfAnyType } from '../json-body.ts';
import { parseKeyForm, parseNotification } from './parse-notification.ts';

interface Notification {
  readonly Params: SyncTaskParams;
  readonly Querystring: Readonly<Record<string, unknown>>;
}

/** 200 says that every event is durable; a store that hears anything else may send the notification again. */
export function notificationRoutes(app: FastifyInstance, syncTasks: SyncTasks): void {
  app.post<Notification>('/v2/:project_id/sync-tasks/:sync_task_id/notifications', {
    schema: {
      operationId: 'NotifySyncTask', summary: 'Take a bucket notification of an S3-compatible store', tags: ['OMS synchronisation tasks'], params: SyncTaskParams, security: webhookSecret,
      response: { 200: SyncNotificationResponse, '4xx': ErrorBody },
    },
    /** Before the body is read. */
    async preParsing(request, _reply, payload) {
      const { project, id } = addressed(request);
      await syncTasks.checkToken(project, id, tokenOf(request));
      return payload;
    },
  }, async (request): Promise<SyncNotificationResponse> => {
    const { project, id } = addressed(request);
    return syncTasks.notify(project, id, parseNotification(jsonBodyOfAnyType(request), parseKeyForm(request.query)));
  });
}

function addressed({ params: { project_id: project, sync_task_id: text } }: Pick<FastifyRequest<Notification>, 'params'>): { readonly project: ProjectId; readonly id: SyncTaskId } {
  const id = syncTaskIdOf(text);
  if (id === undefined || !isProjectId(project)) throw new MigrationRefusal({ kind: 'bad-webhook-token' });
  return { project, id };
}

/** The token proves that the caller knows of this project's task. */
function isProjectId(text: string): text is ProjectId {
  return text !== '' && !text.includes('\0');
}

/** In the query, since most stores can be given an address and nothing else, or as a bearer token. */
function tokenOf({ query, headers }: Pick<FastifyRequest<Notification>, 'query' | 'headers'>): string {
  const { token } = query;
  if (typeof token === 'string') return token;
  return /^Bearer (\S+)$/i.exec(headers.authorization ?? '')?.[1] ?? '';
}
