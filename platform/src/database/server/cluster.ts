/** A cluster: the folder that holds the databases of one server. */
import { chown, mkdtemp, open, readFile, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { ServerIdentity } from './identity.ts';
import { runAs } from './run.ts';
import { DatabaseServerError } from './server-error.ts';

/** The superuser of a private server; its socket's folder is the lock on that door. */
export const superuser = 'haulier';

/** What PG_VERSION says; undefined when there is no cluster yet. */
export async function clusterMajor(cluster: string): Promise<number | undefined> {
  let version: string;
  try {
    version = await readFile(join(cluster, 'PG_VERSION'), 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  const major = Number.parseInt(version, 10);
  if (Number.isInteger(major)) return major;
  throw new DatabaseServerError(`${cluster}/PG_VERSION holds ${JSON.stringify(version.trim())}, which is no version. Restore the data folder from a backup.`);
}

/**
 * Creates a cluster that appears under its name only when it is whole: one that a crash interrupted is thrown away.
 *
 * The C locale compares by bytes, so that an update of the system's collations can never break an index.
 */
export async function createCluster(binFolder: string, cluster: string, identity: ServerIdentity): Promise<void> {
  await removeUnfinished(cluster);
  const unfinished = await mkdtemp(unfinishedPrefix(cluster));
  if (identity.uid !== undefined && identity.gid !== undefined) await chown(unfinished, identity.uid, identity.gid);
  const { code, output } = await runAs(identity, join(binFolder, 'initdb'), [
    '--pgdata', unfinished, '--username', superuser, '--encoding', 'UTF8', '--locale', 'C', '--data-checksums',
    '--auth-local', 'trust', '--auth-host', 'reject',
  ]);
  if (code !== 0) {
    await removeUnfinished(cluster);
    const hint = output.includes('user does not exist') ? ' Give this user a line in /etc/passwd, or name a server in HAULIER_DATABASE_URL.' : '';
    throw new DatabaseServerError(`initdb could not create a database in ${cluster}: ${output.trim()}${hint}`);
  }
  await rename(unfinished, cluster);
  await syncFolder(dirname(cluster));
}

const unfinishedPrefix = (cluster: string) => `${cluster}.unfinished-`;

async function removeUnfinished(cluster: string): Promise<void> {
  const prefix = basename(unfinishedPrefix(cluster));
  for (const name of await readdir(dirname(cluster))) {
    if (name.startsWith(prefix)) await rm(join(dirname(cluster), name), { recursive: true, force: true });
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder);
  await handle.sync().finally(() => handle.close());
}

/** The cluster's own number, as `pg_control_system()` shows it: the first field of global/pg_control. */
export async function systemIdentifier(cluster: string): Promise<string> {
  const control = await readFile(join(cluster, 'global', 'pg_control'));
  return control.readBigUInt64LE(0).toString();
}

export const pidFile = (cluster: string) => join(cluster, 'postmaster.pid');

/** The process id in a lock file, of a server that runs or of one that was killed. */
export async function pidIn(lockFile: string): Promise<number | undefined> {
  const text = await readFile(lockFile, 'utf8').catch(() => '');
  const pid = Number.parseInt(text, 10);
  return Number.isInteger(pid) && pid > 1 ? pid : undefined;
}
