import type { ListedObject } from '../../object-store/object-store.ts';
import type { TransferOutcome } from '../transfer/transfer.ts';
import type { CopyBatch } from './copy-pool.ts';
import type { RunState } from './run-state.ts';

/** Copies one object in a slot of the pool, before the pages that wait. Rejects when the run ends first. */
export function copyInPool(run: RunState, object: ListedObject, destinationKey: string): Promise<TransferOutcome> {
  return new Promise((resolve, reject) => {
    let next = 0;
    const batch: CopyBatch = {
      signal: run.requests,
      take: () => (next === 0 ? next++ : -1),
      sourceOf: () => object,
      destinationKeyOf: () => destinationKey,
      settle: (_, outcome) => resolve(outcome),
      giveUp: reject,
    };
    run.pool.submit(batch, true);
  });
}
