/** Request bodies as JSON that keeps every digit of its integers. */
import { errorCodes, type FastifyInstance, type FastifyRequest } from 'fastify';
import { parseExactJson } from '@haulier/lib/exact-json/exact-json.ts';

/** Keeps bodies as bytes: a route that reads one parses it after the path has been judged, the others ignore theirs. */
export function keepBodiesAsBytes(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
}

/** Undefined when there is no body. Content-Type defaults to application/json (table 3-3 of the OMS reference). */
export function jsonBody(request: FastifyRequest): unknown {
  const { body } = request;
  if (!(body instanceof Uint8Array) || body.byteLength === 0) return undefined;
  const type = request.headers['content-type'];
  if (type !== undefined && !/^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i.test(type)) throw new errorCodes.FST_ERR_CTP_INVALID_MEDIA_TYPE(type);
  return parseJson(body);
}

/** For callers that say nothing of their body, or something else. Undefined when there is none. */
export function jsonBodyOfAnyType({ body }: FastifyRequest): unknown {
  return body instanceof Uint8Array && body.byteLength > 0 ? parseJson(body) : undefined;
}

function parseJson(body: Uint8Array): unknown {
  try {
    return parseExactJson(body);
  } catch (error) {
    /** The parser's message quotes the body, which may hold keys: it goes no further. */
    if (error instanceof SyntaxError) throw new errorCodes.FST_ERR_CTP_INVALID_JSON_BODY();
    throw error;
  }
}
