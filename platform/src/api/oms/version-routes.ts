/** Section 5.1: the versions of the API. They need a token. */
import { ErrorBody } from '@haulier/wire/oms/error.ts';
import { ListVersionsResponse, Version, VersionParams } from '@haulier/wire/oms/version.ts';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { callerKnownOrNot } from '../openapi.ts';
import { brokenRule, taskRules } from './errors.ts';

const tags = ['OMS versions'];

/** Version 2 is the only one there is here. */
export function versionRoutes(app: FastifyInstance): void {
  app.get('/', {
    schema: { operationId: 'ListApiVersions', summary: 'List API versions', tags, security: callerKnownOrNot, response: { 200: ListVersionsResponse, '4xx': ErrorBody } },
  }, (request, reply) => reply.send({ versions: [version2(request)] } satisfies ListVersionsResponse));

  app.get<{ Params: VersionParams }>('/:version', {
    schema: { operationId: 'ShowApiInfo', summary: 'Query an API version', tags, params: VersionParams, response: { 200: Version, '4xx': ErrorBody } },
  }, (request, reply) => {
    if (request.params.version !== 'v2') throw brokenRule(taskRules.version, 'version');
    return reply.send(version2(request));
  });
}

function version2(request: FastifyRequest): Version {
  return {
    id: 'v2',
    links: [{ href: `${request.protocol}://${request.host}/v2/`, rel: 'self' }],
    status: 'CURRENT',
    updated: '2020-04-01T12:00:00Z',
  };
}
