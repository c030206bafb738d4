/** The HTTP server: one address for all APIs, each with its own error shape. */
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import swagger from '@fastify/swagger';
import { TypeBoxValidatorCompiler } from '@fastify/type-provider-typebox';
import fastify, { LogController } from 'fastify';
import type { FastifyBaseLogger, FastifyInstance, FastifyServerFactory } from 'fastify';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { maxBodyBytes } from './auth/signed-body.ts';
import { problemOf } from './http-problem.ts';
import { watchRoutes } from './known-paths.ts';
import { healthRoutes, type ReadinessCheck } from './ops/health.ts';
import type { Metrics } from './ops/metrics.ts';
import { openapiOf } from './openapi.ts';
import { opsRoutes } from './ops/routes.ts';
import { answerBrokenConnections, answerStrays, strayAnswer } from './strays.ts';
import { strangerStrategy } from './stranger.ts';
import type { ApiSurface } from './surface.ts';

export interface ServerDeps {
  /** Redacts secrets by itself. */
  readonly logger: FastifyBaseLogger;
  /** PEM. */
  readonly tls: { readonly cert: Buffer; readonly key: Buffer } | undefined;
  /** IP addresses and networks of proxies whose X-Forwarded headers are believed. */
  readonly proxies: readonly string[];
  readonly version: string;
  readonly newRequestId: () => string;
  readonly metrics: Metrics;
  readonly readiness: readonly ReadinessCheck[];
  /** The last that claims an unknown path answers it, so that collections come after the whole; the first of all answers what none claims. */
  readonly surfaces: readonly [ApiSurface, ...ApiSurface[]];
}

/** Ready to `listen`; `close` lets requests under way finish. */
export async function buildServer(deps: ServerDeps): Promise<FastifyInstance> {
  const app = createApp(deps);
  app.addConstraintStrategy(strangerStrategy);
  app.decorateRequest('principal', null);
  app.decorateRequest('caller', null);
  app.setValidatorCompiler(TypeBoxValidatorCompiler);
  const methodsOf = watchRoutes(app);
  observe(app, deps.metrics);
  hangUpWhenClosing(app);
  answerStrays(app, deps.surfaces, methodsOf);
  await app.register(helmet, { contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } } });
  await app.register(rateLimit, { global: false });
  await app.register(swagger, openapiOf(deps.version));
  await app.register(healthRoutes(deps.readiness));
  await app.register(opsRoutes(deps.metrics));
  for (const { routes } of deps.surfaces) await app.register(routes);
  await app.ready();
  return app;
}

function createApp({ logger, tls, proxies, newRequestId, surfaces }: ServerDeps): FastifyInstance {
  return fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    genReqId: newRequestId,
    bodyLimit: maxBodyBytes,
    forceCloseConnections: 'idle',
    exposeHeadRoutes: false,
    trustProxy: [...proxies],
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 1024 },
    serverFactory: serverFactory(tls),
    clientErrorHandler: answerBrokenConnections(surfaces),
    frameworkErrors(error, request, reply) {
      const { status, body } = strayAnswer(surfaces, request, problemOf(error));
      reply.raw.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'x-request-id': request.id }).end(JSON.stringify(body));
    },
  });
}

/** The documents allow a token of 16,384 characters: with as much again for the other headers. */
const maxHeaderBytes = 32 * 1024;

/** Slow requests are cut off by Node's own defaults; connections are kept long enough for a proxy in front. */
function serverFactory(tls: ServerDeps['tls']): FastifyServerFactory {
  const options = { keepAliveTimeout: 72_000, maxHeaderSize: maxHeaderBytes };
  return (handler) => (tls === undefined ? createHttpServer(options, handler) : createHttpsServer({ ...options, ...tls }, handler));
}

/** A connection whose request was under way at the close would otherwise be kept open for its next one. */
function hangUpWhenClosing(app: FastifyInstance): void {
  let closing = false;
  app.addHook('preClose', (done) => {
    closing = true;
    done();
  });
  app.addHook('onSend', (_request, reply, payload, done) => {
    if (closing) reply.header('connection', 'close');
    done(null, payload);
  });
}

/** Every answer carries its request id, and one line in the log says what became of it: the path, never the query. */
function observe(app: FastifyInstance, metrics: Metrics): void {
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id);
    done();
  });
  app.addHook('onResponse', (request, reply, done) => {
    const { method, routeOptions: { url: route }, principal } = request;
    const milliseconds = reply.elapsedTime;
    metrics.httpRequest(method, route ?? 'none', reply.statusCode, milliseconds);
    const line = { method, path: pathOf(request.url), status: reply.statusCode, ms: Math.round(milliseconds), ...(principal === null ? {} : { user: principal.userId, project: principal.projectId }) };
    request.log.info(line, 'request');
    done();
  });
}

function pathOf(url: string): string {
  const question = url.indexOf('?');
  return question < 0 ? url : url.slice(0, question);
}
