import { s3Provider } from '../s3/s3-provider.ts';
import { amazonRegion } from './region-names.ts';

/** Amazon S3. */
export const aws = s3Provider({
  storageClasses: {
    STANDARD: 'standard', REDUCED_REDUNDANCY: 'standard', INTELLIGENT_TIERING: 'standard', STANDARD_IA: 'infrequent', ONEZONE_IA: 'infrequent', GLACIER_IR: 'infrequent',
    GLACIER: 'archive', DEEP_ARCHIVE: 'deep-archive',
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
