/** A PostgreSQL of the tests' own: a cluster in a temporary folder, reached over a Unix socket. */
import { execFile } from 'node:child_process';
import { chown, mkdtemp, rm } from 'node:fs/promises';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface TestPostgres {
  /** Of a database that is made anew. */
  createDatabase(name: string): Promise<string>;
  stop(): Promise<void>;
}

/** The server refuses to run as root; then the account `postgres` runs it. */
export async function startPostgres(): Promise<TestPostgres> {
  const folder = await mkdtemp('/tmp/haulier-pg-');
  const uid = process.getuid?.() === 0 ? await unprivileged() : undefined;
  if (uid !== undefined) await chown(folder, uid, uid);
  const bin = binaries();
  const as = uid === undefined ? {} : { uid, gid: uid };
  const options = { ...as, cwd: folder, env: { ...process.env, LC_ALL: 'C.UTF-8' } };
  const data = path.join(folder, 'data');
  await run(path.join(bin, 'initdb'), ['-D', data, '-U', 'haulier', '-A', 'trust', '-E', 'UTF8', '--no-sync'], options);
  const settings = `-c listen_addresses= -c unix_socket_directories=${folder} -c fsync=off -c max_connections=60`;
  await run(path.join(bin, 'pg_ctl'), ['-D', data, '-w', '-l', path.join(folder, 'log'), '-o', settings, 'start'], options);
  return {
    async createDatabase(name) {
      await run(path.join(bin, 'psql'), ['-h', folder, '-U', 'haulier', '-d', 'postgres', '-c', `create database ${name}`], options);
      return `postgresql://haulier@/${name}?host=${encodeURIComponent(folder)}`;
    },
    async stop() {
      await run(path.join(bin, 'pg_ctl'), ['-D', data, '-m', 'immediate', 'stop'], options);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function unprivileged(): Promise<number> {
  const { stdout } = await run('id', ['-u', 'postgres']);
  return Number(stdout.trim());
}

function binaries(): string {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const found = [...versions.map((version) => path.join(debian, version, 'bin')), '/usr/local/bin', '/usr/bin'].find((bin) => existsSync(path.join(bin, 'initdb')));
  if (found === undefined) throw new Error('PostgreSQL is not installed');
  return found;
}
