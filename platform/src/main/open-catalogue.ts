import { builtInRegions } from '../providers/built-in-regions.ts';
import { createCatalogue } from '../providers/catalogue.ts';
import type { RegionCatalogue } from '../providers/region-catalogue.ts';
import type { Config } from './config.ts';

/** The catalogue of a process that shares nothing with others: the public regions and the user's own. */
export function openCatalogue({ regions }: Config): RegionCatalogue {
  return createCatalogue(builtInRegions(), regions);
}
