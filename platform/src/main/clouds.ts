/** The clouds of the catalogue behind the port of questions about buckets. */
import type { Clouds } from '../object-migration/buckets/clouds.ts';
import type { CloudType } from '../object-migration/task.ts';
import { isFailure, StoreFailure } from '../object-store/failure.ts';
import { isSupported, openAccount, openCdn, openStore, type StoreRuntime } from '../providers/index.ts';
import type { RegionCatalogue, RegionEntry } from '../providers/region-catalogue.ts';
import { addressOfUrl } from '../providers/web/web-address.ts';

export function createClouds(catalogue: RegionCatalogue, runtime: StoreRuntime): Clouds {
  const entryOf = (cloud: CloudType, region: string): RegionEntry => {
    const entry = catalogue.find(cloud, region);
    if (entry === undefined) throw new StoreFailure('unsupported', `there is no region ${region} of ${cloud} in the catalogue`);
    return entry;
  };
  return {
    regions: () => catalogue.all().flatMap((entry) => {
      const { cloud, region, description = region } = entry;
      return isCloudType(cloud) && isSupported(cloud) ? [{ cloud, region, description }] : [];
    }),
    defaultRegion: (cloud) => catalogue.defaultOf(cloud)?.region,
    openStore: ({ cloud, region, bucket, appId }, credentials) => openStore(entryOf(cloud, region), { bucket, appId, credentials, runtime }),
    openAccount: ({ cloud, region, appId }, credentials) => openAccount(entryOf(cloud, region), { appId, credentials, runtime }),
    openCdn: (access, bucket, credentials) => openCdn(access, { bucket, credentials, runtime }),
    isUrl,
  };
}

const cloudTypes: Readonly<Record<CloudType, true>> = {
  AWS: true, Azure: true, Aliyun: true, Tencent: true, HuaweiCloud: true, QingCloud: true, KingsoftCloud: true, Baidu: true, Qiniu: true, URLSource: true, Google: true,
  UCloud: true, Local: true, HEC: true,
};

/** The catalogue's clouds are texts of a configuration. */
function isCloudType(cloud: string): cloud is CloudType {
  return Object.hasOwn(cloudTypes, cloud);
}

function isUrl(text: string): boolean {
  try {
    addressOfUrl(text);
    return true;
  } catch (error) {
    if (isFailure(error, 'bad-key')) return false;
    throw error;
  }
}
