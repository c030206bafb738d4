/** Sections 5.5 and 5.6: what is asked about buckets. Fields are read in the order of their tables. */
import { bucketCloudTypes, cdnCloudTypes, connectionEnds, maxCdnKeys, maxPageSize } from '@haulier/wire/oms/buckets.ts';
import type { AccountQuery, BucketQuery, CdnQuery, FolderQuery, ListFileQuery, PrefixQuery } from '../../object-migration/buckets/buckets.ts';
import type { CloudType, NodeCredentials } from '../../object-migration/task.ts';
import { brokenRule, fieldRules, taskRules } from './errors.ts';
import { checkedChoice, checkedText, type Fields } from './fields.ts';
import { destinationCredentials, sourceKeys } from './parse-credentials.ts';
import { requestFields } from './parse-create.ts';
import { parseSourceCdn } from './parse-source-cdn.ts';
import { bucketName } from './parse-source.ts';

/** Table 5-180. */
export function parseFolderQuery(body: unknown): FolderQuery {
  const fields = requestFields(body);
  const cloud = fields.requiredChoice('cloud_type', bucketCloudTypes);
  const prefix = folderPath(fields);
  const keys = sourceKeys(fields, cloud, '');
  const credentials = { ...keys, ...connectionString(fields), ...authFile(fields) };
  const region = dataCenter(fields);
  const limit = pageSize(fields);
  const after = fields.presentText('behind_filename', { max: 1024 });
  return { cloud, prefix, credentials, region, limit, after, appId: appId(fields, cloud), bucket: bucketName(fields, 'bucket_name', 100) };
}

/** Table 5-194. */
export function parseAccountQuery(body: unknown): AccountQuery {
  return accountOf(requestFields(body));
}

/** Table 5-199. */
export function parseBucketQuery(body: unknown): BucketQuery {
  const fields = requestFields(body);
  return { ...accountOf(fields), bucket: bucketName(fields, 'bucket_name', 100) };
}

/** Table 5-204. */
export function parsePrefixQuery(body: unknown): PrefixQuery {
  const fields = requestFields(body);
  const account = accountOf(fields);
  const bucket = bucketName(fields, 'bucket_name', 100);
  const prefix = fields.presentText('file_name', { max: 1024 });
  const region = dataCenter(fields);
  const securityToken = fields.filledText('security_token', { max: 16_384 }, taskRules.sourceParameters);
  return { ...account, credentials: { ...account.credentials, ...(securityToken === undefined ? {} : { securityToken }) }, bucket, prefix, region };
}

/** Table 5-186. */
export function parseCdnQuery(body: unknown): CdnQuery {
  const fields = requestFields(body);
  // The table has cloud_type after the keys, whose rule depends on it; one that is wrong is answered in its place.
  const keys = sourceKeys(fields, fields.peek('cloud_type', cdnCloudTypes) ?? 'AWS', '');
  const credentials = { ...keys, ...connectionString(fields) };
  const cloud = fields.requiredChoice('cloud_type', cdnCloudTypes);
  const region = fields.requiredText('region', { max: 100 });
  const app = appId(fields, cloud);
  const bucket = bucketName(fields, 'bucket', 100);
  const prefixes = cdnPrefixes(fields.object('prefix'));
  const cdn = parseSourceCdn(fields);
  if (cdn === undefined) throw brokenRule(fieldRules.missing, 'source_cdn');
  return { cloud, credentials, region, appId: app, bucket, prefixes, cdn };
}

/** Table 5-187; the bucket itself where there is none. */
function cdnPrefixes(prefix: Fields | undefined): readonly string[] {
  if (prefix === undefined) return [''];
  const keys = prefix.requiredList('keys');
  const path = prefix.path('keys');
  if (keys.length > maxCdnKeys) throw brokenRule(fieldRules.constraint, path);
  return keys.length === 0 ? [''] : keys.map((key, index) => checkedText(key, `${path}[${index}]`, { max: 2048 }, fieldRules.constraint));
}

/** CheckUrlSourceListFileFormatReq of the SDKs; the limits are those of ListFile and DstNodeReq. */
export function parseListFileQuery(body: unknown): ListFileQuery {
  const fields = requestFields(body);
  const bucket = bucketName(fields, 'obs_bucket');
  const key = fields.requiredText('list_file_key', { max: 1024 });
  const credentials = destinationCredentials(fields, '');
  return { bucket, key, credentials, region: fields.requiredText('region', { max: 100 }) };
}

/** Table 5-208. */
export function parseConnectionEnd(query: Readonly<Record<string, unknown>>): (typeof connectionEnds)[number] {
  const { type } = query;
  if (type === undefined) throw brokenRule(fieldRules.missing, 'type');
  return checkedChoice(type, 'type', connectionEnds, fieldRules.constraint);
}

function accountOf(fields: Fields): AccountQuery {
  const cloud = fields.requiredChoice('cloud_type', bucketCloudTypes);
  const keys = sourceKeys(fields, cloud, '');
  const credentials: NodeCredentials = { ...keys, ...authFile(fields), ...connectionString(fields) };
  return { cloud, credentials, appId: appId(fields, cloud) };
}

/** Folders below the bucket end with a slash; the bucket itself is the empty path. */
function folderPath(fields: Fields): string {
  const path = fields.presentText('file_path', { max: 1023 });
  if (path !== '' && !path.endsWith('/')) throw brokenRule(fieldRules.constraint, fields.path('file_path'));
  return path;
}

function pageSize(fields: Fields): number {
  const size = fields.requiredInteger('page_size');
  if (size < 0n || size > BigInt(maxPageSize)) throw brokenRule(fieldRules.constraint, fields.path('page_size'));
  return Number(size);
}

function dataCenter(fields: Fields): string {
  return fields.requiredText('data_center', { max: 100 });
}

function appId(fields: Fields, cloud: CloudType): string | undefined {
  const id = fields.filledText('app_id', { max: 255 });
  return cloud === 'Tencent' ? id : undefined;
}

function authFile(fields: Fields): Pick<NodeCredentials, 'jsonAuthFile'> {
  const jsonAuthFile = fields.filledText('json_auth_file', { max: 65_535 }, taskRules.sourceParameters);
  return jsonAuthFile === undefined ? {} : { jsonAuthFile };
}

function connectionString(fields: Fields): Pick<NodeCredentials, 'connectionString'> {
  const text = fields.filledText('connection_string', { max: 2048 }, taskRules.sourceParameters);
  return text === undefined ? {} : { connectionString: text };
}
