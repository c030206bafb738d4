/** Routes of our own: proof that a migration has arrived. */
import { Readable } from 'node:stream';
import { CreateTaskReq } from '@haulier/wire/oms/create-task.ts';
import { StartTaskReq } from '@haulier/wire/oms/change-task.ts';
import { ErrorBody } from '@haulier/wire/oms/error.ts';
import { PreflightResp } from '@haulier/wire/oms/preflight.ts';
import { ProjectParams, TaskParams } from '@haulier/wire/oms/requests.ts';
import { Type } from 'typebox';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { SurveyResult } from '../../engine/preflight/survey.ts';
import type { MigrationTasks } from '../../object-migration/task.ts';
import { ownProject } from './access.ts';
import { jsonBody } from '../json-body.ts';
import { parseCreateTask, requestFields } from './parse-create.ts';
import { parseStartTask } from './parse-start.ts';
import { parseTaskId } from './parse-task-id.ts';

const VerifyTaskReq = Type.Intersect([
  Type.Omit(StartTaskReq, ['migrate_failed_object']),
  Type.Object({ read_bytes: Type.Optional(Type.Boolean({ default: false, description: 'Read both sides where no digest that both stores keep decides.' })) }),
]);

export function proofRoutes(app: FastifyInstance, tasks: MigrationTasks): void {
  app.post<{ readonly Params: ProjectParams }>('/v2/:project_id/tasks/preflight', {
    schema: {
      operationId: 'PreflightTask', summary: 'Say what a task would meet, without creating it', tags: ['Proof of migration'], params: ProjectParams, body: CreateTaskReq,
      description: 'What is allowed on both sides, how many objects of which sizes and classes there are (100,000 are looked at, at most), troublesome keys, and a range of time in seconds.',
      response: { 200: PreflightResp, '4xx': ErrorBody },
    },
  }, async (request, reply): Promise<PreflightResp> => {
    const task = parseCreateTask(ownProject(request), jsonBody(request));
    const { verbs, survey, complete, estimate } = await tasks.preflight(task, untilGone(reply));
    return { verbs: verbs.map(({ side, verb, allowed, why }) => ({ side, verb, allowed, ...(why === undefined ? {} : { why }) })), survey: survey === undefined ? null : toSurvey(survey), complete, estimate: estimate ?? null };
  });

  app.post<{ readonly Params: TaskParams }>('/v2/:project_id/tasks/:task_id/verify', {
    schema: {
      operationId: 'VerifyTask', summary: 'Read both sides again and report what is identical, different, missing and extra', tags: ['Proof of migration'],
      description: 'JSON lines, one for each object; the last one closes the report with counters and the SHA-256 of all bytes before it.',
      params: TaskParams, body: VerifyTaskReq, response: { 200: { description: 'A report', content: { 'application/x-ndjson': { schema: Type.String() } } }, '4xx': ErrorBody },
    },
  }, async (request, reply) => {
    const project = ownProject(request);
    const id = parseTaskId(request.params.task_id);
    const { source } = await tasks.show(project, id);
    const body = jsonBody(request);
    const readBytes = requestFields(body).flag('read_bytes', false);
    const report = await tasks.compare(project, id, { credentials: parseStartTask(source, body).credentials, readBytes }, untilGone(reply));
    return reply.type('application/x-ndjson').send(Readable.from(report));
  });
}

function toSurvey({ objects, bytes, bySize, byStorageClass, archived, older, unreadable, troubles }: SurveyResult): NonNullable<PreflightResp['survey']> {
  return {
    objects, bytes, archived, older, unreadable,
    by_size: [...bySize],
    by_storage_class: byStorageClass.map(({ storageClass, ...count }) => ({ storage_class: storageClass, ...count })),
    troubles: troubles.map(({ examples, ...found }) => ({ ...found, examples: [...examples] })),
  };
}

/** Aborted when the client has left before it was answered. */
function untilGone(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  reply.raw.once('close', () => gone.abort(new Error('the client has left')));
  return gone.signal;
}
