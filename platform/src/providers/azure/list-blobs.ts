import type { FolderPage, ListedObject, ListPage, ListPosition, ListQuery } from '../../object-store/object-store.ts';
import { StoreFailure } from '../../object-store/failure.ts';
import { unquote } from '../s3/metadata.ts';
import { childrenNamed, childText, type XmlElement } from '../s3/xml.ts';
import type { AzureRequests } from './azure-requests.ts';

const DEFAULT_LIMIT = 1000;
/** Pages without an entry that the service may send in a row: it stops at the borders of its partitions. */
const MAX_EMPTY_PAGES = 1000;

interface Page {
  readonly objects: readonly ListedObject[];
  readonly folders: readonly string[];
  readonly marker: string | undefined;
}

/** List Blobs. A listing goes on at the service's own marker and nowhere else; snapshots and versions are not in it. */
export class BlobListing {
  readonly #requests: AzureRequests;
  readonly #container: string;

  constructor(requests: AzureRequests, container: string) {
    this.#requests = requests;
    this.#container = container;
  }

  async list(query: ListQuery, signal: AbortSignal): Promise<ListPage> {
    const { objects, marker } = await this.#entries(query, false, signal);
    return { objects, next: positionAt(marker) };
  }

  async folders(query: ListQuery, signal: AbortSignal): Promise<FolderPage> {
    const { objects, folders, marker } = await this.#entries(query, true, signal);
    return { objects, folders, next: positionAt(marker) };
  }

  async #entries(query: ListQuery, folded: boolean, signal: AbortSignal): Promise<Page> {
    let marker = markerOf(query.from);
    for (let empty = 0; empty < MAX_EMPTY_PAGES; empty++) {
      const page = await this.#page(query, folded, marker, signal);
      if (page.marker !== undefined && page.marker === marker) break;
      if (page.marker === undefined || page.objects.length > 0 || page.folders.length > 0) return page;
      marker = page.marker;
    }
    throw new StoreFailure('protocol', 'the listing says that there is more and does not advance');
  }

  async #page({ prefix, limit }: ListQuery, folded: boolean, marker: string | undefined, signal: AbortSignal): Promise<Page> {
    const query: (readonly [string, string])[] = [['comp', 'list'], ['maxresults', String(limit ?? DEFAULT_LIMIT)], ['restype', 'container']];
    if (folded) query.push(['delimiter', '/']);
    if (marker !== undefined) query.push(['marker', marker]);
    if (prefix !== '') query.push(['prefix', prefix]);
    const root = await this.#requests.document({ method: 'GET', container: this.#container, query }, 'EnumerationResults', signal);
    return { ...entriesOf(root, prefix), marker: childText(root, 'NextMarker') || undefined };
  }
}

function markerOf(from: ListPosition): string | undefined {
  switch (from.kind) {
    case 'start': return undefined;
    case 'marker': return from.marker;
    case 'after': throw new StoreFailure('protocol', 'a listing of Azure goes on at a marker, not after a key');
  }
}

function positionAt(marker: string | undefined): ListPosition | undefined {
  return marker === undefined ? undefined : { kind: 'marker', marker };
}

function entriesOf(root: XmlElement, prefix: string): Pick<Page, 'objects' | 'folders'> {
  const [blobs] = childrenNamed(root, 'Blobs');
  if (blobs === undefined) throw new StoreFailure('protocol', 'a listing without Blobs');
  const objects = childrenNamed(blobs, 'Blob').map(listedObject).filter((object) => object !== undefined);
  const folders = childrenNamed(blobs, 'BlobPrefix').map(nameOf);
  const stray = [...objects.map(({ key }) => key), ...folders].find((key) => !key.startsWith(prefix));
  if (stray !== undefined) throw new StoreFailure('protocol', `the listing of ${JSON.stringify(prefix)} contains ${JSON.stringify(stray)}`);
  return { objects, folders };
}

/** Undefined for a directory, which accounts with a hierarchical namespace list beside the blobs in it. */
function listedObject(blob: XmlElement): ListedObject | undefined {
  const [properties] = childrenNamed(blob, 'Properties');
  if (properties === undefined) throw new StoreFailure('protocol', 'a listed blob without properties');
  if (childText(properties, 'ResourceType') === 'directory') return undefined;
  const size = childText(properties, 'Content-Length') ?? '';
  const lastModified = Date.parse(childText(properties, 'Last-Modified') ?? '');
  if (!/^\d{1,15}$/.test(size) || Number.isNaN(lastModified)) throw new StoreFailure('protocol', 'a listed blob without size or time');
  const etag = childText(properties, 'Etag');
  return { key: nameOf(blob), size: Number(size), lastModified, etag: etag === undefined ? undefined : unquote(etag), storageClass: childText(properties, 'AccessTier') };
}

/** Names that XML cannot hold are percent-encoded and marked so. */
function nameOf(element: XmlElement): string {
  const [name] = childrenNamed(element, 'Name');
  if (name === undefined || name.text === '') throw new StoreFailure('protocol', `a listed <${element.name}> without a name`);
  if (name.attributes['Encoded'] !== 'true') return name.text;
  try {
    return decodeURIComponent(name.text);
  } catch (cause) {
    throw new StoreFailure('protocol', 'a listed name that does not decode', { cause });
  }
}
