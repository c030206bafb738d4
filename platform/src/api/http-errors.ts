/** The errors of an HTTP API in the documents' shape (section 3.3), for every API of this server. */
import type { FastifyReply } from 'fastify';

export interface ApiErrorOptions {
  readonly status: number;
  /** A documented code, e.g. `OMS.0054`. */
  readonly code: string;
  readonly message: string;
  /** Where in the request the broken rule is, e.g. `src_node.object_key[3]`. Never a value. */
  readonly parameter?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly cause?: unknown;
}

/** An answer that is not a success. Its message goes to the client: it names no secret. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
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

/** Tells which parameter broke a rule: the documents' body has no field for it. */
export const parameterHeader = 'x-haulier-parameter';

/** Sends the documents' error body; the parameter goes into a header of ours. */
export function sendError(reply: FastifyReply, error: ApiError): FastifyReply {
  if (error.parameter !== undefined) reply.header(parameterHeader, encodeURI(error.parameter));
  return reply.code(error.status).headers(error.headers).type('application/json').send({ error_msg: error.message, error_code: error.code });
}
