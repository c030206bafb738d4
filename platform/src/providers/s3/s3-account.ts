import { isFailure, StoreFailure } from '../../object-store/failure.ts';
import type { ListedBucket, ObjectAccount } from '../../object-store/object-account.ts';
import { openRequests, type OpenRequests } from './open-requests.ts';
import type { S3Config } from './s3-config.ts';
import type { S3Call } from './s3-requests.ts';
import { childrenNamed, childText, parseXml, type XmlElement } from './xml.ts';

/** How an endpoint's locations are called in the region catalogue. */
export interface RegionNaming {
  /** The region that the endpoint itself is. */
  readonly home: string;
  /** The region that a location means; `''` is a location too. Undefined where the catalogue's names are not those of the cloud. */
  nameOf(location: string): string | undefined;
}

/** Lists of buckets longer than this many pages are no answers of a store that gets on. */
const MAX_PAGES = 10_000;

/**
 * The buckets of one account, over AWS's ListBuckets, GetBucketLocation and HeadBucket. `configOf` is asked with a bucket's
 * name, and with an empty one for the account itself.
 */
export function createS3Account(configOf: (bucket: string) => S3Config, naming: RegionNaming): ObjectAccount {
  // An empty bucket in the path is the endpoint itself; as a virtual host it would be none.
  const root = openRequests({ ...configOf(''), bucket: '', addressing: 'path' });
  return {
    listBuckets: (signal) => listBuckets(root, naming, signal),
    async regionOf(bucket, signal) {
      const opened = openRequests(configOf(bucket));
      try {
        return await regionOf(opened, naming, signal);
      } finally {
        opened.close();
      }
    },
    close() {
      root.close();
      return Promise.resolve();
    },
  };
}

async function listBuckets(opened: OpenRequests, naming: RegionNaming, signal: AbortSignal): Promise<readonly ListedBucket[]> {
  const buckets: ListedBucket[] = [];
  let from: NonNullable<S3Call['query']> = [];
  for (let pages = 0; pages < MAX_PAGES; pages++) {
    const page = await ask(opened, from, signal);
    if (page.name !== 'ListAllMyBucketsResult') throw new StoreFailure('protocol', `<${page.name}> instead of a list of buckets`);
    for (const list of childrenNamed(page, 'Buckets')) for (const bucket of childrenNamed(list, 'Bucket')) buckets.push(listedBucket(bucket, naming));
    const next = nextBuckets(page);
    if (next === undefined) return buckets;
    if (next[1] === from[0]?.[1]) break;
    from = [next];
  }
  throw new StoreFailure('protocol', 'the list of buckets says that there is more and does not advance');
}

/** Amazon goes on with a token, older APIs with a marker. */
function nextBuckets(page: XmlElement): readonly [name: string, value: string] | undefined {
  const token = childText(page, 'ContinuationToken') || undefined;
  if (token !== undefined) return ['continuation-token', token];
  const marker = childText(page, 'IsTruncated') === 'true' ? childText(page, 'NextMarker') : undefined;
  return marker === undefined || marker === '' ? undefined : ['marker', marker];
}

function listedBucket(element: XmlElement, naming: RegionNaming): ListedBucket {
  const name = childText(element, 'Name');
  if (name === undefined || name === '') throw new StoreFailure('protocol', 'a bucket without a name');
  const location = childText(element, 'BucketRegion') ?? childText(element, 'Location');
  return { name, region: location === undefined ? undefined : naming.nameOf(location) };
}

/** The location first, which tells codes; then whether the endpoint itself serves the bucket, for which less has to be allowed. */
async function regionOf(opened: OpenRequests, naming: RegionNaming, signal: AbortSignal): Promise<string> {
  const location = await locationOf(opened, signal);
  const named = typeof location === 'string' ? naming.nameOf(location) : undefined;
  if (named !== undefined) return named;
  try {
    return await servingRegion(opened, naming, signal);
  } catch (error) {
    if (location instanceof StoreFailure) throw location;
    if (isFailure(error, 'wrong-region') && location !== '') return location;
    throw error;
  }
}

/** A refusal that leaves the other way open is returned. */
async function locationOf(opened: OpenRequests, signal: AbortSignal): Promise<string | StoreFailure> {
  try {
    const root = await ask(opened, [['location', '']], signal);
    const location = root.name === 'LocationConstraint' || root.name === 'Location' ? root.text : childText(root, 'LocationConstraint') ?? childText(root, 'Location');
    return location?.trim() ?? new StoreFailure('protocol', `<${root.name}> instead of a location`);
  } catch (error) {
    if (isFailure(error, 'wrong-region') && error.hint !== undefined) return error.hint;
    if (isFailure(error, 'denied', 'unsupported')) return error;
    throw error;
  }
}

async function servingRegion({ requests, vocabulary }: OpenRequests, naming: RegionNaming, signal: AbortSignal): Promise<string> {
  const response = await requests.send({ method: 'HEAD' }, signal);
  response.body.discard();
  const told = response.header(vocabulary.bucketRegion);
  return (told === undefined ? undefined : naming.nameOf(told)) ?? naming.home;
}

async function ask({ requests }: OpenRequests, query: NonNullable<S3Call['query']>, signal: AbortSignal): Promise<XmlElement> {
  const call: S3Call = { method: 'GET', query };
  const { text } = await requests.document(call, signal);
  try {
    return parseXml(text);
  } catch (error) {
    throw new StoreFailure('protocol', `${requests.describe(call)}: no XML (${error instanceof Error ? error.message : 'unreadable'})`, { cause: error });
  }
}
