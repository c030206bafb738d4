import { createBuckets, type Buckets } from '../object-migration/buckets/buckets.ts';
import type { StoreRuntime } from '../providers/index.ts';
import type { RegionCatalogue } from '../providers/region-catalogue.ts';
import { createClouds } from './clouds.ts';
import { clock } from './environment.ts';

/** A question is answered within 10 s, whatever a store does; this leaves room for the answer's own way. */
const limitMs = 9_000;
/** 100 MB, the most a list file may have, over a slow line. */
const readLimitMs = 120_000;

/** The questions about buckets of this catalogue. */
export function openBuckets(catalogue: RegionCatalogue, runtime: StoreRuntime): Buckets {
  return createBuckets({ clouds: createClouds(catalogue, runtime), clock, limitMs, readLimitMs });
}
