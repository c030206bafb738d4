/** From an entry of the region catalogue to a store that is ready for the engine. A new cloud is one line here. */
import { AimdLimiter, type AimdOptions } from '@haulier/lib/limiter/aimd.ts';
import type { RetryDeps } from '@haulier/lib/retry/retry.ts';
import { withAccountRetry } from '../object-store/decorators/account.ts';
import { withConcurrency, withConcurrencyByServer, type EndpointLimiters } from '../object-store/decorators/concurrency.ts';
import { withMetering, type StoreObserver } from '../object-store/decorators/metering.ts';
import { defaultRetryPolicy, withRetry } from '../object-store/decorators/retry.ts';
import type { CdnAccess } from '../object-store/cdn.ts';
import { StoreFailure } from '../object-store/failure.ts';
import type { ObjectAccount } from '../object-store/object-account.ts';
import type { ObjectStore } from '../object-store/object-store.ts';
import { aliyun } from './aliyun/provider.ts';
import { aws } from './aws/provider.ts';
import { azure } from './azure/provider.ts';
import { baidu } from './baidu/provider.ts';
import { createCdnStore } from './cdn/cdn-store.ts';
import { readThroughCdn } from './cdn/read-through-cdn.ts';
import type { AccountOptions, BucketOptions, CloudProvider } from './cloud-provider.ts';
import { google } from './google/provider.ts';
import { huawei } from './huawei/provider.ts';
import { kingsoft } from './kingsoft/provider.ts';
import { local } from './local/provider.ts';
import { qingcloud } from './qingcloud/provider.ts';
import { qiniu } from './qiniu/provider.ts';
import type { RegionEntry } from './region-catalogue.ts';
import { tencent } from './tencent/provider.ts';
import { ucloud } from './ucloud/provider.ts';
import { url } from './url/provider.ts';
import type { AbsentServers } from './web/absent-servers.ts';

/** What the composition root gives to every store. One for a process: it holds what is known of each endpoint. */
export interface StoreRuntime extends RetryDeps {
  /** A new name at each call, of letters, digits and dashes, unique over all processes. */
  uniqueName(): string;
  readonly limiters: LimitersByEndpoint;
  /** What is known of the servers that URLs lead to. */
  readonly absentServers?: AbsentServers | undefined;
  readonly observer?: StoreObserver;
}

export interface OpenAccountOptions extends Omit<AccountOptions, 'runtime'> {
  readonly runtime: StoreRuntime;
}

export interface OpenOptions extends Omit<BucketOptions, 'runtime'> {
  /** Objects are read through it. */
  readonly cdn?: CdnAccess | undefined;
  readonly runtime: StoreRuntime;
}

/**
 * Opens one bucket. Sends no request.
 *
 * @throws StoreFailure `unsupported` for a cloud, or an option of it, that has no provider yet; `bad-credentials` where
 * some are needed and none are given; `unreachable` when the entry's CA file cannot be read.
 */
export function openStore(entry: RegionEntry, options: OpenOptions): ObjectStore {
  const store = decorate(providerOf(entry.cloud).openStore(entry, options), options.runtime);
  return options.cdn === undefined ? store : readThroughCdn(store, openCdn(options.cdn, options));
}

/**
 * Opens what a CDN has of a bucket: `stat` and `read` ask the CDN alone, with a signed request each. Sends no request.
 *
 * @throws StoreFailure `bad-credentials` when a secret of the authentication type is missing, `unsupported` for temporary credentials.
 */
export function openCdn(access: CdnAccess, { bucket, credentials, runtime }: Pick<OpenOptions, 'bucket' | 'credentials' | 'runtime'>): ObjectStore {
  return decorate(createCdnStore({ access, bucket, credentials, runtime }), runtime);
}

/**
 * Opens the view of one account. Sends no request.
 *
 * @throws StoreFailure as {@link openStore} does; `unsupported` where a cloud has no accounts.
 */
export function openAccount(entry: RegionEntry, options: OpenAccountOptions): ObjectAccount {
  const { openAccount: open } = providerOf(entry.cloud);
  if (open === undefined) throw new StoreFailure('unsupported', `${entry.cloud} has no account to look at`);
  return withAccountRetry(open(entry, options), defaultRetryPolicy, options.runtime);
}

/** Whether stores of that cloud can be opened at all; for what is offered to choose from. */
export function isSupported(cloud: string): boolean {
  return providers.has(cloud);
}

/** @throws StoreFailure `unsupported` for a cloud that has none. */
export function providerOf(cloud: string): CloudProvider {
  const provider = providers.get(cloud);
  if (provider === undefined) throw new StoreFailure('unsupported', `there is no provider for ${cloud}`);
  return provider;
}

const providers: ReadonlyMap<string, CloudProvider> = new Map([
  ['Local', local],
  ['AWS', aws],
  ['HuaweiCloud', huawei],
  ['HEC', huawei],
  ['Azure', azure],
  ['Aliyun', aliyun],
  ['Tencent', tencent],
  ['QingCloud', qingcloud],
  ['KingsoftCloud', kingsoft],
  ['Baidu', baidu],
  ['Qiniu', qiniu],
  ['UCloud', ucloud],
  ['Google', google],
  ['URLSource', url],
]);

/** Innermost first: each attempt is measured, waits for its turn at the endpoint, and is made again where that helps. */
function decorate(store: ObjectStore, runtime: StoreRuntime): ObjectStore {
  const { observer, clock, limiters } = runtime;
  const { location, serverOf } = store;
  const metered = observer === undefined ? store : withMetering(store, observer, () => clock.now());
  const bounded = serverOf === undefined
    ? withConcurrency(metered, limiters.of(location.endpoint))
    : withConcurrencyByServer(metered, (key) => limiters.ofServer(serverOf(key)));
  return withRetry(bounded, defaultRetryPolicy, runtime, observer && ((operation, failure) => observer.retry(location, operation, failure)));
}

/** What the limiters need to know of this process; see {@link AimdOptions}. */
export type ProcessLoad = Pick<AimdOptions, 'now' | 'busy'>;

/** The limiters of all endpoints that a process has talked to. */
export class LimitersByEndpoint {
  readonly #byEndpoint = new Map<string, EndpointLimiters>();
  /** Of servers that are some among many; the least recently used first. */
  readonly #byServer = new Map<string, EndpointLimiters>();
  readonly #process: ProcessLoad;

  constructor(process: ProcessLoad) {
    this.#process = process;
  }

  of(endpoint: string): EndpointLimiters {
    const known = this.#byEndpoint.get(endpoint);
    if (known !== undefined) return known;
    const limiters = this.#create(permits);
    this.#byEndpoint.set(endpoint, limiters);
    return limiters;
  }

  /** Of one among any number of servers. What has long not been used is forgotten. */
  ofServer(server: string): EndpointLimiters {
    const limiters = this.#byServer.get(server) ?? this.#create(permitsOfServer);
    this.#byServer.delete(server);
    this.#byServer.set(server, limiters);
    for (const oldest of this.#byServer.keys()) {
      if (this.#byServer.size <= MOST_SERVERS) break;
      this.#byServer.delete(oldest);
    }
    return limiters;
  }

  #create(bounds: typeof permits): EndpointLimiters {
    const options = { ...bounds, ...this.#process };
    return { reads: new AimdLimiter(options), others: new AimdLimiter(options) };
  }

  /** For metrics: without the servers that are some among many. */
  all(): ReadonlyMap<string, EndpointLimiters> {
    return this.#byEndpoint;
  }
}

const permits = { initial: 16, min: 1, max: 1024 };
/** As many as its client has connections. */
const permitsOfServer = { initial: 16, min: 1, max: 32 };
const MOST_SERVERS = 2_000;
