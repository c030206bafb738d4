import { HttpError, type HttpErrorKind } from '@haulier/lib/http/http-error.ts';
import { describe, expect, test } from 'vitest';
import type { FailureKind } from '../../object-store/failure.ts';
import { errorDocument, failureOfAnswer, failureOfError, retryAfterMs } from './errors.ts';
import { amazonVocabulary } from './vocabulary.ts';

const now = Date.parse('2026-01-01T00:00:00Z');

function answer(status: number, headers: Readonly<Record<string, string>> = {}): { status: number; header: (name: string) => string | undefined } {
  return { status, header: (name) => headers[name] };
}

const documented: readonly [status: number, code: string | undefined, kind: FailureKind][] = [
  [404, 'NoSuchKey', 'absent'],
  [404, 'NoSuchUpload', 'absent'],
  [404, 'NoSuchBucket', 'no-bucket'],
  [403, 'AccessDenied', 'denied'],
  [403, 'InvalidAccessKeyId', 'bad-credentials'],
  [403, 'SignatureDoesNotMatch', 'bad-credentials'],
  [403, 'UserSuspended', 'bad-credentials'],
  [400, 'ExpiredToken', 'expired-credentials'],
  [403, 'QuotaExceeded', 'full'],
  [503, 'SlowDown', 'throttled'],
  [403, 'RequestTimeTooSkewed', 'transient'],
  [409, 'OperationAborted', 'transient'],
  [500, 'InternalError', 'transient'],
  [200, 'InternalError', 'transient'],
  [200, 'SomethingNew', 'transient'],
  [301, 'PermanentRedirect', 'wrong-region'],
  [400, 'AuthorizationHeaderMalformed', 'wrong-region'],
  [412, 'PreconditionFailed', 'changed'],
  [400, 'BadDigest', 'corrupt'],
  [416, 'InvalidRange', 'corrupt'],
  [403, 'InvalidObjectState', 'archived'],
  [400, 'KeyTooLongError', 'bad-key'],
  [501, 'NotImplemented', 'unsupported'],
  [400, 'InvalidStorageClass', 'unsupported'],
  [400, 'SomethingNew', 'protocol'],
  [301, undefined, 'wrong-region'],
  [307, undefined, 'wrong-region'],
  [401, undefined, 'bad-credentials'],
  [403, undefined, 'denied'],
  [404, undefined, 'absent'],
  [409, undefined, 'transient'],
  [412, undefined, 'changed'],
  [429, undefined, 'throttled'],
  [500, undefined, 'transient'],
  [502, undefined, 'transient'],
  [503, undefined, 'throttled'],
  [504, undefined, 'transient'],
  [507, undefined, 'full'],
  [599, undefined, 'transient'],
  [418, undefined, 'protocol'],
];

describe('an answer', () => {
  test.each(documented)('of status %i and code %s is %s', (status, code, kind) => {
    expect(failureOfAnswer(answer(status), { code }, 'GET b/k', now)).toMatchObject({ kind, status, code });
  });

  test('tells what was attempted, by which request and when to come back', () => {
    const failure = failureOfAnswer(answer(503, { 'x-amz-request-id': 'tx1', 'retry-after': '7' }), { code: 'SlowDown', message: 'Reduce your rate' }, 'PUT b/k', now);
    expect(failure).toMatchObject({ message: 'PUT b/k: SlowDown: Reduce your rate', requestId: 'tx1', retryAfterMs: 7000 });
  });

  test.each([
    [answer(301, { 'x-amz-bucket-region': 'eu-west-1' }), {}],
    [answer(400), { code: 'AuthorizationHeaderMalformed', region: 'eu-west-1' }],
  ])('names the right region', (refused, document) => {
    expect(failureOfAnswer(refused, document, 'HEAD b', now).hint).toBe('eu-west-1');
  });

  test('means what its cloud says before what all say', () => {
    const dialect = { vocabulary: { ...amazonVocabulary, prefix: 'x-oss-', regionOfEndpoint: () => 'cn-shanghai' }, kinds: { AccessDenied: 'throttled' } } as const;
    const refused = answer(403, { 'x-oss-request-id': 'r1' });
    expect(failureOfAnswer(refused, { code: 'AccessDenied' }, 'GET b', now, dialect)).toMatchObject({ kind: 'throttled', requestId: 'r1' });
    expect(failureOfAnswer(refused, { code: 'NoSuchKey' }, 'GET b', now, dialect).kind).toBe('absent');
    expect(failureOfAnswer(refused, { code: 'AccessDenied', endpoint: 'oss-cn-shanghai.aliyuncs.com' }, 'GET b', now, dialect)).toMatchObject({ kind: 'wrong-region', hint: 'cn-shanghai' });
  });

  test.each([
    ['InvalidRequest', 'Content-MD5 HTTP header is required for Put Object requests with Object Lock parameters', 'content-md5'],
    ['InvalidRequest', 'Content-MD5 OR x-amz-checksum- HTTP header is required for Put Part requests with Object Lock parameters', 'content-md5'],
    ['MissingContentMD5', 'Missing required header for this request: Content-Md5.', 'content-md5'],
    ['InvalidRequest', 'Another header is required', undefined],
    ['InvalidDigest', 'The Content-Md5 you specified is not valid.', undefined],
    ['BadDigest', 'The Content-Md5 you specified did not match what we received.', undefined],
  ])('tells that the MD5 of the body is wanted: %s, %s', (code, message, wants) => {
    expect(failureOfAnswer(answer(400), { code, message }, 'PUT b/k', now).wants).toBe(wants);
  });

  test('of Ceph has an empty message, which is left out', () => {
    const document = errorDocument('<?xml version="1.0" encoding="UTF-8"?><Error><Code>NoSuchKey</Code><Message></Message><RequestId>tx1</RequestId></Error>');
    expect(failureOfAnswer(answer(404), document ?? {}, 'GET b/k', now).message).toBe('GET b/k: NoSuchKey');
  });
});

test('an error document may be JSON', () => {
  expect(errorDocument('{"code":"NoSuchKey","message":"why","requestId":"r"}')).toEqual({ code: 'NoSuchKey', message: 'why' });
  expect(errorDocument('{"code":"NoSuchKey","message":7}')).toEqual({ code: 'NoSuchKey', message: undefined });
});

test.each(['', '{', '{}', '{"code":404}', 'no xml', '<html><body>502</body></html>', '<Error><Code>cut', '<CopyObjectResult><ETag>x</ETag></CopyObjectResult>'])('%j is no error document', (body) => {
  expect(errorDocument(body)).toBeUndefined();
});

test.each<[HttpErrorKind, FailureKind]>([
  ['connect', 'unreachable'],
  ['tls', 'unreachable'],
  ['timeout', 'transient'],
  ['reset', 'transient'],
  ['stale', 'transient'],
  ['aborted', 'transient'],
  ['protocol', 'protocol'],
])('a connection that fails by %s is %s', (kind, expected) => {
  expect(failureOfError(new HttpError(kind, 'why'), 'GET b/k')).toMatchObject({ kind: expected, message: 'GET b/k: why' });
});

test('an error that is not of the connection stays what it is', () => {
  const error = new Error('of the source');
  expect(failureOfError(error, 'PUT b/k')).toBe(error);
});

test.each([
  [undefined, undefined],
  ['0', 0],
  ['120', 120_000],
  ['Thu, 01 Jan 2026 00:00:30 GMT', 30_000],
  ['Wed, 31 Dec 2025 23:00:00 GMT', 0],
  ['soon', undefined],
])('Retry-After: %s', (value, ms) => {
  expect(retryAfterMs(value, now)).toBe(ms);
});
