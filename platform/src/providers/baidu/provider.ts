/**
 * Baidu AI Cloud BOS over its S3-compatible API.
 *
 * | | | source |
 * |---|---|---|
 * | endpoint | `s3.<region>.bcebos.com` | "Compatible signature authentication" |
 * | addressing | path or virtual host | "Get access domain name" |
 * | signature | S3's fourth alone; the region is BOS's own (`bj`); temporary credentials as at Amazon | "Compatible signature authentication", "Compatible public headers" (ejwvyq8vh) |
 * | listing | version 2, as at Amazon, not confirmed; version 1 can be set in the catalogue | |
 * | checksums | ETag: MD5 of one PUT, of parts `-` and a digest; a CRC32 that is of no use here; no CRC64 | "PutObject", "CompleteMultipartUpload" |
 * | metadata | `x-amz-meta-`; 2 KB in all | "Interface specifications" |
 * | restore | none in this API ("Compatible interface"); the native one restores, see `bos-restore.ts` | "RestoreObject" |
 * | archives | how a read is refused is not documented, so the object is looked at behind a refusal | "GetObject" |
 * | classes | STANDARD, STANDARD_IA, COLD, ARCHIVE, and MAZ_STANDARD and MAZ_STANDARD_IA over several zones. COLD can be read at once | "PutBucketStorageclass", "Hierarchical storage" |
 * | regions | GET Bucket location, whose names are the regions | not confirmed |
 * | errors | Amazon's codes; the native ones that differ, should they come through | "Error codes" |
 */
import { tellingArchives } from '../s3/archived-reads.ts';
import { s3Provider } from '../s3/s3-provider.ts';
import { restoringAtBos } from './bos-restore.ts';

export const baidu = s3Provider({
  config: {
    errorKinds: { InvalidHTTPAuthHeader: 'bad-credentials', RequestExpired: 'transient' },
  },
  storageClasses: { STANDARD: 'standard', MAZ_STANDARD: 'standard', STANDARD_IA: 'infrequent', MAZ_STANDARD_IA: 'infrequent', COLD: 'infrequent', ARCHIVE: 'archive' },
  classOf: { standard: 'STANDARD', infrequent: 'STANDARD_IA', archive: 'ARCHIVE' },
  kms: false,
  requesterPays: false,
  around: (store, config) => tellingArchives(restoringAtBos(store, config)),
});
