/** Which code each refusal, each broken rule and each problem of HTTP answers with: {@link error-codes.ts} has status and sentence. */
import type { SmsErrorBody } from '@haulier/wire/sms/error.ts';
import { ServerRefusal, type Refusal } from '../../server-migration/server-migration.ts';
import { problemOf, type HttpProblem } from '../http-problem.ts';
import { BrokenInput } from '../read-by-schema.ts';
import { smsCode, type SmsErrorCode } from './error-codes.ts';

export interface SmsErrorOptions {
  /** Follows the code's own sentence. Never a value that was sent, but for ids. */
  readonly detail?: string;
  /** Instead of the code's own sentence. */
  readonly message?: string;
  /** The field, the resource or the action that it is about. */
  readonly parameter: string;
  /** What was not allowed to whom. */
  readonly authorization?: object;
  readonly cause?: unknown;
}

/** An answer that is not a success. */
export class SmsError extends Error {
  override readonly name = 'SmsError';
  readonly status: number;
  readonly code: SmsErrorCode;
  readonly parameter: string;
  readonly authorization: object | undefined;

  constructor(code: SmsErrorCode, { detail, message, parameter, authorization, cause }: SmsErrorOptions) {
    const own = smsCode(code);
    super(message ?? (detail === undefined ? own.message : `${own.message} ${detail}`), cause === undefined ? undefined : { cause });
    this.status = own.status;
    this.code = code;
    this.parameter = parameter;
    this.authorization = authorization;
  }
}

const longestMessage = 255;

export function bodyOf({ code, message, parameter, authorization }: SmsError): SmsErrorBody {
  return {
    error_code: code,
    error_msg: message.length > longestMessage ? `${message.slice(0, longestMessage - 1)}…` : message,
    encoded_authorization_message: authorization === undefined ? '' : Buffer.from(JSON.stringify(authorization)).toString('base64'),
    error_param: [parameter],
    details: [{ error_code: code, error_msg: message }],
  };
}

/** Turns whatever a handler threw into the answer. The error stays its cause, for the log. */
export function toSmsError(error: unknown): SmsError {
  if (error instanceof SmsError) return error;
  if (error instanceof ServerRefusal) return ofRefusal(error);
  if (error instanceof BrokenInput) return ofBrokenInput(error);
  return ofProblem(problemOf(error), error);
}

/** @param parameter what of the request it is about, where the problem itself does not say */
export function ofProblem(problem: HttpProblem, cause?: unknown): SmsError {
  const { code, parameter } = problems[problem];
  return new SmsError(code, { parameter, cause, ...(problem === 'wrong-scope' ? { detail: 'X-Project-Id or X-Domain-Id is not one of the caller.' } : {}) });
}

const problems: Readonly<Record<HttpProblem, { readonly code: SmsErrorCode; readonly parameter: string }>> = {
  'not-found': { code: 'SMS.8006', parameter: 'path' },
  'wrong-method': { code: 'SMS.2003', parameter: 'method' },
  'bad-url': { code: 'SMS.8005', parameter: 'path' },
  'bad-json': { code: 'SMS.8003', parameter: 'body' },
  'missing-body': { code: 'SMS.8004', parameter: 'body' },
  'wrong-content-type': { code: 'SMS.2006', parameter: 'Content-Type' },
  'body-too-large': { code: 'SMS.2004', parameter: 'body' },
  'header-too-large': { code: 'SMS.8007', parameter: 'headers' },
  'invalid': { code: 'SMS.8001', parameter: 'request' },
  'unauthenticated': { code: 'SMS.8010', parameter: 'X-Auth-Token' },
  'wrong-scope': { code: 'SMS.9004', parameter: 'X-Domain-Id' },
  'too-many-requests': { code: 'SMS.8008', parameter: 'request' },
  'timeout': { code: 'SMS.8009', parameter: 'request' },
  'internal': { code: 'SMS.2007', parameter: 'request' },
};

function ofBrokenInput(broken: BrokenInput): SmsError {
  return new SmsError(broken.missing ? 'SMS.8002' : 'SMS.8001', { message: broken.message, parameter: broken.path === '' ? 'body' : broken.path, cause: broken });
}

function ofRefusal(error: ServerRefusal): SmsError {
  const { code, parameter, detail } = answerTo(error.refusal);
  return new SmsError(code, { parameter, cause: error, ...(detail === undefined ? {} : { detail }) });
}

interface Answer {
  readonly code: SmsErrorCode;
  readonly parameter: string;
  readonly detail?: string;
}

function answerTo(refusal: Refusal): Answer {
  switch (refusal.kind) {
    case 'no-such-source': return { code: 'SMS.8020', parameter: refusal.id };
    case 'no-such-task': return { code: 'SMS.8021', parameter: refusal.id };
    case 'no-such-template': return { code: 'SMS.8022', parameter: refusal.id };
    case 'no-such-project': return { code: 'SMS.8023', parameter: refusal.id };
    case 'action-not-allowed': return { code: codeOfAction(refusal.action), parameter: refusal.id, detail: refusal.source === undefined ? `It is ${refusal.state}.` : `It is ${refusal.state}, its source server ${refusal.source}.` };
    case 'source-has-task': return { code: 'SMS.8031', parameter: refusal.id };
    case 'source-unavailable': return { code: 'SMS.8032', parameter: refusal.id };
    case 'source-not-connected': return { code: 'SMS.8033', parameter: refusal.id };
    case 'unknown-subtask': return { code: 'SMS.8034', parameter: 'subtask_name', detail: `It is task ${refusal.id}.` };
    case 'overlapping-windows': return { code: 'SMS.8035', parameter: 'speed_limit' };
    case 'name-taken': return { code: 'SMS.8037', parameter: 'name' };
    case 'default-project': return { code: 'SMS.8038', parameter: refusal.id };
    case 'project-has-servers': return { code: 'SMS.8039', parameter: refusal.id };
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
