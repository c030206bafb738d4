/** Whether the objects of a bucket can be had from a CDN, and are the same there (section 5.5.2). */
import { forEachBounded } from '../../engine/bounded.ts';
import { isFailure, StoreFailure } from '../../object-store/failure.ts';
import type { CdnAccess, CdnAuthentication } from '../../object-store/cdn.ts';
import type { ObjectStore, StoredObject } from '../../object-store/object-store.ts';
import type { StorePlace } from '../stores.ts';
import type { CloudType, NodeCredentials } from '../task.ts';
import { withinLimit } from '../time-limit.ts';
import { ask, type AskDeps } from './ask.ts';
import { BucketRefusal } from './bucket-refusal.ts';
import type { Clouds } from './clouds.ts';

export interface CdnCheck {
  readonly place: StorePlace;
  readonly credentials: NodeCredentials;
  /** Of the objects to look at; the empty one stands for the bucket. */
  readonly prefixes: readonly string[];
  readonly access: CdnAccess;
}

export interface CheckedObject {
  readonly key: string;
  readonly found: boolean;
  readonly sameEtag: boolean;
}

export interface CdnFinding {
  /** Only where the authentication shows whose CDN it is. */
  readonly isOfSource: boolean;
  /** Something was looked at, and all of it can be had. */
  readonly isUsable: boolean;
  /** At most ten of each prefix; a prefix without any stands for itself and is not found. */
  readonly objects: readonly CheckedObject[];
}

export interface CheckCdnDeps extends AskDeps {
  readonly clouds: Clouds;
}

const ofEachPrefix = 10;
const atOnce = 16;

/** Half of the time is the source's, half the CDN's. A CDN that cannot be asked is an answer, a source that cannot is a refusal. */
export async function checkCdn(deps: CheckCdnDeps, { place, credentials, prefixes, access }: CdnCheck): Promise<CdnFinding> {
  const half = { ...deps, limitMs: deps.limitMs / 2 };
  const cdn = openCdn(deps.clouds, access, place.bucket, credentials);
  try {
    const objects = await ask(half, 'cdn', place.bucket, () => deps.clouds.openStore(place, credentials), (store, signal) => sampleOf(store, prefixes, signal));
    const checked = await lookAll(half, cdn, objects);
    return { isOfSource: cloudsOf[access.cdn.authentication] === place.cloud, isUsable: checked.length > 0 && checked.every(({ found }) => found), objects: checked };
  } finally {
    await cdn.close();
  }
}

/** A CDN's key that no URL can carry is the request's fault, not that of the source's keys. */
function openCdn(clouds: Clouds, access: CdnAccess, bucket: string, credentials: NodeCredentials): ObjectStore {
  try {
    return clouds.openCdn(access, bucket, credentials);
  } catch (error) {
    throw isFailure(error) ? new BucketRefusal('cdn', { kind: 'cdn-key' }, error) : error;
  }
}

interface Sampled {
  readonly key: string;
  /** Undefined for a prefix without an object. */
  readonly stored: StoredObject | undefined;
}

async function sampleOf(store: ObjectStore, prefixes: readonly string[], signal: AbortSignal): Promise<readonly Sampled[]> {
  const keys = new Map<string, boolean>();
  await forEachBounded(prefixes, atOnce, async (prefix) => {
    const { objects } = await store.list({ prefix, from: { kind: 'start' }, limit: ofEachPrefix }, signal);
    for (const { key } of objects) keys.set(key, true);
    if (objects.length === 0) keys.set(prefix, false);
  });
  const sampled: Sampled[] = [];
  await forEachBounded([...keys], atOnce, async ([key, exists], index) => {
    sampled[index] = { key, stored: exists ? await statIfThere(store, key, signal) : undefined };
  });
  return sampled;
}

async function statIfThere(store: ObjectStore, key: string, signal: AbortSignal): Promise<StoredObject | undefined> {
  return store.stat(key, signal).catch((error: unknown) => {
    if (isFailure(error, 'absent')) return undefined;
    throw error;
  });
}

/** What has not been seen when the time is up is not found. */
async function lookAll({ clock, limitMs }: AskDeps, cdn: ObjectStore, objects: readonly Sampled[]): Promise<readonly CheckedObject[]> {
  const checked = objects.map(({ key }): CheckedObject => ({ key, found: false, sameEtag: false }));
  const looking = withinLimit(clock, limitMs, (signal) => forEachBounded(objects, atOnce, async ({ key, stored }, index) => {
    const seen = stored && await cdn.stat(key, signal).catch(notFound);
    if (seen !== undefined) checked[index] = { key, found: true, sameEtag: seen.etag !== undefined && seen.etag === stored?.etag };
  }));
  await looking.catch(notFound);
  return [...checked];
}

function notFound(error: unknown): undefined {
  if (!(error instanceof StoreFailure)) throw error;
}

/** Whose CDN signs so; a key of nobody's says nothing. */
const cloudsOf: Readonly<Record<CdnAuthentication, CloudType | undefined>> = {
  none: undefined, qiniu: 'Qiniu', 'aliyun-a': 'Aliyun', 'aliyun-b': 'Aliyun', 'aliyun-c': 'Aliyun', kingsoft: 'KingsoftCloud', 'azure-sas': 'Azure',
  'tencent-a': 'Tencent', 'tencent-b': 'Tencent', 'tencent-c': 'Tencent', 'tencent-d': 'Tencent',
};
