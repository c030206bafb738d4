import { HttpClient, type HttpClientOptions } from '@haulier/lib/http/http-client.ts';
import type { ObjectAccount } from '../../object-store/object-account.ts';
import type { ObjectStore } from '../../object-store/object-store.ts';
import type { AzureAccess } from './access.ts';
import { AzureRequests } from './azure-requests.ts';
import { Blobs } from './blobs.ts';
import { BlobListing } from './list-blobs.ts';
import { listContainers } from './list-containers.ts';
import { rehydration } from './rehydration.ts';

export interface AzureConfig {
  readonly access: AzureAccess;
  /** PEM certificates to trust instead of the system's. */
  readonly ca?: string;
  readonly resolve?: HttpClientOptions['resolve'];
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Put Blob of versions from 2019-12-12 on. */
const MAX_PUT_BYTES = 5000 * 1024 * 1024;

/**
 * One container of Azure Blob Storage. It has no multipart uploads: blocks wait under the blob's name without a name or
 * metadata of their own, so that an upload could neither be found again nor be told from another.
 */
export function createAzureStore(config: AzureConfig, container: string): ObjectStore {
  const { client, requests } = open(config);
  const blobs = new Blobs(requests, container);
  const listing = new BlobListing(requests, container);
  return {
    location: { endpoint: endpointOf(config.access), bucket: container, account: config.access.account },
    traits: { listOrder: 'opaque', etag: 'opaque', crc64: undefined, maxKeyBytes: 1024, maxWriteBytes: MAX_PUT_BYTES, conditionalWrite: true },
    list: (query, signal) => listing.list(query, signal),
    stat: (key, signal) => blobs.stat(key, signal),
    read: (key, options, signal) => blobs.read(key, options, signal),
    write: (key, body, options, signal) => blobs.write(key, body, options, signal),
    remove: (key, signal) => blobs.remove(key, signal),
    async checkBucket(signal) {
      await listing.list({ prefix: '', from: { kind: 'start' }, limit: 1 }, signal);
    },
    restore: rehydration(requests, container, blobs),
    folders: { list: (query, signal) => listing.folders(query, signal) },
    close() {
      client.close();
      return Promise.resolve();
    },
  };
}

/** `region`: of the catalogue. The blob service tells of no container where it is, and all regions share an endpoint. */
export function createAzureAccount(config: AzureConfig, region: string): ObjectAccount {
  const { client, requests } = open(config);
  return {
    listBuckets: (signal) => listContainers(requests, signal),
    async regionOf(bucket, signal) {
      (await requests.send({ method: 'GET', container: bucket, query: [['restype', 'container']] }, signal)).body.discard();
      return region;
    },
    close() {
      client.close();
      return Promise.resolve();
    },
  };
}

function open({ access, ca, resolve, now }: AzureConfig): { readonly client: HttpClient; readonly requests: AzureRequests } {
  const client = new HttpClient({ origin: access.origin, ...(ca === undefined ? {} : { tls: { ca } }), ...(resolve === undefined ? {} : { resolve }) });
  return { client, requests: new AzureRequests({ client, access, now }) };
}

function endpointOf({ origin, basePath }: AzureAccess): string {
  return origin + basePath;
}
