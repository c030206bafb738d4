/** What each CDN checks of a request before it lets it in, written from the vendors' pages apart from the code that signs. */
import { createHash, createHmac } from 'node:crypto';
import type { Knock } from '../stores/cdn.ts';

export const cdnKey = 'cdnKey0123456789';

export interface Keys {
  readonly accessKey: string;
  readonly secretKey: string;
  readonly bucket: string;
}

const digest = (text: string): string => createHash('md5').update(text).digest('hex');
const hmac = (key: string, text: string): string => createHmac('sha1', key).update(text).digest('base64');
const young = (seconds: number): boolean => Math.abs(Date.now() / 1000 - seconds) < 120;
const future = (seconds: number): boolean => seconds > Date.now() / 1000 && seconds < Date.now() / 1000 + 86_400;

function matched(pattern: RegExp, { target }: Knock): Readonly<Record<string, string>> | undefined {
  return pattern.exec(target)?.groups;
}

/** `parameter=timestamp-rand-uid-md5hash` */
function typeA(parameter: string): (knock: Knock) => boolean {
  const pattern = new RegExp(`^(?<uri>/[^?]*)\\?${parameter}=(?<time>\\d{10})-(?<rand>[0-9A-Za-z]+)-(?<uid>0)-(?<hash>[0-9a-f]{32})$`);
  return (knock) => {
    const found = matched(pattern, knock);
    return found !== undefined && young(Number(found['time'])) && found['hash'] === digest(`${found['uri']}-${found['time']}-${found['rand']}-${found['uid']}-${cdnKey}`);
  };
}

/** `/timestamp/md5hash/FileName`, the time as it is in Beijing. */
function typeB(knock: Knock): boolean {
  const found = matched(/^\/(?<time>\d{12})\/(?<hash>[0-9a-f]{32})(?<uri>\/[^?]*)$/, knock);
  if (found === undefined) return false;
  const { time = '', uri = '', hash } = found;
  const beijing = `${time.slice(0, 4)}-${time.slice(4, 6)}-${time.slice(6, 8)}T${time.slice(8, 10)}:${time.slice(10)}:00+08:00`;
  return young(Date.parse(beijing) / 1000) && hash === digest(cdnKey + time + uri);
}

/** `/md5hash/timestamp/FileName` */
function typeC(knock: Knock): boolean {
  const found = matched(/^\/(?<hash>[0-9a-f]{32})\/(?<time>[0-9a-f]{8})(?<uri>\/[^?]*)$/, knock);
  return found !== undefined && young(Number.parseInt(found['time'] ?? '', 16)) && found['hash'] === digest(`${cdnKey}${found['uri']}${found['time']}`);
}

/** `sign=md5hash&t=timestamp` */
function typeD(knock: Knock): boolean {
  const found = matched(/^(?<uri>\/[^?]*)\?sign=(?<hash>[0-9a-f]{32})&t=(?<time>\d{10})$/, knock);
  return found !== undefined && young(Number(found['time'])) && found['hash'] === digest(`${cdnKey}${found['uri']}${found['time']}`);
}

function qiniu(knock: Knock, { accessKey, secretKey }: Keys): boolean {
  const found = matched(/^(?<signed>\/[^?]*\?e=(?<end>\d{10}))&token=(?<access>[^:&]+):(?<sign>[\w=-]+)$/, knock);
  if (found === undefined || !future(Number(found['end'])) || found['access'] !== accessKey) return false;
  return found['sign'] === hmac(secretKey, `${knock.origin}${found['signed']}`).replaceAll('+', '-').replaceAll('/', '_');
}

function kingsoft(knock: Knock, { accessKey, secretKey, bucket }: Keys): boolean {
  const [uri = '', query = ''] = knock.target.split('?');
  const parameters = new URLSearchParams(query);
  const end = parameters.get('Expires');
  return parameters.get('KSSAccessKeyId') === accessKey && future(Number(end)) && parameters.get('Signature') === hmac(secretKey, `${knock.method}\n\n\n${end}\n/${bucket}${uri}`);
}

/** By the names of table 5-44; `AZURE_SAS_TOKEN` is checked by Azurite. */
export const vendors: Readonly<Record<string, (knock: Knock, keys: Keys) => boolean>> = {
  NONE: ({ target }) => !target.includes('?'),
  QINIU_PRIVATE_AUTHENTICATION: qiniu,
  ALIYUN_OSS_A: typeA('auth_key'),
  ALIYUN_OSS_B: typeB,
  ALIYUN_OSS_C: typeC,
  KSYUN_PRIVATE_AUTHENTICATION: kingsoft,
  TENCENT_COS_A: typeA('sign'),
  TENCENT_COS_B: typeB,
  TENCENT_COS_C: typeC,
  TENCENT_COS_D: typeD,
};
