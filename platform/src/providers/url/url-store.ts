import type { HttpClientOptions } from '@haulier/lib/http/http-client.ts';
import type { ObjectStore } from '../../object-store/object-store.ts';
import type { AbsentServers } from '../web/absent-servers.ts';
import { addressOfUrl } from '../web/web-address.ts';
import { createWebStore } from '../web/web-store.ts';

export interface UrlStoreConfig {
  /** Milliseconds since the epoch; for a Retry-After that is a date. */
  readonly now: () => number;
  /** Shared by all that go on at once; without it each object finds out by itself that its server is not there. */
  readonly absent?: AbsentServers | undefined;
  /** Of the client of each origin. */
  readonly http?: Omit<HttpClientOptions, 'origin'>;
}

/** Connections to one server, fewer than it would take to be a nuisance to it. */
const most = { looks: 16, reads: 32 };
/** The longest line of a list file. */
const MAX_URL_BYTES = 65_536;

/** The same text for the same server; what is no URL leads to none. */
function serverOf(url: string): string {
  return /^[a-z]+:\/\/[^/?#]*/i.exec(url)?.[0].toLowerCase() ?? '';
}

/** What URLs lead to, as a store whose keys are the URLs. Before one is known there is nothing to be reached. */
export function createUrlStore(config: UrlStoreConfig): ObjectStore {
  const store = createWebStore({
    ...config,
    ...most,
    location: { endpoint: 'url:', bucket: '', account: '' },
    named: 'URLs',
    addressOf: (_, url) => addressOfUrl(url),
    maxKeyBytes: MAX_URL_BYTES,
    refusesPages: true,
  });
  return { ...store, serverOf };
}
