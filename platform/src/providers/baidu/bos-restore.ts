/**
 * Restores of BOS, which its own API documents and the S3-compatible one does not.
 *
 * | | | source |
 * |---|---|---|
 * | endpoint | `<bucket>.<region>.bcebos.com` beside `s3.<region>.bcebos.com` | "Get access domain name" (Ck1rk80hn) |
 * | request | `POST /<key>?restore` without a body; `x-bce-restore-days` 1 to 30, `x-bce-restore-tier` Expedited, Standard (2 to 5 hours, the default) or LowCost. 200 when it has begun | "RestoreObject" (akc5t3f12) |
 * | state | `x-bce-storage-class` of GetObjectMeta; `x-bce-restore` with Amazon's values | "GetObjectMeta" (6kc5suqj3); the values from its maintainers in baidubce/bce-sdk-go, issue 108 |
 * | temporary credentials | `x-bce-security-token` | the SDKs |
 * | errors | JSON with `code` and `message`. That of a restore under way is not documented, so the state is asked for first | "Error codes" (Ajwvysfpl) |
 */
import type { ArchiveRestore, ObjectStore } from '../../object-store/object-store.ts';
import { S3Objects } from '../s3/objects.ts';
import { openRequests } from '../s3/open-requests.ts';
import type { S3Config } from '../s3/s3-config.ts';
import type { S3Requests } from '../s3/s3-requests.ts';
import { amazonHeaders, amazonVocabulary } from '../s3/vocabulary.ts';
import { BceV1Signer } from './bce-v1.ts';

const MOST_DAYS = 30;

/** `store` as it is, with restores and what they have come to. At endpoints that are not Baidu's there are none. */
export function restoringAtBos(store: ObjectStore, config: S3Config): ObjectStore {
  const endpoint = bosEndpoint(config.endpoint);
  if (endpoint === undefined) return store;
  const headers = { ...(config.headers ?? amazonHeaders), vocabulary: { ...amazonVocabulary, prefix: 'x-bce-' } };
  const opened = openRequests({ ...config, endpoint, addressing: 'virtual-host', headers, signerOf: ({ credentials }) => new BceV1Signer(credentials) });
  const objects = new S3Objects(opened.requests, headers);
  return {
    ...store,
    async stat(key, signal) {
      const object = await store.stat(key, signal);
      if (!object.archived) return object;
      const { archived, restoring, restoredUntil } = await objects.stat(key, signal);
      return { ...object, archived, restoring, restoredUntil };
    },
    restore: bosRestore(opened.requests, objects),
    async close() {
      opened.close();
      await store.close();
    },
  };
}

function bosRestore(requests: S3Requests, objects: S3Objects): ArchiveRestore {
  return {
    async request(key, days, signal) {
      const { archived, restoring } = await objects.stat(key, signal);
      if (!archived) return 'readable';
      if (restoring === true) return 'requested';
      const headers = [['x-bce-restore-days', String(Math.min(days, MOST_DAYS))], ['x-bce-restore-tier', 'Standard']] as const;
      (await requests.send({ method: 'POST', key, query: [['restore', '']], headers }, signal)).body.discard();
      return 'requested';
    },
  };
}

function bosEndpoint(endpoint: string): string | undefined {
  const url = new URL(endpoint);
  if (!/^s3\.[a-z0-9-]+\.bcebos\.com$/.test(url.hostname)) return undefined;
  url.hostname = url.hostname.slice('s3.'.length);
  return url.origin;
}
