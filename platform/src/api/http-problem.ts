/**
 * What can go wrong with a request before, or instead of, its use case. Each API writes these in its own error shape,
 * from one exhaustive table.
 */
import { AuthenticationError } from './auth/authentication-error.ts';

export type HttpProblem =
  | 'not-found'
  /** The path is known, this method is not. */
  | 'wrong-method'
  | 'bad-url'
  | 'bad-json'
  | 'missing-body'
  | 'wrong-content-type'
  | 'body-too-large'
  | 'header-too-large'
  /** A body, query or path that does not fit its schema. */
  | 'invalid'
  | 'unauthenticated'
  /** Authenticated, and aiming at somebody else's project or domain. */
  | 'wrong-scope'
  | 'too-many-requests'
  | 'timeout'
  | 'internal';

const byCode: Readonly<Record<string, HttpProblem>> = {
  FST_ERR_NOT_FOUND: 'not-found',
  FST_ERR_BAD_URL: 'bad-url',
  FST_ERR_MAX_PARAM_LENGTH: 'bad-url',
  FST_ERR_CTP_INVALID_JSON_BODY: 'bad-json',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'bad-json',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'missing-body',
  FST_ERR_CTP_BODY_TOO_LARGE: 'body-too-large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'wrong-content-type',
  FST_ERR_ROUTE_MISSING_CONTENT_TYPE: 'wrong-content-type',
  FST_ERR_HANDLER_TIMEOUT: 'timeout',
  FST_ERR_VALIDATION: 'invalid',
};

/** Anything that was thrown while a request was handled; what is not known is `internal`. */
export function problemOf(error: unknown): HttpProblem {
  if (error instanceof AuthenticationError) return error.failure === 'wrong-scope' ? 'wrong-scope' : 'unauthenticated';
  if (typeof error !== 'object' || error === null) return 'internal';
  if ('validation' in error) return 'invalid';
  const known = 'code' in error && typeof error.code === 'string' ? byCode[error.code] : undefined;
  if (known !== undefined) return known;
  return 'statusCode' in error && error.statusCode === 429 ? 'too-many-requests' : 'internal';
}
