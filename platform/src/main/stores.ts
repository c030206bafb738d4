/** The stores of the catalogue behind the port of migration tasks. */
import type { PlaceAbilities, StorePlace, Stores } from '../object-migration/stores.ts';
import type { NodeCredentials, TaskOptions } from '../object-migration/task.ts';
import { StoreFailure } from '../object-store/failure.ts';
import { openStore, type OpenOptions, type StoreRuntime } from '../providers/index.ts';
import type { RegionCatalogue, RegionEntry } from '../providers/region-catalogue.ts';

export function createStores(catalogue: RegionCatalogue, runtime: StoreRuntime): Stores {
  return {
    knows: (cloud, region) => catalogue.find(cloud, region) !== undefined,
    abilities: ({ cloud }) => (cloud === 'Local' || cloud === 'URLSource' ? plainAbilities : s3Abilities),
    open(place, credentials, { requesterPays }) {
      const entry = place.cloud === 'URLSource' ? urlSource : catalogue.find(place.cloud, place.region);
      if (entry === undefined) throw new StoreFailure('unsupported', `there is no region ${place.region} of ${place.cloud} in the catalogue`);
      return openStore(entry, { bucket: bucketName(place), credentials: s3Credentials(credentials), requesterPays, runtime });
    },
  };
}

/** URLs say themselves where they lead; what an entry says of endpoints means nothing to them. */
const urlSource: RegionEntry = { cloud: 'URLSource', region: '', endpoint: 'url:', addressing: 'path', signature: 'v4' };

/** COS names a bucket together with the account's APPID, which the documents give apart. */
function bucketName({ cloud, bucket, appId }: StorePlace): string {
  return cloud === 'Tencent' && appId !== undefined && appId !== '' && !bucket.endsWith(`-${appId}`) ? `${bucket}-${appId}` : bucket;
}

function s3Credentials(credentials: NodeCredentials | undefined): OpenOptions['credentials'] {
  if (credentials === undefined) return undefined;
  const { accessKey, secretKey, securityToken } = credentials;
  return { accessKey, secretKey, ...(securityToken === undefined ? {} : { securityToken }) };
}

const plainAbilities: PlaceAbilities = { kms: false, requesterPays: false, storageClass: () => undefined };

const s3Abilities: PlaceAbilities = { kms: true, requesterPays: true, storageClass: (policy) => s3Classes[policy] };

/** What OBS takes in x-amz-storage-class for the documents' classes: its own WARM and COLD under their S3 names. */
const s3Classes: Readonly<Record<TaskOptions['storagePolicy'], string | undefined>> = {
  STANDARD: 'STANDARD', IA: 'STANDARD_IA', ARCHIVE: 'GLACIER', DEEP_ARCHIVE: 'DEEP_ARCHIVE', SRC_STORAGE_MAPPING: undefined,
};
