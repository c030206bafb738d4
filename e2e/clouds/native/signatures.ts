/**
 * The signatures of clouds as their stores check them: computed again from the request as it came, by the steps that each
 * vendor documents (see the providers for the pages) and with nothing of the code under test.
 */
import { createHash, createHmac } from 'node:crypto';
import type { RgwUser } from '../../stores/rgw.ts';

export interface SignedRequest {
  readonly method: string;
  readonly bucket: string;
  /** As it came over the wire. */
  readonly path: string;
  /** As it came over the wire; empty for none. */
  readonly query: string;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
}

/** Undefined when the signature is right; otherwise what is wrong. */
export type CheckSignature = (request: SignedRequest, user: RgwUser) => string | undefined;

const FIFTEEN_MINUTES = 15 * 60_000;
/** Of those that are used here. */
const subResources: ReadonlySet<string> = new Set(['acl', 'location', 'partNumber', 'restore', 'uploadId', 'uploads', 'versionId']);

/** Of OBS (obs_04_0010) and KS3 (27870): `<scheme> <AK>:Base64(HMAC-SHA1(SK, StringToSign))`. */
export function headerSignature(scheme: string, prefix: string): CheckSignature {
  return ({ method, bucket, path, query, headers }, user) => {
    const date = headers.get('date') ?? '';
    if (!(Math.abs(Date.parse(date) - Date.now()) < FIFTEEN_MINUTES)) return `the date ${date}`;
    const own = [...headers].filter(([name]) => name.startsWith(prefix)).sort(byName).map(([name, value]) => `${name}:${value}\n`).join('');
    const resources = parameters(query).filter(([name]) => subResources.has(name)).map(([name, value]) => (value === '' ? name : `${name}=${decodeURIComponent(value)}`)).sort();
    const resource = `/${bucket}${path}${resources.length === 0 ? '' : `?${resources.join('&')}`}`;
    const text = [method, headers.get('content-md5') ?? '', headers.get('content-type') ?? '', date, own + resource].join('\n');
    const right = `${scheme} ${user.accessKey}:${createHmac('sha1', user.secretKey).update(text).digest('base64')}`;
    return headers.get('authorization') === right ? undefined : `the signature of ${JSON.stringify(text)}`;
  };
}

/** Of OSS, version 4. */
export const ossSignature: CheckSignature = ({ method, bucket, path, query, headers }, user) => {
  const date = headers.get('x-oss-date') ?? '';
  const told = /^OSS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/oss\/aliyun_v4_request,Signature=([0-9a-f]{64})$/.exec(headers.get('authorization') ?? '');
  if (told === null) return 'the form of the Authorization header';
  const [, accessKey, day = '', region = '', signature] = told;
  if (accessKey !== user.accessKey || !date.startsWith(day)) return 'the credential';
  if (headers.get('x-oss-content-sha256') !== 'UNSIGNED-PAYLOAD') return 'x-oss-content-sha256';
  const signed = [...headers].filter(([name]) => name.startsWith('x-oss-') || name === 'content-type' || name === 'content-md5');
  const lines = signed.sort(byName).map(([name, value]) => `${name}:${value.trim()}\n`).join('');
  const sorted = parameters(query).map(([name, value]) => [name, value === '' ? name : `${name}=${value}`] as const).sort(byName);
  const canonical = `${method}\n/${bucket}${path}\n${sorted.map(([, text]) => text).join('&')}\n${lines}\n\nUNSIGNED-PAYLOAD`;
  const scope = `${day}/${region}/oss/aliyun_v4_request`;
  const text = `OSS4-HMAC-SHA256\n${date}\n${scope}\n${createHash('sha256').update(canonical).digest('hex')}`;
  let key: string | Buffer = `aliyun_v4${user.secretKey}`;
  for (const part of [day, region, 'oss', 'aliyun_v4_request']) key = createHmac('sha256', key).update(part).digest();
  return createHmac('sha256', key).update(text).digest('hex') === signature ? undefined : `the signature of ${JSON.stringify(canonical)}`;
};

/** Of COS (436/7778). */
export const cosSignature: CheckSignature = ({ method, path, query, headers }, user) => {
  const told = new Map((headers.get('authorization') ?? '').split('&').map((field) => [field.slice(0, field.indexOf('=')), field.slice(field.indexOf('=') + 1)]));
  const keyTime = told.get('q-key-time') ?? '';
  const [start, end] = keyTime.split(';').map(Number);
  const now = Date.now() / 1000;
  if (told.get('q-sign-algorithm') !== 'sha1' || told.get('q-sign-time') !== keyTime || !(Number(start) <= now && now < Number(end))) return 'the time of the signature';
  if (told.get('q-ak') !== user.accessKey) return 'the key';
  const names = (told.get('q-header-list') ?? '').split(';');
  const must = [...headers.keys()].filter((name) => name === 'host' || (name.startsWith('x-cos-') && name !== 'x-cos-security-token'));
  if (must.some((name) => !names.includes(name))) return `headers outside the signature: ${must.join(', ')}`;
  const headerText = names.map((name) => `${name}=${strictly(headers.get(name) ?? '')}`).join('&');
  const pairs = parameters(query).map(([name, value]) => [name.toLowerCase(), strictly(decodeURIComponent(value))] as const).sort(byName);
  if (told.get('q-url-param-list') !== pairs.map(([name]) => name).join(';')) return 'the list of parameters';
  const text = `${method.toLowerCase()}\n${decodeURIComponent(path)}\n${pairs.map(([name, value]) => `${name}=${value}`).join('&')}\n${headerText}\n`;
  const signKey = createHmac('sha1', user.secretKey).update(keyTime).digest('hex');
  const signature = createHmac('sha1', signKey).update(`sha1\n${keyTime}\n${createHash('sha1').update(text).digest('hex')}\n`).digest('hex');
  return told.get('q-signature') === signature ? undefined : `the signature of ${JSON.stringify(text)}`;
};

function byName([a]: readonly [string, string], [b]: readonly [string, string]): number {
  return a < b ? -1 : 1;
}

/** Percent-encoded, as they came. */
function parameters(query: string): (readonly [name: string, value: string])[] {
  return query === '' ? [] : query.split('&').map((pair) => {
    const at = pair.indexOf('=');
    return at < 0 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + 1)];
  });
}

function strictly(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}
