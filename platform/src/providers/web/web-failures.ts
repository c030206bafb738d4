/** What a web server's refusals and a connection's failures mean. Only statuses are trusted: bodies of refusals are for people. */
import { HttpError } from '@haulier/lib/http/http-error.ts';
import { StoreFailure, type FailureKind } from '../../object-store/failure.ts';
import { failureOfError, retryAfterMs, type RefusedAnswer } from '../s3/errors.ts';

const kindOfStatus: Readonly<Record<number, FailureKind>> = {
  401: 'denied',
  403: 'denied',
  404: 'absent',
  405: 'unsupported',
  407: 'denied',
  408: 'transient',
  410: 'absent',
  412: 'changed',
  414: 'bad-key',
  416: 'changed',
  425: 'transient',
  429: 'throttled',
  451: 'denied',
  501: 'unsupported',
  503: 'throttled',
};

/** `attempted` names the method and the URL without its query. `now` is for a Retry-After that is a date. */
export function failureOfAnswer(answer: RefusedAnswer, attempted: string, now: number): StoreFailure {
  const { status } = answer;
  const wait = retryAfterMs(answer.header('retry-after'), now);
  const kind = kindOfStatus[status] ?? (status >= 500 ? 'transient' : 'protocol');
  return new StoreFailure(kind, `${attempted}: status ${status}`, { status, ...(wait === undefined ? {} : { retryAfterMs: wait }) });
}

/** Failures of the connection; every other error is returned as it is. */
export function failureOfExchange(error: unknown, attempted: string): unknown {
  if (error instanceof HttpError && error.kind === 'tls') {
    return new StoreFailure('unreachable', `${attempted}: the server speaks no TLS or its certificate is not trusted (${error.message})`, { cause: error });
  }
  return failureOfError(error, attempted);
}
