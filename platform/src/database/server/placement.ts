/** Where a private server's files are. */
import { createHash } from 'node:crypto';
import { chmod, chown, lstat, mkdir, mkdtemp, readFile, realpath, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { canEnter, chooseIdentity } from './identity.ts';
import type { ServerIdentity } from './identity.ts';
import { DatabaseServerError } from './server-error.ts';

export interface Placement {
  readonly identity: ServerIdentity;
  /** Names this server among all on this machine. */
  readonly id: string;
  /** PGDATA; absent until `initdb` has finished. */
  readonly cluster: string;
  readonly socketFolder: string;
  readonly logFile: string;
  readonly binaries: string;
}

/** The socket's name carries it; nothing listens on a TCP port. */
export const socketPort = 5432;

/** sun_path has 108 bytes, the last of them NUL. */
const longestSocketPath = 107;

/**
 * `<data folder>/postgres`. When we are root and the unprivileged user cannot enter there (a data folder below /root),
 * a new folder in `elsewhere` instead, which `<data folder>/postgres/location` then names.
 */
export async function placeServer(dataFolder: string, elsewhere: string): Promise<Placement> {
  await mkdir(dataFolder, { recursive: true, mode: 0o711 });
  const near = join(await realpath(dataFolder), 'postgres');
  await mkdir(near, { recursive: true, mode: 0o711 });
  const pointer = join(near, 'location');
  const moved = (await readFile(pointer, 'utf8').catch(() => '')).trim();
  if (moved !== '') return describe(moved, await chooseIdentity(join(moved, 'data')));

  const identity = await chooseIdentity(join(near, 'data'));
  if (identity.uid === undefined) return describe(near, identity);
  await openForPassing(await realpath(dataFolder));
  if (await canEnter(identity, near)) return describe(near, identity);
  if (await exists(join(near, 'data'))) {
    throw new DatabaseServerError(`The database in ${near} belongs to user ${identity.name}, who cannot enter that folder: a folder above it is closed to others. Open it for passing through (chmod o+x), or move the data folder.`);
  }
  await mkdir(elsewhere, { recursive: true, mode: 0o711 });
  const far = await mkdtemp(join(elsewhere, 'postgres-'));
  await chmod(far, 0o711);
  await writeFile(pointer, `${far}\n`);
  return describe(far, identity);
}

/** The data folder is Haulier's own: others may pass through it to what they own there, and see nothing of it. */
async function openForPassing(folder: string): Promise<void> {
  const { uid, mode } = await stat(folder);
  if (uid === 0 && (mode & 0o001) === 0) await chmod(folder, (mode & 0o7777) | 0o001);
}

async function describe(home: string, identity: ServerIdentity): Promise<Placement> {
  const id = createHash('sha256').update(home).digest('hex').slice(0, 16);
  return {
    identity,
    id,
    cluster: join(home, 'data'),
    socketFolder: await socketFolder(home, id, identity),
    logFile: join(home, 'postgres.log'),
    binaries: join(home, 'binaries'),
  };
}

async function socketFolder(home: string, id: string, identity: ServerIdentity): Promise<string> {
  const folder = chooseSocketFolder(join(home, 'socket'), `/tmp/haulier-${id}`);
  await ownFolder(folder, identity);
  return folder;
}

/** The first folder, or the second where the socket's path would not fit into an address. */
export function chooseSocketFolder(preferred: string, short: string): string {
  return Buffer.byteLength(join(preferred, `.s.PGSQL.${socketPort}`)) <= longestSocketPath ? preferred : short;
}

/** Makes a folder that only its owner enters; refuses one that somebody else has put there. */
async function ownFolder(folder: string, identity: ServerIdentity): Promise<void> {
  await mkdir(folder, { mode: 0o700 }).catch((error: unknown) => {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  });
  const ours = process.getuid?.() ?? 0;
  const owner = identity.uid ?? ours;
  const found = await lstat(folder);
  if (!found.isDirectory() || (found.uid !== owner && found.uid !== ours)) {
    throw new DatabaseServerError(`${folder} should be a folder of user id ${owner}, and is not. Remove it and start again.`);
  }
  await chmod(folder, 0o700);
  if (identity.uid !== undefined && identity.gid !== undefined) await chown(folder, identity.uid, identity.gid);
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(() => true, () => false);
}
