import { StoreFailure } from '../../object-store/failure.ts';
import type { ObjectStore } from '../../object-store/object-store.ts';
import type { AccountOptions, CloudProvider } from '../cloud-provider.ts';
import type { RegionEntry } from '../region-catalogue.ts';
import { readCa } from '../s3/ca-file.ts';
import { s3Provider } from '../s3/s3-provider.ts';
import { createGoogleAccount, createGoogleStore, type GoogleConfig } from './google-store.ts';
import { parseServiceAccount } from './service-account.ts';

/** All of them can be read at once, the archive too: it is what others call infrequent access. */
const storageClasses = { STANDARD: 'standard', MULTI_REGIONAL: 'standard', REGIONAL: 'standard', DURABLE_REDUCED_AVAILABILITY: 'standard', NEARLINE: 'infrequent', COLDLINE: 'infrequent', ARCHIVE: 'infrequent' } as const;

/** The XML API with HMAC keys. */
const xml = s3Provider({
  config: { alsoPrefix: 'x-goog-', decompresses: true },
  storageClasses,
  classOf: { standard: 'STANDARD', infrequent: 'NEARLINE' },
  kms: false,
  requesterPays: false,
  regionName: (location) => (location === '' ? undefined : location.toLowerCase()),
});

/**
 * Google Cloud Storage: over the JSON API with the key file of a service account, over the XML API with HMAC keys.
 *
 * After "Cloud Storage JSON API: Objects, Buckets", "HTTP status and error codes for JSON", "Using OAuth 2.0 for Server to Server
 * Applications", "Transcoding of gzip-compressed files", "Request preconditions" and "Simple migration from Amazon S3". That
 * answers to requests in Amazon's words carry metadata under `x-amz-` as well is not confirmed: both prefixes are read.
 */
export const google: CloudProvider = {
  ...xml,
  openStore(entry, options) {
    const config = configOf(entry, options);
    if (config === undefined) return withoutPartCopy(xml.openStore(entry, options));
    if (options.requesterPays === true) throw new StoreFailure('unsupported', 'Google asks for a project in place of requester pays');
    return createGoogleStore(config, options.bucket);
  },
  openAccount(entry, options) {
    const config = configOf(entry, options);
    return config === undefined ? xml.openAccount(entry, options) : createGoogleAccount(config);
  },
};

/** The XML API has CopyObject and no UploadPartCopy. */
function withoutPartCopy(store: ObjectStore): ObjectStore {
  const { serverSideCopy } = store;
  if (serverSideCopy === undefined) return store;
  return {
    ...store,
    serverSideCopy: {
      maxCopyBytes: serverSideCopy.maxCopyBytes,
      canCopyFrom: (source) => serverSideCopy.canCopyFrom(source),
      copy: (...copy) => serverSideCopy.copy(...copy),
    },
  };
}

function configOf(entry: RegionEntry, { credentials, runtime }: AccountOptions): GoogleConfig | undefined {
  if (credentials?.jsonAuthFile === undefined) return undefined;
  return {
    endpoint: new URL(entry.endpoint).origin,
    account: parseServiceAccount(credentials.jsonAuthFile),
    complete: /(^|\.)googleapis\.com$/.test(new URL(entry.endpoint).hostname),
    ...(entry.caFile === undefined ? {} : { ca: readCa(entry.caFile) }),
    ...(runtime.resolve === undefined ? {} : { resolve: runtime.resolve }),
    now: () => runtime.clock.now(),
    uniqueName: () => runtime.uniqueName(),
  };
}
