/** The part of the configuration that all machines must agree on: a server publishes it, workers follow it. */
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { publishSettings, readInstallation } from '../database/identity/installation-row.ts';
import { builtInRegions, embeddedStore } from '../providers/built-in-regions.ts';
import { createCatalogue } from '../providers/catalogue.ts';
import type { RegionCatalogue, RegionEntry } from '../providers/region-catalogue.ts';
import type { Config } from './config.ts';
import { region } from './config-schema.ts';
import type { Installation } from './installation.ts';
import { StartProblem } from './start-problem.ts';

export interface SharedSettings {
  readonly catalogue: RegionCatalogue;
  /** IANA name. */
  readonly zone: string;
}

/** Makes this configuration's regions and zone those of the installation. Throws {@link StartProblem} for a foreign key file. */
export async function publishSharedSettings({ db, key, folder }: Installation, { regions, zone }: Config): Promise<SharedSettings> {
  await checkKey(db, key.id, folder.keyFile);
  await publishSettings(db, key.id, { regions, zone });
  return { catalogue: catalogueOf(regions, folder.localStore), zone };
}

/** Takes what a server published; this machine's own configuration when no server has started yet. */
export async function followSharedSettings({ db, key, folder }: Installation, config: Config): Promise<SharedSettings> {
  const published = await checkKey(db, key.id, folder.keyFile);
  const { regions, zone } = published ?? config;
  if (!Value.Check(Type.Array(region), regions)) throw new StartProblem('The database holds regions that this version does not understand. Start the server of this version once.');
  return { catalogue: catalogueOf(regions.map((entry) => ({ addressing: 'path', signature: 'v4', ...entry })), folder.localStore), zone };
}

async function checkKey(db: Installation['db'], keyId: string, keyFile: string): ReturnType<typeof readInstallation> {
  const published = await readInstallation(db);
  if (published !== undefined && published.keyId !== keyId) {
    throw new StartProblem(`The key file ${keyFile} is not the one this database was made with: its secrets could not be read. Put the right key file there.`);
  }
  return published;
}

function catalogueOf(regions: readonly RegionEntry[], localStore: string): RegionCatalogue {
  return createCatalogue(builtInRegions(), embeddedStore(localStore), regions);
}
