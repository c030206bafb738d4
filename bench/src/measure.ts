/** Runs one command and reports what it cost, children included. Needs Debian's `time`. */
import { spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { workFolder } from './stub.ts';

export interface Cost {
  /** Seconds. */
  readonly wall: number;
  /** User and system seconds. */
  readonly cpu: number;
  /** Peak resident memory of the largest process, in MiB. */
  readonly peakMiB: number;
  readonly exitCode: number;
  /** The last lines of what it printed, for a run that failed. */
  readonly output: string;
}

export async function measure(command: readonly string[], env: Readonly<Record<string, string>>): Promise<Cost> {
  const report = join(workFolder, 'time.txt');
  rmSync(report, { force: true });
  const child = spawn('/usr/bin/time', ['-f', '%e %U %S %M', '-o', report, ...command], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const keep = (text: Buffer): void => {
    output = (output + text.toString()).slice(-4000);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const exitCode = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
  const [wall = NaN, user = NaN, sys = NaN, kib = NaN] = (readFileSync(report, 'utf8').trim().split('\n').at(-1) ?? '').split(' ').map(Number);
  return { wall, cpu: user + sys, peakMiB: kib / 1024, exitCode, output };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? (sorted[middle] ?? NaN) : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2;
}
