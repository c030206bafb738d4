import { StoreFailure } from '../../object-store/failure.ts';
import type { AccountOptions, CloudProvider } from '../cloud-provider.ts';
import type { RegionEntry } from '../region-catalogue.ts';
import { readCa } from '../s3/ca-file.ts';
import { accessOf } from './access.ts';
import { createAzureAccount, createAzureStore, type AzureConfig } from './azure-store.ts';

/**
 * Azure Blob Storage over its own REST API; a bucket is a container.
 *
 * After "Blob service REST API": "Authorize with Shared Key", "Create an account SAS", "Configure Azure Storage connection
 * strings", "List Blobs", "Get Blob", "Put Blob", "Set Blob Tier", "Blob service error codes"; tiers after "Access tiers for
 * blob data". Endpoints of the clouds of China and of the US government after "Get the service endpoints" of each.
 */
export const azure: CloudProvider = {
  openStore(entry, options) {
    if (options.requesterPays === true) throw new StoreFailure('unsupported', 'Azure has no requester pays');
    return createAzureStore(configOf(entry, options), options.bucket);
  },
  openAccount: (entry, options) => createAzureAccount(configOf(entry, options), entry.region),
  storageClasses: { Hot: 'standard', Cool: 'infrequent', Cold: 'infrequent', Archive: 'archive', Premium: 'standard' },
  classOf: (tier) => ({ standard: 'Hot', infrequent: 'Cool', archive: 'Archive', 'deep-archive': undefined })[tier],
  kms: false,
  requesterPays: false,
};

function configOf(entry: RegionEntry, { credentials, runtime }: AccountOptions): AzureConfig {
  return {
    access: accessOf(entry, credentials),
    ...(entry.caFile === undefined ? {} : { ca: readCa(entry.caFile) }),
    ...(runtime.resolve === undefined ? {} : { resolve: runtime.resolve }),
    now: () => runtime.clock.now(),
  };
}
