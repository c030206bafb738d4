import swagger from '@fastify/swagger';
import { Validator } from '@seriousme/openapi-schema-validator';
import fastify from 'fastify';
import { expect, it } from 'vitest';
import { MemoryServerTasks } from './fixtures/memory-server-tasks.ts';
import { MemorySources } from './fixtures/memory-sources.ts';
import { sourceRoutes } from './source-routes.ts';
import { smsSurface } from './surface.ts';
import { taskRoutes } from './task-routes.ts';

it('describes source servers and tasks in a valid OpenAPI document', async () => {
  const app = fastify();
  app.decorateRequest('principal', null);
  await app.register(swagger, { openapi: { openapi: '3.1.0', info: { title: 'SMS', version: '3' } } });
  await app.register(smsSurface({ authenticate: (_request, _reply, payload) => Promise.resolve(payload), routes: [sourceRoutes(new MemorySources()), taskRoutes(new MemoryServerTasks())] }).routes);
  await app.ready();
  const document = JSON.parse(JSON.stringify(app.swagger())) as Record<string, unknown>;
  expect(await new Validator().validate(document)).toMatchObject({ valid: true });
  expect(document).toMatchObject({
    paths: {
      '/v3/sources': { get: { operationId: 'ListServers' }, post: { operationId: 'RegisterServer' } },
      '/v3/tasks/{task_id}': { put: { operationId: 'UpdateTask' } },
      '/v3/{task_id}/update-network-check-info': { post: { operationId: 'UpdateNetworkCheckInfo' } },
    },
  });
});
