import { compareUtf8 } from '@haulier/lib/byte-order/byte-order.ts';
import { StoreFailure } from '../../object-store/failure.ts';
import type { FolderListing, FolderPage, ListQuery } from '../../object-store/object-store.ts';
import { parseFolderDocument, type FolderDocument } from './list-document.ts';
import { listParameters, MAX_EMPTY_PAGES, startAfter, type ListDialect } from './list-objects.ts';
import type { S3Call, S3Requests } from './s3-requests.ts';

/** The last character there is: no key below a folder sorts behind the folder's name with it, but for those that begin so. */
const LAST_CHARACTER = '\u{10ffff}';

/** ListObjects with the delimiter `/`. */
export class S3Folders implements FolderListing {
  readonly #requests: S3Requests;
  readonly #dialect: ListDialect;

  constructor(requests: S3Requests, dialect: ListDialect) {
    this.#requests = requests;
    this.#dialect = dialect;
  }

  async list(query: ListQuery, signal: AbortSignal): Promise<FolderPage> {
    const after = startAfter(query.from);
    let marker = after === undefined ? undefined : this.#behindFolder(query.prefix, after);
    let token: string | undefined;
    for (let empty = 0; empty < MAX_EMPTY_PAGES; empty++) {
      const document = await this.#page(query, marker, token, signal);
      const page = entriesAfter(document, query.prefix, after);
      const last = lastOf(page);
      if (last !== undefined) return { ...page, next: document.truncated ? { kind: 'after', key: last } : undefined };
      if (!document.truncated) return { ...page, next: undefined };
      if (document.nextToken === undefined ? document.nextMarker === marker : document.nextToken === token) break;
      token = document.nextToken;
      marker = this.#dialect.version === 1 ? document.nextMarker : marker;
    }
    throw new StoreFailure('protocol', 'the listing says that there is more and does not advance');
  }

  /** A folder is passed by its name as a marker of version 1, as the store itself names it; version 2 would show it again. */
  #behindFolder(prefix: string, after: string): string {
    const slash = after.startsWith(prefix) ? after.indexOf('/', prefix.length) : -1;
    if (slash < 0) return after;
    const folder = after.slice(0, slash + 1);
    return this.#dialect.version === 1 ? folder : folder + LAST_CHARACTER;
  }

  async #page({ prefix, limit }: ListQuery, after: string | undefined, token: string | undefined, signal: AbortSignal): Promise<FolderDocument> {
    const call: S3Call = { method: 'GET', query: listParameters({ ...this.#dialect, prefix, limit, after, token, delimiter: '/' }) };
    const { text } = await this.#requests.document(call, signal);
    try {
      return parseFolderDocument(text);
    } catch (error) {
      throw new StoreFailure('protocol', `${this.#requests.describe(call)}: not a listing (${error instanceof Error ? error.message : 'unreadable'})`, { cause: error });
    }
  }
}

/** What comes after the position; stores differ in whether they show a folder again that it lies in. */
function entriesAfter({ folders, objects }: FolderDocument, prefix: string, after: string | undefined): Omit<FolderPage, 'next'> {
  for (const name of [...folders, ...objects.map(({ key }) => key)]) {
    if (!name.startsWith(prefix)) throw new StoreFailure('protocol', `the listing of ${JSON.stringify(prefix)} contains ${JSON.stringify(name)}`);
  }
  const isAfter = (name: string): boolean => after === undefined || compareUtf8(name, after) > 0;
  return { folders: folders.filter(isAfter), objects: objects.filter(({ key }) => isAfter(key)) };
}

function lastOf({ folders, objects }: Omit<FolderPage, 'next'>): string | undefined {
  const [folder, key] = [folders.at(-1), objects.at(-1)?.key];
  if (folder === undefined || key === undefined) return folder ?? key;
  return compareUtf8(folder, key) > 0 ? folder : key;
}
