/**
 * Supervises the private PostgreSQL of a data folder.
 *
 * Every Haulier process on the data folder holds a shared advisory lock over a connection of its own. Whoever leaves
 * tries to get that lock exclusively and stops the server if it does: then nobody else was there. Starting, adopting
 * and stopping happen under a lock of the machine, so no one connects to a server that is about to be stopped.
 */
import { Client } from 'pg';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SocketConnection } from '../connect.ts';
import { binariesIn, chooseBinaries, installedBinaries } from './binaries.ts';
import type { Binaries } from './binaries.ts';
import { clusterMajor, createCluster, superuser, systemIdentifier } from './cluster.ts';
import { placeServer, socketPort } from './placement.ts';
import type { Placement } from './placement.ts';
import { startPostmaster, stopPostmaster } from './postmaster.ts';
import { DatabaseServerError } from './server-error.ts';
import { withStartLock } from './start-lock.ts';

export interface DatabaseServerOptions {
  readonly dataFolder: string;
  /** `HAULIER_POSTGRES_BIN` names a folder with `postgres` and `initdb` to be used instead of what is found. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly log: ServerLog;
  /** Settings of PostgreSQL that replace ours, when this call starts it. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Where the database goes when we are root and PostgreSQL's user cannot enter the data folder. Default `/var/lib/haulier`. */
  readonly elsewhere?: string;
  /** What to run it with; what is installed when absent. */
  readonly binaries?: readonly Binaries[];
}

export interface ServerLog {
  info(message: string): void;
  warn(message: string): void;
}

export interface DatabaseServer {
  /** Stays the same when the server is restarted. */
  readonly connection: SocketConnection;
  /** Leaves the server, and stops it when nobody else uses it. Close all connections first. */
  release(): Promise<void>;
}

const database = 'haulier';
/** Any number, the same in all processes: "haul" in ASCII. */
const usersLock = 0x6861756c;
const firstRetryMs = 100;
const longestRetryMs = 5_000;

/**
 * Starts the data folder's server, or joins the one that runs. Should it die, it is started again for as long as it has
 * not been released.
 *
 * @throws {@link DatabaseServerError}
 */
export async function startDatabaseServer(options: DatabaseServerOptions): Promise<DatabaseServer> {
  const placement = await placeServer(options.dataFolder, options.elsewhere ?? '/var/lib/haulier');
  const supervisor = new Supervisor(options, placement);
  await supervisor.join();
  return { connection: connectionTo(placement, database), release: () => supervisor.release() };
}

class Supervisor {
  readonly #options: DatabaseServerOptions;
  readonly #placement: Placement;
  readonly #stopping = new AbortController();
  #membership: Client | undefined;
  #rejoining: Promise<void> | undefined;

  constructor(options: DatabaseServerOptions, placement: Placement) {
    this.#options = options;
    this.#placement = placement;
  }

  /** Takes part in the use of the server, starting it if need be. */
  async join(): Promise<void> {
    await withStartLock(this.#placement.id, async () => {
      if (this.#stopping.signal.aborted) return;
      if (await probe(this.#placement) === 'none') await this.#start();
      else await waitUntilReady(this.#placement);
      await createDatabase(this.#placement);
      this.#membership = await takeMembership(this.#placement, () => this.#rejoin());
    });
  }

  async release(): Promise<void> {
    this.#stopping.abort();
    await this.#rejoining;
    const membership = this.#membership;
    this.#membership = undefined;
    if (membership === undefined) return;
    await withStartLock(this.#placement.id, async () => {
      const last = await leave(membership).catch(() => false);
      if (!last) return;
      await stopPostmaster(this.#placement);
      this.#options.log.info('The database server is stopped.');
    });
  }

  async #start(): Promise<void> {
    const { cluster, identity, binaries, socketFolder } = this.#placement;
    const major = await clusterMajor(cluster);
    const chosen = chooseBinaries(await this.#installed(), cluster, major);
    const binFolder = await chosen.prepare(identity, binaries);
    if (major === undefined) {
      this.#options.log.info(`Creating a database in ${cluster} with PostgreSQL ${chosen.major} (${chosen.origin}).`);
      await createCluster(binFolder, cluster, identity);
    }
    await startPostmaster(binFolder, this.#placement, this.#options.settings ?? {}, () => probe(this.#placement));
    this.#options.log.info(`PostgreSQL ${chosen.major} (${chosen.origin}) runs as ${identity.name} on ${cluster}, socket in ${socketFolder}.`);
  }

  async #installed(): Promise<readonly Binaries[]> {
    if (this.#options.binaries !== undefined) return this.#options.binaries;
    const folder = this.#options.env['HAULIER_POSTGRES_BIN'];
    if (folder === undefined || folder === '') return installedBinaries();
    const named = await binariesIn(folder);
    if (named !== undefined) return [named];
    throw new DatabaseServerError(`HAULIER_POSTGRES_BIN names ${folder}, where no postgres runs. Name the folder that holds postgres and initdb.`);
  }

  #rejoin(): void {
    this.#membership = undefined;
    if (this.#stopping.signal.aborted || this.#rejoining !== undefined) return;
    this.#options.log.warn('The connection to the database server broke; joining or starting it again.');
    this.#rejoining = this.#rejoinUntilJoined().finally(() => { this.#rejoining = undefined; });
  }

  async #rejoinUntilJoined(): Promise<void> {
    for (let wait = firstRetryMs; !this.#stopping.signal.aborted; wait = Math.min(2 * wait, longestRetryMs)) {
      try {
        await this.join();
        return;
      } catch (error) {
        this.#options.log.warn(`The database server is not back yet: ${error instanceof Error ? error.message : String(error)}`);
        await sleep(wait, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
      }
    }
  }
}

function connectionTo(placement: Placement, name: string): SocketConnection {
  return { host: placement.socketFolder, port: socketPort, user: superuser, database: name };
}

/** SQLSTATE class 57: the server is starting up, shutting down or recovering. */
const notYetStates = new Set(['57P01', '57P02', '57P03', '53300']);

/**
 * @returns `none` when nothing answers on the socket.
 * @throws {@link DatabaseServerError} when what answers serves another cluster.
 */
async function probe(placement: Placement): Promise<'ready' | 'not-yet' | 'none'> {
  const client = new Client({ ...connectionTo(placement, 'postgres'), connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ system_identifier: string }>('select system_identifier::text from pg_control_system()');
    const expected = await systemIdentifier(placement.cluster);
    if (rows[0]?.system_identifier === expected) return 'ready';
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    return typeof code === 'string' && notYetStates.has(code) ? 'not-yet' : 'none';
  } finally {
    await client.end().catch(() => undefined);
  }
  throw new DatabaseServerError(`The server that answers in ${placement.socketFolder} is not that of ${placement.cluster}. Stop it, or start Haulier with the data folder it belongs to.`);
}

async function waitUntilReady(placement: Placement): Promise<void> {
  while (await probe(placement) === 'not-yet') await sleep(firstRetryMs);
}

async function createDatabase(placement: Placement): Promise<void> {
  const client = new Client(connectionTo(placement, 'postgres'));
  await client.connect();
  try {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [database]);
    if (rowCount === 0) await client.query(`create database ${database}`);
  } finally {
    await client.end();
  }
}

async function takeMembership(placement: Placement, onLost: () => void): Promise<Client> {
  const client = new Client({ ...connectionTo(placement, database), application_name: 'haulier member', keepAlive: true });
  client.on('error', () => undefined);
  await client.connect();
  await client.query('select pg_advisory_lock_shared($1)', [usersLock]);
  client.once('end', onLost);
  return client;
}

/** Gives the shared lock back. True when nobody else holds one. */
async function leave(membership: Client): Promise<boolean> {
  membership.removeAllListeners('end');
  try {
    await membership.query('select pg_advisory_unlock_shared($1)', [usersLock]);
    const { rows } = await membership.query<{ last: boolean }>('select pg_try_advisory_lock($1) as last', [usersLock]);
    return rows[0]?.last === true;
  } finally {
    await membership.end().catch(() => undefined);
  }
}
