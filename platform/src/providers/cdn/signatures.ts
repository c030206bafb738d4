/**
 * How each CDN has its requests signed. Pure: the same request at the same moment has the same address.
 *
 * What is signed is the path as it is sent, percent-encoded. Times are those of signing: the CDNs of Alibaba and Tencent add
 * the validity that is configured there, so that a signature is as young as it can be; those of Qiniu and Kingsoft end when
 * the address says.
 */
import { createHash, createHmac } from 'node:crypto';
import type { CdnAuthentication } from '../../object-store/cdn.ts';

export interface CdnRequest {
  readonly method: 'GET' | 'HEAD';
  /** `https://host[:port]` */
  readonly origin: string;
  readonly bucket: string;
  /** Begins with `/`; percent-encoded, without the bucket. */
  readonly path: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Letters and digits, new for each request. */
  readonly random: string;
  /** Of the CDN's configuration, or a SAS token; empty where the type needs none. */
  readonly key: string;
  /** Of the source; empty where the type needs none. */
  readonly accessKey: string;
  readonly secretKey: string;
}

/** Path and query of the signed request. */
type Sign = (request: CdnRequest) => string;

export const signatures: Readonly<Record<CdnAuthentication, Sign>> = {
  none: ({ path }) => path,
  qiniu: signQiniu,
  'aliyun-a': (request) => signWithRandom(request, 'auth_key'),
  'aliyun-b': signByMinute,
  'aliyun-c': signInPath,
  kingsoft: signKingsoft,
  'azure-sas': signAzure,
  'tencent-a': (request) => signWithRandom(request, 'sign'),
  'tencent-b': signByMinute,
  'tencent-c': signInPath,
  'tencent-d': signTencentD,
};

/** How long an address is good for whose end is written into it. It only has to be begun in this time. */
const LIFE_SECONDS = 3600;
/** Both clouds write times of type B as in Beijing. */
const BEIJING_MS = 8 * 3_600_000;

/** Alibaba Cloud CDN "Type A signing", Tencent Cloud CDN "TypeA": `parameter=timestamp-rand-uid-md5(uri-timestamp-rand-uid-key)`. */
function signWithRandom({ path, now, random, key }: CdnRequest, parameter: string): string {
  const time = seconds(now);
  return `${path}?${parameter}=${time}-${random}-0-${md5(`${path}-${time}-${random}-0-${key}`)}`;
}

/** Alibaba Cloud CDN "Type B signing", Tencent Cloud CDN "TypeB": `/YYYYMMDDHHMM/md5(key time uri)/uri`. */
function signByMinute({ path, now, key }: CdnRequest): string {
  const time = new Date(now + BEIJING_MS).toISOString().slice(0, 16).replace(/[-T:]/g, '');
  return `/${time}/${md5(key + time + path)}${path}`;
}

/** Alibaba Cloud CDN "Type C signing" in its first format, Tencent Cloud CDN "TypeC": `/md5(key uri time)/time/uri`, time in hexadecimal. */
function signInPath({ path, now, key }: CdnRequest): string {
  const time = seconds(now).toString(16);
  return `/${md5(key + path + time)}/${time}${path}`;
}

/** Tencent Cloud CDN "TypeD" with its own names of the parameters and decimal times: `sign=md5(key uri time)&t=time`. */
function signTencentD({ path, now, key }: CdnRequest): string {
  const time = seconds(now);
  return `${path}?sign=${md5(`${key}${path}${time}`)}&t=${time}`;
}

/** Qiniu Kodo "download token": HMAC-SHA1 of the whole URL with its end, under the account's secret key. */
function signQiniu({ origin, path, now, accessKey, secretKey }: CdnRequest): string {
  const target = `${path}?e=${seconds(now) + LIFE_SECONDS}`;
  const sign = createHmac('sha1', secretKey).update(origin + target).digest('base64').replaceAll('+', '-').replaceAll('/', '_');
  return `${target}&token=${accessKey}:${sign}`;
}

/** Kingsoft KS3 "signature in the URL" (version 2): the bucket is part of what is signed, whatever the domain. */
function signKingsoft({ method, bucket, path, now, accessKey, secretKey }: CdnRequest): string {
  const expires = seconds(now) + LIFE_SECONDS;
  const signature = createHmac('sha1', secretKey).update(`${method}\n\n\n${expires}\n/${bucket}${path}`).digest('base64');
  return `${path}?KSSAccessKeyId=${encodeURIComponent(accessKey)}&Expires=${expires}&Signature=${encodeURIComponent(signature)}`;
}

/** Azure "shared access signature": issued beforehand, and the container is part of the path on every domain of an account. */
function signAzure({ bucket, path, key }: CdnRequest): string {
  return `/${bucket}${path}?${key.replace(/^\?/, '')}`;
}

function seconds(now: number): number {
  return Math.floor(now / 1000);
}

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}
