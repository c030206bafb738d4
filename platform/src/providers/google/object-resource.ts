/** The object resource of the JSON API ("Objects"), in both directions. */
import { StoreFailure } from '../../object-store/failure.ts';
import type { ListedObject, ObjectMetadata, StoredObject, WriteOptions } from '../../object-store/object-store.ts';
import { fieldsOf, numberIn, textIn, type Fields } from './json-fields.ts';

/** What `listedObject` reads. */
export const LISTED_FIELDS = 'name,size,updated,generation,storageClass';

/**
 * Its ETag is the generation: it names one version of the bytes, and reads can be pinned to it. The resource's own etag
 * changes with the metadata too, and no read takes it.
 */
export function listedObject(resource: Fields | undefined): ListedObject {
  const key = textIn(resource, 'name');
  const size = numberIn(resource, 'size');
  const lastModified = Date.parse(textIn(resource, 'updated') ?? '');
  const generation = textIn(resource, 'generation');
  if (key === undefined || size === undefined || Number.isNaN(lastModified) || generation === undefined) throw new StoreFailure('protocol', 'an object without name, size, time or generation');
  return { key, size, lastModified, etag: generation, storageClass: textIn(resource, 'storageClass') };
}

/** No class of Google's has to be restored before it is read. */
export function storedObject(resource: Fields): StoredObject {
  const text = (name: string): string | undefined => textIn(resource, name);
  const custom = fieldsOf(resource.get('metadata')) ?? new Map<string, unknown>();
  const metadata: ObjectMetadata = {
    contentType: text('contentType'), contentEncoding: text('contentEncoding'), contentLanguage: text('contentLanguage'), contentDisposition: text('contentDisposition'), cacheControl: text('cacheControl'),
    user: Object.fromEntries([...custom].map(([name, value]) => [name.toLowerCase(), typeof value === 'string' ? value : ''])),
  };
  return { ...listedObject(resource), metadata, md5: md5Hex(text('md5Hash')), archived: false, keyEncrypted: text('kmsKeyName') !== undefined || resource.has('customerEncryption') };
}

/** The resource of an object that is to be written. */
export function newResource(key: string, { metadata, storageClass, encryption, contentMd5 }: WriteOptions): string {
  if (encryption !== undefined) throw new StoreFailure('unsupported', 'Google takes no key of its key service with an object here');
  if (metadata.expires !== undefined) throw new StoreFailure('bad-key', 'an object of Google has no Expires');
  const { contentType, contentEncoding, contentLanguage, contentDisposition, cacheControl, user } = metadata;
  return JSON.stringify({ name: key, contentType, contentEncoding, contentLanguage, contentDisposition, cacheControl, metadata: user, storageClass, md5Hash: contentMd5 });
}

/** Of the base64 that Google shows; composed objects have none. */
function md5Hex(base64: string | undefined): string | undefined {
  return base64 !== undefined && /^[A-Za-z0-9+/]{22}==$/.test(base64) ? Buffer.from(base64, 'base64').toString('hex') : undefined;
}
