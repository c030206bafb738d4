/**
 * QingCloud QingStor over its S3-compatible API.
 *
 * | | | source |
 * |---|---|---|
 * | endpoint | `s3.<zone>.qingstor.com`; newer accounts have names of their own, to be put into the catalogue | "AWS S3 compatibility: overview" |
 * | addressing | virtual host or path | the same |
 * | signature | S3's fourth and second, in headers; `x-amz-security-token` is not taken, so temporary credentials are refused | "Compatible headers" |
 * | listing | GET Bucket, which is version 1, without `encoding-type` | "Compatible APIs" |
 * | checksums | ETag: MD5 of one PUT, as at Amazon; no CRC64 | "Compatible headers" |
 * | metadata | `x-amz-meta-` | the same |
 * | restore | there are no archives | "Compatible APIs", PUT Bucket Lifecycle |
 * | classes | STANDARD, STANDARD_IA, as the native API names them; `x-amz-storage-class` is not taken, so that none can be asked for | "Compatible APIs", PUT Object |
 * | versions | `x-amz-version-id` is not told | "Compatible headers" |
 * | regions | GET Bucket location, whose names are the zones | "Compatible APIs" |
 * | errors | Amazon's codes, the common table in `s3/errors.ts` | the same |
 */
import { s3Provider } from '../s3/s3-provider.ts';

export const qingcloud = s3Provider({
  config: { listVersion: 1, listEncoding: 'none' },
  storageClasses: { STANDARD: 'standard', STANDARD_IA: 'infrequent' },
  classOf: {},
  kms: false,
  requesterPays: false,
  temporaryCredentials: false,
});
