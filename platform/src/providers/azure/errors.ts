/** What Azure's error codes mean ("Common REST API error codes" and "Blob Storage error codes"). */
import type { HttpResponse } from '@haulier/lib/http/exchange.ts';
import { StoreFailure, type FailureKind } from '../../object-store/failure.ts';
import { retryAfterMs, type ErrorDocument } from '../s3/errors.ts';

const kindOfCode: Readonly<Record<string, FailureKind>> = {
  BlobNotFound: 'absent',
  ResourceNotFound: 'absent',
  ContainerNotFound: 'no-bucket',
  ContainerBeingDeleted: 'no-bucket',
  ContainerDisabled: 'denied',
  AuthenticationFailed: 'bad-credentials',
  InvalidAuthenticationInfo: 'bad-credentials',
  NoAuthenticationInformation: 'bad-credentials',
  AccountIsDisabled: 'bad-credentials',
  KeyBasedAuthenticationNotPermitted: 'bad-credentials',
  AuthorizationFailure: 'denied',
  AuthorizationPermissionMismatch: 'denied',
  AuthorizationProtocolMismatch: 'denied',
  AuthorizationResourceTypeMismatch: 'denied',
  AuthorizationServiceMismatch: 'denied',
  AuthorizationSourceIPMismatch: 'denied',
  InsufficientAccountPermissions: 'denied',
  PublicAccessNotPermitted: 'denied',
  BlobImmutableDueToPolicy: 'denied',
  LeaseIdMissing: 'denied',
  SnapshotsPresent: 'denied',
  AccountBeingCreated: 'transient',
  InternalError: 'transient',
  OperationTimedOut: 'transient',
  ServerBusy: 'throttled',
  ConditionNotMet: 'changed',
  TargetConditionNotMet: 'changed',
  BlobAlreadyExists: 'changed',
  BlobOverwritten: 'changed',
  Md5Mismatch: 'corrupt',
  InvalidMd5: 'corrupt',
  Crc64Mismatch: 'corrupt',
  InvalidRange: 'corrupt',
  BlobArchived: 'archived',
  BlobBeingRehydrated: 'archived',
  InvalidResourceName: 'bad-key',
  InvalidUri: 'bad-key',
  OutOfRangeInput: 'bad-key',
  EmptyMetadataKey: 'bad-key',
  InvalidMetadata: 'bad-key',
  MetadataTooLarge: 'bad-key',
  BlobTierInadequateForContentLength: 'unsupported',
  BlobUsesCustomerSpecifiedEncryption: 'unsupported',
  FeatureVersionMismatch: 'unsupported',
  InvalidBlobTier: 'unsupported',
  InvalidBlobType: 'unsupported',
  InvalidHeaderValue: 'unsupported',
  InvalidInput: 'unsupported',
  InvalidQueryParameterValue: 'unsupported',
  OperationNotAllowedInCurrentState: 'unsupported',
  RequestBodyTooLarge: 'unsupported',
  UnsupportedHeader: 'unsupported',
  UnsupportedHttpVerb: 'unsupported',
  UnsupportedQueryParameter: 'unsupported',
};

const kindOfStatus: Readonly<Record<number, FailureKind>> = {
  401: 'bad-credentials', 403: 'denied', 404: 'absent', 405: 'unsupported', 408: 'transient', 409: 'transient', 412: 'changed', 413: 'unsupported', 416: 'corrupt', 429: 'throttled', 503: 'throttled',
};

/** Some services of Azure's protocol call a wrong signature, too, what is only not allowed; the message tells them apart. */
function kindOf(code: string | undefined, { message = '' }: ErrorDocument): FailureKind | undefined {
  if (code === 'AuthorizationFailure' && message.startsWith('Server failed to authenticate')) return 'bad-credentials';
  return code === undefined ? undefined : kindOfCode[code];
}

/** A code is in a header of every refusal, with a document beside it where there is a body. */
export function failureOfAnswer(answer: HttpResponse, document: ErrorDocument, attempted: string, now: number): StoreFailure {
  const { status } = answer;
  const code = answer.header('x-ms-error-code') ?? document.code;
  const kind = kindOf(code, document) ?? kindOfStatus[status] ?? (status >= 500 ? 'transient' : 'protocol');
  const requestId = answer.header('x-ms-request-id');
  const wait = retryAfterMs(answer.header('retry-after'), now);
  // The message goes on with the request's id and time, and after a wrong signature with what had been signed.
  const said = document.message?.split('\n', 1)[0]?.trim() ?? '';
  return new StoreFailure(kind, `${attempted}: ${code ?? `status ${status}`}${said === '' ? '' : `: ${said}`}`, {
    status,
    ...(code === undefined ? {} : { code }),
    ...(requestId === undefined ? {} : { requestId }),
    ...(wait === undefined ? {} : { retryAfterMs: wait }),
  });
}
