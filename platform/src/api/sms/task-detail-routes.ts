/** What belongs to a migration task beside its life: limits, keys, configuration, checks, logs. */
import { SmsErrorBody } from '@haulier/wire/sms/error.ts';
import {
  ShowCertKeyResponse, ShowConfigSettingResponse, ShowConsistencyResultResponse, ShowPassphraseResponse, ShowsSpeedLimitsResponse, TaskIdAnswer,
} from '@haulier/wire/sms/task-answers.ts';
import {
  BatchGetConsistencyResultReq, CertKeyQuery, ConfigQuery, ConfigurationRequestBody, NetworkCheckInfoRequestBody, SetConsistencyResultRequestBody, SpeedLimit, TaskParams, UploadLogRequestBody,
} from '@haulier/wire/sms/task-requests.ts';
import { Type } from 'typebox';
import type { FastifyInstance } from 'fastify';
import type { ServerTasks } from '../../server-migration/server-migration.ts';
import { agentTenantOf, tenantOf } from './access.ts';
import { consistencyCsv } from './consistency-csv.ts';
import { taskId } from './ids.ts';
import { bodyReader } from './read-body.ts';
import { queryReader } from './read-query.ts';
import { nothing, succeeded } from './succeeded.ts';
import { fromResult, toCertKey, toConfiguration, toConsistency, toSpeedLimits } from './tasks-to-wire.ts';

interface OfTask { readonly Params: TaskParams }

const tags = ['SMS migration tasks'];
const params = TaskParams;

export function taskDetailRoutes(app: FastifyInstance, tasks: ServerTasks): void {
  limitRoutes(app, tasks);
  secretRoutes(app, tasks);
  configurationRoutes(app, tasks);
  consistencyRoutes(app, tasks);
  reportRoutes(app, tasks);
}

const readLimits = bodyReader(SpeedLimit);

function limitRoutes(app: FastifyInstance, tasks: ServerTasks): void {
  app.get<OfTask>('/v3/tasks/:task_id/speed-limit', {
    schema: { operationId: 'ShowsSpeedLimits', summary: 'Show the speed limits of a task', tags, params, response: { 200: ShowsSpeedLimitsResponse, '4xx': SmsErrorBody } },
  }, async (request): Promise<ShowsSpeedLimitsResponse> => toSpeedLimits(await tasks.speedLimits(tenantOf(request), taskId(request.params.task_id))));

  app.post<OfTask>('/v3/tasks/:task_id/speed-limit', {
    schema: { operationId: 'UpdateSpeed', summary: 'Set the speed limits of a task', tags, params, body: SpeedLimit, response: nothing },
  }, async (request, reply) => {
    const windows = readLimits(request).speed_limit.map(({ start, end, speed = 0, over_speed_threshold }) => ({ start, end, speed, overSpeedThreshold: over_speed_threshold }));
    await tasks.setSpeedLimits(tenantOf(request), taskId(request.params.task_id), windows);
    return succeeded(reply);
  });
}

const readCertKeyQuery = queryReader(CertKeyQuery);

function secretRoutes(app: FastifyInstance, tasks: ServerTasks): void {
  app.get<OfTask>('/v3/tasks/:task_id/certkey', {
    schema: { operationId: 'ShowCertKey', summary: 'Show the certificates and keys of a run', tags, params, querystring: CertKeyQuery, response: { 200: ShowCertKeyResponse, '4xx': SmsErrorBody } },
  }, async (request, reply): Promise<ShowCertKeyResponse> => {
    reply.header('cache-control', 'no-store');
    const certificates = await tasks.certificates(agentTenantOf(request), taskId(request.params.task_id));
    return toCertKey(certificates, readCertKeyQuery(request.query).enable_ca_cert === true);
  });

  app.get<OfTask>('/v3/tasks/:task_id/passphrase', {
    schema: { operationId: 'ShowPassphrase', summary: 'Show the passphrase of a task', tags, params, response: { 200: ShowPassphraseResponse, '4xx': SmsErrorBody } },
  }, async (request, reply): Promise<ShowPassphraseResponse> => {
    reply.header('cache-control', 'no-store');
    const id = taskId(request.params.task_id);
    return { task_id: id, passphrase: await tasks.passphrase(agentTenantOf(request), id) };
  });
}

const readConfigQuery = queryReader(ConfigQuery);
const readConfiguration = bodyReader(ConfigurationRequestBody);

function configurationRoutes(app: FastifyInstance, tasks: ServerTasks): void {
  app.get<OfTask>('/v3/tasks/:task_id/configuration-setting', {
    schema: { operationId: 'ShowConfigSetting', summary: 'Show the configuration of a task', tags, params, querystring: ConfigQuery, response: { 200: ShowConfigSettingResponse, '4xx': SmsErrorBody } },
  }, async (request): Promise<ShowConfigSettingResponse> => {
    const { task, configurations } = await tasks.configuration(tenantOf(request), taskId(request.params.task_id), readConfigQuery(request.query).config_key);
    return toConfiguration(task, configurations);
  });

  app.post<OfTask>('/v3/tasks/:task_id/configuration-setting', {
    schema: { operationId: 'UploadSpecialConfigurationSetting', summary: 'Configure a task', tags, params, body: ConfigurationRequestBody, response: nothing },
  }, async (request, reply) => {
    const configurations = readConfiguration(request).configurations.map(({ config_key, config_value, config_status }) => ({ key: config_key, value: config_value, status: config_status }));
    await tasks.setConfiguration(tenantOf(request), taskId(request.params.task_id), configurations);
    return succeeded(reply);
  });
}

const readResults = bodyReader(SetConsistencyResultRequestBody);
const readExport = bodyReader(BatchGetConsistencyResultReq);

function consistencyRoutes(app: FastifyInstance, tasks: ServerTasks): void {
  app.get<OfTask>('/v3/tasks/:task_id/consistency-result', {
    schema: { operationId: 'ShowConsistencyResult', summary: 'Show the consistency checks of a task', tags, params, response: { 200: ShowConsistencyResultResponse, '4xx': SmsErrorBody } },
  }, async (request): Promise<ShowConsistencyResultResponse> => {
    const id = taskId(request.params.task_id);
    return toConsistency(id, await tasks.consistencyChecks(tenantOf(request), id));
  });

  app.post<OfTask>('/v3/tasks/:task_id/consistency-result', {
    schema: { operationId: 'UpdateConsistencyResult', summary: 'Report a consistency check', tags, params, body: SetConsistencyResultRequestBody, response: nothing },
  }, async (request, reply) => {
    const { consistency_result: results = [] } = readResults(request);
    await tasks.addConsistencyCheck(tenantOf(request), taskId(request.params.task_id), results.map(fromResult));
    return succeeded(reply);
  });

  app.post('/v3/tasks/consistency-results/export', {
    config: { changesNothing: true },
    schema: {
      operationId: 'ExportConsistencyResults', summary: 'Export the consistency checks of tasks as a file', tags, body: BatchGetConsistencyResultReq,
      response: { 200: { description: 'CSV with a header', content: { 'text/csv': { schema: Type.String() } } }, '4xx': SmsErrorBody },
    },
  }, async (request, reply) => {
    const exported = await tasks.exportConsistency(tenantOf(request), readExport(request).task_info.map(({ task_id }) => taskId(task_id)));
    return reply.type('text/csv; charset=utf-8').header('content-disposition', 'attachment; filename="consistency-results.csv"').send(Buffer.from(consistencyCsv(exported)));
  });
}

const readLog = bodyReader(UploadLogRequestBody);
const readNetworkCheck = bodyReader(NetworkCheckInfoRequestBody);

function reportRoutes(app: FastifyInstance, tasks: ServerTasks): void {
  app.post<OfTask>('/v3/tasks/:task_id/log', {
    schema: { operationId: 'CollectLog', summary: 'Have the agent put its log into a bucket', tags, params, body: UploadLogRequestBody, response: nothing },
  }, async (request, reply) => {
    await tasks.collectLog(tenantOf(request), taskId(request.params.task_id), readLog(request).log_bucket);
    return succeeded(reply);
  });

  // The wire has it without /tasks.
  app.post<OfTask>('/v3/:task_id/update-network-check-info', {
    schema: { operationId: 'UpdateNetworkCheckInfo', summary: 'Report a network check', tags, params, body: NetworkCheckInfoRequestBody, response: { 200: TaskIdAnswer, '4xx': SmsErrorBody } },
  }, async (request): Promise<TaskIdAnswer> => {
    const id = taskId(request.params.task_id);
    await tasks.setNetworkCheck(tenantOf(request), id, readNetworkCheck(request));
    return { task_id: id };
  });
}
