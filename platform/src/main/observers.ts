/** Binds what the rooms observe to the metrics. */
import type { Metrics } from '../api/ops/metrics.ts';
import type { RunObserver } from '../engine/run.ts';
import type { SyncObserver } from '../worker/sync/sync-worker.ts';
import type { VolumeObserver } from '../worker/volumes/volume-worker.ts';
import type { StoreObserver } from '../object-store/decorators/metering.ts';

export function storeObserver(metrics: Metrics): StoreObserver {
  return {
    request: ({ endpoint }, operation, outcome, milliseconds) => metrics.storeRequest({ endpoint, operation, outcome, milliseconds }),
    retry: ({ endpoint }, _operation, failure) => metrics.storeRetry(endpoint, failure),
  };
}

export function runObserver(metrics: Metrics): RunObserver {
  return {
    bytes: (count) => metrics.bytes(count),
    outcome: (kind) => metrics.object(kind),
    recordFailed: (failure) => metrics.recordFailed(failure),
  };
}

export function volumeObserver(metrics: Metrics): VolumeObserver {
  return { settled: (kind, outcome) => metrics.volumeJob(kind, outcome) };
}

export function syncObserver(metrics: Metrics): SyncObserver & { readonly accepted: (names: number) => void } {
  return {
    bytes: (count) => metrics.bytes(count),
    accepted: (names) => metrics.syncAccepted(names),
    settled(outcome, { names, waitedMs }) {
      metrics.object(outcome);
      metrics.syncSettled(outcome, names, waitedMs);
    },
  };
}
