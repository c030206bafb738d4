/** Routes of our own: proof that a migration has arrived. */
import { Readable } from 'node:stream';
import { StartTaskReq } from '@haulier/wire/oms/change-task.ts';
import { ErrorBody } from '@haulier/wire/oms/error.ts';
import { TaskParams } from '@haulier/wire/oms/requests.ts';
import { Type } from 'typebox';
import type { FastifyInstance } from 'fastify';
import type { MigrationTasks } from '../../object-migration/task.ts';
import { ownProject } from './access.ts';
import { jsonBody } from './json-body.ts';
import { requestFields } from './parse-create.ts';
import { parseStartTask } from './parse-start.ts';
import { parseTaskId } from './parse-task-id.ts';

const VerifyTaskReq = Type.Intersect([
  Type.Omit(StartTaskReq, ['migrate_failed_object']),
  Type.Object({ read_bytes: Type.Optional(Type.Boolean({ default: false, description: 'Read both sides where no digest that both stores keep decides.' })) }),
]);

export function proofRoutes(app: FastifyInstance, tasks: MigrationTasks): void {
  app.post<{ readonly Params: TaskParams }>('/v2/:project_id/tasks/:task_id/verify', {
    schema: {
      operationId: 'VerifyTask', summary: 'Read both sides again and report what is identical, different, missing and extra', tags: ['Proof of migration'],
      description: 'JSON lines, one for each object; the last one closes the report with counters and the SHA-256 of all bytes before it.',
      params: TaskParams, body: VerifyTaskReq, response: { 200: { description: 'A report', content: { 'application/x-ndjson': { schema: Type.String() } } }, '4xx': ErrorBody },
    },
  }, async (request, reply) => {
    const project = ownProject(request.principal, request.params);
    const id = parseTaskId(request.params.task_id);
    const { source } = await tasks.show(project, id);
    const body = jsonBody(request);
    const readBytes = requestFields(body).flag('read_bytes', false);
    const gone = new AbortController();
    reply.raw.once('close', () => gone.abort(new Error('the client has left')));
    const report = await tasks.compare(project, id, { credentials: parseStartTask(source, body).credentials, readBytes }, gone.signal);
    return reply.type('application/x-ndjson').send(Readable.from(report));
  });
}
