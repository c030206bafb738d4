/**
 * Tencent Cloud COS. `native` is the COS API; v4 and v2 the S3-compatible one at the same endpoint, for which neither CRC64 nor
 * restore is documented.
 *
 * | | | source |
 * |---|---|---|
 * | endpoint | `cos.<region>.myqcloud.com` | "Regions and Access Endpoints" (436/6224) |
 * | addressing | virtual host: `<bucket>-<APPID>.cos.<region>.myqcloud.com` | "Bucket Overview" (436/13312) |
 * | signature | native: q-sign-algorithm=sha1; temporary credentials in `x-cos-security-token` | "Request Signature" (436/7778) |
 * | listing | version 1 with `marker` and `encoding-type=url`, in UTF-8 order | "GET Bucket (List Objects)" (436/30614) |
 * | checksums | CRC64-ECMA in `x-cos-hash-crc64ecma`, absent for objects older than the feature. ETag: not necessarily an MD5 | "CRC64 Check" (436/45260); "Common Response Headers" (436/7729) |
 * | metadata | `x-cos-meta-` | "PUT Object" (436/7749) |
 * | keys | 1 to 850 bytes | "Object Overview" (436/13324) |
 * | copies | source as `<bucket>-<APPID>.cos.<region>.myqcloud.com/<key>`, directive Replaced | "PUT Object - Copy" (436/10881) |
 * | restore | `POST ?restore`, Days and CASJobParameters with a Tier (Standard is the one of ARCHIVE and DEEP_ARCHIVE alike), with Content-MD5. 202: begun, 200: readable, 409 RestoreAlreadyInProgress. State in `x-cos-restore` | "POST Object restore" (436/12633), "HEAD Object" |
 * | encryption | `x-cos-server-side-encryption: cos/kms` and `x-cos-server-side-encryption-cos-kms-key-id`; not offered for destinations | "Server-side Encryption" (436/34072) |
 * | regions | `GET ?location`, a region's own name; the list of buckets is at `service.cos.myqcloud.com`; `x-cos-bucket-region` | "GET Bucket location", "GET Service (List Buckets)" |
 * | errors | the table below over the common one | "Error Codes" (436/7730) |
 *
 * x-cos-forbid-overwrite is not used: it has no effect in versioned buckets.
 */
import type { FailureKind } from '../../object-store/failure.ts';
import type { RegionEntry } from '../region-catalogue.ts';
import { encodeKey } from '../s3/addressing.ts';
import { restoreRequest } from '../s3/restore.ts';
import { s3Provider } from '../s3/s3-provider.ts';
import { amazonVocabulary, type Vocabulary } from '../s3/vocabulary.ts';
import { CosSigner } from './cos-signature.ts';

const vocabulary: Vocabulary = {
  ...amazonVocabulary,
  prefix: 'x-cos-',
  replaceMetadata: 'Replaced',
  kms: { value: 'cos/kms', keyHeader: 'x-cos-server-side-encryption-cos-kms-key-id' },
  copySource: ({ endpoint, bucket }, key) => `${bucket}.${new URL(endpoint).host}/${encodeKey(key)}`,
  bucketRegion: 'x-cos-bucket-region',
  namespace: '',
};

const errorKinds: Readonly<Record<string, FailureKind>> = {
  RequestTimeOut: 'transient',
  UserNetworkTooSlow: 'transient',
  UnavailableForLegalReasons: 'denied',
  InvalidBucketName: 'no-bucket',
};

const TIER = '<CASJobParameters><Tier>Standard</Tier></CASJobParameters>';

export const tencent = s3Provider({
  config: { listVersion: 1, errorKinds, traits: { maxKeyBytes: 850 } },
  native: {
    vocabulary,
    crc64Header: 'x-cos-hash-crc64ecma',
    restore: (_, days) => restoreRequest(days, TIER),
    signerOf: ({ credentials }) => new CosSigner(credentials),
  },
  storageClasses: {
    STANDARD: 'standard', MAZ_STANDARD: 'standard', INTELLIGENT_TIERING: 'standard', MAZ_INTELLIGENT_TIERING: 'standard',
    STANDARD_IA: 'infrequent', MAZ_STANDARD_IA: 'infrequent', ARCHIVE: 'archive', MAZ_ARCHIVE: 'archive', DEEP_ARCHIVE: 'deep-archive',
  },
  classOf: { standard: 'STANDARD', infrequent: 'STANDARD_IA', archive: 'ARCHIVE', 'deep-archive': 'DEEP_ARCHIVE' },
  kms: false,
  requesterPays: false,
  bucketName: (bucket, { appId }) => withAppId(bucket, appId),
  accountEndpoint,
});

/** The list of all buckets is at a host of its own; at an endpoint of the user's it is where the buckets are. */
function accountEndpoint({ endpoint }: RegionEntry): string {
  const url = new URL(endpoint);
  if (url.hostname.endsWith('.myqcloud.com')) url.hostname = 'service.cos.myqcloud.com';
  return url.origin;
}

/** COS names a bucket together with the account's APPID, which the documents give apart. */
function withAppId(bucket: string, appId: string | undefined): string {
  return appId === undefined || appId === '' || bucket.endsWith(`-${appId}`) ? bucket : `${bucket}-${appId}`;
}
