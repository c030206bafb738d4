import { describe, expect, it } from 'vitest';
import { bytesSource } from '@haulier/lib/bytes/byte-stream.ts';
import { StoreFailure, type FailureKind } from '../../object-store/failure.ts';
import type { ListedObject } from '../../object-store/object-store.ts';
import { brokenAfter, endedAfter, flipped, untold } from './testing/lent-bytes.ts';
import { md5Hex, type MemoryStore, type MemoryStoreOptions } from './testing/memory-store.ts';
import { content, never, setting, type Setting } from './testing/setting.ts';

const bytes = content(500);
const other = content(400, 'other');

function arrived(store: MemoryStore, key = 'to'): Buffer | undefined {
  return store.objects.get(key)?.bytes;
}

function copy({ transfer }: Setting, object: ListedObject, key = 'to') {
  return transfer.copyObject(object, key, never);
}

describe('copyObject', () => {
  it('spends one GET and one PUT, and takes the ETag for the proof', async () => {
    const room = setting();
    const listed = room.source.put('from', bytes, { metadata: { contentType: 'a/b', cacheControl: 'no-store', user: { colour: 'red' } } });
    const outcome = await copy(room, listed);
    expect(outcome).toEqual({ kind: 'copied', source: listed, destinationEtag: md5Hex(bytes), proof: 'etag' });
    expect(arrived(room.destination)).toEqual(bytes);
    expect(room.destination.objects.get('to')?.metadata).toEqual({ contentType: 'a/b', cacheControl: 'no-store', user: { colour: 'red' } });
    expect([...room.source.calls, ...room.destination.calls].map((call) => call.name)).toEqual(['read', 'write']);
  });

  it('takes an MD5 that the source tells apart from its ETag for the proof, and believes the bytes where it is made up', async () => {
    const room = setting({ source: { traits: { etag: 'opaque' } } });
    expect(await copy(room, room.source.put('from', bytes, { etag: '0x8D1', md5: md5Hex(bytes) }))).toMatchObject({ kind: 'copied', proof: 'etag' });
    expect(await copy(room, room.source.put('liar', bytes, { etag: '0x8D2', md5: md5Hex(other) }))).toMatchObject({ kind: 'copied', proof: 'md5' });
    expect(arrived(room.destination)).toEqual(bytes);
  });

  it('carries only what the bytes mean when the plan says so', async () => {
    const room = setting({ plan: { carryMetadata: false } });
    await copy(room, room.source.put('from', bytes, { metadata: { contentType: 'a/b', contentEncoding: 'gzip', cacheControl: 'no-store', user: { colour: 'red' } } }));
    expect(room.destination.objects.get('to')?.metadata).toEqual({ contentType: 'a/b', contentEncoding: 'gzip', user: {} });
  });

  it('asks for the storage class and the encryption of the plan; an encrypted ETag proves nothing', async () => {
    const room = setting({ plan: { storageClass: { kind: 'fixed', name: 'COLD' }, encryption: { kind: 'kms', keyId: 'k' } } });
    const outcome = await copy(room, room.source.put('from', bytes));
    expect(outcome).toMatchObject({ kind: 'copied', proof: 'size-and-time' });
    expect(room.destination.objects.get('to')?.options).toMatchObject({ storageClass: 'COLD', encryption: { kind: 'kms', keyId: 'k' } });
  });

  it('copies objects without a byte, folders that people made among them', async () => {
    const room = setting();
    expect(await copy(room, room.source.put('folder/', Buffer.alloc(0)), 'folder/')).toMatchObject({ kind: 'copied', proof: 'etag' });
    expect(arrived(room.destination, 'folder/')).toEqual(Buffer.alloc(0));
  });

  it('refuses keys that are too long for the destination, in bytes, without a request', async () => {
    const room = setting();
    const listed = room.source.put('from', bytes);
    expect(await copy(room, listed, '\u00e9'.repeat(513))).toMatchObject({ kind: 'failed', failure: 'bad-key', severity: 'object', side: 'destination' });
    expect(room.source.calls).toEqual([]);
    expect(await copy(room, listed, '\u00e9'.repeat(512))).toMatchObject({ kind: 'copied' });
  });

  it('refuses an empty key without a request', async () => {
    const room = setting();
    expect(await copy(room, room.source.put('from', bytes), '')).toMatchObject({ kind: 'failed', failure: 'bad-key', severity: 'object', side: 'destination' });
    expect([...room.source.calls, ...room.destination.calls]).toEqual([]);
  });

  it('leaves an object to copyLarge that has grown past the limit', async () => {
    const room = setting();
    const listed = room.source.put('from', bytes);
    room.source.put('from', content(1_001));
    expect(await copy(room, listed)).toMatchObject({ kind: 'large', source: { size: 1_001 } });
    expect(room.destination.calls).toEqual([]);
  });
});

describe('a source that changes', () => {
  it('is copied in its new version', async () => {
    const room = setting();
    const listed = room.source.put('from', bytes);
    room.source.put('from', other, { lastModified: 1_500_000 });
    expect(await copy(room, listed)).toMatchObject({ kind: 'copied', source: { size: 400, etag: md5Hex(other), lastModified: 1_500_000 } });
    expect(arrived(room.destination)).toEqual(other);
  });

  it('fails as changed when it never holds still', async () => {
    const room = setting();
    const listed = room.source.put('from', bytes);
    room.source.before = ({ name, nth }) => {
      if (name === 'read') room.source.put('from', content(300, `version ${nth}`));
    };
    expect(await copy(room, listed)).toMatchObject({ kind: 'failed', failure: 'changed', side: 'source', severity: 'object' });
    expect(room.source.count('read')).toBe(5);
    expect(room.destination.calls).toEqual([]);
  });

  it('is one version also where the store ignores conditions or lists no ETag', async () => {
    for (const etag of [md5Hex(bytes), undefined]) {
      const room = setting();
      room.source.honoursIfMatch = false;
      room.source.put('from', other);
      const outcome = await copy(room, { key: 'from', size: 500, lastModified: 1_000_000, etag });
      expect(outcome).toMatchObject({ kind: 'copied', source: { size: 400, etag: md5Hex(other) } });
      expect(arrived(room.destination)).toEqual(other);
    }
  });

  it('is looked at again when its length does not belong to its ETag', async () => {
    const room = setting();
    const listed = room.source.put('from', bytes);
    expect(await copy(room, { ...listed, size: 499 })).toMatchObject({ kind: 'copied', source: { size: 500 } });
    expect(room.source.count('stat')).toBe(1);
  });

  it('fails as absent when it is gone', async () => {
    const room = setting();
    const listed = room.source.put('from', bytes);
    room.source.objects.clear();
    expect(await copy(room, listed)).toMatchObject({ kind: 'failed', failure: 'absent', side: 'source', severity: 'object' });
  });

  it('fails as absent when it goes between its change and the second look', async () => {
    const room = setting();
    const listed = room.source.put('from', bytes);
    room.source.put('from', other);
    room.source.before = ({ name }) => {
      if (name === 'stat') room.source.objects.clear();
    };
    expect(await copy(room, listed)).toMatchObject({ kind: 'failed', failure: 'absent', side: 'source' });
  });

  it('that says so in the middle of its body is looked at again', async () => {
    const room = setting({ plan: { overwrite: 'never' } });
    const listed = room.source.put('from', bytes);
    room.source.spoilBody = (body, { nth }) => {
      if (nth > 1) return body;
      room.source.put('from', other);
      return { length: body.length, pipe: () => Promise.reject(new StoreFailure('changed', 'written to')), discard: () => body.discard() };
    };
    expect(await copy(room, listed)).toMatchObject({ kind: 'copied', source: { size: 400 } });
  });
});

describe('a body that goes wrong', () => {
  it('is never patched but read again from its start', async () => {
    const room = setting();
    const listed = room.source.put('from', bytes);
    room.source.spoilBody = (body, { nth }) => (nth === 1 ? brokenAfter(body, 200) : body);
    expect(await copy(room, listed)).toMatchObject({ kind: 'copied', proof: 'etag' });
    expect(arrived(room.destination)).toEqual(bytes);
    expect(room.waits).toEqual([100]);
  });

  it('is a failure of the source that may pass when it keeps breaking', async () => {
    const room = setting();
    const listed = room.source.put('from', bytes);
    room.source.spoilBody = (body) => brokenAfter(body, 200);
    expect(await copy(room, listed)).toMatchObject({ kind: 'failed', failure: 'transient', side: 'source', severity: 'retryable' });
    expect(room.destination.count('write')).toBe(3);
    expect(arrived(room.destination)).toBeUndefined();
  });

  it('is caught when it ends early without a word', async () => {
    const room = setting();
    const listed = room.source.put('from', bytes);
    room.source.spoilBody = (body) => endedAfter(body, 499);
    expect(await copy(room, listed)).toMatchObject({ kind: 'failed', failure: 'transient', side: 'source' });
    expect(arrived(room.destination)).toBeUndefined();
  });

  it('is caught when it says another length than its object has', async () => {
    const room = setting();
    const listed = room.source.put('from', bytes);
    room.source.spoilBody = () => bytesSource(bytes.subarray(1));
    expect(await copy(room, listed)).toMatchObject({ kind: 'failed', failure: 'corrupt', side: 'source', severity: 'object' });
    expect(room.destination.calls).toEqual([]);
  });

  it('is caught by the ETag when it arrives wrong once', async () => {
    const room = setting();
    const listed = room.source.put('from', bytes);
    room.source.spoilBody = (body, { nth }) => (nth === 1 ? flipped(body) : body);
    expect(await copy(room, listed)).toMatchObject({ kind: 'copied', proof: 'etag' });
    expect(arrived(room.destination)).toEqual(bytes);
  });

  it('fails as corrupt when the destination always stores something else', async () => {
    const room = setting();
    const listed = room.source.put('from', bytes);
    room.destination.spoilWritten = () => other;
    expect(await copy(room, listed)).toMatchObject({ kind: 'failed', failure: 'corrupt', side: 'destination', severity: 'object' });
    expect(room.destination.count('write')).toBe(3);
    expect(arrived(room.destination)).toBeUndefined();
  });

  it('is removed when it arrived wrong, whatever it was that ended the attempts', async () => {
    const room = setting();
    const listed = room.source.put('from', bytes);
    room.destination.spoilWritten = () => other;
    room.source.before = ({ name, nth }) => {
      if (name === 'read' && nth > 1) throw new StoreFailure('denied', 'no more');
    };
    expect(await copy(room, listed)).toMatchObject({ kind: 'failed', failure: 'denied', side: 'source' });
    expect(arrived(room.destination)).toBeUndefined();
  });

  it('leaves what somebody else has put in the place of a corrupt copy', async () => {
    const room = setting({ limits: { attempts: { corrupt: 1 } } });
    const listed = room.source.put('from', bytes, { etag: 'opaque' });
    room.destination.spoilWritten = () => other;
    room.destination.before = ({ name, nth }) => {
      if (name === 'stat' && nth === 2) room.destination.put('to', content(3));
    };
    expect(await copy(room, listed)).toMatchObject({ kind: 'failed', failure: 'corrupt' });
    expect(arrived(room.destination)).toEqual(content(3));
  });
});

describe('a source whose ETag is no MD5', () => {
  it('is proved by the MD5 of the bytes, and suspected at once the next time', async () => {
    const room = setting();
    const listed = room.source.put('from', bytes, { etag: '0'.repeat(32) });
    expect(await copy(room, listed)).toMatchObject({ kind: 'copied', proof: 'md5', destinationEtag: md5Hex(bytes) });
    expect(room.source.count('read')).toBe(2);
    const next = room.source.put('next', other, { etag: '1'.repeat(32) });
    expect(await copy(room, next, 'next')).toMatchObject({ kind: 'copied', proof: 'md5' });
    expect(room.source.count('read')).toBe(3);
  });

  it.each([
    { name: 'multipart', over: { etag: `${md5Hex(bytes)}-1` } },
    { name: 'opaque', over: { etag: '0x8D' } },
    { name: 'absent', over: { etag: undefined } },
    { name: 'of encrypted content', over: { keyEncrypted: true, etag: md5Hex(other) } },
  ])('($name) costs a digest and no request', async ({ over }) => {
    const room = setting();
    const outcome = await copy(room, room.source.put('from', bytes, over));
    expect(outcome).toMatchObject({ kind: 'copied', proof: 'md5' });
    expect(room.source.calls.length + room.destination.calls.length).toBe(2);
  });

  it('by its trait is never compared', async () => {
    const room = setting({ source: { traits: { etag: 'opaque' } } });
    expect(await copy(room, room.source.put('from', bytes))).toMatchObject({ kind: 'copied', proof: 'md5' });
  });
});

describe('a destination whose ETag is no MD5', () => {
  it('is asked for size and time', async () => {
    const room = setting({ destination: { traits: { etag: 'opaque' } } });
    expect(await copy(room, room.source.put('from', bytes))).toMatchObject({ kind: 'copied', proof: 'size-and-time' });
    expect(room.destination.calls.map((call) => call.name)).toEqual(['write', 'stat']);
  });

  it('because it encrypts by default is found out once', async () => {
    const room = setting();
    room.destination.encryptsByDefault = true;
    expect(await copy(room, room.source.put('from', bytes))).toMatchObject({ kind: 'copied', proof: 'size-and-time' });
    expect(room.destination.count('write')).toBe(2);
    expect(await copy(room, room.source.put('next', other), 'next')).toMatchObject({ kind: 'copied', proof: 'size-and-time' });
    expect(room.destination.count('write')).toBe(3);
  });

  it('fails as corrupt when the size is another', async () => {
    const room = setting({ destination: { traits: { etag: 'opaque' } } });
    room.destination.spoilWritten = (written) => written.subarray(1);
    expect(await copy(room, room.source.put('from', bytes))).toMatchObject({ kind: 'failed', failure: 'corrupt', side: 'destination' });
  });

  it('may be tried later when its clock is behind the source\'s', async () => {
    const room = setting({ destination: { traits: { etag: 'opaque' }, now: () => 1_000_000 } });
    expect(await copy(room, room.source.put('from', bytes, { lastModified: 1_001_000 }))).toMatchObject({ kind: 'failed', failure: 'transient', severity: 'retryable', side: 'destination' });
    expect(await copy(room, room.source.put('from', bytes, { lastModified: 1_000_999 }))).toMatchObject({ kind: 'copied', proof: 'size-and-time' });
  });
});

describe('CRC64', () => {
  const destination: MemoryStoreOptions = { crc64: (written) => `${written.byteLength}`, traits: { etag: 'opaque' } };

  it('is compared when both sides have it', async () => {
    const room = setting({ plan: { check: 'crc64' }, destination });
    expect(await copy(room, room.source.put('from', bytes, { crc64: '500' }))).toMatchObject({ kind: 'copied', proof: 'crc64' });
    expect(await copy(room, room.source.put('from', bytes, { crc64: '499' }))).toMatchObject({ kind: 'failed', failure: 'corrupt', side: 'destination' });
  });

  it('gives way to an ETag that proves the content when one side has none', async () => {
    const room = setting({ plan: { check: 'crc64' } });
    expect(await copy(room, room.source.put('from', bytes, { crc64: '500' }))).toMatchObject({ kind: 'copied', proof: 'etag' });
  });

  it('of the bytes read is compared where the destination has nothing else', async () => {
    const digits = Buffer.from('123456789');
    const room = setting({ destination: { ...destination, crc64: () => '11051210869376104954' } });
    expect(await copy(room, room.source.put('from', digits))).toMatchObject({ kind: 'copied', proof: 'crc64' });
    expect(await copy(room, room.source.put('from', bytes))).toMatchObject({ kind: 'failed', failure: 'corrupt' });
  });
});

describe('a plan that keeps what is there', () => {
  const plan = { overwrite: 'never' } as const;

  it('does not write over an object that came meanwhile', async () => {
    const room = setting({ plan });
    room.destination.put('to', other);
    expect(await copy(room, room.source.put('from', bytes))).toEqual({ kind: 'exists' });
    expect(arrived(room.destination)).toEqual(other);
  });

  it('knows its own copy again when the answer was lost', async () => {
    const room = setting({ plan });
    room.destination.after = ({ name, nth }) => {
      if (name === 'write' && nth === 1) throw new StoreFailure('transient', 'connection reset');
    };
    expect(await copy(room, room.source.put('from', bytes))).toMatchObject({ kind: 'copied', proof: 'etag' });
  });

  it('does not take another\'s object for its own when the answer was lost', async () => {
    const room = setting({ plan });
    room.destination.before = ({ name, nth }) => {
      if (name !== 'write' || nth > 1) return;
      room.destination.put('to', other);
      throw new StoreFailure('transient', 'connection reset');
    };
    expect(await copy(room, room.source.put('from', bytes))).toEqual({ kind: 'exists' });
  });

  it('writes over its own copy that arrived wrong', async () => {
    const room = setting({ plan });
    room.destination.spoilWritten = (written, { nth }) => (nth === 1 ? other : written);
    expect(await copy(room, room.source.put('from', bytes))).toMatchObject({ kind: 'copied' });
    expect(arrived(room.destination)).toEqual(bytes);
  });
});

describe('an object of untold length', () => {
  it('is held, written and proved by what was held', async () => {
    const room = setting();
    room.source.spoilBody = (body) => untold(body);
    room.source.put('from', bytes, { etag: undefined });
    const outcome = await copy(room, { key: 'from', size: 0, lastModified: 1_000_000 });
    expect(outcome).toMatchObject({ kind: 'copied', proof: 'md5', source: { size: 500 } });
    expect(arrived(room.destination)).toEqual(bytes);
  });

  it('is a large one when more comes than is held', async () => {
    const room = setting({ limits: { untoldBytes: 499 } });
    room.source.spoilBody = (body) => untold(body);
    const listed = room.source.put('from', bytes);
    expect(await copy(room, listed)).toEqual({ kind: 'large', source: listed });
    expect(room.destination.calls).toEqual([]);
  });

  it('counts as migrated once downloaded where the plan checks nothing and nothing can be compared', async () => {
    const room = setting({ plan: { check: 'none' }, destination: { traits: { etag: 'opaque' } } });
    room.source.spoilBody = (body) => untold(body);
    expect(await copy(room, room.source.put('from', bytes))).toMatchObject({ kind: 'copied', proof: 'none' });
    expect(room.destination.count('stat')).toBe(0);
  });
});

describe('failures', () => {
  const cases: { side: 'source' | 'destination'; kind: FailureKind; severity: string; tries: number }[] = [
    { side: 'source', kind: 'denied', severity: 'object', tries: 1 },
    { side: 'source', kind: 'archived', severity: 'object', tries: 1 },
    { side: 'source', kind: 'expired-credentials', severity: 'fatal', tries: 1 },
    { side: 'source', kind: 'throttled', severity: 'retryable', tries: 3 },
    { side: 'destination', kind: 'denied', severity: 'object', tries: 1 },
    { side: 'destination', kind: 'full', severity: 'fatal', tries: 1 },
    { side: 'destination', kind: 'no-bucket', severity: 'fatal', tries: 1 },
    { side: 'destination', kind: 'throttled', severity: 'retryable', tries: 3 },
    { side: 'destination', kind: 'transient', severity: 'retryable', tries: 3 },
  ];

  it.each(cases)('$kind at the $side is $severity after $tries attempts', async ({ side, kind, severity, tries }) => {
    const room = setting();
    const listed = room.source.put('from', bytes);
    room[side].before = () => {
      throw new StoreFailure(kind, 'as told');
    };
    expect(await copy(room, listed)).toEqual({ kind: 'failed', failure: kind, severity, side, message: 'as told' });
    expect(room[side].calls.length).toBe(tries);
  });

  it('waits as long as the store asks, and leaves longer waits to the engine', async () => {
    const room = setting();
    const listed = room.source.put('from', bytes);
    room.destination.before = ({ nth }) => {
      throw new StoreFailure('throttled', 'slow down', { retryAfterMs: nth === 1 ? 2_000 : 60_000 });
    };
    expect(await copy(room, listed)).toMatchObject({ kind: 'failed', failure: 'throttled', severity: 'retryable' });
    expect(room.waits).toEqual([2_000]);
  });

  it('are told apart when the destination stops reading', async () => {
    const room = setting();
    const listed = room.source.put('from', bytes);
    room.destination.write = async (_key, body) => {
      await body.pipe({ write: () => Promise.reject(new StoreFailure('transient', 'sink reset')) });
      return { etag: undefined };
    };
    expect(await copy(room, listed)).toMatchObject({ kind: 'failed', side: 'destination', message: 'sink reset' });
  });

  it('rejects with the reason of an abort', async () => {
    const room = setting();
    const listed = room.source.put('from', bytes);
    const caller = new AbortController();
    room.destination.before = () => {
      caller.abort(new Error('enough'));
      throw new StoreFailure('transient', 'connection reset');
    };
    await expect(room.transfer.copyObject(listed, 'to', caller.signal)).rejects.toThrow('enough');
    expect(room.destination.calls.length).toBe(1);
  });

  it('rejects with what is no failure of a store', async () => {
    const room = setting();
    const listed = room.source.put('from', bytes);
    room.destination.before = () => {
      throw new TypeError('a bug');
    };
    await expect(copy(room, listed)).rejects.toThrow('a bug');
  });
});
