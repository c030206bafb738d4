/** Which PostgreSQL a cluster is run with. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ServerIdentity } from './identity.ts';
import { npmBinaries } from './npm-binaries.ts';
import { runAs } from './run.ts';
import { DatabaseServerError } from './server-error.ts';

/** The SQL of this project is that of this version. */
export const oldestMajor = 15;

export interface Binaries {
  readonly major: number;
  /** For people: where they come from. */
  readonly origin: string;
  /**
   * Makes them runnable for that user.
   *
   * @param copies a folder for a copy, should one be needed.
   * @returns the folder with `postgres` and `initdb`.
   */
  prepare(identity: ServerIdentity, copies: string): Promise<string>;
}

/** What this machine has, the preferred first: the system's, the newest first, for they get its security updates. */
export async function installedBinaries(): Promise<readonly Binaries[]> {
  return [...await systemBinaries(), ...await npmBinaries()];
}

const systemFolders = '/usr/lib/postgresql';

export async function systemBinaries(): Promise<readonly Binaries[]> {
  const majors = await readdir(systemFolders).catch(() => []);
  const found = await Promise.all(majors.map((major) => binariesIn(join(systemFolders, major, 'bin'))));
  return found.filter((binaries) => binaries !== undefined).sort((a, b) => b.major - a.major);
}

/** Those in a folder such as `/usr/lib/postgresql/15/bin`; undefined when they do not run. */
export async function binariesIn(folder: string): Promise<Binaries | undefined> {
  const { code, output } = await runAs({ name: 'us', uid: undefined, gid: undefined }, join(folder, 'postgres'), ['--version']);
  const major = /\(PostgreSQL\) (\d+)/.exec(output)?.[1];
  if (code !== 0 || major === undefined) return undefined;
  return { major: Number(major), origin: folder, prepare: () => Promise.resolve(folder) };
}

/**
 * @param clusterMajor what PG_VERSION of an existing cluster says: a cluster is run by its own major only.
 * @throws {@link DatabaseServerError} that says what to install.
 */
export function chooseBinaries(installed: readonly Binaries[], cluster: string, clusterMajor: number | undefined): Binaries {
  const usable = installed.filter((binaries) => binaries.major >= oldestMajor);
  const chosen = clusterMajor === undefined ? usable[0] : usable.find((binaries) => binaries.major === clusterMajor);
  if (chosen !== undefined) return chosen;
  const have = installed.length === 0 ? 'There is none on this machine.' : `This machine has ${installed.map(({ major, origin }) => `${major} (${origin})`).join(', ')}.`;
  throw new DatabaseServerError(
    clusterMajor === undefined
      ? `Haulier needs PostgreSQL ${oldestMajor} or newer to run a database of its own. ${have} Install one (apt-get install postgresql), run npm install again without --omit=optional, or name a server in HAULIER_DATABASE_URL.`
      : `The database in ${cluster} was made by PostgreSQL ${clusterMajor} and only that version can run it. ${have} Install it (apt-get install postgresql-${clusterMajor}).`,
  );
}
