/** From an entry of the region catalogue to a store that is ready for the engine. A new cloud is one line here. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { AimdLimiter, type AimdOptions } from '@haulier/lib/limiter/aimd.ts';
import type { RetryDeps } from '@haulier/lib/retry/retry.ts';
import { withConcurrency, type EndpointLimiters } from '../object-store/decorators/concurrency.ts';
import { withMetering, type StoreObserver } from '../object-store/decorators/metering.ts';
import { defaultRetryPolicy, withRetry } from '../object-store/decorators/retry.ts';
import { StoreFailure } from '../object-store/failure.ts';
import type { ObjectStore } from '../object-store/object-store.ts';
import { builtInRegions } from './built-in-regions.ts';
import { createLocalStore } from './local/local-store.ts';
import type { RegionEntry } from './region-catalogue.ts';
import { createS3Store, type S3Credentials } from './s3/s3-store.ts';
import { createUrlStore } from './url/url-store.ts';

/** What the composition root gives to every store. One for a process: it holds what is known of each endpoint. */
export interface StoreRuntime extends RetryDeps {
  /** A new name at each call, of letters, digits and dashes, unique over all processes. */
  uniqueName(): string;
  readonly limiters: LimitersByEndpoint;
  readonly observer?: StoreObserver;
}

export interface OpenOptions {
  readonly bucket: string;
  /** Absent for Local and URLSource, which know none. */
  readonly credentials: S3Credentials | undefined;
  /** The one who reads pays; only S3-compatible stores know it. */
  readonly requesterPays?: boolean;
  readonly runtime: StoreRuntime;
}

/**
 * Opens one bucket. Sends no request.
 *
 * @throws StoreFailure `unsupported` for a cloud, or an option of it, that has no provider yet; `bad-credentials` where
 * some are needed and none are given; `unreachable` when the entry's CA file cannot be read.
 */
export function openStore(entry: RegionEntry, options: OpenOptions): ObjectStore {
  const open = providers.get(entry.cloud);
  if (open === undefined) throw new StoreFailure('unsupported', `there is no provider for ${entry.cloud} yet`);
  return decorate(open(entry, options), options.runtime);
}

type OpenProvider = (entry: RegionEntry, options: OpenOptions) => ObjectStore;

const providers: ReadonlyMap<string, OpenProvider> = new Map([
  ['Local', openLocal],
  ['AWS', openS3],
  ['HuaweiCloud', openS3],
  ['HEC', openS3],
  ['Aliyun', openS3OfUser],
  ['Tencent', openS3OfUser],
  ['QingCloud', openS3OfUser],
  ['KingsoftCloud', openS3OfUser],
  ['Baidu', openS3OfUser],
  ['Qiniu', openS3OfUser],
  ['UCloud', openS3OfUser],
  ['Google', openS3OfUser],
  ['URLSource', (_, { runtime }) => createUrlStore({ now: () => runtime.clock.now() })],
]);

/** Innermost first: each attempt is measured, waits for its turn at the endpoint, and is made again where that helps. */
function decorate(store: ObjectStore, runtime: StoreRuntime): ObjectStore {
  const { observer, clock, limiters } = runtime;
  const { location } = store;
  const metered = observer === undefined ? store : withMetering(store, observer, () => clock.now());
  const bounded = withConcurrency(metered, limiters.of(location.endpoint));
  return withRetry(bounded, defaultRetryPolicy, runtime, observer && ((operation, failure) => observer.retry(location, operation, failure)));
}

function openLocal(entry: RegionEntry, { bucket, requesterPays, runtime }: OpenOptions): ObjectStore {
  if (requesterPays === true) throw new StoreFailure('unsupported', 'Local has no requester pays');
  return createLocalStore({ root: fileURLToPath(entry.endpoint), bucket, uniqueName: () => runtime.uniqueName() });
}

function openS3(entry: RegionEntry, { bucket, credentials, requesterPays, runtime }: OpenOptions): ObjectStore {
  if (credentials === undefined) throw new StoreFailure('bad-credentials', `${entry.cloud} needs an access key`);
  return createS3Store({
    endpoint: entry.endpoint,
    region: entry.signingRegion ?? entry.region,
    addressing: entry.addressing,
    signature: entry.signature,
    bucket,
    credentials,
    ...(entry.listVersion === undefined ? {} : { listVersion: entry.listVersion }),
    ...(entry.caFile === undefined ? {} : { ca: readCa(entry.caFile) }),
    ...(requesterPays === undefined ? {} : { requesterPays }),
    ...(isAmazon(entry.endpoint) ? { traits: { conditionalWrite: true } } : {}),
    now: () => runtime.clock.now(),
  });
}

/** Amazon documents If-None-Match on PutObject; a compatible store may ignore it or refuse the request. */
function isAmazon(endpoint: string): boolean {
  return /\.amazonaws\.com(\.cn)?$/.test(new URL(endpoint).hostname);
}

/** A cloud whose own dialect is to come: only an S3-compatible endpoint that the user has named is taken as such. */
function openS3OfUser(entry: RegionEntry, options: OpenOptions): ObjectStore {
  if (builtInRegions().some(({ cloud, endpoint }) => cloud === entry.cloud && endpoint === entry.endpoint)) {
    throw new StoreFailure('unsupported', `there is no provider for ${entry.cloud} yet; an S3-compatible endpoint of it can be named in the region catalogue`);
  }
  return openS3(entry, options);
}

function readCa(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new StoreFailure('unreachable', `the CA file ${file} cannot be read`, { cause });
  }
}

/** What the limiters need to know of this process; see {@link AimdOptions}. */
export type ProcessLoad = Pick<AimdOptions, 'now' | 'busy'>;

/** The limiters of all endpoints that a process has talked to. */
export class LimitersByEndpoint {
  readonly #byEndpoint = new Map<string, EndpointLimiters>();
  readonly #process: ProcessLoad;

  constructor(process: ProcessLoad) {
    this.#process = process;
  }

  of(endpoint: string): EndpointLimiters {
    const known = this.#byEndpoint.get(endpoint);
    if (known !== undefined) return known;
    const options = { ...permits, ...this.#process };
    const limiters = { reads: new AimdLimiter(options), others: new AimdLimiter(options) };
    this.#byEndpoint.set(endpoint, limiters);
    return limiters;
  }

  /** For metrics. */
  all(): ReadonlyMap<string, EndpointLimiters> {
    return this.#byEndpoint;
  }
}

const permits = { initial: 32, min: 1, max: 1024 };
