/**
 * What is measured. The rooms never see this file: they call observers, which `main` binds to these recorders.
 *
 * Labels are few and bounded (an endpoint of the catalogue, an operation, an outcome): no key, bucket, task or user.
 */
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import { volumeBacklogGauges, volumeJobCounter, type VolumeBacklog } from './volume-metrics.ts';

export interface StoreRequest {
  /** Scheme, host and port. */
  readonly endpoint: string;
  /** `list`, `read`, `write`, … */
  readonly operation: string;
  /** `ok`, or the kind of the failure. */
  readonly outcome: string;
  readonly milliseconds: number;
}

export interface Metrics {
  /** Adds the gauges of what is asked at each scrape. Called once. */
  watch(sources: MetricsSources): void;
  /** Text for Prometheus and its content type. */
  expose(): Promise<{ readonly contentType: string; readonly text: string }>;
  /** Bytes that reached a destination, as they go. */
  bytes(count: number): void;
  object(outcome: 'succeeded' | 'skipped' | 'failed'): void;
  storeRequest(request: StoreRequest): void;
  storeRetry(endpoint: string, failure: string): void;
  /** A list of outcomes that could not be written. */
  recordFailed(failure: string): void;
  httpRequest(method: string, route: string, status: number, milliseconds: number): void;
  /** Names of objects that synchronisation tasks are to look at again. */
  syncAccepted(names: number): void;
  /** @param waitedMs since the first of them was accepted */
  syncSettled(outcome: 'succeeded' | 'skipped' | 'failed', names: number, waitedMs: number): void;
  /** @param kind of the work on a disk that has ended */
  volumeJob(kind: string, outcome: 'done' | 'failed'): void;
}

export interface StoreConcurrency {
  readonly endpoint: string;
  /** Requests whose data flows towards us, or all others: they have limits of their own. */
  readonly direction: 'reads' | 'others';
  readonly limit: number;
  readonly underWay: number;
}

export interface MetricsSources {
  /** Jobs waiting, asked for at each scrape. */
  readonly queueDepth: () => Promise<number>;
  /** What each endpoint is allowed and has under way, asked for at each scrape. */
  readonly storeConcurrency: () => Iterable<StoreConcurrency>;
  /** Accepted events that are not settled and the age of the oldest, asked for at each scrape. */
  readonly syncBacklog: () => Promise<{ readonly events: number; readonly oldestMs: number }>;
  readonly volumeBacklog: VolumeBacklog;
}

const secondsBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const objects = new Counter({ registers, name: 'haulier_objects_total', help: 'Objects dealt with, by outcome.', labelNames: ['outcome'] });
  const bytes = new Counter({ registers, name: 'haulier_bytes_total', help: 'Bytes written to destinations.' });
  const requests = new Counter({ registers, name: 'haulier_store_requests_total', help: 'Requests to object stores, by operation and outcome.', labelNames: ['endpoint', 'operation', 'outcome'] });
  const requestSeconds = new Histogram({ registers, name: 'haulier_store_request_seconds', help: 'Duration of requests to object stores.', labelNames: ['endpoint', 'operation'], buckets: secondsBuckets });
  const retries = new Counter({ registers, name: 'haulier_store_retries_total', help: 'Requests to object stores that were tried again, by the failure before.', labelNames: ['endpoint', 'failure'] });
  const records = new Counter({ registers, name: 'haulier_record_failures_total', help: 'Lists of outcomes that could not be written into a destination.', labelNames: ['failure'] });
  const http = new Histogram({ registers, name: 'haulier_http_request_seconds', help: 'Duration of requests to the API.', labelNames: ['method', 'route', 'status'], buckets: secondsBuckets });
  const sync = syncCounters(registers);
  const volumeJobs = volumeJobCounter(registers);
  return {
    watch(sources) {
      queueDepthGauge(registers, sources);
      syncBacklogGauges(registers, sources);
      volumeBacklogGauges(registers, sources.volumeBacklog);
      concurrencyGauges(registers, sources);
    },
    expose: async () => ({ contentType: registry.contentType, text: await registry.metrics() }),
    bytes: (count) => bytes.inc(count),
    object: (outcome) => objects.inc({ outcome }),
    storeRequest({ endpoint, operation, outcome, milliseconds }) {
      requests.inc({ endpoint, operation, outcome });
      requestSeconds.observe({ endpoint, operation }, milliseconds / 1000);
    },
    storeRetry: (endpoint, failure) => retries.inc({ endpoint, failure }),
    recordFailed: (failure) => records.inc({ failure }),
    httpRequest: (method, route, status, milliseconds) => http.observe({ method, route, status: String(status) }, milliseconds / 1000),
    syncAccepted: (names) => sync.accepted.inc(names),
    syncSettled(outcome, names, waitedMs) {
      sync.settled.inc({ outcome }, names);
      sync.lag.observe(waitedMs / 1000);
    },
    volumeJob: (kind, outcome) => volumeJobs.inc({ kind, outcome }),
  };
}

function syncCounters(registers: Registry[]) {
  return {
    accepted: new Counter({ registers, name: 'haulier_sync_events_total', help: 'Names of objects that synchronisation tasks were told to look at again.' }),
    settled: new Counter({ registers, name: 'haulier_sync_settled_total', help: 'Of these names, those that were dealt with, by the outcome of the look that settled them.', labelNames: ['outcome'] }),
    lag: new Histogram({ registers, name: 'haulier_sync_lag_seconds', help: 'From the acceptance of an event to its outcome.', buckets: secondsBuckets }),
  };
}

/** Absent, like the queue's, where the database does not answer. */
function syncBacklogGauges(registers: Registry[], { syncBacklog }: MetricsSources): void {
  const oldest = new Gauge({ registers, name: 'haulier_sync_oldest_event_seconds', help: 'Age of the oldest event of running synchronisation tasks that is not settled.' });
  new Gauge({
    registers,
    name: 'haulier_sync_backlog',
    help: 'Keys that running synchronisation tasks are still to look at.',
    async collect() {
      const backlog = await syncBacklog().catch(() => undefined);
      for (const gauge of [this, oldest]) gauge.reset();
      if (backlog === undefined) return;
      this.set(backlog.events);
      oldest.set(backlog.oldestMs / 1000);
    },
  });
}

/** A scrape must not fail because the database does: the gauge is then absent. */
function queueDepthGauge(registers: Registry[], { queueDepth }: MetricsSources): void {
  new Gauge({
    registers,
    name: 'haulier_queue_depth',
    help: 'Jobs waiting for a worker.',
    async collect() {
      const depth = await queueDepth().catch(() => undefined);
      if (depth === undefined) this.reset();
      else this.set(depth);
    },
  });
}

function concurrencyGauges(registers: Registry[], { storeConcurrency }: MetricsSources): void {
  const labelNames = ['endpoint', 'direction'];
  new Gauge({
    registers, labelNames, name: 'haulier_store_concurrency_limit', help: 'Requests that an endpoint bears at once, as found out so far.',
    collect() {
      for (const { endpoint, direction, limit } of storeConcurrency()) this.set({ endpoint, direction }, limit);
    },
  });
  new Gauge({
    registers, labelNames, name: 'haulier_store_concurrency', help: 'Requests under way at an endpoint.',
    collect() {
      for (const { endpoint, direction, underWay } of storeConcurrency()) this.set({ endpoint, direction }, underWay);
    },
  });
}
