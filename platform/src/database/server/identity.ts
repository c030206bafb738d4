/** As whom PostgreSQL runs: it refuses root. */
import { readFile, stat } from 'node:fs/promises';
import { runAs } from './run.ts';
import { DatabaseServerError } from './server-error.ts';

/** Undefined ids: whoever we are. */
export interface ServerIdentity {
  readonly name: string;
  readonly uid: number | undefined;
  readonly gid: number | undefined;
}

/** Accounts that may own a private PostgreSQL when we are root, in order of preference. initdb wants one with a name. */
const unprivileged = ['postgres', 'nobody'];

/**
 * Ourselves, or when we are root, the owner of the existing cluster, or else an account of {@link unprivileged}.
 *
 * @param cluster the folder with PG_VERSION, which need not exist.
 */
export async function chooseIdentity(cluster: string): Promise<ServerIdentity> {
  const ours = process.getuid?.() ?? 0;
  const owner = await ownerOf(cluster);
  if (ours !== 0) {
    if (owner !== undefined && owner !== ours) {
      throw new DatabaseServerError(`The database in ${cluster} belongs to user id ${owner}, and this process runs as ${ours}. Run Haulier as that user, or as root.`);
    }
    return { name: `user id ${ours}`, uid: undefined, gid: undefined };
  }
  const accounts = parseAccounts(await readFile('/etc/passwd', 'utf8'));
  const account = owner === undefined || owner === 0
    ? unprivileged.map((name) => accounts.find((candidate) => candidate.name === name)).find((candidate) => candidate !== undefined)
    : accounts.find((candidate) => candidate.uid === owner);
  if (account !== undefined) return account;
  throw new DatabaseServerError(
    owner === undefined || owner === 0
      ? `PostgreSQL does not run as root, and this machine has neither of the users ${unprivileged.join(' and ')}. Create one (adduser --system postgres), or run Haulier as an ordinary user.`
      : `The database in ${cluster} belongs to user id ${owner}, which /etc/passwd does not know. Give the folder to an existing user with chown -R.`,
  );
}

async function ownerOf(folder: string): Promise<number | undefined> {
  try {
    return (await stat(folder)).uid;
  } catch {
    return undefined;
  }
}

/** Accounts of /etc/passwd; lines that are none are left out. */
export function parseAccounts(passwd: string): readonly ServerIdentity[] {
  return passwd.split('\n').flatMap((line) => {
    const [name = '', , uid = '', gid = ''] = line.split(':');
    return /^\d+$/.test(uid) && /^\d+$/.test(gid) ? [{ name, uid: Number(uid), gid: Number(gid) }] : [];
  });
}

/** Whether that user can pass through all folders above this one and into it. */
export async function canEnter(identity: ServerIdentity, folder: string): Promise<boolean> {
  return (await runAs(identity, 'test', ['-x', folder])).code === 0;
}
