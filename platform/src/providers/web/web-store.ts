import type { HttpClientOptions } from '@haulier/lib/http/http-client.ts';
import { StoreFailure } from '../../object-store/failure.ts';
import type { ObjectStore, StoreLocation } from '../../object-store/object-store.ts';
import type { AbsentServers } from './absent-servers.ts';
import { OriginClients } from './origin-clients.ts';
import type { WebAddress } from './web-address.ts';
import { WebObjects, type AddressOf } from './web-objects.ts';
import { WebRequests } from './web-requests.ts';

export interface WebStoreConfig {
  readonly location: StoreLocation;
  /** What its keys are called where one cannot be done something to, e.g. `URLs`. */
  readonly named: string;
  readonly addressOf: AddressOf;
  /** Asked by `checkBucket`; any answer will do. Absent where nothing is known to ask. */
  readonly home?: WebAddress;
  readonly maxKeyBytes: number;
  /** Whether a page for people fails, where the key promises something else. Default false: a bucket behind it knows its objects. */
  readonly refusesPages?: boolean;
  /** Where keys lead to many servers, of which some may not be there. */
  readonly absent?: AbsentServers | undefined;
  /** Most connections to one server. */
  readonly looks: number;
  readonly reads: number;
  /** Milliseconds since the epoch; for a Retry-After that is a date. */
  readonly now: () => number;
  /** Of the client of each origin. */
  readonly http?: Omit<HttpClientOptions, 'origin'>;
}

/**
 * What web servers have, as a store. It can be looked at and read, not listed and not written to.
 *
 * The ETag of an object is opaque, and names one version of it to `read`. An object whose server tells no length has a
 * negative size and a body of undefined length, one whose server tells no time a `lastModified` of 0.
 */
export function createWebStore({ location, named, addressOf, home, maxKeyBytes, refusesPages = false, absent, now, http, ...most }: WebStoreConfig): ObjectStore {
  const looks = new OriginClients({ maxConnections: most.looks, ...http });
  const reads = new OriginClients({ maxConnections: most.reads, ...http });
  const looking = new WebRequests(looks, now, absent);
  const objects = new WebObjects(addressOf, looking, new WebRequests(reads, now, absent), refusesPages);
  const unsupported = (what: string): Promise<never> => Promise.reject(new StoreFailure('unsupported', `${named} cannot be ${what}`));
  return {
    location,
    traits: { listOrder: 'opaque', etag: 'opaque', crc64: undefined, maxKeyBytes, maxWriteBytes: 0, conditionalWrite: false },
    list: () => unsupported('listed'),
    stat: (key, signal) => objects.stat(key, signal),
    read: (key, options, signal) => objects.read(key, options, signal),
    write(_key, body) {
      body.discard();
      return unsupported('written to');
    },
    remove: () => unsupported('removed'),
    async checkBucket(signal) {
      if (home !== undefined) (await looking.send('HEAD', home, '', signal)).response.body.discard();
    },
    close() {
      looks.close();
      reads.close();
      return Promise.resolve();
    },
  };
}
