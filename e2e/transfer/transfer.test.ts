/** One object at a time between real stores: what the unit tests claim about stores has to hold for these. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bytesSource } from '@haulier/lib/bytes/byte-stream.ts';
import { abortAbandoned } from '@haulier/platform/engine/transfer/janitor.ts';
import { get, listAll, md5Hex, pattern, put } from '@haulier/platform/object-store/contract/fixture.ts';
import { oddKeys } from '@haulier/platform/object-store/contract/odd-keys.ts';
import { StoreFailure } from '@haulier/platform/object-store/failure.ts';
import type { ListedObject, MultipartUploads, ObjectStore } from '@haulier/platform/object-store/object-store.ts';
import { startRgw, type Rgw } from '../stores/rgw.ts';
import { Journal, localBucket, never, rgwBucket, streaming, transferBetween } from './stores.ts';

const MiB = 1024 * 1024;
const large = pattern(12 * MiB + 345);
let rgw: Rgw;
let folder: string;

beforeAll(async () => {
  rgw = await startRgw();
  folder = await mkdtemp(join(tmpdir(), 'haulier-transfer-'));
}, 600_000);
afterAll(() => rm(folder, { recursive: true }));

async function listed(store: ObjectStore, key: string): Promise<ListedObject> {
  const object = (await listAll(store, key)).find((candidate) => candidate.key === key);
  if (object === undefined) throw new Error(`${key} is not listed`);
  return object;
}

async function uploadInParts(store: ObjectStore, key: string, content: Buffer, partBytes: number): Promise<ListedObject> {
  const multipart = parts(store);
  const upload = await multipart.create(key, { metadata: { contentType: 'a/b', user: { colour: 'red' } } }, never);
  const written = [];
  for (let at = 0; at < content.length; at += partBytes) {
    written.push(await multipart.writePart(upload, written.length + 1, bytesSource(content.subarray(at, at + partBytes)), never));
  }
  await multipart.complete(upload, written, never);
  return listed(store, key);
}

function parts(store: ObjectStore): MultipartUploads {
  if (store.multipart === undefined) throw new Error('no parts');
  return store.multipart;
}

const pairs = [
  { name: 'gateway to gateway', from: () => rgwBucket(rgw), to: () => rgwBucket(rgw, { user: rgw.users[1] }) },
  { name: 'gateway to gateway over TLS', from: () => rgwBucket(rgw, { tls: true }), to: () => rgwBucket(rgw, { user: rgw.users[1], tls: true }) },
  { name: 'gateway to folder', from: () => rgwBucket(rgw), to: () => localBucket(folder) },
  { name: 'folder to gateway', from: () => localBucket(folder), to: () => rgwBucket(rgw) },
];

describe.each(pairs)('$name', ({ from, to }) => {
  let source: ObjectStore;
  let destination: ObjectStore;
  beforeAll(async () => {
    [source, destination] = await Promise.all([from(), to()]);
  });
  afterAll(() => Promise.all([source.close(), destination.close()]));

  test('small objects of all names and sizes arrive', async () => {
    const keys = oddKeys.filter((key) => !/[\ud800-\udfff\uffff]/.test(key) || key.includes('\u{1f4a9}'));
    const sizes = [0, 1, 4096, 65_536, 300_001, MiB];
    const written = new Map<string, Buffer>();
    for (const [index, key] of keys.entries()) {
      const content = pattern(sizes[index % sizes.length] ?? 0, index + 1);
      try {
        await put(source, key, content, { contentType: 'a/b', cacheControl: 'no-store', user: { nth: `${index}` } });
        written.set(key, content);
      } catch (error) {
        if (!(error instanceof StoreFailure) || error.kind !== 'bad-key') throw error;
      }
    }
    const transfer = transferBetween(source, destination);
    let copied = 0;
    for (const object of await listAll(source)) {
      const outcome = await transfer.copyObject(object, object.key, never);
      if (outcome.kind === 'failed' && outcome.failure === 'bad-key') continue;
      expect(outcome).toMatchObject({ kind: 'copied', proof: 'etag', source: object });
      const arrived = await get(destination, object.key);
      expect(arrived.bytes.equals(written.get(object.key) ?? Buffer.from('?'))).toBe(true);
      expect(arrived.object.metadata).toMatchObject({ contentType: 'a/b', cacheControl: 'no-store' });
      copied += 1;
    }
    expect(copied).toBeGreaterThan(100);
  });

  test('an object that was written whole is proved by the digests of its parts', async () => {
    await put(source, 'whole', large, { user: {} });
    const outcome = await transferBetween(source, destination).copyLarge({ object: await listed(source, 'whole'), destinationKey: 'to/whole' }, new Journal('to/whole'), never);
    expect(outcome).toMatchObject({ kind: 'copied', proof: 'md5' });
    expect((await get(destination, 'to/whole')).bytes.equals(large)).toBe(true);
  });

  test('an object that was written in parts keeps its boundaries and its ETag', async () => {
    const object = await uploadInParts(source, 'parts', large, 5 * MiB);
    const outcome = await transferBetween(source, destination).copyLarge({ object, destinationKey: 'to/parts' }, new Journal('to/parts'), never);
    const { etag } = await source.stat('parts', never);
    expect(outcome).toEqual({ kind: 'copied', proof: 'etag', source: object, destinationEtag: etag });
    const arrived = await get(destination, 'to/parts');
    expect(arrived.bytes.equals(large)).toBe(true);
    expect(arrived.object.metadata).toMatchObject({ contentType: 'a/b', user: { colour: 'red' } });
    expect(arrived.object.etag).toBe(etag);
  });

  test('a stop is gone on with after the parts that are there', async () => {
    await put(source, 'stopped', large);
    const object = await listed(source, 'stopped');
    const journal = new Journal('stopped');
    const stop = new AbortController();
    const stopping = watched(destination, (_, number) => {
      if (number === 3) stop.abort(new Error('stopped'));
    });
    await expect(transferBetween(source, stopping, {}, { parts: 1 }).copyLarge({ object, destinationKey: 'stopped' }, journal, stop.signal)).rejects.toThrow('stopped');
    const written: number[] = [];
    const watching = watched(destination, (_, number) => written.push(number));
    expect(await transferBetween(source, watching).copyLarge({ object, destinationKey: 'stopped' }, journal, never)).toMatchObject({ kind: 'copied' });
    expect(written).toEqual([3]);
    expect((await get(destination, 'stopped')).bytes.equals(large)).toBe(true);
    expect(await parts(destination).uploadsOf('stopped', never)).toEqual([]);
  });

  test('a source that changes between its parts is never mixed', async () => {
    await put(source, 'changing', large);
    const object = await listed(source, 'changing');
    const newer = pattern(11 * MiB, 7);
    const journal = new Journal('changing');
    let changed = false;
    const changing = watched(destination, async (_, number) => {
      if (number !== 2 || changed) return;
      changed = true;
      await put(source, 'changing', newer);
    });
    const outcome = await transferBetween(source, changing, {}, { parts: 1 }).copyLarge({ object, destinationKey: 'changing' }, journal, never);
    expect(outcome).toMatchObject({ kind: 'copied', source: { size: newer.length, etag: md5Hex(newer) } });
    expect((await get(destination, 'changing')).bytes.equals(newer)).toBe(true);
    expect(journal.abandoned).toHaveLength(1);
    expect(await abortAbandoned(journal, destination, never)).toEqual({ gone: 1, left: 0 });
    expect(await parts(destination).uploadsOf('changing', never)).toEqual([]);
  });

  test('a small source that has changed is copied in its new version', async () => {
    await put(source, 'renewed', 'old');
    const object = await listed(source, 'renewed');
    await put(source, 'renewed', 'newer');
    expect(await transferBetween(source, destination).copyObject(object, 'renewed', never)).toMatchObject({ kind: 'copied', proof: 'etag', source: { size: 5 } });
    expect((await get(destination, 'renewed')).bytes.toString()).toBe('newer');
  });

  test.each(['lost', 'never sent'])('an answer to complete that was %s', async (what) => {
    await put(source, 'completed', large);
    const multipart = parts(destination);
    let completes = 0;
    const unreliable: ObjectStore = {
      ...streaming(destination),
      multipart: delegate(multipart, {
        complete: async (upload, of, signal) => {
          completes += 1;
          if (completes === 1 && what === 'lost') await multipart.complete(upload, of, signal);
          if (completes === 1) throw new StoreFailure('transient', 'connection reset');
          return multipart.complete(upload, of, signal);
        },
      }),
    };
    const outcome = await transferBetween(source, unreliable).copyLarge({ object: await listed(source, 'completed'), destinationKey: `completed/${what}` }, new Journal('completed'), never);
    expect(outcome).toMatchObject({ kind: 'copied', proof: 'md5' });
    expect((await get(destination, `completed/${what}`)).bytes.equals(large)).toBe(true);
    expect(completes).toBe(what === 'lost' ? 1 : 2);
  });

  test('a dead worker\'s complete is recognised, or made good', async () => {
    await put(source, 'died', large);
    const object = await listed(source, 'died');
    for (const when of ['before', 'after']) {
      const journal = new Journal(`died/${when}`);
      const multipart = parts(destination);
      const dying: ObjectStore = {
        ...streaming(destination),
        multipart: delegate(multipart, {
          complete: async (upload, of, signal) => {
            if (when === 'after') await multipart.complete(upload, of, signal);
            throw new TypeError('killed');
          },
        }),
      };
      await expect(transferBetween(source, dying).copyLarge({ object, destinationKey: `died/${when}` }, journal, never)).rejects.toThrow('killed');
      expect(journal.current?.state).toBe('completing');
      expect(await transferBetween(source, streaming(destination)).copyLarge({ object, destinationKey: `died/${when}` }, journal, never)).toMatchObject({ kind: 'copied' });
      expect((await get(destination, `died/${when}`)).bytes.equals(large)).toBe(true);
      expect(await parts(destination).uploadsOf(`died/${when}`, never)).toEqual([]);
    }
  });

  test('an upload without a record is found by its intent, and no other is touched', async () => {
    const multipart = parts(destination);
    const theirs = await multipart.create('orphan', { metadata: { user: {} } }, never);
    const ours = await multipart.create('orphan', { metadata: { user: {} } }, never);
    const journal = new Journal('orphan');
    journal.abandoned.push({ id: '1', destinationKey: 'orphan', uploadId: undefined, known: [theirs.uploadId] });
    expect(await abortAbandoned(journal, destination, never)).toEqual({ gone: 1, left: 0 });
    expect((await multipart.uploadsOf('orphan', never)).map((upload) => upload.uploadId)).toEqual([theirs.uploadId]);
    await expect(multipart.partsOf(ours, never)).rejects.toMatchObject({ kind: 'absent' });
    await multipart.abort(theirs, never);
  });
});

describe('one account of one gateway', () => {
  test('copies by itself, small objects and large ones, with their metadata', async () => {
    const [source, destination] = await Promise.all([rgwBucket(rgw), rgwBucket(rgw)]);
    const transfer = transferBetween(source, destination);
    await put(source, 'small', 'small', { contentType: 'a/b', user: { colour: 'red' } });
    expect(await transfer.copyObject(await listed(source, 'small'), 'small', never)).toMatchObject({ kind: 'copied', proof: 'server-side', destinationEtag: md5Hex(Buffer.from('small')) });
    expect((await get(destination, 'small')).object.metadata).toMatchObject({ contentType: 'a/b', user: { colour: 'red' } });

    await put(source, 'large', large);
    expect(await transfer.copyLarge({ object: await listed(source, 'large'), destinationKey: 'large' }, new Journal('large'), never)).toMatchObject({ kind: 'copied', proof: 'server-side' });
    expect((await get(destination, 'large')).bytes.equals(large)).toBe(true);

    const byParts: ObjectStore = { ...destination, ...(destination.serverSideCopy === undefined ? {} : { serverSideCopy: delegate(destination.serverSideCopy, { maxCopyBytes: MiB }) }) };
    const journal = new Journal('in parts');
    expect(await transferBetween(source, byParts).copyLarge({ object: await listed(source, 'large'), destinationKey: 'in parts' }, journal, never)).toMatchObject({ kind: 'copied', proof: 'server-side' });
    expect(journal.current?.state).toBe('completing');
    expect((await get(destination, 'in parts')).bytes.equals(large)).toBe(true);
  });
});

describe('a gateway that encrypts with its key service', () => {
  test('proves by size and time where its ETag is no MD5, and loses nothing', async () => {
    const [source, destination] = await Promise.all([rgwBucket(rgw), rgwBucket(rgw, { user: rgw.users[1], tls: true })]);
    const transfer = transferBetween(source, destination, { encryption: { kind: 'kms', keyId: 'testkey-1' } });
    await put(source, 'secret', large);
    const object = await listed(source, 'secret');
    expect(await transfer.copyLarge({ object, destinationKey: 'secret' }, new Journal('secret'), never)).toMatchObject({ kind: 'copied', proof: 'size-and-time' });
    const arrived = await get(destination, 'secret');
    expect(arrived.bytes.equals(large)).toBe(true);
    expect(arrived.object.keyEncrypted).toBe(true);
  });
});

/** Calls `before` before each part is written. */
function watched(store: ObjectStore, before: (key: string, number: number) => unknown): ObjectStore {
  const multipart = parts(store);
  return {
    ...streaming(store),
    multipart: delegate(multipart, {
      writePart: async (upload, number, body, signal) => {
        await before(upload.key, number);
        return multipart.writePart(upload, number, body, signal);
      },
    }),
  };
}

/** The object with some of its members replaced; the others keep their `this`. */
function delegate<T extends object>(object: T, over: Partial<T>): T {
  return new Proxy(object, {
    get(target, name) {
      const source = name in over ? over : target;
      const value: unknown = Reflect.get(source, name, source);
      return typeof value === 'function' ? (value.bind(source) as unknown) : value;
    },
  });
}
