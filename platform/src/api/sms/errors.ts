/** Which code each refusal, each broken rule and each problem of HTTP answers with: {@link error-codes.ts} has status and sentence. */
import type { SmsErrorBody } from '@haulier/wire/sms/error.ts';
import { ServerRefusal, type Refusal } from '../../server-migration/server-migration.ts';
import { ApiError } from '../http-errors.ts';
import { problemOf, type HttpProblem } from '../http-problem.ts';
import { BrokenInput } from '../read-by-schema.ts';
import { smsCode, type SmsErrorCode } from './error-codes.ts';

export interface SmsErrorOptions {
  /** Follows the code's own sentence. Never a value that was sent, but for ids. */
  readonly detail?: string;
  /** Instead of the code's own sentence. */
  readonly message?: string;
  /** Where in the request the broken rule is. */
  readonly parameter?: string;
  /** The resource or the action that it is about, where that is not the parameter. */
  readonly about?: string;
  /** What was not allowed to whom. */
  readonly authorization?: object;
  readonly cause?: unknown;
}

/** An answer that is not a success. */
export class SmsError extends ApiError {
  override readonly name = 'SmsError';
  override readonly code: SmsErrorCode;
  readonly about: string;
  readonly detail: string | undefined;
  readonly authorization: object | undefined;

  constructor(code: SmsErrorCode, { detail, message, parameter, about = parameter ?? 'request', authorization, cause }: SmsErrorOptions) {
    const own = smsCode(code);
    super({ status: own.status, code, message: message ?? (detail === undefined ? own.message : `${own.message} ${detail}`), ...(parameter === undefined ? {} : { parameter }), ...(cause === undefined ? {} : { cause }) });
    this.code = code;
    this.about = about;
    this.detail = detail;
    this.authorization = authorization;
  }
}

const longestMessage = 255;

/** Of what was not allowed, `details` say that alone, as the documents' example does. */
export function bodyOf({ code, message, about, detail = message, authorization }: SmsError): SmsErrorBody {
  return {
    error_code: code,
    error_msg: message.length > longestMessage ? `${message.slice(0, longestMessage - 1).toWellFormed()}…` : message,
    encoded_authorization_message: authorization === undefined ? '' : Buffer.from(JSON.stringify(authorization)).toString('base64'),
    error_param: [about],
    details: [{ error_code: code, error_msg: authorization === undefined ? message : detail }],
  };
}

/** Turns whatever a handler threw into the answer. The error stays its cause, for the log. */
export function toSmsError(error: unknown): SmsError {
  if (error instanceof SmsError) return error;
  if (error instanceof ServerRefusal) return ofRefusal(error);
  if (error instanceof BrokenInput) return ofBrokenInput(error);
  return ofProblem(problemOf(error), error);
}

export function ofProblem(problem: HttpProblem, cause?: unknown): SmsError {
  const { code, about } = problems[problem];
  return new SmsError(code, { about, cause, ...(problem === 'wrong-scope' ? { detail: 'X-Project-Id or X-Domain-Id is not one of the caller.' } : {}) });
}

const problems: Readonly<Record<HttpProblem, { readonly code: SmsErrorCode; readonly about: string }>> = {
  'not-found': { code: 'SMS.8006', about: 'path' },
  'wrong-method': { code: 'SMS.2003', about: 'method' },
  'bad-url': { code: 'SMS.8005', about: 'path' },
  'bad-json': { code: 'SMS.8003', about: 'body' },
  'missing-body': { code: 'SMS.8004', about: 'body' },
  'wrong-content-type': { code: 'SMS.2006', about: 'Content-Type' },
  'body-too-large': { code: 'SMS.2004', about: 'body' },
  'header-too-large': { code: 'SMS.8007', about: 'headers' },
  'invalid': { code: 'SMS.8001', about: 'request' },
  'unauthenticated': { code: 'SMS.8010', about: 'X-Auth-Token' },
  'wrong-scope': { code: 'SMS.9004', about: 'X-Domain-Id' },
  'too-many-requests': { code: 'SMS.8008', about: 'request' },
  'timeout': { code: 'SMS.8009', about: 'request' },
  'internal': { code: 'SMS.2007', about: 'request' },
};

function ofBrokenInput(broken: BrokenInput): SmsError {
  return new SmsError(broken.missing ? 'SMS.8002' : 'SMS.8001', { message: broken.message, cause: broken, ...(broken.path === '' ? { about: 'body' } : { parameter: broken.path }) });
}

function ofRefusal(error: ServerRefusal): SmsError {
  const { code, ...options } = answerTo(error.refusal);
  return new SmsError(code, { ...options, cause: error });
}

type Answer = Pick<SmsErrorOptions, 'parameter' | 'about' | 'detail'> & { readonly code: SmsErrorCode };

function answerTo(refusal: Refusal): Answer {
  switch (refusal.kind) {
    case 'no-such-source': return { code: 'SMS.8020', about: refusal.id };
    case 'no-such-task': return { code: 'SMS.8021', about: refusal.id };
    case 'no-such-template': return { code: 'SMS.8022', about: refusal.id };
    case 'no-such-project': return { code: 'SMS.8023', about: refusal.id };
    case 'action-not-allowed': return { code: codeOfAction(refusal.action), about: refusal.id, detail: refusal.source === undefined ? `It is ${refusal.state}.` : `It is ${refusal.state}, its source server ${refusal.source}.` };
    case 'source-has-task': return { code: 'SMS.8031', about: refusal.id };
    case 'source-unavailable': return { code: 'SMS.8032', about: refusal.id };
    case 'other-system': return { code: 'SMS.8040', parameter: 'os_type', detail: `It is source server ${refusal.id}, which was ${refusal.was}.` };
    case 'source-not-connected': return { code: 'SMS.8033', about: refusal.id };
    case 'unknown-subtask': return { code: 'SMS.8034', parameter: 'subtask_name', detail: `It is task ${refusal.id}.` };
    case 'overlapping-windows': return { code: 'SMS.8035', parameter: 'speed_limit' };
    case 'name-taken': return { code: 'SMS.8037', parameter: 'name' };
    case 'default-project': return { code: 'SMS.8038', about: refusal.id };
    case 'project-has-servers': return { code: 'SMS.8039', about: refusal.id };
    // What follows the name of the option says why.
    case 'unsupported': return { code: 'SMS.8011', parameter: /^\w+/.exec(refusal.option)?.[0] ?? refusal.option, detail: `${refusal.option}.` };
  }
}

function codeOfAction(action: Extract<Refusal, { kind: 'action-not-allowed' }>['action']): SmsErrorCode {
  switch (action) {
    case 'stop': return 'SMS.1038';
    case 'start': return 'SMS.1039';
    case 'restart': return 'SMS.1040';
    case 'delete': return 'SMS.2015';
    default: return 'SMS.8030';
  }
}
