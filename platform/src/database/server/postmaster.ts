/** Starts and stops the server process. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { open, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pidFile, pidIn } from './cluster.ts';
import type { Placement } from './placement.ts';
import { socketPort } from './placement.ts';
import { spawnOptions } from './run.ts';
import { DatabaseServerError } from './server-error.ts';

/** Where a database says that it is the one of that cluster. */
export type Probe = () => Promise<'ready' | 'not-yet' | 'none'>;

const pollMs = 50;
const stopPatienceMs = 5 * 60_000;
/** Bytes; a longer log is put aside at the next start. */
const longestLog = 10_000_000;

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
  log_checkpoints: 'off',
  log_line_prefix: '%m [%p] %a ',
};

/** Children of a killed server hold its memory for a moment after it. */
const heldByChildren = /pre-existing shared memory block/;
const childrenPatienceMs = 60_000;

/**
 * Starts the server and waits until it answers, however long recovery takes. It outlives this process.
 *
 * @throws {@link DatabaseServerError} with the server's own words when it ends before it answers.
 */
export async function startPostmaster(binFolder: string, placement: Placement, overrides: Readonly<Record<string, string>>, probe: Probe): Promise<void> {
  const effective = { ...settings, unix_socket_directories: placement.socketFolder, ...overrides };
  const args = ['-D', placement.cluster, ...Object.entries(effective).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
  await forgetDeadServer(placement);
  for (let waited = 0; ; waited += pollMs) {
    const lastWords = await tryStart(join(binFolder, 'postgres'), args, placement, probe);
    if (lastWords === undefined) return;
    if (!heldByChildren.test(lastWords) || waited > childrenPatienceMs) {
      throw new DatabaseServerError(`PostgreSQL did not start on ${placement.cluster}. Its log is ${placement.logFile}; it ends with: ${lastWords}`);
    }
    await sleep(pollMs);
  }
}

/** @returns what the server said when it ended before it answered; undefined when it answers. */
async function tryStart(postgres: string, args: readonly string[], placement: Placement, probe: Probe): Promise<string | undefined> {
  await keepLogShort(placement.logFile);
  const log = await open(placement.logFile, 'a', 0o600);
  try {
    const { size: begin } = await log.stat();
    // A session of its own: Ctrl-C in our terminal is not for it.
    const child = spawn(postgres, args, { ...spawnOptions(placement.identity), detached: true, stdio: ['ignore', log.fd, log.fd] });
    child.unref();
    const end = await readyOrEnded(child, probe);
    return end === undefined ? undefined : `${(await readFile(placement.logFile)).subarray(begin).toString().trim()}\n${end}`;
  } finally {
    await log.close();
  }
}

async function readyOrEnded(child: ChildProcess, probe: Probe): Promise<string | undefined> {
  let end: string | undefined;
  child.once('error', (error) => { end = error.message; });
  child.once('exit', (code, signal) => { end = `(ended with ${signal ?? `code ${code ?? 'none'}`})`; });
  while (await probe() !== 'ready') {
    if (end !== undefined) return end;
    await sleep(pollMs);
  }
  return undefined;
}

async function keepLogShort(file: string): Promise<void> {
  const size = await stat(file).then((found) => found.size, () => 0);
  if (size > longestLog) await rename(file, `${file}.old`);
}

/**
 * PostgreSQL believes in lock files whose number names any process. In a container that may be a process of ours that
 * got the number after a restart, or a killed server that nobody has waited for; neither ever goes away.
 * (Children that outlived a killed server are found by their shared memory, without the files.)
 */
async function forgetDeadServer({ cluster, socketFolder }: Placement): Promise<void> {
  for (const file of [pidFile(cluster), join(socketFolder, `.s.PGSQL.${socketPort}.lock`)]) {
    const pid = await pidIn(file);
    if (pid !== undefined && isAlive(pid) && await isStranger(pid, cluster)) await rm(file, { force: true });
  }
}

/** Whether a process surely does not serve this cluster. */
async function isStranger(pid: number, cluster: string): Promise<boolean> {
  const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => undefined);
  return commandLine !== undefined && !commandLine.split('\0').includes(cluster);
}

/** Asks the server to end its connections and stop (SIGINT, a fast shutdown), and waits until it is gone. */
export async function stopPostmaster(placement: Placement): Promise<void> {
  const file = pidFile(placement.cluster);
  const pid = await pidIn(file);
  if (pid === undefined || !isAlive(pid)) return;
  process.kill(pid, 'SIGINT');
  for (let waited = 0; waited < stopPatienceMs; waited += pollMs) {
    if (!isAlive(pid) || await pidIn(file) !== pid) return;
    await sleep(pollMs);
  }
  throw new DatabaseServerError(`PostgreSQL (process ${pid}) has not stopped within 5 minutes; its log is ${placement.logFile}. It is left running; nothing is lost.`);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
