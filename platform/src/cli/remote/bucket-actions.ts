/** What the `haulier bucket` commands do: sections 5.5.1 and 5.5.3. */
import { bucketCloudTypes, maxPageSize, ShowBucketListResponse, ShowBucketObjectsResponse, type ListBucketsReq, type ShowBucketReq } from '@haulier/wire/oms/buckets.ts';
import { UsageError } from '../usage-error.ts';
import { connect, print, type Printing } from './answers.ts';
import type { ApiClient } from './api-client.ts';
import { findStoreKeys, type StoreFlags } from './store-keys.ts';
import { parsePlace, sourceKeys, type TaskPlace } from './task-request.ts';
import { alignedRows } from './task-text.ts';

interface BucketFlags extends Printing, StoreFlags {
  readonly appId?: string;
}

type BucketCloud = (typeof bucketCloudTypes)[number];
type Records = ShowBucketObjectsResponse['records'];

export async function list(cloudText: string, flags: BucketFlags): Promise<void> {
  const cloud = bucketCloud(cloudText);
  const request: ListBucketsReq = { cloud_type: cloud, ...(await keysOf({ cloud, region: '*', bucket: '*', prefix: '' }, flags)), ...appOf(flags) };
  const client = await connect(flags);
  const names = await client.ask(ShowBucketListResponse, 'POST', bucketsPath(client), request);
  print(flags, names, () => names.map((name) => `${name}\n`).join(''));
}

export async function objects(placeText: string, flags: BucketFlags & { readonly limit: string }): Promise<void> {
  const place = parsePlace(placeText);
  const cloud = bucketCloud(place.cloud);
  if (place.prefix !== '' && !place.prefix.endsWith('/')) throw new UsageError(`"${placeText}": a folder ends with a slash`);
  const limit = parseLimit(flags.limit);
  const folder = { cloud_type: cloud, data_center: place.region, bucket_name: place.bucket, file_path: place.prefix, ...(await keysOf(place, flags)), ...appOf(flags) };
  const { records, more } = await pagesOf(await connect(flags), folder, limit);
  print(flags, records, () => alignedRows([['SIZE', 'NAME'], ...records.map(({ size, name }) => [size, name])]));
  if (more) process.stderr.write(`There is more than ${limit}; --limit shows it.\n`);
}

async function pagesOf(client: ApiClient, folder: Omit<ShowBucketReq, 'page_size' | 'behind_filename'>, limit: number): Promise<{ readonly records: Records; readonly more: boolean }> {
  const records: Records = [];
  let after = '';
  for (;;) {
    const request: ShowBucketReq = { ...folder, page_size: Math.min(maxPageSize, limit - records.length), behind_filename: after };
    const page = await client.ask(ShowBucketObjectsResponse, 'POST', `${bucketsPath(client)}/objects`, request);
    records.push(...page.records);
    if (!page.next_page || page.next_marker === null) return { records, more: false };
    if (records.length >= limit) return { records, more: true };
    after = page.next_marker;
  }
}

function bucketCloud(name: string): BucketCloud {
  const known = bucketCloudTypes.find((cloud) => cloud.toLowerCase() === name.toLowerCase());
  if (known === undefined || known === 'URLSource') throw new UsageError(`there is no cloud "${name}" with buckets; there are ${bucketCloudTypes.filter((cloud) => cloud !== 'URLSource').join(', ')}`);
  return known;
}

/** Tables 5-180 and 5-194 have no security token. */
async function keysOf(place: TaskPlace, flags: StoreFlags): Promise<Omit<ReturnType<typeof sourceKeys>, 'security_token'>> {
  const { security_token: token, ...keys } = sourceKeys(await findStoreKeys('src', place, flags));
  if (token !== undefined) throw new UsageError('buckets are looked at with keys that do not expire: no security token goes with them');
  return keys;
}

function appOf({ appId }: BucketFlags): { readonly app_id?: string } {
  return appId === undefined ? {} : { app_id: appId };
}

function parseLimit(text: string): number {
  const limit = Number(text);
  if (!Number.isInteger(limit) || limit < 1) throw new UsageError(`--limit: expected a whole number above 0, not "${text}"`);
  return limit;
}

function bucketsPath({ projectId }: ApiClient): string {
  return `/v2/${encodeURIComponent(projectId)}/objectstorage/buckets`;
}
