/** Starts and stops the server process. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { postmasterPid } from './cluster.ts';
import type { Placement } from './placement.ts';
import { socketPort } from './placement.ts';
import { spawnOptions } from './run.ts';
import { DatabaseServerError } from './server-error.ts';

/** Where a database says that it is the one of that cluster. */
export type Probe = () => Promise<'ready' | 'not-yet' | 'none'>;

const pollMs = 50;
const stopPatienceMs = 5 * 60_000;

/** A few dozen MB of memory; durable: what was committed survives a power failure. */
const settings: Readonly<Record<string, string>> = {
  listen_addresses: '',
  port: String(socketPort),
  unix_socket_permissions: '0700',
  max_connections: '200',
  shared_buffers: '64MB',
  maintenance_work_mem: '64MB',
  min_wal_size: '64MB',
  max_wal_size: '512MB',
  wal_compression: 'on',
  fsync: 'on',
  full_page_writes: 'on',
  synchronous_commit: 'on',
  // Parallel queries want shared memory that containers give 64 MB of; compiling takes longer than our statements do.
  max_parallel_workers_per_gather: '0',
  jit: 'off',
  // Counters and cursors are the same few rows, updated for ever.
  autovacuum_naptime: '10s',
  idle_in_transaction_session_timeout: '5min',
  timezone: 'UTC',
  log_timezone: 'UTC',
  logging_collector: 'on',
  log_filename: 'postgresql-%a.log',
  log_rotation_age: '1d',
  log_rotation_size: '0',
  log_truncate_on_rotation: 'on',
  log_line_prefix: '%m [%p] %a ',
};

/**
 * Starts the server and waits until it answers, however long recovery takes. It outlives this process.
 *
 * @throws {@link DatabaseServerError} with the server's own words when it ends before it answers.
 */
export async function startPostmaster(binFolder: string, placement: Placement, overrides: Readonly<Record<string, string>>, probe: Probe): Promise<void> {
  const effective = { ...settings, unix_socket_directories: placement.socketFolder, log_directory: placement.logFolder, ...overrides };
  const args = ['-D', placement.cluster, ...Object.entries(effective).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
  await forgetDeadPostmaster(placement.cluster);
  const log = await open(placement.startLog, 'w', 0o600);
  try {
    // A session of its own: Ctrl-C in our terminal is not for it.
    const child = spawn(join(binFolder, 'postgres'), args, { ...spawnOptions(placement.identity), detached: true, stdio: ['ignore', log.fd, log.fd] });
    child.unref();
    await untilReady(child, placement, probe);
  } finally {
    await log.close();
  }
}

/**
 * PostgreSQL believes in a postmaster.pid whose number names any process. In a container that may be a process of
 * ours that got the number after a restart, or a killed server that nobody has waited for; neither ever goes away.
 * (Children that outlived a killed server are found by their shared memory, without the file.)
 */
async function forgetDeadPostmaster(cluster: string): Promise<void> {
  const pid = await postmasterPid(cluster);
  if (pid === undefined || !isAlive(pid)) return;
  const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => undefined);
  if (commandLine === undefined || commandLine.split('\0').includes(cluster)) return;
  await rm(join(cluster, 'postmaster.pid'), { force: true });
}

async function untilReady(child: ChildProcess, placement: Placement, probe: Probe): Promise<void> {
  let end: string | undefined;
  child.once('error', (error) => { end = error.message; });
  child.once('exit', (code, signal) => { end = `it ended with ${signal ?? `code ${code ?? 'none'}`}`; });
  while (await probe() !== 'ready') {
    if (end !== undefined) {
      const said = (await readFile(placement.startLog, 'utf8')).trim();
      throw new DatabaseServerError(`PostgreSQL did not start on ${placement.cluster}: ${end}. It said: ${said}\nMore may be in ${placement.logFolder}.`);
    }
    await sleep(pollMs);
  }
}

/** Asks the server to end its connections and stop (SIGINT, a fast shutdown), and waits until it is gone. */
export async function stopPostmaster(placement: Placement): Promise<void> {
  const pid = await postmasterPid(placement.cluster);
  if (pid === undefined || !isAlive(pid)) return;
  process.kill(pid, 'SIGINT');
  for (let waited = 0; waited < stopPatienceMs; waited += pollMs) {
    if (!isAlive(pid) || await postmasterPid(placement.cluster) !== pid) return;
    await sleep(pollMs);
  }
  throw new DatabaseServerError(`PostgreSQL (process ${pid}) has not stopped within 5 minutes; its log is in ${placement.logFolder}. It is left running; nothing is lost.`);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
