import type { FastifyPluginCallback } from 'fastify';
import type { Metrics } from './metrics.ts';

/** `/metrics` for Prometheus and `/openapi.json`. */
export function opsRoutes(metrics: Metrics): FastifyPluginCallback {
  return (app, _options, done) => {
    app.get('/metrics', { logLevel: 'warn', schema: { tags: ['Operations'], summary: 'Metrics for Prometheus', security: [] } }, async (_request, reply) => {
      const { contentType, text } = await metrics.expose();
      return reply.type(contentType).send(text);
    });
    app.get('/openapi.json', { logLevel: 'warn', schema: { tags: ['Operations'], summary: 'This description', security: [] } }, (_request, reply) => reply.send(app.swagger()));
    done();
  };
}
