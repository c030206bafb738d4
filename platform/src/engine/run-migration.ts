import type { RunDeps, RunEnd } from './run.ts';
import { Migration } from './run/migration.ts';
import { readOrders } from './run/heartbeat.ts';
import { RunState } from './run/run-state.ts';
import { createTransfer } from './transfer/create-transfer.ts';
import type { Transfer, TransferContext } from './transfer/transfer.ts';

/**
 * Does one worker's share of a migration until it ends as {@link RunEnd} says. Nothing is in flight any more when the
 * promise settles, and all leases are given back unless they were lost.
 *
 * Rejects with the signal's reason when it aborts: what small copies are under way are waited for, up to `drainMs`, and
 * committed. Rejects with what the ledger throws, and when its heartbeats fail for too long: then nothing is committed.
 */
export function runMigration(deps: RunDeps, signal: AbortSignal): Promise<RunEnd> {
  return runWith(deps, (context) => createTransfer(context, { parts: deps.limits.parts }), signal);
}

/** {@link runMigration} with a transfer of the caller's own. */
export async function runWith(deps: RunDeps, transferOf: (context: TransferContext) => Transfer, signal: AbortSignal): Promise<RunEnd> {
  signal.throwIfAborted();
  const run = new RunState(deps, transferOf);
  const abort = () => run.end({ kind: 'thrown', error: signal.reason });
  signal.addEventListener('abort', abort, { once: true });
  try {
    await readOrders(run);
    if (run.ending === undefined) await new Migration(run).work();
  } finally {
    signal.removeEventListener('abort', abort);
    run.close();
  }
  const { ending } = run;
  if (ending === undefined) throw new TypeError('a run settled without an end');
  if (ending.kind === 'thrown') throw ending.error;
  return ending;
}
