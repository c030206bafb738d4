import type { ListedObject } from '../../object-store/object-store.ts';
import { unquote } from './metadata.ts';
import { childrenNamed, childText, parseXml, type XmlElement } from './xml.ts';

/** One answer to ListObjects, of either version. */
export interface ListDocument {
  readonly objects: readonly ListedObject[];
  readonly truncated: boolean;
  /** Version 2 only. */
  readonly nextToken: string | undefined;
}

/** One answer to ListObjects with a delimiter. */
export interface FolderDocument extends ListDocument {
  readonly folders: readonly string[];
  /** Version 1 only. */
  readonly nextMarker: string | undefined;
}

/** Reads any well-formed answer; throws an Error that says what is wrong with another. */
export function parseListDocument(xml: string): ListDocument {
  return listDocument(parseXml(withoutBrokenEchoes(xml)));
}

/** As {@link parseListDocument}, with the common prefixes. */
export function parseFolderDocument(xml: string): FolderDocument {
  const root = parseXml(withoutBrokenEchoes(xml));
  const decode = childText(root, 'EncodingType') === 'url' ? decodeListedKey : (key: string) => key;
  const folders = childrenNamed(root, 'CommonPrefixes').flatMap((common) => childrenNamed(common, 'Prefix')).map(({ text }) => decode(text));
  const marker = childText(root, 'NextMarker') || undefined;
  return { ...listDocument(root), folders, nextMarker: marker === undefined ? undefined : decode(marker) };
}

/** Ceph repeats what was asked for, and names its last key, as they are: also with characters that no XML may have. */
function withoutBrokenEchoes(xml: string): string {
  if (!xml.includes('<EncodingType>url</EncodingType>')) return xml;
  return xml.replaceAll(/<(Prefix|Marker|NextMarker|StartAfter|NextContinuationToken)>[^<]*[\ufffe\uffff][^<]*<\/\1>/g, '');
}

function listDocument(root: XmlElement): ListDocument {
  if (root.name !== 'ListBucketResult') throw new Error(`<${root.name}> instead of <ListBucketResult>`);
  const truncated = childText(root, 'IsTruncated');
  if (truncated !== 'true' && truncated !== 'false') throw new Error('it does not say whether there is more');
  const encoded = childText(root, 'EncodingType') === 'url';
  return {
    objects: childrenNamed(root, 'Contents').map((element) => listedObject(element, encoded)),
    truncated: truncated === 'true',
    nextToken: childText(root, 'NextContinuationToken') || undefined,
  };
}

function listedObject(element: XmlElement, encoded: boolean): ListedObject {
  const key = childText(element, 'Key');
  const size = childText(element, 'Size');
  const lastModified = Date.parse(childText(element, 'LastModified') ?? '');
  if (key === undefined || size === undefined || !/^\d{1,15}$/.test(size) || Number.isNaN(lastModified)) throw new Error('an entry without key, size or time');
  const etag = childText(element, 'ETag');
  return {
    key: encoded ? decodeListedKey(key) : key,
    size: Number(size),
    lastModified,
    etag: etag === undefined ? undefined : unquote(etag),
    storageClass: childText(element, 'StorageClass'),
  };
}

/** `encoding-type=url` writes a blank as `+`. Throws an URIError for what is no UTF-8. */
export function decodeListedKey(key: string): string {
  const spaced = key.includes('+') ? key.replaceAll('+', ' ') : key;
  return spaced.includes('%') ? decodeURIComponent(spaced) : spaced;
}
