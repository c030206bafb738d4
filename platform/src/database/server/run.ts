import { spawn } from 'node:child_process';
import type { ServerIdentity } from './identity.ts';

export interface RunResult {
  /** Undefined when the command could not be started or was ended by a signal. */
  readonly code: number | undefined;
  /** Both outputs, in the order they came; the reason when it could not be started. */
  readonly output: string;
}

/** A clean environment: nothing of ours (locale, PG* variables, secrets) reaches PostgreSQL. */
export const serverEnvironment: Readonly<Record<string, string>> = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  LC_ALL: 'C',
  TZ: 'UTC',
};

/** The options of `spawn` that give the identity; its groups are dropped with root's. */
export function spawnOptions(identity: ServerIdentity) {
  return {
    // Whoever it runs as may be unable to enter ours.
    cwd: '/',
    env: serverEnvironment,
    ...(identity.uid === undefined ? {} : { uid: identity.uid }),
    ...(identity.gid === undefined ? {} : { gid: identity.gid }),
  };
}

/** Runs a command to its end. Never rejects. */
export function runAs(identity: ServerIdentity, command: string, args: readonly string[]): Promise<RunResult> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { ...spawnOptions(identity), stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const collect = (chunk: Buffer) => { output += chunk.toString(); };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.on('error', (error) => resolve({ code: undefined, output: error.message }));
    child.on('close', (code) => resolve({ code: code ?? undefined, output }));
  });
}
