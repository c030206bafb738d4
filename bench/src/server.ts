/** A real `haulier serve` with a private PostgreSQL, spoken to over its API as in the documents. */
import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './stub.ts';
import { haulierBinary } from './tools.ts';

/** What the process has used so far; its PostgreSQL is not counted. */
export interface Usage {
  readonly residentMiB: number;
  readonly peakMiB: number;
  /** User and system seconds. */
  readonly cpu: number;
}

export interface Server extends AsyncDisposable {
  readonly url: string;
  readonly account: Account;
  /** For the account's project. */
  readonly token: string;
  usage(): Usage;
  /** The last lines that it logged. */
  log(): string;
}

/** @param config lines of its configuration file beside the data folder and the address. */
export async function startServer(config = ''): Promise<Server> {
  const folder = mkdtempSync(join(tmpdir(), 'haulier-bench-'));
  // Its PostgreSQL does not run as root, and must reach its data.
  chmodSync(folder, 0o711);
  const port = await freePort();
  const configFile = join(folder, 'haulier.yaml');
  writeFileSync(configFile, `data: ${join(folder, 'data')}\nlisten: 127.0.0.1:${port}\n${config}`);
  const account = JSON.parse(execFileSync(haulierBinary, ['init', '--json', '--config', configFile], { encoding: 'utf8' })) as Account;
  const child = spawn(haulierBinary, ['serve', '--config', configFile], { stdio: ['ignore', 'pipe', 'pipe'] });
  let log = '';
  const keep = (text: Buffer): void => {
    log = (log + text.toString()).slice(-4000);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const url = `http://127.0.0.1:${port}`;
  while (!(await fetch(`${url}/readyz`).then(({ ok }) => ok, () => false))) {
    if (child.exitCode !== null) throw new Error(`haulier serve ended with ${child.exitCode}\n${log}`);
    await sleep(200);
  }
  return {
    url, account,
    token: await signIn(url, account),
    usage: () => usageOf(child.pid),
    log: () => log,
    async [Symbol.asyncDispose]() {
      child.kill();
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** What `haulier init --json` prints. */
export interface Account {
  readonly domain_name: string;
  readonly project_id: string;
  readonly user_name: string;
  readonly password: string;
}

async function signIn(url: string, { domain_name: domain, project_id: id, user_name: name, password }: Account): Promise<string> {
  const identity = { methods: ['password'], password: { user: { name, password, domain: { name: domain } } } };
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${url}/v3/auth/tokens`, { method: 'POST', headers, body: JSON.stringify({ auth: { identity, scope: { project: { id } } } }) });
  const token = answer.headers.get('x-subject-token');
  if (token === null) throw new Error(`signing in failed with ${answer.status}: ${await answer.text()}`);
  return token;
}

/** Clock ticks per second in /proc, on every Linux that Node.js runs on. */
const ticks = 100;

function usageOf(pid: number | undefined): Usage {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const mib = (field: string): number => Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) / 1024;
  // Fields after the name in parentheses; user and system time are the 14th and 15th of all.
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
  return { residentMiB: mib('VmRSS'), peakMiB: mib('VmHWM'), cpu: (Number(stat[11]) + Number(stat[12])) / ticks };
}
