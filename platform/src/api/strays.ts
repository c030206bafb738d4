/** Answers to requests that reach no route, in the error shape of the API they were meant for. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { problemOf, type HttpProblem } from './http-problem.ts';
import type { MethodsOf } from './known-paths.ts';
import type { ApiSurface } from './surface.ts';

type Surfaces = readonly [ApiSurface, ...ApiSurface[]];

export function strayAnswer(surfaces: Surfaces, request: Pick<FastifyRequest, 'host' | 'url'>, problem: HttpProblem): { readonly status: number; readonly body: object } {
  const [path = ''] = request.url.split('?', 1);
  const surface = surfaces.findLast((each) => each.claims(request.host, path)) ?? surfaces[0];
  return surface.answer(problem, path);
}

/** Unknown paths, known paths with unknown methods, and errors of routes that have no shape of their own. */
export function answerStrays(app: FastifyInstance, surfaces: Surfaces, methodsOf: MethodsOf): void {
  const answerUnknown = (request: FastifyRequest, reply: FastifyReply) => {
    const methods = methodsOf(request.url.split('?', 1)[0] ?? '');
    if (methods.length > 0) reply.header('allow', methods.join(', '));
    const { status, body } = strayAnswer(surfaces, request, methods.length > 0 ? 'wrong-method' : 'not-found');
    return reply.code(status).send(body);
  };
  app.setNotFoundHandler(answerUnknown);
  app.setErrorHandler((error, request, reply) => {
    // A body that cannot be read says nothing where there is no route that would read it.
    if (request.is404) return answerUnknown(request, reply);
    const { status, body } = strayAnswer(surfaces, request, problemOf(error));
    if (status >= 500) request.log.error({ err: error }, 'request failed');
    return reply.code(status).send(body);
  });
}

/** What is no HTTP at all has no host and no path: the first API answers it, and the connection ends. */
export function answerBrokenConnections([surface]: Surfaces): (error: NodeJS.ErrnoException, socket: Socket) => void {
  return (error, socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy();
      return;
    }
    const { status, body } = surface.answer(problemOfConnection(error.code), '/');
    const text = JSON.stringify(body);
    socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Error'}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(text)}\r\nConnection: close\r\n\r\n${text}`);
  };
}

function problemOfConnection(code: string | undefined): HttpProblem {
  if (code === 'HPE_HEADER_OVERFLOW') return 'header-too-large';
  return code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 'timeout' : 'bad-url';
}
