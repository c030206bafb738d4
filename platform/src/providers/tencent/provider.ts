import { s3Provider } from '../s3/s3-provider.ts';

/** Tencent COS over its S3-compatible API. */
export const tencent = s3Provider({
  storageClasses: {},
  classOf: { standard: 'STANDARD' },
  kms: false,
  requesterPays: false,
  bucketName: (bucket, { appId }) => withAppId(bucket, appId),
});

/** COS names a bucket together with the account's APPID, which the documents give apart. */
function withAppId(bucket: string, appId: string | undefined): string {
  return appId === undefined || appId === '' || bucket.endsWith(`-${appId}`) ? bucket : `${bucket}-${appId}`;
}
