import { compareUtf8 } from '@haulier/lib/byte-order/byte-order.ts';
import type { ListPage, ListQuery, ListedObject, ObjectStore } from '../../object-store/object-store.ts';
import { MemoryStore, shown, type MemoryStoreOptions } from '../transfer/testing/memory-store.ts';

export interface ListedStoreOptions extends MemoryStoreOptions {
  /** Keys of a page, at most; small ones make many pages of few objects. Default 1,000. */
  readonly pageSize?: number;
}

/** A store in memory that lists: in byte order, or by markers that tell nothing. */
export interface ListedStore extends ObjectStore {
  readonly memory: MemoryStore;
  /** Listings so far. */
  readonly listings: readonly ListQuery[];
  /** Throws, or waits, in place of a listing. */
  beforeList: ((query: ListQuery) => void | Promise<void>) | undefined;
}

export function listedStore({ pageSize = 1_000, ...options }: ListedStoreOptions = {}): ListedStore {
  const memory = new MemoryStore(options);
  const listings: ListQuery[] = [];
  const store: ListedStore = {
    memory,
    listings,
    beforeList: undefined,
    location: memory.location,
    traits: memory.traits,
    multipart: memory.multipart,
    ...(memory.restore === undefined ? {} : { restore: memory.restore }),
    list: async (query) => {
      listings.push(query);
      await store.beforeList?.(query);
      return listMemory(memory, query, pageSize);
    },
    stat: (key) => memory.stat(key),
    read: (key, readOptions, signal) => memory.read(key, readOptions, signal),
    write: (key, body, writeOptions) => memory.write(key, body, writeOptions),
    remove: (key) => memory.remove(key),
    checkBucket: () => memory.checkBucket(),
    close: () => memory.close(),
  };
  return store;
}

const MARKER = 'page from ';

function listMemory(memory: MemoryStore, { prefix, from, limit = Infinity }: ListQuery, pageSize: number): ListPage {
  const after = from.kind === 'after' ? from.key : from.kind === 'marker' ? Buffer.from(from.marker.slice(MARKER.length), 'base64').toString() : '';
  const keys = [...memory.objects.keys()].filter((key) => key.startsWith(prefix) && compareUtf8(key, after) > 0).sort(compareUtf8);
  const page = keys.slice(0, Math.min(limit, pageSize));
  const last = page.at(-1);
  return { objects: page.map((key) => listedOf(memory, key)), next: last === undefined || page.length === keys.length ? undefined : nextOf(memory, last) };
}

function nextOf(memory: MemoryStore, last: string): ListPage['next'] {
  return memory.traits.listOrder === 'bytes' ? { kind: 'after', key: last } : { kind: 'marker', marker: MARKER + Buffer.from(last).toString('base64') };
}

/** Listings show no CRC64: stores show it in a HEAD. */
function listedOf(memory: MemoryStore, key: string): ListedObject {
  const { size, lastModified, etag, storageClass } = shown(key, memory.find(key));
  return { key, size, lastModified, etag, storageClass };
}
