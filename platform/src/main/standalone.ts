/** Wires the engine for `haulier migrate`: one process, no server, no database. */
import type { ObjectStore } from '../object-store/object-store.ts';
import { reportOf } from '../engine/comparison/report.ts';
import { abortAbandoned } from '../engine/transfer/janitor.ts';
import { MemoryLedger } from '../engine/ledger/memory-ledger.ts';
import type { FailedObject, Ledger, Tally } from '../engine/ledger/ledger.ts';
import { preflight, type Preflight, type PreflightDeps } from '../engine/preflight/preflight.ts';
import type { MigrationPlan } from '../engine/plan.ts';
import { writeFinalLists, type FinalLists } from '../engine/records.ts';
import { runMigration } from '../engine/run-migration.ts';
import type { RunEnd, RunLimits, RunObserver } from '../engine/run.ts';
import { clock, randomness } from './environment.ts';
import { lockPair } from './pair-lock.ts';
import { openUploadNotes, type UploadNotes } from './upload-notes.ts';

const listsMs = 300_000;
const cleanUpMs = 60_000;

export interface StandaloneMigration {
  readonly source: ObjectStore;
  readonly destination: ObjectStore;
  readonly plan: MigrationPlan;
  readonly limits: RunLimits;
  /** Bytes per second; undefined is unlimited. */
  readonly bandwidth: number | undefined;
  readonly observe: RunObserver;
  /** Where uploads are noted for the next run. */
  readonly notesFile: string;
  /** Called every second with what is known. */
  readonly progress: (tally: Tally, total: { readonly objects: number; readonly bytes: number } | undefined) => void;
}

export interface StandaloneResult {
  readonly end: Extract<RunEnd, { kind: 'finished' | 'broken' }> | { readonly kind: 'interrupted' };
  readonly tally: Tally;
  readonly lists: FinalLists | undefined;
  /** Failed objects, page by page, in the order of their keys. */
  failures(afterKey: string | undefined, limit: number): Promise<readonly FailedObject[]>;
}

/**
 * Runs until everything has an outcome, nothing can succeed any more, or the signal aborts.
 *
 * @throws {PairBusyError} when another run uses the same notes file.
 */
export async function migrateStandalone(migration: StandaloneMigration, signal: AbortSignal): Promise<StandaloneResult> {
  const lock = await lockPair(migration.notesFile);
  try {
    return await migrateAlone(migration, signal);
  } finally {
    await lock.release();
  }
}

async function migrateAlone(migration: StandaloneMigration, signal: AbortSignal): Promise<StandaloneResult> {
  const memory = new MemoryLedger({ now: () => clock.now() });
  memory.order({ desired: 'run', bandwidth: migration.bandwidth });
  const notes = await openUploadNotes(migration.notesFile, randomness.id);
  const ledger = notes.attach(memory.forWorker('standalone'));
  const reporting = reportProgress(ledger, migration.progress);
  try {
    const end = await runToEnd(migration, ledger, signal);
    const lists = end.kind === 'finished' ? await writeFinalLists({ ...migration, ledger }, AbortSignal.timeout(listsMs)) : undefined;
    await cleanUp(end, migration.destination, ledger, notes);
    return { end, tally: await ledger.tally(), lists, failures: (afterKey, limit) => ledger.failures(afterKey, limit) };
  } finally {
    await reporting.stop();
  }
}

async function runToEnd(migration: StandaloneMigration, ledger: Ledger, signal: AbortSignal): Promise<StandaloneResult['end']> {
  const { source, destination, plan, limits, observe } = migration;
  const deps = { source, destination, plan, ledger, limits, observe, clock, random: randomness.fraction };
  for (;;) {
    const end = await runMigration(deps, signal).catch((error: unknown) => {
      if (signal.aborted) return { kind: 'paused' } as const;
      throw error;
    });
    if (end.kind === 'paused') return { kind: 'interrupted' };
    if (end.kind !== 'idle') return end;
    if (signal.aborted) return { kind: 'interrupted' };
    const now = clock.now();
    await clock.sleep(Math.max(50, (end.nextItemAt ?? now) - now), signal).catch(() => undefined);
  }
}

/** What cannot be aborted in time stays noted for the next run. */
async function cleanUp(end: StandaloneResult['end'], destination: ObjectStore, ledger: Ledger, notes: UploadNotes): Promise<void> {
  if (end.kind === 'interrupted') return;
  if (end.kind === 'finished') await notes.abandonRest();
  const late = AbortSignal.timeout(cleanUpMs);
  await abortAbandoned(ledger, destination, late).catch((error: unknown) => {
    if (!late.aborted) throw error;
  });
}

function reportProgress(ledger: Ledger, progress: StandaloneMigration['progress']): { stop(): Promise<void> } {
  const report = async (): Promise<void> => {
    const [tally, counting] = await Promise.all([ledger.tally(), ledger.counting()]);
    progress(tally, counting.done ? counting.found : undefined);
  };
  const timer = setInterval(() => void report(), 500);
  return {
    async stop() {
      clearInterval(timer);
      await report();
    },
  };
}

export interface StandaloneComparison {
  readonly source: ObjectStore;
  readonly destination: ObjectStore;
  readonly prefix: string;
  readonly savePrefix: string;
  readonly readBytes: boolean;
}

/** The report of `engine/comparison/report.ts`, as texts of whole lines. */
export function compareStandalone({ source, destination, prefix, savePrefix, readBytes }: StandaloneComparison, signal: AbortSignal): AsyncIterable<string> {
  const plan = { selection: { kind: 'prefixes', prefixes: [prefix] }, savePrefix, migrateSince: undefined } as const;
  return reportOf({ source, destination, plan, clock, readBytes }, signal);
}

/** {@link preflight} of everything below a prefix. */
export function preflightStandalone({ prefix, savePrefix, ...deps }: Omit<PreflightDeps, 'plan' | 'clock' | 'mostObjects'> & { readonly prefix: string; readonly savePrefix: string }, signal: AbortSignal): Promise<Preflight> {
  const plan = { selection: { kind: 'prefixes', prefixes: [prefix] }, savePrefix, migrateSince: undefined } as const;
  return preflight({ ...deps, plan, clock, mostObjects: Infinity }, signal);
}
