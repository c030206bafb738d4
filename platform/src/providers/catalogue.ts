import type { RegionCatalogue, RegionEntry } from './region-catalogue.ts';

/**
 * A catalogue over lists of entries. Of two entries for one cloud and region the one of the later list wins; an entry
 * keeps the place in the order where its cloud and region first appeared. A cloud's default is the first of the last list
 * that has any of it.
 */
export function createCatalogue(...lists: readonly (readonly RegionEntry[])[]): RegionCatalogue {
  const byCloud = new Map<string, Map<string, RegionEntry>>();
  for (const entry of lists.flat()) {
    const regions = byCloud.get(entry.cloud) ?? new Map<string, RegionEntry>();
    byCloud.set(entry.cloud, regions.set(entry.region, entry));
  }
  const all = [...byCloud.values()].flatMap((regions) => [...regions.values()]);
  return {
    find: (cloud, region) => byCloud.get(cloud)?.get(region),
    defaultOf: (cloud) => lists.findLast((list) => list.some((entry) => entry.cloud === cloud))?.find((entry) => entry.cloud === cloud),
    all: () => all,
  };
}
