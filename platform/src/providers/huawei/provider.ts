import { s3Provider } from '../s3/s3-provider.ts';

/** Huawei Cloud OBS over its S3-compatible API; HEC is the same as a destination. */
export const huawei = s3Provider({
  storageClasses: { STANDARD: 'standard', WARM: 'infrequent', STANDARD_IA: 'infrequent', COLD: 'archive', GLACIER: 'archive', DEEP_ARCHIVE: 'deep-archive' },
  classOf: { standard: 'STANDARD', infrequent: 'STANDARD_IA', archive: 'GLACIER', 'deep-archive': 'DEEP_ARCHIVE' },
  kms: true,
  requesterPays: true,
});
