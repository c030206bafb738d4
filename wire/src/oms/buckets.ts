/** Sections 5.5 to 5.7, and what SDKs have beside them. The order of fields is the order in which a request's errors are looked for. */
import { Type, type Static } from 'typebox';
import { SourceCdnReq } from './create-task.ts';
import { sourceCloudTypes } from './task-enums.ts';

/** Of every operation on a bucket but cdn-info; HEC is the destination's cloud, seen as a source. */
export const bucketCloudTypes = [...sourceCloudTypes, 'HEC'] as const;

const cloud = { cloud_type: Type.Enum([...bucketCloudTypes]) };
const keys = {
  ak: Type.Optional(Type.String({ maxLength: 100 })),
  sk: Type.Optional(Type.String({ maxLength: 100 })),
};
const connection = { connection_string: Type.Optional(Type.String({ maxLength: 2048, description: 'Microsoft Azure Blob Storage.' })) };
const authFile = { json_auth_file: Type.Optional(Type.String({ maxLength: 65_535, description: 'Google Cloud Storage: the key file of the service account.' })) };
const app = { app_id: Type.Optional(Type.String({ maxLength: 255, description: 'Only when cloud_type is Tencent.' })) };
const bucket = { bucket_name: Type.String({ maxLength: 100 }) };
const dataCenter = { data_center: Type.String({ maxLength: 100, description: 'A region of data-center.' }) };

export const maxPageSize = 100;

/** Table 5-180. */
export const ShowBucketReq = Type.Object({
  ...cloud,
  file_path: Type.String({ maxLength: 1023, description: 'Empty for the bucket itself, else it ends with a slash.' }),
  ...keys,
  ...connection,
  ...authFile,
  ...dataCenter,
  page_size: Type.Integer({ minimum: 0, maximum: maxPageSize, description: '0 asks only whether there is anything.' }),
  behind_filename: Type.String({ maxLength: 1024, description: 'The next_marker of the page before; empty for the first page.' }),
  ...app,
  ...bucket,
});
export type ShowBucketReq = Static<typeof ShowBucketReq>;

/** Table 5-182. */
const ShowBucketRecord = Type.Object({
  name: Type.String({ maxLength: 1024, description: 'The whole name; that of a folder ends with a slash.' }),
  size: Type.String({ maxLength: 100, description: 'For people, as "73.59 MB"; "--" for a folder.' }),
});

/** Table 5-181. */
export const ShowBucketObjectsResponse = Type.Object({
  next_page: Type.Boolean(),
  next_marker: Type.Union([Type.String({ maxLength: 1024 }), Type.Null()]),
  records: Type.Array(ShowBucketRecord, { maxItems: maxPageSize }),
});
export type ShowBucketObjectsResponse = Static<typeof ShowBucketObjectsResponse>;

/** Table 5-194; connection_string is sent by SDKs and absent from the table. */
export const ListBucketsReq = Type.Object({ ...cloud, ...keys, ...authFile, ...connection, ...app });
export type ListBucketsReq = Static<typeof ListBucketsReq>;

/** Table 5-195. */
export const ShowBucketListResponse = Type.Array(Type.String());
export type ShowBucketListResponse = Static<typeof ShowBucketListResponse>;

/** Table 5-199; connection_string as in {@link ListBucketsReq}. */
export const ShowBucketRegionReq = Type.Object({ ...cloud, ...keys, ...authFile, ...connection, ...app, ...bucket });
export type ShowBucketRegionReq = Static<typeof ShowBucketRegionReq>;

/** Table 5-200. */
export const ShowBucketRegionResponse = Type.Object({
  id: Type.String({ maxLength: 1024 }),
  name: Type.String({ maxLength: 1024 }),
  support: Type.Boolean({ description: 'Whether the region is one of data-center.' }),
});
export type ShowBucketRegionResponse = Static<typeof ShowBucketRegionResponse>;

/** Table 5-204; connection_string as in {@link ListBucketsReq}. */
export const CheckPrefixReq = Type.Object({
  ...cloud,
  ...keys,
  ...authFile,
  ...connection,
  ...app,
  ...bucket,
  file_name: Type.String({ maxLength: 1024, description: 'The prefix; an empty one is that of every object.' }),
  ...dataCenter,
  security_token: Type.Optional(Type.String({ maxLength: 16_384 })),
});
export type CheckPrefixReq = Static<typeof CheckPrefixReq>;

/** Table 5-205. */
export const CheckPrefixResponse = Type.Object({ exist: Type.Boolean() });
export type CheckPrefixResponse = Static<typeof CheckPrefixResponse>;

/** Table 5-186; Google is not among them. */
export const cdnCloudTypes = bucketCloudTypes.filter((type) => type !== 'Google');

export const maxCdnKeys = 100;

/** Table 5-186. */
export const ShowCdnInfoReq = Type.Object({
  ...keys,
  ...connection,
  cloud_type: Type.Enum([...cdnCloudTypes]),
  region: Type.String({ maxLength: 100 }),
  ...app,
  bucket: Type.String({ maxLength: 100 }),
  prefix: Type.Optional(Type.Object({ keys: Type.Array(Type.String({ maxLength: 2048 }), { maxItems: maxCdnKeys, description: 'Prefixes; up to ten objects of each are looked at.' }) })),
  source_cdn: SourceCdnReq,
});
export type ShowCdnInfoReq = Static<typeof ShowCdnInfoReq>;

/** Tables 5-189 and 5-190. */
export const ShowCdnInfoResponse = Type.Object({
  is_same_cloud_type: Type.Boolean({ description: 'Whether the authentication is that of a CDN of the source\'s cloud.' }),
  is_download_available: Type.Boolean({ description: 'Whether every object that was looked at can be had from the CDN.' }),
  checked_keys: Type.Array(Type.Object({
    key: Type.String({ maxLength: 2048 }),
    is_etag_matching: Type.Boolean(),
    is_object_existing: Type.Boolean(),
  }), { maxItems: 1000 }),
});
export type ShowCdnInfoResponse = Static<typeof ShowCdnInfoResponse>;

/** Sent by SDKs; the documents do not have the operation. */
export const CheckUrlSourceListFileFormatReq = Type.Object({
  obs_bucket: Type.String({ maxLength: 1024 }),
  list_file_key: Type.String({ minLength: 1, maxLength: 1024 }),
  ak: Type.String({ maxLength: 100 }),
  sk: Type.String({ maxLength: 100 }),
  region: Type.String({ maxLength: 100 }),
});
export type CheckUrlSourceListFileFormatReq = Static<typeof CheckUrlSourceListFileFormatReq>;

export const connectionEnds = ['src', 'dst'] as const;

/** Table 5-208. */
export const ShowCloudTypeQuery = Type.Object({ type: Type.Enum([...connectionEnds]) });

/** Table 5-210. */
export const ShowCloudTypeResponse = Type.Array(Type.String());
export type ShowCloudTypeResponse = Static<typeof ShowCloudTypeResponse>;

/** Table 5-216. */
const RegionInfo = Type.Object({
  cloud_type: Type.String({ maxLength: 255 }),
  value: Type.String({ maxLength: 255 }),
  description: Type.String({ maxLength: 1024 }),
});

/** Table 5-215. */
const ShowRegionInfoResp = Type.Object({
  service_name: Type.String({ maxLength: 255 }),
  region_list: Type.Array(RegionInfo, { maxItems: 1024 }),
});

/** Table 5-214. */
export const ShowRegionInfoResponse = Type.Array(ShowRegionInfoResp);
export type ShowRegionInfoResponse = Static<typeof ShowRegionInfoResponse>;
