/** The stores of the catalogue behind the port of migration tasks. */
import type { Stores } from '../object-migration/stores.ts';
import { StoreFailure } from '../object-store/failure.ts';
import { openStore, providerOf, type StoreRuntime } from '../providers/index.ts';
import type { RegionCatalogue, RegionEntry } from '../providers/region-catalogue.ts';

export function createStores(catalogue: RegionCatalogue, runtime: StoreRuntime): Stores {
  return {
    knows: (cloud, region) => catalogue.find(cloud, region) !== undefined,
    abilities: ({ cloud }) => providerOf(cloud),
    open(place, credentials, { requesterPays, cdn }) {
      const entry = place.cloud === 'URLSource' ? urlSource : catalogue.find(place.cloud, place.region);
      if (entry === undefined) throw new StoreFailure('unsupported', `there is no region ${place.region} of ${place.cloud} in the catalogue`);
      return openStore(entry, { bucket: place.bucket, appId: place.appId, credentials, requesterPays, cdn, runtime });
    },
  };
}

/** URLs say themselves where they lead; what an entry says of endpoints means nothing to them. */
const urlSource: RegionEntry = { cloud: 'URLSource', region: '', endpoint: 'url:', addressing: 'path', signature: 'v4' };
