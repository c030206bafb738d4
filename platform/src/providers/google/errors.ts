/** What the answers of the JSON API mean ("HTTP status and error codes for JSON"). */
import type { HttpResponse } from '@haulier/lib/http/exchange.ts';
import { StoreFailure, type FailureKind } from '../../object-store/failure.ts';
import { retryAfterMs } from '../s3/errors.ts';
import { fieldsOf, listIn, parseFields, textIn } from './json-fields.ts';

const kindOfReason: Readonly<Record<string, FailureKind>> = {
  authError: 'bad-credentials',
  required: 'bad-credentials',
  accountDisabled: 'bad-credentials',
  forbidden: 'denied',
  insufficientPermissions: 'denied',
  objectUnderActiveHold: 'denied',
  retentionPolicyNotMet: 'denied',
  userProjectMissing: 'denied',
  rateLimitExceeded: 'throttled',
  userRateLimitExceeded: 'throttled',
  usageLimits: 'throttled',
  quotaExceeded: 'full',
  conditionNotMet: 'changed',
  requestedRangeNotSatisfiable: 'corrupt',
  backendError: 'transient',
  internalError: 'transient',
  uploadTooLarge: 'unsupported',
  customerEncryptionKeyIsIncorrect: 'denied',
  resourceIsEncryptedWithCustomerEncryptionKey: 'unsupported',
};

const kindOfStatus: Readonly<Record<number, FailureKind>> = {
  400: 'unsupported', 401: 'bad-credentials', 403: 'denied', 404: 'absent', 405: 'unsupported', 408: 'transient', 409: 'transient', 410: 'transient', 412: 'changed', 413: 'unsupported', 416: 'corrupt', 429: 'throttled', 501: 'unsupported', 503: 'throttled',
};

/** `body` is JSON, or plain text after a request for bytes. `ofObject`: the request named one. */
export function failureOfAnswer(answer: HttpResponse, body: string, attempted: string, ofObject: boolean, now: number): StoreFailure {
  const { status } = answer;
  const error = fieldsOf(parseFields(body)?.get('error'));
  const reason = textIn(fieldsOf(listIn(error, 'errors')[0]), 'reason');
  const message = textIn(error, 'message') ?? body;
  const kind = kindOf(status, reason, message, ofObject);
  const wait = retryAfterMs(answer.header('retry-after'), now);
  const requestId = answer.header('x-guploader-uploadid');
  const said = message.split('\n', 1)[0]?.slice(0, 200) ?? '';
  return new StoreFailure(kind, `${attempted}: ${reason ?? `status ${status}`}${said === '' ? '' : `: ${said}`}`, {
    status, ...(reason === undefined ? {} : { code: reason }), ...(requestId === undefined ? {} : { requestId }), ...(wait === undefined ? {} : { retryAfterMs: wait }),
  });
}

/** Only the message tells a missing bucket from a missing object. */
function kindOf(status: number, reason: string | undefined, message: string, ofObject: boolean): FailureKind {
  if (status === 404) return ofObject && !/bucket does not exist/i.test(message) ? 'absent' : 'no-bucket';
  return (reason === undefined ? undefined : kindOfReason[reason]) ?? kindOfStatus[status] ?? (status >= 500 ? 'transient' : 'protocol');
}
