/** Builds and runs the S3 stub that is never the bottleneck (`stub/s3stub.cpp`). */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';

export const workFolder = join(import.meta.dirname, '..', '.work');

export interface StubOptions {
  readonly small?: number;
  readonly mid?: number;
  readonly large?: number;
  readonly largeBytes?: number;
  readonly virtual?: number;
  readonly latencyMs?: number;
  readonly tls?: boolean;
  /** Compare every byte that arrives with what was sent. Costs the stub CPU, not the tool. */
  readonly verify?: boolean;
}

export interface StubStats {
  readonly total: number;
  readonly dstObjects: number;
  readonly dstBytes: number;
  readonly verifyOk: number;
  readonly verifyErr: number;
  readonly [operation: string]: number;
}

export interface Stub extends AsyncDisposable {
  readonly source: string;
  readonly destination: string;
  /** PEM of the certificate's issuer, for TLS. */
  readonly caFile: string | undefined;
  reset(): Promise<void>;
  stats(): Promise<StubStats>;
}

/** Compiles the stub when it is missing or older than its source. Needs g++ and OpenSSL's headers. */
function build(): string {
  mkdirSync(workFolder, { recursive: true });
  const code = join(import.meta.dirname, '..', 'stub', 's3stub.cpp');
  const binary = join(workFolder, 's3stub');
  if (!existsSync(binary) || statSync(binary).mtimeMs < statSync(code).mtimeMs) {
    execFileSync('g++', ['-O2', '-march=native', '-std=c++17', '-o', binary, code, '-lssl', '-lcrypto'], { stdio: 'inherit' });
  }
  return binary;
}

/** A self-signed certificate for 127.0.0.1 that serves as its own issuer. */
function certificate(): { cert: string; key: string } {
  const cert = join(workFolder, 'stub.crt');
  const key = join(workFolder, 'stub.key');
  if (!existsSync(cert)) {
    execFileSync('openssl', [
      'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '3650', '-subj', '/CN=127.0.0.1',
      '-addext', 'subjectAltName=IP:127.0.0.1,DNS:localhost', '-keyout', key, '-out', cert,
    ], { stdio: 'ignore' });
  }
  return { cert, key };
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => (typeof address === 'object' && address !== null ? resolve(address.port) : reject(new Error('no port is free'))));
    });
  });
}

function ready(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the stub ended with ${code ?? 'a signal'} before it was ready`)));
    child.stdout?.on('data', (text: Buffer) => {
      if (text.includes('ready')) resolve();
    });
  });
}

/** On two ports that were free a moment ago. */
export async function startStub(options: StubOptions): Promise<Stub> {
  const binary = build();
  const ports = { source: await freePort(), destination: await freePort() };
  const tls = options.tls === true ? certificate() : undefined;
  const args = [
    ...(tls === undefined ? [] : ['--tls', tls.cert, tls.key]),
    '--port', String(ports.source), '--port', String(ports.destination),
    '--small', String(options.small ?? 0), '--mid', String(options.mid ?? 0),
    '--large', String(options.large ?? 0), '--large-size', String(options.largeBytes ?? 2 ** 31),
    '--virtual', String(options.virtual ?? 0), '--latency-ms', String(options.latencyMs ?? 0),
    ...(options.verify === true ? ['--verify'] : []),
  ];
  const child = spawn(binary, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  await ready(child);
  const scheme = tls === undefined ? 'http' : 'https';
  const source = `${scheme}://127.0.0.1:${ports.source}`;
  const admin = (path: string, method: string): string =>
    execFileSync('curl', ['-sSk', '-X', method, `${source}${path}`], { encoding: 'utf8' });
  return {
    source,
    destination: `${scheme}://127.0.0.1:${ports.destination}`,
    caFile: tls?.cert,
    reset: () => Promise.resolve(void admin('/_reset', 'POST')),
    stats: () => Promise.resolve(JSON.parse(admin('/_stats', 'GET')) as StubStats),
    async [Symbol.asyncDispose]() {
      child.removeAllListeners('exit');
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill();
      await gone;
    },
  };
}
