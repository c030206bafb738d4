/**
 * Qiniu Kodo over its S3-compatible API.
 *
 * | | | source |
 * |---|---|---|
 * | endpoint | `s3.<region>.qiniucs.com`; `s3-<region>` is an older name of the same | "AWS S3 compatibility: service domains" |
 * | addressing | path or virtual host | the same |
 * | bucket | its S3 name, which may differ from the bucket's own where that was taken | "Get the S3 name of a bucket" |
 * | signature | S3's fourth; temporary credentials as at Amazon, not confirmed | the same |
 * | listing | version 1 with keys as they are: `encoding-type` is not known | Kodo's S3 adapter of Qiniu; rclone's quirks of the store |
 * | checksums | the ETag is Qiniu's own (qetag: SHA-1 over blocks of 4 MiB), so it names a version and proves nothing | "Qiniu ETag" |
 * | metadata | `x-amz-meta-` | as at Amazon |
 * | restore | `POST ?restore` with Days (1 to 7) and the tier Standard; `x-amz-restore` on HEAD | Kodo's S3 adapter of Qiniu |
 * | classes | STANDARD, LINE, GLACIER_IR, which can be read at once, GLACIER, DEEP_ARCHIVE | "AWS S3 compatibility: storage classes" |
 * | regions | GET Bucket location, whose names are the regions | as at Amazon |
 * | errors | Amazon's codes, the common table in `s3/errors.ts` | the same |
 */
import { restoreRequest } from '../s3/restore.ts';
import { s3Provider } from '../s3/s3-provider.ts';

const MOST_RESTORE_DAYS = 7;

export const qiniu = s3Provider({
  config: {
    listVersion: 1,
    listEncoding: 'none',
    traits: { etag: 'opaque' },
    restore: (_, days) => restoreRequest(Math.min(days, MOST_RESTORE_DAYS), '<GlacierJobParameters><Tier>Standard</Tier></GlacierJobParameters>'),
  },
  storageClasses: { STANDARD: 'standard', LINE: 'infrequent', GLACIER_IR: 'infrequent', GLACIER: 'archive', DEEP_ARCHIVE: 'deep-archive' },
  classOf: { standard: 'STANDARD', infrequent: 'LINE', archive: 'GLACIER', 'deep-archive': 'DEEP_ARCHIVE' },
  kms: false,
  requesterPays: false,
});
