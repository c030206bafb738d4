/**
 * Test beds: the stores, clouds and clients that the scripts of this folder bring up. One that cannot be brought up says why,
 * and is not tried again in the same run of the tests, so that one broken bed costs minutes and not an hour.
 */
import { spawn } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Where all beds keep their data, also for the scripts beside this file. */
export const storesFolder = process.env['STORES'] ?? join(process.env['TMPDIR'] ?? tmpdir(), 'haulier-stores');

/** Set by the global setup to what is the run's own. */
export const runVariable = 'HAULIER_TEST_RUN';

/** Notes of the beds that could not be brought up in a run. */
export const failuresOf = (run: string): string => join(storesFolder, 'failed', run);

/** Shorter, with the time it takes to end a script, than a hook may take: a bed that hangs fails under its own name. */
const patienceMs = 150_000;
const endingMs = 15_000;
/** What a script said last. */
const keptText = 6_000;

/** @throws what `start` throws, and for the rest of the run the same at once. */
export async function bringUp<T>(bed: string, start: () => Promise<T>): Promise<T> {
  const folder = failuresOf(process.env[runVariable] ?? String(process.pid));
  const note = join(folder, bed);
  const before = await readFile(note, 'utf8').catch(() => undefined);
  if (before !== undefined) throw new Error(`${bed} could not be brought up earlier in this run, and is not tried again: ${before}`);
  try {
    return await start();
  } catch (error) {
    await mkdir(folder, { recursive: true });
    await writeFile(note, error instanceof Error ? error.message : String(error));
    throw error;
  }
}

/** Runs a script of this folder to its end. One that hangs is ended, with what it waits for but without what it has left running on purpose. */
export async function runScript(name: string, args: readonly string[] = [], environment: Readonly<Record<string, string>> = {}): Promise<void> {
  const script = launch(name, args, environment, true);
  const ending = await Promise.race([script.ended, sleep(patienceMs, `hangs: it has not ended after ${patienceMs / 1000} s`, { ref: false })]);
  if (ending === 'ended with 0') return;
  await script.end();
  throw new Error(`${name} ${ending}${script.said()}`);
}

/** A script that stays while its bed is needed. */
export interface Standing {
  stop(): Promise<void>;
}

/** Starts a script of this folder that stays, and waits until it `answers`. Its packages may have to be installed first. */
export async function standScript(name: string, environment: Readonly<Record<string, string>>, answers: () => Promise<boolean>): Promise<Standing> {
  const script = launch(name, [], environment, false);
  let ending: string | undefined;
  void script.ended.then((how) => { ending = how; });
  const limit = performance.now() + patienceMs;
  while (!await answers()) {
    if (ending === undefined && performance.now() > limit) ending = `does not answer after ${patienceMs / 1000} s`;
    if (ending !== undefined) {
      await script.end();
      throw new Error(`${name} ${ending}${script.said()}`);
    }
    await sleep(50);
  }
  return { stop: () => script.end() };
}

/** Whether anybody answers HTTP there. */
export async function answersAt(url: string): Promise<boolean> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(5_000) }).catch(() => undefined);
  await answer?.body?.cancel();
  return answer !== undefined;
}

interface Script {
  /** `ended with 1`, `was ended by SIGTERM` … */
  readonly ended: Promise<string>;
  /** The last it has said, on lines of their own. */
  said(): string;
  /** Asks it to end, and kills it when it does not. */
  end(): Promise<void>;
}

/** @param alone in a process group of its own, which ends as a whole. */
function launch(name: string, args: readonly string[], environment: Readonly<Record<string, string>>, alone: boolean): Script {
  const child = spawn(join(import.meta.dirname, name), args, { env: { ...process.env, STORES: storesFolder, ...environment }, stdio: ['ignore', 'ignore', 'pipe'], detached: alone });
  let text = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => { text = (text + chunk).slice(-keptText); });
  const ended = new Promise<string>((resolve) => {
    const closed = new Promise((close) => child.once('close', close));
    child.once('error', (error) => resolve(`did not start: ${error.message}`));
    child.once('exit', (code, signal) => {
      // What it has left running may hold its output open.
      void Promise.race([closed, sleep(1_000, undefined, { ref: false })]).then(() => resolve(signal === null ? `ended with ${String(code)}` : `was ended by ${signal}`));
    });
  });
  const signal = (which: NodeJS.Signals): void => {
    if (child.pid === undefined) return;
    try {
      process.kill(alone ? -child.pid : child.pid, which);
    } catch {
      // It has ended.
    }
  };
  return {
    ended,
    said: () => text.trim() === '' ? '' : `:\n${text.trim()}`,
    async end() {
      signal('SIGTERM');
      const killed = setTimeout(() => signal('SIGKILL'), endingMs);
      await ended;
      clearTimeout(killed);
    },
  };
}
