import type { ObjectStore, StoreLocation, StoreTraits } from '../../object-store/object-store.ts';
import { S3Folders } from './list-folders.ts';
import { S3Listing } from './list-objects.ts';
import { S3Multipart } from './multipart.ts';
import { S3Objects } from './objects.ts';
import { openRequests } from './open-requests.ts';
import { S3Restore } from './restore.ts';
import { amazonLimits, MAX_KEY_BYTES, type S3Config } from './s3-config.ts';
import { S3ServerSideCopy } from './server-side-copy.ts';
import { amazonHeaders } from './vocabulary.ts';

export type { S3Config, S3Credentials } from './s3-config.ts';

const MAX_PUT_BYTES = 5 * 1024 * 1024 * 1024;

/** One bucket of an S3-compatible store, over AWS's own API unless the configuration says otherwise. */
export function createS3Store(config: S3Config): ObjectStore {
  const opened = openRequests(config);
  const { requests } = opened;
  const location: StoreLocation = { endpoint: new URL(config.endpoint).origin, bucket: config.bucket, account: config.credentials.accessKey };
  const { headers = amazonHeaders, limits = amazonLimits } = config;
  const objects = new S3Objects(requests, headers);
  const dialect = { version: config.listVersion ?? 2, encoding: config.listEncoding ?? 'url' };
  const listing = new S3Listing(requests, dialect);
  return {
    location,
    traits: traitsOf(config),
    list: (query, signal) => listing.list(query, signal),
    stat: (key, signal) => objects.stat(key, signal),
    read: (key, options, signal) => objects.read(key, options, signal),
    write: (key, body, options, signal) => objects.write(key, body, options, signal),
    remove: (key, signal) => objects.remove(key, signal),
    async checkBucket(signal) {
      // A HEAD of the bucket would tell no code, a listing does.
      await listing.list({ prefix: '', from: { kind: 'start' }, limit: 1 }, signal);
    },
    multipart: new S3Multipart(requests, headers, limits),
    serverSideCopy: new S3ServerSideCopy(requests, location, headers, objects, limits),
    ...(config.restore && { restore: new S3Restore(requests, objects, config.restore) }),
    folders: new S3Folders(requests, dialect),
    close() {
      opened.close();
      return Promise.resolve();
    },
  };
}

function traitsOf(config: S3Config): StoreTraits {
  return {
    listOrder: 'bytes',
    etag: 'md5',
    crc64: config.headers?.crc64Header === undefined ? undefined : 'ecma',
    maxKeyBytes: MAX_KEY_BYTES,
    maxWriteBytes: MAX_PUT_BYTES,
    conditionalWrite: false,
    ...config.traits,
  };
}
