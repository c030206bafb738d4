/** What every {@link Ledger} promises, as a suite that each of them passes. */
import { describe } from 'vitest';
import { describeItems } from './contract/items.ts';
import { describeRanges } from './contract/ranges.ts';
import { describeSplits } from './contract/splits.ts';
import { describeTallies } from './contract/tallies.ts';
import type { Ledger } from './ledger.ts';

/** One fresh migration whose state all workers share. */
export interface LedgerUnderTest {
  /** Two calls with one name give the same worker. */
  readonly ledgerFor: (workerId: string) => Ledger;
  /** Ends the worker's leases as if it had died and its time had passed. */
  readonly expireLeasesOf: (workerId: string) => Promise<void>;
  /** Makes an `as-failed` item of every failed object, due at once. */
  readonly retryFailed: () => Promise<void>;
}

export function describeLedgerContract(name: string, makeLedger: () => Promise<LedgerUnderTest>): void {
  describe(`ledger contract: ${name}`, () => {
    describeRanges(makeLedger);
    describeSplits(makeLedger);
    describeItems(makeLedger);
    describeTallies(makeLedger);
  });
}
