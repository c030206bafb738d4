/** Runs a program of the system, without a shell. */
import { spawn } from 'node:child_process';
import { BackendFailure, type BackendFailureKind } from '../../volumes/volume-backend.ts';

const maxOutput = 16 * 1024 * 1024;

/** What programs say in the C locale, and what that means. */
const complaints: readonly (readonly [RegExp, BackendFailureKind, string])[] = [
  [/No space left on device|Disk quota exceeded/, 'full', 'no space left on device'],
  [/Failed to get .*lock|Is another process using the image/, 'unavailable', 'another process has the disk open'],
  [/Input\/output error|Stale file handle|Resource temporarily unavailable|Cannot allocate memory/, 'unavailable', 'the system failed'],
  [/Read-only file system/, 'refused', 'read-only file system'],
  [/not supported|does not support|unsupported/i, 'unsupported', 'it is not supported'],
];

/**
 * Resolves to its standard output. The program leads a process group of its own, so that a Ctrl-C meant for us does not break off
 * its work; an aborted signal does, and the reason of the signal is thrown then.
 */
export async function runProgram(program: string, args: readonly string[], signal?: AbortSignal): Promise<string> {
  signal?.throwIfAborted();
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true, env: { ...process.env, LC_ALL: 'C' } });
  const stop = () => child.kill('SIGKILL');
  signal?.addEventListener('abort', stop, { once: true });
  const output = boundedText();
  const complaint = boundedText();
  child.stdout.on('data', (chunk: Buffer) => output.add(chunk));
  child.stderr.on('data', (chunk: Buffer) => complaint.add(chunk));
  try {
    const end = await new Promise<{ code: number | null; killedBy: NodeJS.Signals | null }>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, killedBy) => resolve({ code, killedBy }));
    });
    if (end.code === 0) return output.text();
    signal?.throwIfAborted();
    throw failureOf(program, complaint.text(), end.killedBy);
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}

function failureOf(program: string, complaint: string, killedBy: NodeJS.Signals | null): BackendFailure {
  const name = program.slice(program.lastIndexOf('/') + 1);
  if (killedBy !== null) return new BackendFailure('unavailable', `${name} was ended by ${killedBy}`);
  const [, kind, meaning] = complaints.find(([pattern]) => pattern.test(complaint)) ?? [undefined, 'refused', "what it said is in the service's log"] as const;
  const said = complaint.trim().split('\n').at(-1) ?? '';
  return said === '' ? new BackendFailure(kind, `${name} failed and said nothing`) : new BackendFailure(kind, `${name} failed: ${meaning}`, { detail: said });
}

function boundedText() {
  const chunks: Buffer[] = [];
  let length = 0;
  return {
    add(chunk: Buffer): void {
      if (length < maxOutput) chunks.push(chunk);
      length += chunk.byteLength;
    },
    text: () => Buffer.concat(chunks).toString('utf8'),
  };
}
