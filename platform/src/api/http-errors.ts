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

/** What can be wrong with a request before an API looks at what it asks; each API has its own code for each. */
export type RequestFault =
  | 'bad-json'
  | 'bad-request'
  | 'unauthenticated'
  | 'unknown-route'
  | 'method-not-allowed'
  | 'body-too-large'
  | 'headers-too-large'
  | 'unsupported-media-type'
  | 'too-many-requests'
  | 'busy'
  | 'internal';

/** Thrown where the fault is known but the API, and so the code, is not. */
export class RequestFaultError extends Error {
  override readonly name = 'RequestFaultError';
  readonly fault: RequestFault;
  constructor(fault: RequestFault, options?: ErrorOptions) {
    super(fault, options);
    this.fault = fault;
  }
}

/** By the code of a Fastify error where it says more than its status. */
const faultsByCode: Readonly<Record<string, RequestFault>> = {
  FST_ERR_CTP_INVALID_JSON_BODY: 'bad-json',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'bad-json',
  FST_ERR_CTP_BODY_TOO_LARGE: 'body-too-large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported-media-type',
  FST_ERR_NOT_FOUND: 'unknown-route',
  FST_UNDER_PRESSURE: 'busy',
};

const faultsByStatus: Readonly<Record<number, RequestFault>> = {
  401: 'unauthenticated',
  404: 'unknown-route',
  405: 'method-not-allowed',
  413: 'body-too-large',
  414: 'bad-request',
  415: 'unsupported-media-type',
  429: 'too-many-requests',
  431: 'headers-too-large',
  503: 'busy',
};

/** Classifies what Fastify, its plugins or a handler threw. Whatever is not the client's doing is `internal`. */
export function requestFault(error: unknown): RequestFault {
  if (error instanceof RequestFaultError) return error.fault;
  if (!(error instanceof Error)) return 'internal';
  const code = 'code' in error && typeof error.code === 'string' ? faultsByCode[error.code] : undefined;
  if (code !== undefined) return code;
  const status = 'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : 500;
  return faultsByStatus[status] ?? (status >= 400 && status < 500 ? 'bad-request' : 'internal');
}
