/** UpdatePrivacyAgreementRecord of the SDKs: it has neither a body nor an answer. Nothing here asks for the agreement; it is kept on record. */
import { ErrorBody } from '@haulier/wire/oms/error.ts';
import { ProjectParams } from '@haulier/wire/oms/requests.ts';
import type { FastifyInstance } from 'fastify';
import type { PrivacyAgreements } from '../../object-migration/privacy-agreements.ts';
import { checkAccess, ownProject } from './access.ts';
import { errorOfProblem } from './errors.ts';

export function privacyRoutes(app: FastifyInstance, agreements: PrivacyAgreements): void {
  app.addHook('preParsing', checkAccess);
  app.post<{ readonly Params: ProjectParams }>('/v2/:project_id/privacy-agreements', {
    schema: {
      operationId: 'UpdatePrivacyAgreementRecord', summary: 'Put the agreement to the privacy statement on record', tags: ['OMS privacy agreements'], params: ProjectParams,
      response: { 200: { type: 'null', description: 'OK' }, '4xx': ErrorBody },
    },
  }, async ({ principal, params }, reply) => {
    if (principal === null) throw errorOfProblem('unauthenticated');
    await agreements.accept({ project: ownProject({ principal, params }), domainId: principal.domainId, userId: principal.userId });
    return reply.code(200).send();
  });
}
