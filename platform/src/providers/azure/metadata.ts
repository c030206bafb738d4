import { StoreFailure } from '../../object-store/failure.ts';
import type { ObjectMetadata, StoredObject, WriteOptions } from '../../object-store/object-store.ts';
import { decodeHeaderText, encodeHeaderText } from '../s3/header-text.ts';
import { unquote } from '../s3/metadata.ts';
import type { Header } from '../s3/signer.ts';

const USER_PREFIX = 'x-ms-meta-';
/** Names of metadata are identifiers of C# ("Naming and Referencing Containers, Blobs, and Metadata"). */
const IDENTIFIER = /^[a-z_][a-z0-9_]*$/;

/** The headers of Put Blob. Throws {@link StoreFailure} `bad-key` for metadata that a blob cannot have. */
export function writeHeaders({ metadata, storageClass, encryption, ifAbsent, contentMd5 }: WriteOptions): Header[] {
  if (encryption !== undefined) throw new StoreFailure('unsupported', 'Azure takes no key of its key service with an object');
  if (metadata.expires !== undefined) throw new StoreFailure('bad-key', 'a blob has no Expires');
  const headers: Header[] = [['x-ms-blob-type', 'BlockBlob']];
  const add = (name: string, value: string | undefined): void => {
    if (value !== undefined) headers.push([name, value]);
  };
  add('x-ms-blob-content-type', metadata.contentType);
  add('x-ms-blob-content-encoding', metadata.contentEncoding);
  add('x-ms-blob-content-language', metadata.contentLanguage);
  add('x-ms-blob-content-disposition', metadata.contentDisposition);
  add('x-ms-blob-cache-control', metadata.cacheControl);
  for (const [name, value] of Object.entries(metadata.user)) {
    if (!IDENTIFIER.test(name)) throw new StoreFailure('bad-key', `metadata name ${JSON.stringify(name)} is no identifier, which Azure asks for`);
    headers.push([USER_PREFIX + name, encodeHeaderText(value)]);
  }
  add('x-ms-access-tier', storageClass);
  if (ifAbsent === true) add('if-none-match', '*');
  add('content-md5', contentMd5);
  return headers;
}

/** What the headers of Get Blob and Get Blob Properties tell; `size` is of the whole blob. */
export function storedObject(key: string, size: number, headers: readonly string[]): StoredObject {
  const user: Record<string, string> = {};
  const metadata: { -readonly [name in keyof ObjectMetadata]: ObjectMetadata[name] } = { user };
  const object: { -readonly [name in keyof StoredObject]: StoredObject[name] } = { key, size, lastModified: 0, metadata, archived: false, keyEncrypted: false };
  let bodyMd5: string | undefined;
  let blobMd5: string | undefined;
  let partial = false;
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i] ?? '';
    const value = headers[i + 1] ?? '';
    switch (name) {
      case 'etag': object.etag = unquote(value); break;
      case 'last-modified': object.lastModified = Date.parse(value) || 0; break;
      case 'content-type': metadata.contentType = value; break;
      case 'content-encoding': metadata.contentEncoding = value; break;
      case 'content-language': metadata.contentLanguage = value; break;
      case 'content-disposition': metadata.contentDisposition = value; break;
      case 'cache-control': metadata.cacheControl = value; break;
      case 'content-md5': bodyMd5 = value; break;
      case 'x-ms-blob-content-md5': blobMd5 = value; break;
      case 'content-range': partial = true; break;
      case 'x-ms-access-tier': object.storageClass = value; break;
      case 'x-ms-archive-status': object.restoring = value.startsWith('rehydrate-pending'); break;
      case 'x-ms-version-id': object.versionId = value; break;
      default:
        if (name.startsWith(USER_PREFIX)) user[name.slice(USER_PREFIX.length)] = decodeHeaderText(value);
    }
  }
  object.archived = object.storageClass === 'Archive';
  object.md5 = md5Hex(blobMd5 ?? (partial ? undefined : bodyMd5));
  return object;
}

/** Of the base64 that Azure shows. */
export function md5Hex(base64: string | undefined): string | undefined {
  return base64 !== undefined && /^[A-Za-z0-9+/]{22}==$/.test(base64) ? Buffer.from(base64, 'base64').toString('hex') : undefined;
}
