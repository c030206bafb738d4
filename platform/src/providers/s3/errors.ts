/** The one place where an S3 store's answers and a connection's failures become {@link StoreFailure}s. */
import { HttpError, type HttpErrorKind } from '@haulier/lib/http/http-error.ts';
import { StoreFailure, type FailureDetails, type FailureKind } from '../../object-store/failure.ts';
import { amazonVocabulary, type Vocabulary } from './vocabulary.ts';
import { childText, parseXml, type XmlElement } from './xml.ts';

/** Error codes of AWS, Ceph and the S3 dialects; what is missing is judged by its status. */
const kindOfCode: Readonly<Record<string, FailureKind>> = {
  NoSuchKey: 'absent',
  NoSuchUpload: 'absent',
  NoSuchVersion: 'absent',
  NoSuchBucket: 'no-bucket',
  AccessDenied: 'denied',
  AllAccessDisabled: 'denied',
  MethodNotAllowed: 'unsupported',
  AccountProblem: 'bad-credentials',
  InvalidAccessKeyId: 'bad-credentials',
  InvalidSecurity: 'bad-credentials',
  InvalidToken: 'bad-credentials',
  NotSignedUp: 'bad-credentials',
  SignatureDoesNotMatch: 'bad-credentials',
  UserSuspended: 'bad-credentials',
  ExpiredToken: 'expired-credentials',
  TokenRefreshRequired: 'expired-credentials',
  SecurityTokenExpired: 'expired-credentials',
  BandwidthLimitExceeded: 'throttled',
  QpsLimitExceeded: 'throttled',
  RequestLimitExceeded: 'throttled',
  ServiceUnavailable: 'throttled',
  SlowDown: 'throttled',
  Throttling: 'throttled',
  ThrottlingException: 'throttled',
  TooManyRequests: 'throttled',
  ConditionalRequestConflict: 'transient',
  IncompleteBody: 'transient',
  InternalError: 'transient',
  OperationAborted: 'transient',
  RequestTimeout: 'transient',
  RequestTimeTooSkewed: 'transient',
  AuthorizationHeaderMalformed: 'wrong-region',
  IllegalLocationConstraintException: 'wrong-region',
  PermanentRedirect: 'wrong-region',
  Redirect: 'wrong-region',
  TemporaryRedirect: 'wrong-region',
  PreconditionFailed: 'changed',
  BadDigest: 'corrupt',
  InvalidDigest: 'corrupt',
  InvalidPart: 'corrupt',
  InvalidPartOrder: 'corrupt',
  InvalidRange: 'corrupt',
  XAmzContentSHA256Mismatch: 'corrupt',
  InsufficientCapacity: 'full',
  QuotaExceeded: 'full',
  ServiceQuotaExceeded: 'full',
  TooManyObjects: 'full',
  InvalidObjectState: 'archived',
  InvalidObjectName: 'bad-key',
  InvalidURI: 'bad-key',
  KeyTooLongError: 'bad-key',
  KeyTooLong: 'bad-key',
  MetadataTooLarge: 'bad-key',
  EntityTooLarge: 'unsupported',
  InvalidArgument: 'unsupported',
  InvalidEncryptionAlgorithmError: 'unsupported',
  InvalidRequest: 'unsupported',
  InvalidStorageClass: 'unsupported',
  MissingContentMD5: 'unsupported',
  NotImplemented: 'unsupported',
};

const kindOfStatus: Readonly<Record<number, FailureKind>> = {
  301: 'wrong-region',
  302: 'wrong-region',
  307: 'wrong-region',
  308: 'wrong-region',
  401: 'bad-credentials',
  403: 'denied',
  404: 'absent',
  405: 'unsupported',
  408: 'transient',
  409: 'transient',
  412: 'changed',
  413: 'unsupported',
  416: 'corrupt',
  429: 'throttled',
  501: 'unsupported',
  503: 'throttled',
  507: 'full',
};

const kindOfHttpError: Readonly<Record<HttpErrorKind, FailureKind>> = {
  connect: 'unreachable',
  tls: 'unreachable',
  timeout: 'transient',
  reset: 'transient',
  stale: 'transient',
  aborted: 'transient',
  protocol: 'protocol',
};

/** What is needed of an answer to classify it. */
export interface RefusedAnswer {
  readonly status: number;
  header(name: string): string | undefined;
}

/** What the error document of an answer says; empty for HEAD, and where the body is no such document. */
export interface ErrorDocument {
  readonly code?: string | undefined;
  readonly message?: string | undefined;
  readonly region?: string | undefined;
  /** Where the bucket is, as a refusal tells it that came from elsewhere. */
  readonly endpoint?: string | undefined;
}

/** Codes such as `KMS.NotFoundException` and `InvalidEncryptionAlgorithmError`; others say it in their message alone. */
const ENCRYPTION = /\bkms\b|encrypt/i;
const ERROR_ROOT = /<(?:\w+:)?Error[\s>]/;

/** `<Error>` as the root of a body, or `code` and `message` in JSON; undefined for anything else. */
export function errorDocument(body: string): ErrorDocument | undefined {
  if (body.startsWith('{')) return jsonDocument(body);
  if (!ERROR_ROOT.test(body.slice(0, 1024))) return undefined;
  const root = tryParse(body);
  if (root?.name !== 'Error') return undefined;
  return { code: childText(root, 'Code'), message: childText(root, 'Message'), region: childText(root, 'Region'), endpoint: childText(root, 'Endpoint') };
}

function jsonDocument(body: string): ErrorDocument | undefined {
  const document = tryParseJson(body);
  if (typeof document !== 'object' || document === null || !('code' in document) || typeof document.code !== 'string') return undefined;
  return { code: document.code, message: 'message' in document && typeof document.message === 'string' ? document.message : undefined };
}

/** How a cloud says what is wrong, where it differs from Amazon. */
export interface ErrorDialect {
  readonly vocabulary: Vocabulary;
  /** Over the common table. */
  readonly kinds: Readonly<Record<string, FailureKind>>;
}

const amazonErrors: ErrorDialect = { vocabulary: amazonVocabulary, kinds: {} };

/** `attempted` names the operation, the bucket and the key. `now` is for a Retry-After that is a date. */
export function failureOfAnswer(answer: RefusedAnswer, document: ErrorDocument, attempted: string, now: number, dialect = amazonErrors): StoreFailure {
  const kind = kindOf(document, dialect.kinds) ?? kindByStatus(answer.status);
  const named = document.code ?? `status ${answer.status}`;
  const said = document.message === undefined || document.message === '' ? '' : `: ${document.message}`;
  const details = detailsOf(kind, answer, document, now, dialect.vocabulary);
  const where = details.hint === undefined ? '' : ` (the bucket is in the region ${details.hint})`;
  return new StoreFailure(kind, `${attempted}: ${named}${said}${where}`, details);
}

function kindOf({ code, endpoint }: ErrorDocument, kinds: ErrorDialect['kinds']): FailureKind | undefined {
  if (code === undefined) return undefined;
  // OSS refuses what belongs to another region as if it were forbidden, and says where it belongs.
  if (code === 'AccessDenied' && endpoint !== undefined) return 'wrong-region';
  return kinds[code] ?? kindOfCode[code];
}

/** Failures of the connection; every other error is returned as it is. */
export function failureOfError(error: unknown, attempted: string): unknown {
  if (!(error instanceof HttpError)) return error;
  return new StoreFailure(kindOfHttpError[error.kind], `${attempted}: ${error.message}`, { cause: error });
}

/** Milliseconds; the header has seconds or a date (RFC 9110, 10.2.3). */
export function retryAfterMs(value: string | undefined, now: number): number | undefined {
  if (value === undefined) return undefined;
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1000;
  const at = Date.parse(value);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}

/** An error under status 200 is one that befell the store after it had begun to answer. */
function kindByStatus(status: number): FailureKind {
  return kindOfStatus[status] ?? (status >= 500 || status === 200 ? 'transient' : 'protocol');
}

function detailsOf(kind: FailureKind, answer: RefusedAnswer, document: ErrorDocument, now: number, { prefix, bucketRegion, regionOfEndpoint }: Vocabulary): FailureDetails {
  const requestId = answer.header(`${prefix}request-id`);
  const retryAfter = retryAfterMs(answer.header('retry-after'), now);
  const about = ENCRYPTION.test(`${document.code ?? ''} ${document.message ?? ''}`);
  const hint = answer.header(bucketRegion) ?? document.region ?? (document.endpoint === undefined ? undefined : regionOfEndpoint?.(document.endpoint));
  return {
    status: answer.status,
    ...(document.code === undefined ? {} : { code: document.code }),
    ...(requestId === undefined ? {} : { requestId }),
    ...(retryAfter === undefined ? {} : { retryAfterMs: retryAfter }),
    ...(kind === 'unsupported' && /content-md5/i.test(document.message ?? '') ? { wants: 'content-md5' } : {}),
    ...(about ? { about: 'encryption' } : {}),
    ...(hint === undefined || kind !== 'wrong-region' ? {} : { hint }),
  };
}

function tryParse(body: string): XmlElement | undefined {
  try {
    return parseXml(body);
  } catch {
    return undefined;
  }
}

function tryParseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
