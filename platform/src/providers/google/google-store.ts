import { HttpClient, type HttpClientOptions } from '@haulier/lib/http/http-client.ts';
import { StoreFailure } from '../../object-store/failure.ts';
import type { ListedBucket, ObjectAccount } from '../../object-store/object-account.ts';
import type { ObjectStore } from '../../object-store/object-store.ts';
import { AccessTokens } from './access-token.ts';
import { GoogleRequests } from './google-requests.ts';
import { fieldsOf, listIn, textIn } from './json-fields.ts';
import { GoogleListing } from './list-objects.ts';
import { GoogleObjects } from './objects.ts';
import type { ServiceAccount } from './service-account.ts';

export interface GoogleConfig {
  /** `https://storage.googleapis.com`, or an emulator's. */
  readonly endpoint: string;
  readonly account: ServiceAccount;
  /** Whether the endpoint is known to do all that Google documents: conditions on writes, and listings that start at a key. */
  readonly complete: boolean;
  /** PEM certificates to trust instead of the system's. */
  readonly ca?: string;
  readonly resolve?: HttpClientOptions['resolve'];
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly uniqueName: () => string;
}

const MAX_WRITE_BYTES = 5 * 1024 ** 4;
/** Lists longer than this many pages are no answers of a service that gets on. */
const MAX_PAGES = 10_000;

/** One bucket of Google Cloud Storage over the JSON API, with the key of a service account. */
export function createGoogleStore(config: GoogleConfig, bucket: string): ObjectStore {
  const { requests, close } = open(config);
  const objects = new GoogleObjects({ requests, bucket, uniqueName: config.uniqueName });
  const listing = new GoogleListing(requests, bucket, config.complete ? 'keys' : 'tokens');
  return {
    location: { endpoint: config.endpoint, bucket, account: config.account.email },
    traits: { listOrder: config.complete ? 'bytes' : 'opaque', etag: 'opaque', crc64: undefined, maxKeyBytes: 1024, maxWriteBytes: MAX_WRITE_BYTES, conditionalWrite: config.complete },
    list: (query, signal) => listing.list(query, signal),
    stat: (key, signal) => objects.stat(key, signal),
    read: (key, options, signal) => objects.read(key, options, signal),
    write: (key, body, options, signal) => objects.write(key, body, options, signal),
    remove: (key, signal) => objects.remove(key, signal),
    async checkBucket(signal) {
      await listing.list({ prefix: '', from: { kind: 'start' }, limit: 1 }, signal);
    },
    folders: { list: (query, signal) => listing.folders(query, signal) },
    close,
  };
}

/** Buckets: list and get. */
export function createGoogleAccount(config: GoogleConfig): ObjectAccount {
  const { requests, close } = open(config);
  return {
    listBuckets: (signal) => listBuckets(requests, config.account, signal),
    async regionOf(bucket, signal) {
      const resource = await requests.document({ method: 'GET', path: `/storage/v1/b/${encodeURIComponent(bucket)}`, query: [['fields', 'location']], on: bucket, ofObject: false }, signal);
      const location = textIn(resource, 'location');
      if (location === undefined) throw new StoreFailure('protocol', `${bucket}: a bucket without a location`);
      return location.toLowerCase();
    },
    close,
  };
}

async function listBuckets(requests: GoogleRequests, { projectId }: ServiceAccount, signal: AbortSignal): Promise<readonly ListedBucket[]> {
  if (projectId === undefined) throw new StoreFailure('bad-credentials', 'the key file of Google lacks project_id, whose buckets are to be listed');
  const buckets: ListedBucket[] = [];
  let token: string | undefined;
  for (let pages = 0; pages < MAX_PAGES; pages++) {
    const query: (readonly [string, string])[] = [['project', projectId], ...(token === undefined ? [] : [['pageToken', token] as const])];
    const root = await requests.document({ method: 'GET', path: '/storage/v1/b', query, on: projectId, ofObject: false }, signal);
    for (const item of listIn(root, 'items')) {
      const name = textIn(fieldsOf(item), 'name');
      if (name === undefined) throw new StoreFailure('protocol', 'a bucket without a name');
      buckets.push({ name, region: textIn(fieldsOf(item), 'location')?.toLowerCase() });
    }
    const next = textIn(root, 'nextPageToken');
    if (next === undefined) return buckets;
    if (next === token) break;
    token = next;
  }
  throw new StoreFailure('protocol', 'the list of buckets says that there is more and does not advance');
}

function open({ endpoint, account, ca, resolve, now }: GoogleConfig): { readonly requests: GoogleRequests; readonly close: () => Promise<void> } {
  const shared = resolve === undefined ? {} : { resolve };
  const client = new HttpClient({ origin: endpoint, ...(ca === undefined ? {} : { tls: { ca } }), ...shared });
  const tokens = new AccessTokens({ account, now, ...shared });
  return {
    requests: new GoogleRequests({ client, tokens, now }),
    close() {
      client.close();
      tokens.close();
      return Promise.resolve();
    },
  };
}
