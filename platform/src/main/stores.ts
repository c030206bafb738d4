/** The stores of the catalogue behind the port of migration tasks. */
import type { PlaceAbilities, Stores } from '../object-migration/stores.ts';
import type { CloudType, TaskOptions } from '../object-migration/task.ts';
import { StoreFailure } from '../object-store/failure.ts';
import type { StorageTier } from '../object-store/storage-tier.ts';
import { openStore, providerOf, type StoreRuntime } from '../providers/index.ts';
import type { RegionCatalogue, RegionEntry } from '../providers/region-catalogue.ts';

export function createStores(catalogue: RegionCatalogue, runtime: StoreRuntime): Stores {
  return {
    knows: (cloud, region) => catalogue.find(cloud, region) !== undefined,
    abilities: ({ cloud }) => abilitiesOf(cloud),
    open(place, credentials, { requesterPays }) {
      const entry = place.cloud === 'URLSource' ? urlSource : catalogue.find(place.cloud, place.region);
      if (entry === undefined) throw new StoreFailure('unsupported', `there is no region ${place.region} of ${place.cloud} in the catalogue`);
      return openStore(entry, { bucket: place.bucket, appId: place.appId, credentials, requesterPays, runtime });
    },
  };
}

/** URLs say themselves where they lead; what an entry says of endpoints means nothing to them. */
const urlSource: RegionEntry = { cloud: 'URLSource', region: '', endpoint: 'url:', addressing: 'path', signature: 'v4' };

/** The tier of each of the documents' classes (dst_storage_policy); the mapped one depends on the object. */
const tiers: Readonly<Record<Exclude<TaskOptions['storagePolicy'], 'SRC_STORAGE_MAPPING'>, StorageTier>> = {
  STANDARD: 'standard', IA: 'infrequent', ARCHIVE: 'archive', DEEP_ARCHIVE: 'deep-archive',
};

function abilitiesOf(cloud: CloudType): PlaceAbilities {
  const { kms, requesterPays, classOf } = providerOf(cloud);
  return { kms, requesterPays, storageClass: (policy) => (policy === 'SRC_STORAGE_MAPPING' ? undefined : classOf(tiers[policy])) };
}
