/** Runs the real binary the way an operator would: `haulier init`, then `haulier serve`. */
import { spawn, execFile, type ChildProcess } from 'node:child_process';
import { promisify } from 'node:util';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const run = promisify(execFile);

export interface ServerProcess {
  readonly url: string;
  /** SIGTERM, then waits until it has stopped. */
  stop(): Promise<void>;
  readonly ended: Promise<number | null>;
}

/** Prints what `haulier init --json` prints; rejects with its error text. */
export async function initialise(binary: string, config: string): Promise<string> {
  const { stdout } = await run(binary, ['init', '--json', '--config', config]);
  return stdout;
}

/** Starts the server and resolves once /readyz says yes; rejects with the last log lines when it ends before. */
export async function startServer(binary: string, config: string, port: number): Promise<ServerProcess> {
  const url = `http://127.0.0.1:${port}`;
  const child = spawn(binary, ['serve', '--config', config, '--listen', `127.0.0.1:${port}`], {
    stdio: ['ignore', 'pipe', 'pipe'],
    // Of its own process group: Ctrl-C in the terminal is ours to pass on, and a second signal would cut its stop short.
    detached: true,
  });
  const log = keepLastLines(child);
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  await Promise.race([
    untilReady(url),
    ended.then((code) => Promise.reject(new Error(`the server ended with ${code ?? 'a signal'} before it was ready:\n${log()}`))),
  ]);
  return {
    url,
    ended,
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** The port asked for, or a free one when somebody listens there. */
export async function freePort(wanted: number): Promise<number> {
  return (await tryListen(wanted)) ?? (await tryListen(0)) ?? wanted;
}

function tryListen(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : undefined));
    });
  });
}

async function untilReady(url: string): Promise<void> {
  for (;;) {
    const ready = await fetch(`${url}/readyz`).then((answer) => answer.ok, () => false);
    if (ready) return;
    await sleep(200);
  }
}

function keepLastLines(child: ChildProcess): () => string {
  let text = '';
  const keep = (chunk: Buffer): void => {
    text = (text + chunk.toString()).slice(-4000);
  };
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  return () => text.trimEnd();
}
