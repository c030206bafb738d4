/**
 * The one table of IAM errors. /v3 answers in Keystone's shape; /v3.0 in the shape of the document's section 3.3, with
 * the codes that the IAM reference publishes (its appendix "Error Codes").
 *
 * The appendix has no code for every fault. `ours` marks what it does not say: that this code comes with this status or
 * for this cause. Messages are our own throughout.
 */
import { IdentityError, type IdentityRefusal } from '../../identity/model.ts';
import { problemOf, type HttpProblem } from '../http-problem.ts';

export interface IamFault {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  /** The pair of status and code is not published so. */
  readonly ours?: true;
}

const refusals: Readonly<Record<IdentityRefusal, IamFault>> = {
  'wrong-credentials': { status: 401, code: 'IAM.0001', message: 'The username or password is wrong.' },
  'no-such-domain': { status: 401, code: 'IAM.0001', message: 'The domain of the scope does not exist or is not that of the user.' },
  'no-such-project': { status: 401, code: 'IAM.0001', message: 'The project of the scope does not exist or is not one of the user.' },
  'no-such-user': { status: 404, code: 'IAM.0004', message: 'Could not find the user.' },
  'no-such-access-key': { status: 404, code: 'IAM.0004', message: 'Could not find the credential.' },
  'user-name-taken': { status: 409, code: '1109', message: 'The username already exists.', ours: true },
  'project-name-taken': { status: 409, code: 'IAM.0005', message: 'A project of this name already exists.' },
  'weak-password': { status: 400, code: '1103', message: 'The password must have 8 to 32 characters of at least two kinds and differ from the name and its reverse.' },
  'forbidden': { status: 403, code: 'IAM.0003', message: 'You are not authorized to perform the requested action.' },
  'already-initialised': { status: 409, code: 'IAM.0005', message: 'There is an account already.', ours: true },
};

const problems: Readonly<Record<HttpProblem, IamFault>> = {
  'not-found': { status: 404, code: 'IAM.0004', message: 'Could not find the requested resource.' },
  'wrong-method': { status: 405, code: 'IAM.0009', message: 'The method is not allowed for the requested resource.', ours: true },
  'bad-url': { status: 400, code: 'IAM.0011', message: 'The URL cannot be read.', ours: true },
  'bad-json': { status: 400, code: 'IAM.0011', message: 'The request body is not valid JSON.' },
  'missing-body': { status: 400, code: 'IAM.0011', message: 'The request body is missing.' },
  'wrong-content-type': { status: 415, code: 'IAM.0011', message: 'The content type must be application/json.', ours: true },
  'body-too-large': { status: 413, code: 'IAM.0011', message: 'The request body is larger than 12 MB.', ours: true },
  'header-too-large': { status: 431, code: 'IAM.0011', message: 'The request headers are too large.', ours: true },
  'invalid': { status: 400, code: 'IAM.0073', message: 'The request is invalid.' },
  'unauthenticated': { status: 401, code: 'IAM.0001', message: 'The request you have made requires authentication.' },
  'wrong-scope': { status: 403, code: 'IAM.0003', message: 'X-Project-Id or X-Domain-Id is not one of the caller.' },
  'too-many-requests': { status: 429, code: 'IAM.0012', message: 'Too many requests. Try again later.' },
  'timeout': { status: 503, code: 'IAM.0006', message: 'The request took too long. Try again later.', ours: true },
  'internal': { status: 500, code: 'IAM.0006', message: 'An unexpected error prevented the server from fulfilling the request.' },
};

const titles: Readonly<Record<number, string>> = {
  400: 'Bad Request', 401: 'Unauthorized', 403: 'Forbidden', 404: 'Not Found', 405: 'Method Not Allowed', 409: 'Conflict', 413: 'Request Entity Too Large',
  415: 'Unsupported Media Type', 429: 'Too Many Requests', 431: 'Request Header Fields Too Large', 500: 'Internal Server Error', 503: 'Service Unavailable',
};

/** A request that its schema cannot judge: thrown by the routes. */
export class InvalidRequestError extends Error {
  override readonly name = 'InvalidRequestError';
  /** So that Fastify's own logging sees a client's fault. */
  readonly statusCode = 400;
}

export function faultOf(error: unknown): IamFault {
  if (error instanceof IdentityError) return refusals[error.refusal];
  if (error instanceof InvalidRequestError) return { ...problems.invalid, message: error.message };
  const problem = problemOf(error);
  return problem === 'invalid' ? { ...problems.invalid, message: describeInvalid(error) } : problems[problem];
}

export function faultOfProblem(problem: HttpProblem): IamFault {
  return problems[problem];
}

/** @param path without query */
export function bodyOf(fault: IamFault, path: string): object {
  if (path.startsWith('/v3.0/')) return { error_msg: fault.message, error_code: fault.code };
  return { error: { code: fault.status, message: fault.message, title: titles[fault.status] ?? 'Error' } };
}

/** Names the place and the rule; never the value, which may be a password. */
function describeInvalid(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('validation' in error) || !Array.isArray(error.validation)) return problems.invalid.message;
  const first: unknown = error.validation[0];
  if (typeof first !== 'object' || first === null || !('instancePath' in first) || !('message' in first)) return problems.invalid.message;
  const place = String(first.instancePath).slice(1).replaceAll('/', '.');
  return `Invalid input for field ${place === '' ? 'of the request' : `'${place}'`}: ${String(first.message)}.`;
}
