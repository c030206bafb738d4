/**
 * UCloud US3 (UFile) over its S3-compatible API.
 *
 * | | | source |
 * |---|---|---|
 * | endpoint | `s3-<region>.ufileos.com` | "AWS S3 protocol support: endpoints" |
 * | addressing | path or virtual host; some regions have no certificate for the latter, so path | the same |
 * | signature | S3's fourth alone; the keys are the account's or those of a US3 token, which has no session token | "Signature V4 only", "AccessKeyID and SecretAccessKey" |
 * | listing | version 1 | "Supported APIs" |
 * | checksums | the ETag is US3's own, no MD5; Content-MD5 is not checked | "Notes" |
 * | sizes | 1 GB for one PUT, parts of 8 MB exactly but for the last, 100 MB for one CopyObject; read as powers of 1,024 but for the copy, where the smaller number is safe | "Notes", "Upload Part", "UploadPartCopy" |
 * | metadata | `x-amz-meta-` | "Notes" |
 * | restore | RestoreObject, for which the documents point to Amazon's: Days, and the state in `x-amz-restore` of HeadObject. That HeadObject tells it, and that the days count, is not confirmed | "Supported APIs" 25 and 11 |
 * | archives | how a read is refused is not documented, so the object is looked at behind a refusal | |
 * | classes | STANDARD, and STANDARD_IA for the same; ONEZONE_IA, INTELLIGENT_TIERING, REDUCED_REDUNDANCY: IA; GLACIER, DEEP_ARCHIVE: ARCHIVE | "Conversion of storage classes" |
 * | regions | GetBucketLocation, on which the documents advise not to rely | "Supported APIs" |
 * | errors | Amazon's codes, the common table in `s3/errors.ts` | not confirmed |
 */
import { tellingArchives } from '../s3/archived-reads.ts';
import { restoreRequest } from '../s3/restore.ts';
import { s3Provider } from '../s3/s3-provider.ts';

const GB = 1024 ** 3;
const PART_BYTES = 8 * 1024 ** 2;
const MAX_COPY_BYTES = 100_000_000;

export const ucloud = s3Provider({
  config: {
    listVersion: 1,
    traits: { etag: 'opaque', maxWriteBytes: GB },
    limits: { minPartBytes: PART_BYTES, maxPartBytes: PART_BYTES, maxCopyBytes: MAX_COPY_BYTES },
    restore: (_, days) => restoreRequest(days),
  },
  storageClasses: {
    STANDARD: 'standard', STANDARD_IA: 'standard', ONEZONE_IA: 'infrequent', INTELLIGENT_TIERING: 'infrequent', REDUCED_REDUNDANCY: 'infrequent',
    GLACIER: 'archive', DEEP_ARCHIVE: 'archive',
  },
  classOf: { standard: 'STANDARD', infrequent: 'ONEZONE_IA', archive: 'GLACIER' },
  kms: false,
  requesterPays: false,
  around: tellingArchives,
});
