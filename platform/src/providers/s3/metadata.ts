import type { ObjectMetadata, StoredObject, WriteOptions } from '../../object-store/object-store.ts';
import { StoreFailure } from '../../object-store/failure.ts';
import { decodeHeaderText, encodeHeaderText } from './header-text.ts';
import type { Header } from './signer.ts';
import type { ObjectHeaders } from './vocabulary.ts';

/** `ongoing-request="false", expiry-date="Fri, 21 Dec 2012 00:00:00 GMT"`; every cloud took the form over. */
const RESTORING = /ongoing-request="true"/;
const RESTORED = /ongoing-request="false"/;
const EXPIRY = /expiry-date="([^"]*)"/;
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9a-z]+$/;

/**
 * The headers that carry an object's metadata and options on a PUT, a copy or the start of an upload.
 * Throws {@link StoreFailure} of kind `bad-key` for a name that is none.
 */
export function writeHeaders({ metadata, storageClass, encryption, ifAbsent, contentMd5 }: WriteOptions, { vocabulary, sentClasses, kmsKeyId }: ObjectHeaders): Header[] {
  const { prefix, kms } = vocabulary;
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
    headers.push([`${prefix}meta-${name}`, encodeHeaderText(value)]);
  }
  add(`${prefix}storage-class`, storageClass === undefined ? undefined : sentClasses[storageClass] ?? storageClass);
  if (encryption !== undefined) {
    add(`${prefix}server-side-encryption`, kms.value);
    add(kms.keyHeader, encryption.keyId ?? kmsKeyId);
  }
  if (ifAbsent === true) add('if-none-match', '*');
  add('content-md5', contentMd5);
  return headers;
}

/** What the headers of a HEAD or GET tell; `size` is theirs to know who knows whether a range was asked for. */
export function storedObject(key: string, size: number, headers: readonly string[], { vocabulary: { prefix }, alsoPrefix, crc64Header, archives }: ObjectHeaders): StoredObject {
  const user: Record<string, string> = {};
  const metadata: { -readonly [name in keyof ObjectMetadata]: ObjectMetadata[name] } = { user };
  const object: { -readonly [name in keyof StoredObject]: StoredObject[name] } = { key, size, lastModified: 0, metadata, archived: false, keyEncrypted: false };
  const archive = { restore: '', held: false };
  /** `name` without the cloud's prefix. */
  const own = (name: string, value: string): void => {
    switch (name) {
      case 'storage-class': object.storageClass = value; break;
      case 'version-id': object.versionId = value; break;
      case 'restore': archive.restore = value; break;
      // Intelligent tiering keeps its class when it archives an object.
      case 'archive-status': archive.held = true; break;
      case 'missing-meta': object.hiddenMetadata = Number.parseInt(value, 10) || undefined; break;
      case 'server-side-encryption': object.keyEncrypted ||= value !== 'AES256'; break;
      case 'server-side-encryption-customer-algorithm': object.keyEncrypted = true; break;
      default:
        if (name.startsWith('meta-')) user[name.slice('meta-'.length)] = decodeHeaderText(value);
    }
  };
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
      case crc64Header: object.crc64 = value; break;
      default:
        if (name.startsWith(prefix)) own(name.slice(prefix.length), value);
        else if (alsoPrefix !== undefined && name.startsWith(alsoPrefix)) own(name.slice(alsoPrefix.length), value);
    }
  }
  if (Number.isNaN(object.lastModified)) object.lastModified = 0;
  object.archived = (archive.held || archives.has(object.storageClass ?? '')) && !RESTORED.test(archive.restore);
  if (object.archived && RESTORING.test(archive.restore)) object.restoring = true;
  if (RESTORED.test(archive.restore)) object.restoredUntil = expiryOf(archive.restore);
  return object;
}

function expiryOf(restore: string): number | undefined {
  const at = Date.parse(EXPIRY.exec(restore)?.[1] ?? '');
  return Number.isNaN(at) ? undefined : at;
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
