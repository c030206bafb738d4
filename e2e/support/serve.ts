/** Runs the real binary on a data folder of its own: starts it, kills it, starts it again. */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export const binary = fileURLToPath(new URL('../../bin/haulier', import.meta.url));

/** What `haulier init` printed. */
export interface Account {
  readonly domainId: string;
  readonly domainName: string;
  readonly projectId: string;
  readonly projectName: string;
  readonly userId: string;
  readonly userName: string;
  readonly password: string;
  readonly accessKey: string;
  readonly secretKey: string;
}

export interface InstallationOptions {
  /** Added to the configuration file, whose syntax YAML shares with JSON. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** Added to the environment of every process. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A data folder with an account in it, and the processes that run on it. */
export interface TestInstallation extends AsyncDisposable {
  readonly folder: string;
  readonly configFile: string;
  readonly account: Account;
  /** The API's address: the same after every restart. */
  readonly url: string;
  /** Starts `haulier serve` and resolves once /readyz says yes. */
  serve(): Promise<TestProcess>;
  /** Starts `haulier work`, which has no door to knock at. */
  work(): TestProcess;
  /** Starts a command that runs until it is stopped, and does not wait for anything. */
  start(command: 'serve' | 'work', args?: readonly string[]): TestProcess;
  /** Ends every process and removes the folder. */
  remove(): Promise<void>;
}

export interface TestProcess {
  readonly pid: number;
  /** Everything it wrote so far. */
  log(): string;
  /** SIGKILL: no goodbye of any kind. */
  kill(): Promise<void>;
  /** SIGTERM; resolves to its exit code. */
  stop(): Promise<number | null>;
  readonly ended: Promise<number | null>;
}

const run = promisify(execFile);

/** What became of a command. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs any command of the binary to its end. Never rejects for its exit code. */
export function haulier(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  return runToEnd(binary, args, { ...process.env, ...env });
}

/** Never rejects for the exit code. */
export async function runToEnd(command: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<Ended> {
  try {
    const { stdout, stderr } = await run(command, [...args], { env });
    return { code: 0, stdout, stderr };
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'number') throw error;
    return { code: error.code, stdout: outputOf(error, 'stdout'), stderr: outputOf(error, 'stderr') };
  }
}

function outputOf(error: object, name: 'stdout' | 'stderr'): string {
  const text: unknown = Object.entries(error).find(([key]) => key === name)?.[1];
  return typeof text === 'string' ? text : '';
}

/** Makes a folder below the system's temporary one and runs `haulier init` in it. */
export async function createInstallation(options: InstallationOptions = {}): Promise<TestInstallation> {
  const folder = await mkdtemp(join(tmpdir(), 'haulier-e2e-'));
  const port = await freePort();
  const configFile = join(folder, 'haulier.yaml');
  await writeFile(configFile, JSON.stringify({ data: folder, listen: `127.0.0.1:${port}`, ...options.config }));
  const env = { ...process.env, ...options.env };
  const account = readAccount((await run(binary, ['init', '--config', configFile, '--json'], { env })).stdout);
  const url = `http://127.0.0.1:${port}`;
  const processes = new Set<TestProcess>();
  let crashed = false;

  const start = (command: 'serve' | 'work', args: readonly string[] = []): TestProcess => {
    const started = follow(spawn(binary, [command, '--config', configFile, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] }));
    processes.add(started);
    void started.ended.then((code) => {
      processes.delete(started);
      crashed ||= code !== 0;
    });
    return started;
  };
  const remove = async (): Promise<void> => {
    await Promise.all([...processes].map((each) => each.stop()));
    if (crashed) await stopLeftDatabase(configFile, env);
    await rm(folder, { recursive: true, force: true });
  };
  return {
    folder, configFile, account, url, start, remove,
    [Symbol.asyncDispose]: remove,
    work: () => start('work'),
    async serve() {
      const started = start('serve');
      await Promise.race([untilReady(url), started.ended.then((code) => Promise.reject(new Error(`haulier serve ended with ${String(code)}:\n${started.log()}`)))]);
      return started;
    },
  };
}

/** A private database outlives a killed server; any command that opens and leaves the installation stops it. */
async function stopLeftDatabase(configFile: string, env: NodeJS.ProcessEnv): Promise<void> {
  await run(binary, ['init', '--config', configFile, '--json'], { env });
}

function follow(child: ChildProcess): TestProcess {
  let text = '';
  const keep = (chunk: Buffer): void => { text += chunk.toString(); };
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  const ended = new Promise<number | null>((resolve, reject) => child.once('exit', resolve).once('error', reject));
  const end = (signal: NodeJS.Signals) => async (): Promise<number | null> => {
    child.kill(signal);
    return ended;
  };
  return {
    pid: child.pid ?? 0,
    log: () => text,
    ended,
    stop: end('SIGTERM'),
    async kill() { await end('SIGKILL')(); },
  };
}

async function untilReady(url: string): Promise<void> {
  while (!await fetch(`${url}/readyz`).then((answer) => answer.ok, () => false)) await sleep(100);
}

/** Below the ports that Linux gives to whoever asks for any, or connects: one that is free stays free until its server listens again. */
const ports = { from: 10_000, count: 15_000 };

/** A port of loopback that nobody listens on. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < 100; tries++) {
    const port = ports.from + randomInt(ports.count);
    if (await isFree(port)) return port;
  }
  throw new Error(`no port from ${ports.from} on is free`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer().once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}

function readAccount(json: string): Account {
  const value: unknown = JSON.parse(json);
  const field = (name: string): string => {
    const found: unknown = typeof value === 'object' && value !== null ? Object.entries(value).find(([key]) => key === name)?.[1] : undefined;
    if (typeof found !== 'string') throw new Error(`haulier init --json printed no ${name}`);
    return found;
  };
  return {
    domainId: field('domain_id'), domainName: field('domain_name'), projectId: field('project_id'), projectName: field('project_name'),
    userId: field('user_id'), userName: field('user_name'), password: field('password'), accessKey: field('access_key'), secretKey: field('secret_key'),
  };
}
