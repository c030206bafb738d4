import type { HttpClientOptions } from '@haulier/lib/http/http-client.ts';
import { StoreFailure } from '../../object-store/failure.ts';
import type { ObjectStore } from '../../object-store/object-store.ts';
import { OriginClients } from './origin-clients.ts';
import { UrlObjects } from './url-objects.ts';
import { UrlRequests } from './url-requests.ts';

export interface UrlStoreConfig {
  /** Milliseconds since the epoch; for a Retry-After that is a date. */
  readonly now: () => number;
  /** Of the client of each origin. */
  readonly http?: Omit<HttpClientOptions, 'origin'>;
}

/** Connections to one server, fewer than it would take to be a nuisance to it. */
const MAX_LOOKS = 16;
const MAX_READS = 32;
/** The longest line of a list file. */
const MAX_URL_BYTES = 65_536;

/**
 * What URLs lead to, as a store whose keys are the URLs. It can be looked at and read, not listed and not written to.
 *
 * The ETag of an object is opaque, and names one version of it to `read`. An object whose server tells no length has a
 * negative size and a body of undefined length, one whose server tells no time a `lastModified` of 0.
 */
export function createUrlStore({ now, http }: UrlStoreConfig): ObjectStore {
  const looks = new OriginClients({ maxConnections: MAX_LOOKS, ...http });
  const reads = new OriginClients({ maxConnections: MAX_READS, ...http });
  const objects = new UrlObjects(new UrlRequests(looks, now), new UrlRequests(reads, now));
  return {
    location: { endpoint: 'url:', bucket: '', account: '' },
    traits: { listOrder: 'opaque', etag: 'opaque', crc64: undefined, maxKeyBytes: MAX_URL_BYTES, maxWriteBytes: 0, conditionalWrite: false },
    list: () => unsupported('listed'),
    stat: (key, signal) => objects.stat(key, signal),
    read: (key, options, signal) => objects.read(key, options, signal),
    write(_key, body) {
      body.discard();
      return unsupported('written to');
    },
    remove: () => unsupported('removed'),
    // There is nothing to be reached before a URL is known.
    checkBucket: () => Promise.resolve(),
    close() {
      looks.close();
      reads.close();
      return Promise.resolve();
    },
  };
}

function unsupported(what: string): Promise<never> {
  return Promise.reject(new StoreFailure('unsupported', `URLs cannot be ${what}`));
}
