import type { ObjectMetadata, StoredObject, WriteOptions } from '../../object-store/object-store.ts';
import { StoreFailure } from '../../object-store/failure.ts';
import { decodeHeaderText, encodeHeaderText } from './header-text.ts';
import type { Header } from './signer.ts';

const USER_PREFIX = 'x-amz-meta-';
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9a-z]+$/;

/** Classes whose objects cannot be read before a restore. */
const ARCHIVES: ReadonlySet<string> = new Set(['GLACIER', 'DEEP_ARCHIVE']);

/**
 * The headers that carry an object's metadata and options on a PUT, a copy or the start of an upload.
 * Throws {@link StoreFailure} of kind `bad-key` for a name that is none.
 */
export function writeHeaders({ metadata, storageClass, encryption, ifAbsent, contentMd5 }: WriteOptions): Header[] {
  const headers: Header[] = [];
  const add = (name: string, value: string | undefined): void => {
    if (value !== undefined) headers.push([name, value]);
  };
  add('content-type', metadata.contentType);
  add('content-encoding', metadata.contentEncoding);
  add('content-language', metadata.contentLanguage);
  add('content-disposition', metadata.contentDisposition);
  add('cache-control', metadata.cacheControl);
  add('expires', metadata.expires);
  for (const [name, value] of Object.entries(metadata.user)) {
    if (!TOKEN.test(name)) throw new StoreFailure('bad-key', `metadata name ${JSON.stringify(name)} cannot stand in a header`);
    headers.push([USER_PREFIX + name, encodeHeaderText(value)]);
  }
  add('x-amz-storage-class', storageClass);
  if (encryption !== undefined) {
    add('x-amz-server-side-encryption', 'aws:kms');
    add('x-amz-server-side-encryption-aws-kms-key-id', encryption.keyId);
  }
  if (ifAbsent === true) add('if-none-match', '*');
  add('content-md5', contentMd5);
  return headers;
}

/** What the headers of a HEAD or GET tell; `size` is theirs to know who knows whether a range was asked for. */
export function storedObject(key: string, size: number, headers: readonly string[], crc64Header: string | undefined): StoredObject {
  const user: Record<string, string> = {};
  const metadata: { -readonly [name in keyof ObjectMetadata]: ObjectMetadata[name] } = { user };
  const object: { -readonly [name in keyof StoredObject]: StoredObject[name] } = { key, size, lastModified: 0, metadata, archived: false, keyEncrypted: false };
  let restore = '';
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i] ?? '';
    const value = headers[i + 1] ?? '';
    switch (name) {
      case 'etag': object.etag = unquote(value); break;
      case 'last-modified': object.lastModified = Date.parse(value); break;
      case 'content-type': metadata.contentType = value; break;
      case 'content-encoding': metadata.contentEncoding = withoutAwsChunked(value); break;
      case 'content-language': metadata.contentLanguage = value; break;
      case 'content-disposition': metadata.contentDisposition = value; break;
      case 'cache-control': metadata.cacheControl = value; break;
      case 'expires': metadata.expires = value; break;
      case 'x-amz-storage-class': object.storageClass = value; break;
      case 'x-amz-version-id': object.versionId = value; break;
      case 'x-amz-restore': restore = value; break;
      case 'x-amz-missing-meta': object.hiddenMetadata = Number.parseInt(value, 10) || undefined; break;
      case 'x-amz-server-side-encryption': object.keyEncrypted ||= value !== 'AES256'; break;
      case 'x-amz-server-side-encryption-customer-algorithm': object.keyEncrypted = true; break;
      case crc64Header: object.crc64 = value; break;
      default:
        if (name.startsWith(USER_PREFIX)) user[name.slice(USER_PREFIX.length)] = decodeHeaderText(value);
    }
  }
  if (Number.isNaN(object.lastModified)) object.lastModified = 0;
  object.archived = ARCHIVES.has(object.storageClass ?? '') && !restore.includes('ongoing-request="false"');
  return object;
}

export function unquote(etag: string): string {
  return etag.startsWith('"') && etag.endsWith('"') && etag.length > 1 ? etag.slice(1, -1) : etag;
}

/** aws-chunked is how a client once sent the object, not how it is stored; some stores keep it by mistake. */
function withoutAwsChunked(value: string): string | undefined {
  if (!value.includes('aws-chunked')) return value;
  const rest = value.split(',').map((coding) => coding.trim()).filter((coding) => coding !== 'aws-chunked' && coding !== '');
  return rest.length === 0 ? undefined : rest.join(',');
}
