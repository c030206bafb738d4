/**
 * Kingsoft Cloud KS3. `native` is the KS3 API; v4 and v2 the S3-compatible one at the same endpoint.
 *
 * | | | source |
 * |---|---|---|
 * | endpoint | `ks3-<region>.ksyuncs.com` | "Use KS3 endpoints" (37089), "Regions and endpoints" (6761) |
 * | addressing | virtual host | the same |
 * | signature | native: `KSS <AK>:<HMAC-SHA1>`; S3's fourth is accepted too; temporary credentials in `x-kss-security-token` | "Authentication" (27870), "Request signature V4" (37402); the token in the constants of the KS3 SDK for Go |
 * | listing | version 1 with `marker` and `encoding-type=url` | "GET Bucket (List Objects)" |
 * | checksums | ETag: MD5 of one PUT. CRC64-ECMA in `x-kss-checksum-crc64ecma` | "PUT Object"; the header in the constants of the KS3 SDK for Go |
 * | metadata | `x-kss-meta-` | "PUT Object" |
 * | restore | `POST ?restore` without a body, readable for 24 hours, longer when asked again, 7 days at most. 202: begun, 409 RestoreAlreadyInProgress. DEEP_COLD_ARCHIVE: Days in a document, not confirmed | "Restore Object" (27943) |
 * | restore state | `x-kss-restore`, named by the SDK for Java; its form, as at Amazon, is not confirmed | |
 * | classes | EXTREME_PL1 to 3, STANDARD, STANDARD_IA, DEEP_IA, ARCHIVE, DEEP_COLD_ARCHIVE | "ARCHIVE" (27945); the constants of the KS3 SDK for Go |
 * | regions | `GET ?location` answers names such as BEIJING; one that is not known here is found by asking the endpoint itself. The names are not confirmed | "GET Bucket location" |
 * | errors | the common table in `s3/errors.ts` | "Error codes" |
 */
import { restoreRequest } from '../s3/restore.ts';
import { s3Provider } from '../s3/s3-provider.ts';
import { SigV2Signer } from '../s3/sigv2.ts';
import { amazonVocabulary, type Vocabulary } from '../s3/vocabulary.ts';

const vocabulary: Vocabulary = {
  ...amazonVocabulary,
  prefix: 'x-kss-',
  kms: { value: 'KMS', keyHeader: 'x-kss-server-side-encryption-key-id' },
  bucketRegion: 'x-kss-bucket-region',
  namespace: '',
};

const regionOfLocation: Readonly<Record<string, string>> = {
  BEIJING: 'cn-beijing', SHANGHAI: 'cn-shanghai', GUANGZHOU: 'cn-guangzhou', HONGKONG: 'cn-hk-1', SINGAPORE: 'sgp', RUSSIA: 'rus',
};

export const kingsoft = s3Provider({
  config: { listVersion: 1 },
  native: {
    vocabulary,
    crc64Header: 'x-kss-checksum-crc64ecma',
    restore: ({ storageClass }, days) => (storageClass === 'DEEP_COLD_ARCHIVE' ? restoreRequest(days) : ''),
    signerOf: ({ credentials }, resourcePrefix) => new SigV2Signer(credentials, resourcePrefix, { name: 'KSS', prefix: vocabulary.prefix }),
  },
  storageClasses: {
    EXTREME_PL1: 'standard', EXTREME_PL2: 'standard', EXTREME_PL3: 'standard', STANDARD: 'standard', STANDARD_IA: 'infrequent', DEEP_IA: 'infrequent',
    ARCHIVE: 'archive', DEEP_COLD_ARCHIVE: 'deep-archive',
  },
  classOf: { standard: 'STANDARD', infrequent: 'STANDARD_IA', archive: 'ARCHIVE', 'deep-archive': 'DEEP_COLD_ARCHIVE' },
  kms: false,
  requesterPays: false,
  regionName: (location, { region }) => (location === region ? region : regionOfLocation[location]),
});
