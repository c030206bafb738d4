import { ByteCollector } from '@haulier/lib/bytes/byte-collector.ts';
import { compareUtf8 } from '@haulier/lib/byte-order/byte-order.ts';
import type { ListedObject, ListPage, ListPosition, ListQuery } from '../../object-store/object-store.ts';
import { StoreFailure } from '../../object-store/failure.ts';
import { parseListDocument, type ListDocument } from './list-document.ts';
import { ListScanner } from './list-scanner.ts';
import type { S3Call, S3Requests } from './s3-requests.ts';
import { MAX_DOCUMENT_BYTES } from './store-http.ts';

const DEFAULT_LIMIT = 1000;
/** Pages without a key that a store may send in a row, over a long stretch of deleted versions. */
export const MAX_EMPTY_PAGES = 1000;

/** ListObjects in version 1 or 2, going on after a key: that position outlives every token. */
export class S3Listing {
  readonly #requests: S3Requests;
  readonly #dialect: ListDialect;
  /** Those not in use; as many as there were listings at once. */
  readonly #collectors: ByteCollector[] = [];
  readonly #scanner = new ListScanner();

  constructor(requests: S3Requests, dialect: ListDialect) {
    this.#requests = requests;
    this.#dialect = dialect;
  }

  async list(query: ListQuery, signal: AbortSignal): Promise<ListPage> {
    const after = startAfter(query.from);
    let token: string | undefined;
    for (let empty = 0; empty < MAX_EMPTY_PAGES; empty++) {
      const page = await this.#page(query, after, token, signal);
      const last = checkOrder(page.objects, after, query.prefix);
      if (last !== undefined) return { objects: page.objects, next: page.truncated ? { kind: 'after', key: last } : undefined };
      if (!page.truncated) return { objects: [], next: undefined };
      if (page.nextToken === undefined || page.nextToken === token) break;
      token = page.nextToken;
    }
    throw new StoreFailure('protocol', 'the listing says that there is more and does not advance');
  }

  async #page(query: ListQuery, after: string | undefined, token: string | undefined, signal: AbortSignal): Promise<ListDocument> {
    const call: S3Call = { method: 'GET', query: listParameters({ ...this.#dialect, prefix: query.prefix, limit: query.limit, after, token }) };
    const response = await this.#requests.send(call, signal);
    const collector = this.#collectors.pop() ?? new ByteCollector(MAX_DOCUMENT_BYTES);
    const bytes = await this.#requests.collectInto(collector, call, response, signal);
    try {
      return this.#scanner.scan(bytes) ?? parseListDocument(bytes.toString('utf8'));
    } catch (error) {
      throw new StoreFailure('protocol', `${this.#requests.describe(call)}: not a listing (${error instanceof Error ? error.message : 'unreadable'})`, { cause: error });
    } finally {
      this.#collectors.push(collector);
    }
  }
}

/** How a store lists. */
export interface ListDialect {
  readonly version: 1 | 2;
  readonly encoding: 'url' | 'none';
}

export interface ListParameters extends ListDialect {
  readonly prefix: string;
  readonly limit: number | undefined;
  readonly after: string | undefined;
  /** Of version 2. */
  readonly token: string | undefined;
  readonly delimiter?: '/';
}

/** In the order of the names. */
export function listParameters({ version, encoding, prefix, limit = DEFAULT_LIMIT, after, token, delimiter }: ListParameters): readonly (readonly [string, string])[] {
  const only = (name: string, value: string | undefined): readonly (readonly [string, string])[] => (value === undefined ? [] : [[name, value]]);
  const shown = [...only('delimiter', delimiter), ...only('encoding-type', encoding === 'url' ? encoding : undefined)];
  const which = [...only('max-keys', String(limit)), ...only('prefix', prefix)];
  if (version === 1) return [...shown, ...only('marker', after), ...which];
  return [...only('continuation-token', token), ...shown, ...only('list-type', '2'), ...which, ...only('start-after', after)];
}

export function startAfter(from: ListPosition): string | undefined {
  switch (from.kind) {
    case 'start': return undefined;
    case 'after': return from.key;
    case 'marker': throw new StoreFailure('protocol', 'an S3 listing goes on after a key, not at a marker');
  }
}

/**
 * The last key of a page whose keys all start with the prefix and ascend in byte order from `after`: a merge of two
 * listings relies on it, and a store that repeats a page would be read for ever.
 */
function checkOrder(objects: readonly ListedObject[], after: string | undefined, prefix: string): string | undefined {
  let previous = after;
  for (const { key } of objects) {
    if (previous !== undefined && !isAfter(key, previous)) {
      throw new StoreFailure('protocol', `the listing is out of order: ${JSON.stringify(key)} after ${JSON.stringify(previous)}`);
    }
    if (!key.startsWith(prefix)) throw new StoreFailure('protocol', `the listing of ${JSON.stringify(prefix)} contains ${JSON.stringify(key)}`);
    previous = key;
  }
  return objects.at(-1)?.key;
}

/** Only surrogates sort differently as UTF-16 and as UTF-8; without them the engine's own comparison will do. */
function isAfter(key: string, previous: string): boolean {
  return HIGH.test(key) || HIGH.test(previous) ? compareUtf8(key, previous) > 0 : key > previous;
}

const HIGH = /[\ud800-\uffff]/;
