/** Opens one end of a migration: location → catalogue entry → credentials → store. */
import { pathToFileURL } from 'node:url';
import { StoreFailure } from '../../object-store/failure.ts';
import type { ObjectStore } from '../../object-store/object-store.ts';
import type { RegionCatalogue, RegionEntry } from '../../providers/region-catalogue.ts';
import { openStore, type StoreRuntime } from '../../providers/index.ts';
import { credentialsFromEnv, credentialsFromProfile, credentialsFromPrompt, profileFile, type Side, type StoreCredentials } from '../credentials.ts';
import { UsageError } from '../usage-error.ts';
import type { Location } from './location.ts';

export interface End {
  /** As the region catalogue names it. */
  readonly cloud: string;
  readonly location: Location;
  readonly store: ObjectStore;
}

/** @throws UsageError for a region that is not in the catalogue, a cloud that has no provider, or credentials that cannot be had. */
export async function openEnd(side: Side, location: Location, profile: string | undefined, { catalogue, runtime }: { readonly catalogue: RegionCatalogue; readonly runtime: StoreRuntime }): Promise<End> {
  const entry = entryFor(location, catalogue);
  const credentials = location.kind === 'local' ? undefined : await findCredentials(side, location, profile);
  try {
    return { cloud: entry.cloud, location, store: openStore(entry, { bucket: location.bucket, credentials, runtime }) };
  } catch (error) {
    throw error instanceof StoreFailure ? new UsageError(error.message) : error;
  }
}

function entryFor(location: Location, catalogue: RegionCatalogue): RegionEntry {
  if (location.kind === 'local') {
    return { cloud: 'Local', region: 'local', endpoint: pathToFileURL(location.root).href, addressing: 'path', signature: 'v4' };
  }
  const clouds = new Set(catalogue.all().map((entry) => entry.cloud));
  const cloud = [...clouds].find((name) => name.toLowerCase() === location.cloud);
  if (cloud === undefined) throw new UsageError(`there is no cloud "${location.cloud}"; there are local, ${[...clouds].join(', ')}`);
  const entry = catalogue.find(cloud, location.region);
  if (entry !== undefined) return entry;
  const regions = catalogue.all().filter((known) => known.cloud === cloud).map((known) => known.region);
  throw new UsageError(`${cloud} has no region "${location.region}" in the catalogue; add it under "regions" of the configuration file, or use one of ${regions.join(', ')}`);
}

async function findCredentials(side: Side, location: Location & { readonly kind: 'cloud' }, profile: string | undefined): Promise<StoreCredentials> {
  if (profile !== undefined) return credentialsFromProfile(profile, profileFile(process.env));
  return await credentialsFromEnv(side, process.env) ?? credentialsFromPrompt(side, `${location.cloud}:${location.region}/${location.bucket}`);
}
