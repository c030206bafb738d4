/**
 * A CDN in front of a bucket: its objects are listed at the store and read through the CDN's domain (source_cdn, table 5-44).
 *
 * The documents' names of the types are those of the clouds' CDNs: Alibaba Cloud CDN signs by types A, B and C, Tencent Cloud
 * CDN by types A to D.
 */
export type CdnAuthentication =
  | 'none' | 'qiniu' | 'aliyun-a' | 'aliyun-b' | 'aliyun-c' | 'kingsoft' | 'azure-sas' | 'tencent-a' | 'tencent-b' | 'tencent-c' | 'tencent-d';

export interface Cdn {
  readonly protocol: 'http' | 'https';
  /** A host name, with a port where it is not the protocol's own. */
  readonly domain: string;
  readonly authentication: CdnAuthentication;
}

/** A CDN with what it takes to be let in. Never shown, logged or kept in clear. */
export interface CdnAccess {
  readonly cdn: Cdn;
  /** Of the CDN's own configuration, or a SAS token; absent for the types that need none or sign with the source's access key. */
  readonly key: string | undefined;
}
