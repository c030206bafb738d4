import type { LedgerAdmin } from './ledger-admin.ts';
import type { StoredTask } from './task-repository.ts';

/**
 * Makes the task's ledger ready for its run. Called right after the task has been moved to a new run, and again by whoever
 * finds a task whose ledger lags behind: a process may have died in between. Repeating it changes nothing.
 */
export async function prepareRun(ledgers: LedgerAdmin, { id, run, bandwidth }: Pick<StoredTask, 'id' | 'run' | 'bandwidth'>): Promise<void> {
  await ledgers.create(id);
  await ledgers.setBandwidth(id, bandwidth);
  await ledgers.beginRun(id, { failedOnly: run.kind === 'failed-only', number: run.number });
}
