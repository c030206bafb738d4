/** The errors of an HTTP API in the documents' shape (section 3.3), for every API of this server. */
import type { FastifyInstance, FastifyRequest } from 'fastify';

export interface ApiErrorOptions {
  readonly status: number;
  /** A documented code, e.g. `OMS.0054`. */
  readonly code: string;
  readonly message: string;
  /** Where in the request the broken rule is, e.g. `src_node.object_key[3]`, at most 255 characters. Never a value. */
  readonly parameter?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly cause?: unknown;
}

/** An answer that is not a success. Its message goes to the client: it names no secret. */
export class ApiError extends Error {
  override readonly name: string = 'ApiError';
  readonly status: number;
  readonly code: string;
  readonly parameter: string | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(options: ApiErrorOptions) {
    super(options.message, options.cause === undefined ? undefined : { cause: options.cause });
    this.status = options.status;
    this.code = options.code;
    this.parameter = options.parameter;
    this.headers = options.headers ?? {};
  }
}

/** Tells which parameter broke a rule, the same way at each API: few of the documents' bodies have a field for it. */
export const parameterHeader = 'x-haulier-parameter';

/** Whatever a route of `app` throws is logged and answered in the shape of its API; the parameter goes into a header of ours. */
export function answerErrors<E extends ApiError>(app: FastifyInstance, errorOf: (thrown: unknown) => E, bodyOf: (error: E) => object): void {
  app.setErrorHandler((thrown, request, reply) => {
    const error = errorOf(thrown);
    logAnswered(request, thrown, error);
    if (error.parameter !== undefined) reply.header(parameterHeader, encodeURI(error.parameter.toWellFormed()));
    return reply.code(error.status).headers(error.headers).type('application/json').send(bodyOf(error));
  });
}

/** A fault of the server with all that was thrown, a refusal by its code. */
function logAnswered({ log }: FastifyRequest, thrown: unknown, { status, code, parameter }: Pick<ApiError, 'status' | 'code' | 'parameter'>): void {
  if (status >= 500) log.error({ err: thrown }, 'request failed');
  else log.info({ code, parameter }, 'request refused');
}
