import { describeLedgerContract } from './ledger-contract.ts';
import { MemoryLedger } from './memory-ledger.ts';

describeLedgerContract('memory', () => {
  const ledger = new MemoryLedger({ now: () => 1_800_000_000_000 });
  return Promise.resolve({
    ledgerFor: (worker) => ledger.forWorker(worker),
    expireLeasesOf: (worker) => {
      ledger.expireLeasesOf(worker);
      return Promise.resolve();
    },
    retryFailed: () => {
      ledger.retryFailed();
      return Promise.resolve();
    },
  });
});
