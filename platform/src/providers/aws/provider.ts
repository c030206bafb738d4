/**
 * Amazon S3.
 *
 * | | | source |
 * |---|---|---|
 * | endpoint | `s3.<region>.amazonaws.com`, `s3.<region>.amazonaws.com.cn` | AWS General Reference, "Amazon S3 endpoints and quotas" |
 * | addressing | virtual host; path for buckets with dots | S3 User Guide, "Virtual hosting of general purpose buckets" |
 * | signature | AWS4-HMAC-SHA256, bodies unsigned; temporary credentials in `x-amz-security-token` | S3 API Reference, "Authenticating Requests (AWS Signature Version 4)" |
 * | listing | ListObjectsV2, in UTF-8 byte order, `encoding-type=url` | S3 API Reference, "ListObjectsV2" |
 * | checksums | the ETag of one PUT is the MD5, unless a key service encrypts. The CRC64 is NVME: it is never compared with that of other clouds | S3 User Guide, "Checking object integrity" |
 * | metadata | `x-amz-meta-` | S3 User Guide, "Working with object metadata" |
 * | restore | `POST ?restore` with Days and a tier; intelligent tiering takes no Days. 200: readable already, 202: begun, 409 RestoreAlreadyInProgress. State in `x-amz-restore`, and for intelligent tiering in `x-amz-archive-status` | S3 API Reference, "RestoreObject", "HeadObject" |
 * | regions | GetBucketLocation; empty is us-east-1, EU is eu-west-1; `x-amz-bucket-region` | S3 API Reference, "GetBucketLocation", "HeadBucket" |
 * | errors | the common table in `s3/errors.ts` | S3 API Reference, "Error responses" |
 */
import { restoreRequest } from '../s3/restore.ts';
import { s3Provider } from '../s3/s3-provider.ts';
import { amazonRegion } from './region-names.ts';

/** What every archive class takes. */
const TIER = '<GlacierJobParameters><Tier>Standard</Tier></GlacierJobParameters>';

export const aws = s3Provider({
  config: {
    restore: ({ storageClass }, days) => restoreRequest(storageClass === 'INTELLIGENT_TIERING' ? undefined : days, TIER),
  },
  storageClasses: {
    STANDARD: 'standard', REDUCED_REDUNDANCY: 'standard', INTELLIGENT_TIERING: 'standard', EXPRESS_ONEZONE: 'standard',
    STANDARD_IA: 'infrequent', ONEZONE_IA: 'infrequent', GLACIER_IR: 'infrequent', GLACIER: 'archive', DEEP_ARCHIVE: 'deep-archive',
  },
  classOf: { standard: 'STANDARD', infrequent: 'STANDARD_IA', archive: 'GLACIER', 'deep-archive': 'DEEP_ARCHIVE' },
  kms: true,
  requesterPays: true,
  regionName: (location, { endpoint, region }) => (isAmazon(endpoint) ? amazonRegion(location) : location === region ? region : undefined),
  configOf: ({ endpoint }) => (isAmazon(endpoint) ? { traits: { conditionalWrite: true } } : {}),
});

/** Amazon documents If-None-Match on PutObject; a compatible store that the user calls AWS may ignore it or refuse the request. */
function isAmazon(endpoint: string): boolean {
  return /\.amazonaws\.com(\.cn)?$/.test(new URL(endpoint).hostname);
}
