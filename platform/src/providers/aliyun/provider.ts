/**
 * Alibaba Cloud OSS. `native` is the OSS API; v4 and v2 the S3-compatible one, which documents no restore, no CRC64 and no
 * class beyond Archive.
 *
 * | | | source |
 * |---|---|---|
 * | endpoint | native: `oss-<region>.aliyuncs.com`; S3-compatible: `s3.oss-<region>.aliyuncs.com` | "OSS regions and endpoints"; "Use Amazon S3 SDKs to access OSS" |
 * | addressing | virtual host alone, so a bucket's name has no dots | "S3 API on OSS: supported operations and limitations" (389025) |
 * | signature | native: OSS4-HMAC-SHA256, bodies unsigned; temporary credentials in `x-oss-security-token` | "Include a V4 signature in the header (recommended)" |
 * | listing | ListObjectsV2, `encoding-type=url` | "ListObjectsV2 (GetBucketV2)" |
 * | checksums | CRC64-ECMA of every object in `x-oss-hash-crc64ecma`, not promised for copies. ETag: MD5, in upper case, of what one PUT wrote and of nothing else | "PutObject", "CopyObject", "Common response headers" |
 * | metadata | `x-oss-meta-` | "PutObject" |
 * | keys | 1 to 1,023 bytes, not beginning with a slash or backslash: InvalidObjectName | "HTTP status code 400" (185228) |
 * | restore | `POST ?restore`; Archive for 1 to 7 days, the colder classes for 1 to 365 with a Tier (Standard when absent). 202, 200, 409 as at Amazon. State in `x-oss-restore` | "RestoreObject"; "Restore objects" |
 * | classes | Standard, IA, Archive, ColdArchive, DeepColdArchive; with S3's words STANDARD, STANDARD_IA, GLACIER | "Storage classes"; 389025 |
 * | encryption | `x-oss-server-side-encryption: KMS` and `x-oss-server-side-encryption-key-id`; not offered for destinations | "Server-side encryption" |
 * | regions | `GET ?location` answers `oss-<region>`; a wrong endpoint is AccessDenied with the right one | "GetBucketLocation"; "HTTP status code 403" |
 * | errors | the table below over the common one | "HTTP status codes" 400, 403, 409 |
 *
 * x-oss-forbid-overwrite is not used: it is documented for 100 requests a second and without effect in versioned buckets.
 */
import type { FailureKind } from '../../object-store/failure.ts';
import { restoreRequest } from '../s3/restore.ts';
import { s3Provider } from '../s3/s3-provider.ts';
import { amazonVocabulary, type Vocabulary } from '../s3/vocabulary.ts';
import { OssV4Signer } from './oss-v4.ts';

const vocabulary: Vocabulary = {
  ...amazonVocabulary,
  prefix: 'x-oss-',
  kms: { value: 'KMS', keyHeader: 'x-oss-server-side-encryption-key-id' },
  bucketRegion: 'x-oss-bucket-region',
  regionOfEndpoint: (endpoint) => /^oss-([a-z0-9-]+?)(?:-internal)?\.aliyuncs\.com$/.exec(endpoint)?.[1],
  namespace: '',
};

const errorKinds: Readonly<Record<string, FailureKind>> = {
  FileAlreadyExists: 'changed',
  FileImmutable: 'denied',
  InvalidSecurityToken: 'bad-credentials',
  SecurityTokenExpired: 'expired-credentials',
  UserDisable: 'bad-credentials',
  InvalidBucketName: 'no-bucket',
  OperationNotSupported: 'unsupported',
};

const MOST_DAYS = { archive: 7, colder: 365 };

export const aliyun = s3Provider({
  config: {
    errorKinds,
    traits: { maxKeyBytes: 1023 },
    sentClasses: { Standard: 'STANDARD', IA: 'STANDARD_IA', Archive: 'GLACIER' },
  },
  native: {
    vocabulary,
    crc64Header: 'x-oss-hash-crc64ecma',
    sentClasses: {},
    restore: ({ storageClass }, days) => restoreRequest(Math.min(days, storageClass === 'Archive' ? MOST_DAYS.archive : MOST_DAYS.colder)),
    signerOf: ({ credentials, region }, resourcePrefix) => new OssV4Signer(credentials, region, resourcePrefix),
  },
  storageClasses: {
    Standard: 'standard', IA: 'infrequent', Archive: 'archive', ColdArchive: 'deep-archive', DeepColdArchive: 'deep-archive',
    STANDARD: 'standard', STANDARD_IA: 'infrequent', GLACIER: 'archive',
  },
  classOf: { standard: 'Standard', infrequent: 'IA', archive: 'Archive', 'deep-archive': 'ColdArchive' },
  kms: false,
  requesterPays: true,
  regionName: (location, { region, endpoint }) => {
    const name = location.replace(/^oss-/, '');
    return name === region || (name !== '' && new URL(endpoint).hostname.endsWith('.aliyuncs.com')) ? name : undefined;
  },
});
