/**
 * Huawei Cloud OBS; HEC is its name as a destination. `native` is the OBS API; v4 and v2 the S3-compatible one.
 *
 * | | | source |
 * |---|---|---|
 * | endpoint | `obs.<region>.myhuaweicloud.com`, in Europe `.myhuaweicloud.eu` | "Regions and Endpoints", Object Storage Service |
 * | addressing | virtual host; path is understood too | OBS API Reference, "Constructing a Request" |
 * | signature | native: `OBS <AK>:<HMAC-SHA1>`; temporary credentials in `x-obs-security-token` | OBS API Reference, "Using an Authorization Header" (obs_04_0010) |
 * | listing | version 1 with `marker` and `encoding-type=url`; parallel file systems repeat one page for ever with it, which ends the run | OBS API Reference, "Listing Objects in a Bucket" (obs_04_0022) |
 * | checksums | ETag: MD5 of one PUT without KMS. CRC64-ECMA in `x-obs-hash-crc64ecma`, with S3's words in `x-amz-hash-crc64ecma` | OBS API Explorer, GetObjectMetadata; the header of S3's words in the constants of the OBS SDK for Java |
 * | metadata | `x-obs-meta-`, with S3's words `x-amz-meta-` | OBS API Reference, "Uploading Objects - PUT" |
 * | restore | `POST ?restore`, Days from 1 to 30, RestoreJob with a Tier (Standard when absent). 202: begun, 200: readable, 409: under way. State in `x-obs-restore` | OBS API Reference, "Restoring Archive or Deep Archive Objects" (obs_04_0087), "Querying Object Metadata" |
 * | classes | STANDARD, WARM, COLD, DEEP_ARCHIVE; with S3's words STANDARD_IA and GLACIER for WARM and COLD | OBS API Reference, "Uploading Objects - PUT"; the mapping in the OBS SDKs. DEEP_ARCHIVE in S3's words: not confirmed |
 * | encryption | native: `x-obs-server-side-encryption: kms` and `x-obs-server-side-encryption-kms-key-id` | OBS API Reference, "Server-Side Encryption (SSE-KMS)" |
 * | regions | `GET ?location`, a region's own name | OBS API Reference, "Obtaining Bucket Location" |
 * | errors | the table below over the common one | OBS API Reference, "Error Codes" (obs_04_0115) |
 */
import type { FailureKind } from '../../object-store/failure.ts';
import { restoreRequest } from '../s3/restore.ts';
import { s3Provider } from '../s3/s3-provider.ts';
import { SigV2Signer } from '../s3/sigv2.ts';
import { amazonVocabulary, type Vocabulary } from '../s3/vocabulary.ts';

const vocabulary: Vocabulary = {
  ...amazonVocabulary,
  prefix: 'x-obs-',
  kms: { value: 'kms', keyHeader: 'x-obs-server-side-encryption-kms-key-id' },
  bucketRegion: 'x-obs-bucket-location',
  namespace: '',
};

const errorKinds: Readonly<Record<string, FailureKind>> = {
  AccessForbidden: 'denied',
  DeregisterUserId: 'bad-credentials',
  FrozenUserId: 'bad-credentials',
  InActiveUserId: 'bad-credentials',
  TooManyWrongSignature: 'bad-credentials',
  InvalidBucketName: 'no-bucket',
  InsufficientStorageSpace: 'full',
  ServiceNotImplemented: 'unsupported',
  VirtualHostDomainRequired: 'unsupported',
};

const MOST_DAYS = 30;

export const huawei = s3Provider({
  config: {
    listVersion: 1,
    crc64Header: 'x-amz-hash-crc64ecma',
    errorKinds,
    restore: (_, days) => restoreRequest(Math.min(days, MOST_DAYS)),
  },
  native: {
    vocabulary,
    crc64Header: 'x-obs-hash-crc64ecma',
    sentClasses: { STANDARD_IA: 'WARM', GLACIER: 'COLD' },
    signerOf: ({ credentials }, resourcePrefix) => new SigV2Signer(credentials, resourcePrefix, { name: 'OBS', prefix: vocabulary.prefix }),
  },
  storageClasses: {
    STANDARD: 'standard', INTELLIGENT_TIERING: 'standard', WARM: 'infrequent', STANDARD_IA: 'infrequent', COLD: 'archive', GLACIER: 'archive', DEEP_ARCHIVE: 'deep-archive',
  },
  classOf: { standard: 'STANDARD', infrequent: 'STANDARD_IA', archive: 'GLACIER', 'deep-archive': 'DEEP_ARCHIVE' },
  kms: true,
  requesterPays: true,
});
