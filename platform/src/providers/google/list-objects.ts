import type { FolderPage, ListedObject, ListPage, ListPosition, ListQuery } from '../../object-store/object-store.ts';
import { StoreFailure } from '../../object-store/failure.ts';
import { compareUtf8 } from '@haulier/lib/byte-order/byte-order.ts';
import type { GoogleRequests } from './google-requests.ts';
import { fieldsOf, listIn, textIn } from './json-fields.ts';
import { LISTED_FIELDS, listedObject } from './object-resource.ts';

const DEFAULT_LIMIT = 1000;
/** Pages without an entry that the service may send in a row. */
const MAX_EMPTY_PAGES = 1000;

interface Page {
  readonly objects: readonly ListedObject[];
  readonly folders: readonly string[];
  readonly token: string | undefined;
}

/**
 * Objects: list. In byte order (`keys`) it goes on after a key by startOffset, which names the first key to show; otherwise
 * (`tokens`) at the service's own page token, for endpoints that do not know the offset.
 */
export class GoogleListing {
  readonly #requests: GoogleRequests;
  readonly #bucket: string;
  readonly #by: 'keys' | 'tokens';

  constructor(requests: GoogleRequests, bucket: string, by: 'keys' | 'tokens') {
    this.#requests = requests;
    this.#bucket = bucket;
    this.#by = by;
  }

  async list(query: ListQuery, signal: AbortSignal): Promise<ListPage> {
    const { objects, token } = await this.#entries(query, false, signal);
    if (this.#by === 'tokens') return { objects, next: token === undefined ? undefined : { kind: 'marker', marker: token } };
    checkOrder(objects, query.from);
    const last = objects.at(-1);
    return { objects, next: token === undefined || last === undefined ? undefined : { kind: 'after', key: last.key } };
  }

  async folders(query: ListQuery, signal: AbortSignal): Promise<FolderPage> {
    const { objects, folders, token } = await this.#entries(query, true, signal);
    if (this.#by === 'tokens') return { objects, folders, next: token === undefined ? undefined : { kind: 'marker', marker: token } };
    const last = [...folders, ...objects.map(({ key }) => key)].toSorted(compareUtf8).at(-1);
    return { objects, folders, next: token === undefined || last === undefined ? undefined : { kind: 'after', key: last } };
  }

  /** The first page with an entry that lies after where the listing is to start. */
  async #entries(query: ListQuery, folded: boolean, signal: AbortSignal): Promise<Page> {
    const { from } = query;
    if (from.kind !== 'start' && (from.kind === 'after') !== (this.#by === 'keys')) throw new StoreFailure('protocol', `this listing goes on by ${this.#by}`);
    const after = from.kind === 'after' ? from.key : undefined;
    let token = from.kind === 'marker' ? from.marker : undefined;
    for (let empty = 0; empty < MAX_EMPTY_PAGES; empty++) {
      const page = behind(await this.#page(query, folded, after, token, signal), after);
      if (page.token === undefined || page.objects.length > 0 || page.folders.length > 0) return page;
      if (page.token === token) break;
      token = page.token;
    }
    throw new StoreFailure('protocol', 'the listing says that there is more and does not advance');
  }

  async #page({ prefix, limit = DEFAULT_LIMIT }: ListQuery, folded: boolean, after: string | undefined, token: string | undefined, signal: AbortSignal): Promise<Page> {
    const query: (readonly [string, string])[] = [['fields', `items(${LISTED_FIELDS}),nextPageToken,prefixes`], ['maxResults', String(limit)]];
    if (folded) query.push(['delimiter', '/']);
    if (token !== undefined) query.push(['pageToken', token]);
    if (prefix !== '') query.push(['prefix', prefix]);
    if (after !== undefined) query.push(['startOffset', after]);
    const path = `/storage/v1/b/${encodeURIComponent(this.#bucket)}/o`;
    const root = await this.#requests.document({ method: 'GET', path, query, on: this.#bucket, ofObject: false }, signal);
    const objects = listIn(root, 'items').map((item) => listedObject(fieldsOf(item)));
    const folders = listIn(root, 'prefixes').filter((folder) => typeof folder === 'string');
    const stray = [...objects.map(({ key }) => key), ...folders].find((key) => !key.startsWith(prefix));
    if (stray !== undefined) throw new StoreFailure('protocol', `the listing of ${JSON.stringify(prefix)} contains ${JSON.stringify(stray)}`);
    return { objects, folders, token: textIn(root, 'nextPageToken') };
  }
}

/** The offset itself is shown again, and a folder that it lies in. */
function behind(page: Page, after: string | undefined): Page {
  if (after === undefined) return page;
  return { ...page, objects: page.objects.filter(({ key }) => compareUtf8(key, after) > 0), folders: page.folders.filter((folder) => compareUtf8(folder, after) > 0) };
}

/** A merge of two listings relies on it. */
function checkOrder(objects: readonly ListedObject[], from: ListPosition): void {
  let previous = from.kind === 'after' ? from.key : undefined;
  for (const { key } of objects) {
    if (previous !== undefined && compareUtf8(key, previous) <= 0) throw new StoreFailure('protocol', `the listing is out of order: ${JSON.stringify(key)} after ${JSON.stringify(previous)}`);
    previous = key;
  }
}
