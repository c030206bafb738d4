/** Source servers: what agents and people say of them, and what an agent is to do. */
import { ListErrorServersResponse, IdAnswer, ListServersResponse, ShowCommandResponse, ShowOverviewResponse, ShowServerResponse } from '@haulier/wire/sms/source-answers.ts';
import {
  CommandBody, DeleteIds, ListErrorServersQuery, ListServersQuery, PostSourceServerBody, PutCopyStateReq, PutDiskInfoReq, PutSourceServerBody, ServerParams, ShowOverviewQuery, SourceParams,
} from '@haulier/wire/sms/source-requests.ts';
import { SmsErrorBody } from '@haulier/wire/sms/error.ts';
import type { FastifyInstance } from 'fastify';
import type { SourceServers } from '../../server-migration/server-migration.ts';
import { agentTenantOf, tenantOf } from './access.ts';
import { defined } from './defined.ts';
import { sourceId } from './ids.ts';
import { enterpriseFilter } from './enterprise-filter.ts';
import { parseCopyState, parseDiskInfo, parseFailureFilter, parseRegistration, parseSourceFilter } from './parse-source.ts';
import { bodyReader } from './read-body.ts';
import { queryReader } from './read-query.ts';
import type { SmsRoutes } from './routes.ts';
import { nothing, succeeded } from './succeeded.ts';
import { toCommand, toFailures, toServer, toServerList } from './sources-to-wire.ts';
import { parsePlan } from './target-plan.ts';

interface OfSource { readonly Params: SourceParams }
interface OfServer { readonly Params: ServerParams }

const tags = ['SMS source servers'];

export function sourceRoutes(sources: SourceServers): SmsRoutes {
  return (app) => {
    queryRoutes(app, sources);
    changeRoutes(app, sources);
    deleteRoutes(app, sources);
    commandRoutes(app, sources);
  };
}

const readOverviewQuery = queryReader(ShowOverviewQuery);

function queryRoutes(app: FastifyInstance, sources: SourceServers): void {
  app.get('/v3/sources', {
    schema: { operationId: 'ListServers', summary: 'List source servers', tags, querystring: ListServersQuery, response: { 200: ListServersResponse, '4xx': SmsErrorBody } },
  }, async (request): Promise<ListServersResponse> => toServerList(await sources.list(tenantOf(request), parseSourceFilter(request.query))));

  app.get('/v3/sources/overview', {
    schema: { operationId: 'ShowOverview', summary: 'Count source servers by state', tags, querystring: ShowOverviewQuery, response: { 200: ShowOverviewResponse, '4xx': SmsErrorBody } },
  }, (request): Promise<ShowOverviewResponse> => sources.overview(tenantOf(request), enterpriseFilter(readOverviewQuery(request.query).enterprise_project_id)));

  app.get<OfSource>('/v3/sources/:source_id', {
    schema: { operationId: 'ShowServer', summary: 'Show a source server', tags, params: SourceParams, response: { 200: ShowServerResponse, '4xx': SmsErrorBody } },
  }, async (request): Promise<ShowServerResponse> => toServer(await sources.show(tenantOf(request), sourceId(request.params.source_id))));

  app.get('/v3/errors', {
    schema: { operationId: 'ListErrorServers', summary: 'List source servers whose migration failed', tags, querystring: ListErrorServersQuery, response: { 200: ListErrorServersResponse, '4xx': SmsErrorBody } },
  }, async (request): Promise<ListErrorServersResponse> => toFailures(await sources.failures(tenantOf(request), parseFailureFilter(request.query))));
}

const readChange = bodyReader(PutSourceServerBody);

function changeRoutes(app: FastifyInstance, sources: SourceServers): void {
  app.post('/v3/sources', {
    schema: { operationId: 'RegisterServer', summary: 'Register a source server, or say again what it is', tags, body: PostSourceServerBody, response: { 200: IdAnswer, '4xx': SmsErrorBody } },
  }, async (request): Promise<IdAnswer> => ({ id: await sources.register(tenantOf(request), parseRegistration(request)) }));

  app.put<OfSource>('/v3/sources/:source_id', {
    schema: {
      operationId: 'UpdateServerName', summary: 'Rename a source server, move it to a migration project, plan its disks', tags, params: SourceParams, body: PutSourceServerBody, response: nothing,
    },
  }, async (request, reply) => {
    const tenant = tenantOf(request);
    const id = sourceId(request.params.source_id);
    const { name, migprojectid, ...planned } = readChange(request);
    const { source: { facts } } = await sources.show(tenant, id);
    await sources.update(tenant, id, defined({ name, migrationProject: migprojectid, plan: parsePlan(planned, facts) }));
    return succeeded(reply);
  });

  app.put<OfSource>('/v3/sources/:source_id/diskinfo', {
    schema: { operationId: 'UpdateDiskInfo', summary: 'Say which disks a source server has', tags, params: SourceParams, body: PutDiskInfoReq, response: nothing },
  }, async (request, reply) => {
    const tenant = tenantOf(request);
    const id = sourceId(request.params.source_id);
    const { facts, inspected } = parseDiskInfo(request);
    await sources.setDiskInfo(tenant, id, facts, inspected);
    return succeeded(reply);
  });

  app.put<OfSource>('/v3/sources/:source_id/changestate', {
    schema: { operationId: 'UpdateCopyState', summary: 'Update the migration state of a source server', tags, params: SourceParams, body: PutCopyStateReq, response: nothing },
  }, async (request, reply) => {
    await sources.changeState(tenantOf(request), sourceId(request.params.source_id), parseCopyState(request));
    return succeeded(reply);
  });
}

const readIds = bodyReader(DeleteIds);

function deleteRoutes(app: FastifyInstance, sources: SourceServers): void {
  app.delete<OfSource>('/v3/sources/:source_id', {
    schema: { operationId: 'DeleteServer', summary: 'Delete a source server', tags, params: SourceParams, response: nothing },
  }, async (request, reply) => {
    await sources.remove(tenantOf(request), [sourceId(request.params.source_id)]);
    return succeeded(reply);
  });

  app.post('/v3/sources/delete', {
    schema: { operationId: 'DeleteServers', summary: 'Delete source servers, all of them or none', tags, body: DeleteIds, response: nothing },
  }, async (request, reply) => {
    await sources.remove(tenantOf(request), readIds(request).ids.map(sourceId));
    return succeeded(reply);
  });
}

const readResult = bodyReader(CommandBody);

function commandRoutes(app: FastifyInstance, sources: SourceServers): void {
  app.get<OfServer>('/v3/sources/:server_id/command', {
    schema: { operationId: 'ShowCommand', summary: 'Ask what the agent is to do', tags, params: ServerParams, response: { 200: ShowCommandResponse, '4xx': SmsErrorBody } },
  }, async (request): Promise<ShowCommandResponse> => toCommand(await sources.nextCommand(agentTenantOf(request), sourceId(request.params.server_id))));

  app.post<OfServer>('/v3/sources/:server_id/command_result', {
    schema: { operationId: 'UpdateCommandResult', summary: 'Say what became of a command', tags, params: ServerParams, body: CommandBody, response: nothing },
  }, async (request, reply) => {
    const { command_name, result, result_detail } = readResult(request);
    await sources.takeResult(tenantOf(request), sourceId(request.params.server_id), { command: command_name, succeeded: result === 'success', detail: result_detail });
    return succeeded(reply);
  });
}
