/** The use cases around buckets that need no task: sections 5.5 to 5.7. Each throws {@link BucketRefusal}. */
import { compareUtf8 } from '@haulier/lib/byte-order/byte-order.ts';
import { StoreFailure } from '../../object-store/failure.ts';
import type { CdnAccess } from '../../object-store/cdn.ts';
import type { ListPosition, ObjectStore } from '../../object-store/object-store.ts';
import { destinationPlace, type StorePlace } from '../stores.ts';
import type { CloudType, NodeCredentials } from '../task.ts';
import { ask, type AskDeps } from './ask.ts';
import { BucketRefusal, type BucketQuestion } from './bucket-refusal.ts';
import { checkCdn, type CdnFinding } from './check-cdn.ts';
import { checkListFile } from './check-list-file.ts';
import type { Clouds, KnownRegion } from './clouds.ts';

export interface AccountQuery {
  readonly cloud: CloudType;
  readonly appId: string | undefined;
  readonly credentials: NodeCredentials;
}

export interface BucketQuery extends AccountQuery {
  readonly bucket: string;
}

export interface PrefixQuery extends BucketQuery {
  readonly region: string;
  readonly prefix: string;
}

export interface FolderQuery extends PrefixQuery {
  /** Exclusive; empty for the start. */
  readonly after: string;
  /** 0 asks only whether there is anything. */
  readonly limit: number;
}

export interface CdnQuery extends BucketQuery {
  readonly region: string;
  readonly prefixes: readonly string[];
  readonly cdn: CdnAccess;
}

export interface ListFileQuery {
  readonly region: string;
  readonly bucket: string;
  readonly key: string;
  readonly credentials: NodeCredentials;
}

export interface FolderView {
  /** Ascending in byte order. A folder has no size. */
  readonly entries: readonly { readonly name: string; readonly bytes: number | undefined }[];
  /** The name to go on after; undefined on the last page. */
  readonly next: string | undefined;
}

export interface BucketRegion extends Omit<KnownRegion, 'cloud'> {
  /** Whether the catalogue has it. */
  readonly supported: boolean;
}

export interface Buckets {
  /** Names, in the cloud's order. */
  list(query: AccountQuery): Promise<readonly string[]>;
  regionOf(query: BucketQuery): Promise<BucketRegion>;
  folder(query: FolderQuery): Promise<FolderView>;
  /** Whether any key starts with the prefix; an empty one asks for any key at all. */
  hasPrefix(query: PrefixQuery): Promise<boolean>;
  /** Of a list of URLs in a bucket of the destination. */
  checkListFile(query: ListFileQuery): Promise<void>;
  /** Of some objects with each of the prefixes. */
  checkCdn(query: CdnQuery): Promise<CdnFinding>;
  regions(): readonly KnownRegion[];
}

export interface BucketsDeps extends AskDeps {
  readonly clouds: Clouds;
  /** How long a list file may take to be read, in milliseconds. */
  readonly readLimitMs: number;
}

export function createBuckets(deps: BucketsDeps): Buckets {
  const { clouds } = deps;
  return {
    async list({ cloud, appId, credentials }) {
      const place = { cloud, appId, region: defaultRegion(clouds, cloud, 'buckets') };
      const listed = await ask(deps, 'buckets', '', () => clouds.openAccount(place, credentials), (account, signal) => account.listBuckets(signal));
      return listed.map(({ name }) => name);
    },
    async regionOf({ cloud, appId, credentials, bucket }) {
      const place = { cloud, appId, region: defaultRegion(clouds, cloud, 'region') };
      return knownRegion(clouds, cloud, await ask(deps, 'region', bucket, () => clouds.openAccount(place, credentials), (account, signal) => account.regionOf(bucket, signal)));
    },
    folder: (query) => askStore(deps, 'objects', query, (store, signal) => viewFolder(store, query, signal)),
    hasPrefix: (query) => askStore(deps, 'prefix', query, async (store, signal) => {
      const { objects } = await store.list({ prefix: query.prefix, from: { kind: 'start' }, limit: 1 }, signal);
      return objects.length > 0;
    }),
    async checkListFile({ region, bucket, key, credentials }) {
      const { cloud } = destinationPlace({ knows: (of, name) => isKnown(clouds, of, name) }, { region, bucket, savePrefix: '' });
      const place = checkedPlace(clouds, 'list-file', { cloud, region, bucket, appId: undefined });
      await checkListFile(deps, place, key, credentials);
    },
    async checkCdn({ cloud, region, bucket, appId, credentials, prefixes, cdn }) {
      const place = checkedPlace(clouds, 'cdn', { cloud, region, bucket, appId });
      return checkCdn(deps, { place, credentials, prefixes, access: cdn });
    },
    regions: () => clouds.regions(),
  };
}

async function askStore<T>(deps: BucketsDeps, question: BucketQuestion, { cloud, region, bucket, appId, credentials }: PrefixQuery, run: (store: ObjectStore, signal: AbortSignal) => Promise<T>): Promise<T> {
  const place = checkedPlace(deps.clouds, question, { cloud, region, bucket, appId });
  return ask(deps, question, bucket, () => deps.clouds.openStore(place, credentials), run);
}

async function viewFolder({ folders, traits }: ObjectStore, { prefix, after, limit }: FolderQuery, signal: AbortSignal): Promise<FolderView> {
  if (folders === undefined) throw new StoreFailure('unsupported', 'this store shows no folders');
  const from = positionAfter(after, traits.listOrder);
  const page = await folders.list({ prefix, from, limit: Math.max(limit, 1) }, signal);
  const entries = [...page.folders.map((name) => ({ name, bytes: undefined })), ...page.objects.map(({ key, size }) => ({ name: key, bytes: size < 0 ? undefined : size }))];
  if (limit === 0) return { entries: [], next: entries.length === 0 ? undefined : after };
  return { entries: entries.toSorted((a, b) => compareUtf8(a.name, b.name)), next: nameOf(page.next) };
}

/** A store without an order goes on at its own marker alone, which was the name given to go on after. */
function positionAfter(after: string, order: ObjectStore['traits']['listOrder']): ListPosition {
  if (after === '') return { kind: 'start' };
  return order === 'bytes' ? { kind: 'after', key: after } : { kind: 'marker', marker: after };
}

function nameOf(next: ListPosition | undefined): string | undefined {
  switch (next?.kind) {
    case undefined: return undefined;
    case 'after': return next.key;
    case 'marker': return next.marker;
    case 'start': return '';
  }
}

function defaultRegion(clouds: Clouds, cloud: CloudType, question: BucketQuestion): string {
  const region = clouds.defaultRegion(cloud);
  if (region === undefined) throw new BucketRefusal(question, { kind: 'failure', failure: 'unsupported', bucket: '' });
  return region;
}

function checkedPlace(clouds: Clouds, question: BucketQuestion, place: StorePlace): StorePlace {
  if (!isKnown(clouds, place.cloud, place.region)) throw new BucketRefusal(question, { kind: 'unknown-region' });
  return place;
}

function isKnown(clouds: Clouds, cloud: CloudType, region: string): boolean {
  return clouds.regions().some((known) => known.cloud === cloud && known.region === region);
}

function knownRegion(clouds: Clouds, cloud: CloudType, region: string): BucketRegion {
  const known = clouds.regions().find((entry) => entry.cloud === cloud && entry.region === region);
  return { region, description: known?.description ?? region, supported: known !== undefined };
}
