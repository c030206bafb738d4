/** What sections 5.5 to 5.7 answer. */
import { sizeText } from '@haulier/lib/size-text/size-text.ts';
import type { connectionEnds, ShowBucketObjectsResponse, ShowBucketRegionResponse, ShowCdnInfoResponse, ShowCloudTypeResponse, ShowRegionInfoResponse } from '@haulier/wire/oms/buckets.ts';
import type { BucketRegion, FolderView } from '../../object-migration/buckets/buckets.ts';
import type { CdnFinding } from '../../object-migration/buckets/check-cdn.ts';
import type { KnownRegion } from '../../object-migration/buckets/clouds.ts';
import type { CloudType } from '../../object-migration/task.ts';

/** What stands in the place of a size that there is none of (table 5-182, whose example the sizes follow). */
const noSize = '--';

export function toBucketObjects({ entries, next }: FolderView): ShowBucketObjectsResponse {
  return {
    next_page: next !== undefined,
    next_marker: next ?? null,
    records: entries.map(({ name, bytes }) => ({ name, size: bytes === undefined ? noSize : sizeText(bytes) })),
  };
}

export function toBucketRegion({ region, description, supported }: BucketRegion): ShowBucketRegionResponse {
  return { id: region, name: description, support: supported };
}

export function toCdnInfo({ isOfSource, isUsable, objects }: CdnFinding): ShowCdnInfoResponse {
  return {
    is_same_cloud_type: isOfSource,
    is_download_available: isUsable,
    checked_keys: objects.map(({ key, found, sameEtag }) => ({ key, is_etag_matching: sameEtag, is_object_existing: found })),
  };
}

/** In the order of section 5.6.1; HEC is the destination of every task, and Local, which is ours, comes last at either end. */
const cloudTypes: Readonly<Record<(typeof connectionEnds)[number], readonly CloudType[]>> = {
  src: ['AWS', 'Aliyun', 'Qiniu', 'QingCloud', 'Tencent', 'Baidu', 'KingsoftCloud', 'Azure', 'UCloud', 'HuaweiCloud', 'Google', 'URLSource', 'Local'],
  dst: ['HEC', 'Local'],
};

/** Those that have a region to migrate from or to; URLs need none. */
export function toCloudTypes(end: (typeof connectionEnds)[number], regions: readonly KnownRegion[]): ShowCloudTypeResponse {
  return cloudTypes[end].filter((type) => type === 'URLSource' || regions.some(({ cloud }) => cloud === type));
}

/** In the order of {@link cloudTypes}, regions as the catalogue has them. */
export function toRegionInfo(regions: readonly KnownRegion[]): ShowRegionInfoResponse {
  const services = [...new Set([...cloudTypes.src, ...cloudTypes.dst])].toSorted((a, b) => Number(a === 'Local') - Number(b === 'Local'));
  return services.map((service) => ({
    service_name: service,
    region_list: regions.filter(({ cloud }) => cloud === service).map(({ cloud, region, description }) => ({ cloud_type: cloud, value: region, description })),
  })).filter(({ region_list: listed }) => listed.length > 0);
}
