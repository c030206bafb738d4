import { describe, expect, it } from 'vitest';
import { StoreFailure } from '../../object-store/failure.ts';
import { bytesSource } from '@haulier/lib/bytes/byte-stream.ts';
import type { ListedObject } from '../../object-store/object-store.ts';
import { compositeEtag } from './parts.ts';
import { brokenAfter, flipped, untold } from './testing/lent-bytes.ts';
import { md5Hex, type Call } from './testing/memory-store.ts';
import { content, MemoryJournal, never, setting, type Setting } from './testing/setting.ts';

const MiB = 1024 * 1024;
/** Ten parts of 100 bytes and one of 50. */
const bytes = content(1_050);
const other = content(1_060, 'other');

function partsOf(whole: Buffer, partBytes: number): Buffer[] {
  return Array.from({ length: Math.ceil(whole.length / partBytes) }, (_, index) => whole.subarray(index * partBytes, (index + 1) * partBytes));
}

function multipartEtag(whole: Buffer, partBytes: number): string {
  return compositeEtag(partsOf(whole, partBytes).map(md5Hex)) ?? '';
}

function copy({ transfer }: Setting, object: ListedObject, journal = new MemoryJournal('to')) {
  return transfer.copyLarge({ object, destinationKey: 'to' }, journal, never);
}

function arrived({ destination }: Setting): Buffer | undefined {
  return destination.objects.get('to')?.bytes;
}

describe('copyLarge', () => {
  it('copies in parts and journals each step before it is made', async () => {
    const room = setting();
    const journal = new MemoryJournal('to');
    const listed = room.source.put('from', bytes);
    const seen: (string | undefined)[] = [];
    room.destination.before = ({ name }) => {
      if (['create', 'writePart', 'complete'].includes(name)) seen.push(journal.current?.state);
    };
    const outcome = await copy(room, listed, journal);
    expect(outcome).toEqual({ kind: 'copied', source: listed, destinationEtag: multipartEtag(bytes, 100), proof: 'md5' });
    expect(arrived(room)).toEqual(bytes);
    expect(seen).toEqual(['intended', ...Array.from({ length: 11 }, () => 'open'), 'completing']);
    expect(room.destination.multipart.open.size).toBe(0);
  });

  it('carries metadata, storage class and encryption', async () => {
    const room = setting({ plan: { storageClass: { kind: 'fixed', name: 'COLD' }, encryption: { kind: 'kms' } } });
    const outcome = await copy(room, room.source.put('from', bytes, { metadata: { contentType: 'a/b', user: { colour: 'red' } } }));
    expect(outcome).toMatchObject({ kind: 'copied', proof: 'size-and-time' });
    expect(room.destination.objects.get('to')?.options).toMatchObject({ storageClass: 'COLD', encryption: { kind: 'kms' }, metadata: { contentType: 'a/b', user: { colour: 'red' } } });
  });

  it('keeps the source\'s part boundaries, so that multipart ETags prove the copy', async () => {
    const room = setting();
    const large = content(2 * MiB + 500_000);
    const outcome = await copy(room, room.source.put('from', large, { etag: multipartEtag(large, MiB) }));
    expect(outcome).toMatchObject({ kind: 'copied', proof: 'etag', destinationEtag: multipartEtag(large, MiB) });
    expect(room.source.count('read')).toBe(3);
    expect(arrived(room)?.equals(large)).toBe(true);
  });

  it('keeps no more parts in flight than it may', async () => {
    const room = setting({ limits: { parts: 2 } });
    let flying = 0;
    let most = 0;
    room.destination.before = ({ name }) => {
      if (name === 'writePart') most = Math.max(most, ++flying);
    };
    room.destination.after = ({ name }) => {
      if (name === 'writePart') flying -= 1;
    };
    await copy(room, room.source.put('from', bytes));
    expect(most).toBe(2);
  });

  it('copies an object that has shrunk with one PUT', async () => {
    const room = setting();
    const listed = room.source.put('from', bytes);
    room.source.put('from', content(10));
    expect(await copy(room, listed)).toMatchObject({ kind: 'copied', source: { size: 10 }, proof: 'etag' });
    expect(room.destination.count('create')).toBe(0);
  });

  it('gives one PUT to a destination without parts, as much as that takes', async () => {
    for (const { most, expected } of [{ most: 1_050, expected: { kind: 'copied', proof: 'etag' } }, { most: 1_049, expected: { kind: 'failed', failure: 'unsupported', severity: 'object' } }]) {
      const room = setting({ destination: { traits: { maxWriteBytes: most } } });
      Object.defineProperty(room.destination, 'multipart', { value: undefined });
      expect(await copy(room, room.source.put('from', bytes))).toMatchObject(expected);
    }
  });

  it('refuses an empty key without a request', async () => {
    const room = setting();
    const object = room.source.put('from', bytes);
    expect(await room.transfer.copyLarge({ object, destinationKey: '' }, new MemoryJournal(''), never)).toMatchObject({ kind: 'failed', failure: 'bad-key', severity: 'object', side: 'destination' });
    expect([...room.source.calls, ...room.destination.calls]).toEqual([]);
  });

  it('refuses what the destination cannot hold', async () => {
    const room = setting();
    const multipart = room.destination.multipart;
    multipart.maxParts = 5;
    multipart.maxPartBytes = 200;
    expect(await copy(room, room.source.put('from', bytes))).toMatchObject({ kind: 'failed', failure: 'unsupported', severity: 'object', side: 'destination' });
    expect(room.destination.count('create')).toBe(0);
  });
});

describe('a destination that completes without telling the ETag', () => {
  it('is asked for it', async () => {
    const room = setting();
    const complete = room.destination.multipart.complete.bind(room.destination.multipart);
    room.destination.multipart.complete = async (upload, parts) => ({ ...(await complete(upload, parts)), etag: undefined });
    expect(await copy(room, room.source.put('from', bytes))).toMatchObject({ kind: 'copied', proof: 'md5', destinationEtag: multipartEtag(bytes, 100) });
  });
});

describe('a part that goes wrong', () => {
  const second = ({ name, part }: Call, ...names: string[]) => names.includes(name) && part === 2;

  it('is copied again from its first byte, alone', async () => {
    const room = setting();
    room.source.spoilBody = (body, { nth }) => (nth === 2 ? brokenAfter(body, 40) : body);
    expect(await copy(room, room.source.put('from', bytes))).toMatchObject({ kind: 'copied', proof: 'md5' });
    expect(arrived(room)).toEqual(bytes);
    expect(room.source.count('read')).toBe(12);
  });

  it('is written again when it was stored wrong', async () => {
    const room = setting();
    room.destination.spoilWritten = (written, { part, nth }) => (part === 2 && nth < 5 ? content(100, 'wrong') : written);
    expect(await copy(room, room.source.put('from', bytes))).toMatchObject({ kind: 'copied', proof: 'md5' });
    expect(arrived(room)).toEqual(bytes);
    expect(room.destination.count('writePart')).toBe(12);
  });

  it('fails the object as corrupt when it is stored wrong for ever, and leaves nothing of it', async () => {
    const room = setting();
    const journal = new MemoryJournal('to');
    room.destination.spoilWritten = (written, { part }) => (part === 2 ? content(100, 'wrong') : written);
    expect(await copy(room, room.source.put('from', bytes), journal)).toMatchObject({ kind: 'failed', failure: 'corrupt', severity: 'object', side: 'destination' });
    expect(arrived(room)).toBeUndefined();
    expect(journal.current).toBeUndefined();
  });

  it('is found before the object is completed where only the multipart ETag would have told', async () => {
    const room = setting();
    const large = content(2 * MiB + 500_000);
    room.source.spoilBody = (body, { nth }) => (nth === 2 ? flipped(body) : body);
    let whenCompleted: string[] = [];
    room.destination.before = ({ name }) => {
      const [upload] = room.destination.multipart.open.values();
      if (name === 'complete') whenCompleted = [...(upload?.parts.values() ?? [])].map((part) => part.etag).sort();
    };
    expect(await copy(room, room.source.put('from', large, { etag: multipartEtag(large, MiB) }))).toMatchObject({ kind: 'copied', proof: 'etag' });
    expect(room.destination.count('writePart')).toBe(4);
    expect(whenCompleted).toEqual(partsOf(large, MiB).map(md5Hex).sort());
  });

  it.each(['wrong range', 'whole object'])('is not taken from an answer with the %s', async (what) => {
    const room = setting();
    const listed = room.source.put('from', bytes);
    room.source.spoilBody = (body, { nth }) => (nth === 2 ? bytesSource(what === 'wrong range' ? content(99) : bytes) : body);
    expect(await copy(room, listed)).toMatchObject({ kind: 'copied' });
    expect(arrived(room)).toEqual(bytes);
  });

  it('may be tried later when its store is throttled for long, with the upload kept', async () => {
    const room = setting();
    const journal = new MemoryJournal('to');
    const listed = room.source.put('from', bytes);
    room.destination.before = (call) => {
      if (second(call, 'writePart')) throw new StoreFailure('throttled', 'slow down', { retryAfterMs: 60_000 });
    };
    expect(await copy(room, listed, journal)).toMatchObject({ kind: 'failed', failure: 'throttled', severity: 'retryable', side: 'destination' });
    expect(journal.current?.state).toBe('open');
    const written = room.destination.count('writePart');
    room.destination.before = undefined;
    expect(await copy(room, listed, journal)).toMatchObject({ kind: 'copied' });
    expect(room.destination.count('create')).toBe(1);
    expect(room.destination.count('writePart') - written).toBeLessThan(11);
    expect(arrived(room)).toEqual(bytes);
  });

  it('ends the upload when its store refuses it', async () => {
    const room = setting();
    const journal = new MemoryJournal('to');
    room.destination.before = (call) => {
      if (second(call, 'writePart')) throw new StoreFailure('denied', 'no');
    };
    expect(await copy(room, room.source.put('from', bytes), journal)).toMatchObject({ kind: 'failed', failure: 'denied', severity: 'object' });
    expect(journal.abandoned).toMatchObject([{ uploadId: 'upload-1' }]);
  });

  it('keeps the upload when nothing can succeed any more', async () => {
    const room = setting();
    const journal = new MemoryJournal('to');
    room.source.before = ({ name, nth }) => {
      if (name === 'read' && nth === 5) throw new StoreFailure('expired-credentials', 'ask again');
    };
    expect(await copy(room, room.source.put('from', bytes), journal)).toMatchObject({ kind: 'failed', severity: 'fatal', side: 'source' });
    expect(journal.current?.state).toBe('open');
  });

  it('is written to a new upload when the store has lost this one', async () => {
    const room = setting();
    const journal = new MemoryJournal('to');
    room.destination.before = (call) => {
      if (call.name === 'writePart' && call.nth === 4) room.destination.multipart.open.clear();
    };
    expect(await copy(room, room.source.put('from', bytes), journal)).toMatchObject({ kind: 'copied' });
    expect(room.destination.count('create')).toBe(2);
    expect(arrived(room)).toEqual(bytes);
  });
});

describe('a large source that changes', () => {
  it('between its listing and the copy is copied as it is', async () => {
    const room = setting();
    const listed = room.source.put('from', bytes);
    room.source.put('from', other);
    expect(await copy(room, listed)).toMatchObject({ kind: 'copied', source: { etag: md5Hex(other), size: 1_060 } });
  });

  it.each(['with', 'without'])('between its parts is started over and never mixed, %s an ETag', async (kind) => {
    const room = setting();
    const journal = new MemoryJournal('to');
    const etag = kind === 'with' ? {} : { etag: undefined };
    const listed = room.source.put('from', bytes, etag);
    room.source.before = ({ name, nth }) => {
      if (name === 'read' && nth === 6) room.source.put('from', other, { lastModified: 1_500_000, ...etag });
    };
    expect(await copy(room, listed, journal)).toMatchObject({ kind: 'copied', source: { size: 1_060 }, proof: 'md5' });
    expect(arrived(room)).toEqual(other);
    expect(journal.abandoned).toMatchObject([{ uploadId: 'upload-1' }]);
  });

  it('after its last part, without an ETag, is noticed before it is completed', async () => {
    const room = setting();
    const listed = room.source.put('from', bytes, { etag: undefined });
    room.destination.after = ({ name, nth }) => {
      if (name === 'writePart' && nth === 11) room.source.put('from', other, { etag: undefined, lastModified: 1_500_000 });
    };
    await copy(room, listed);
    expect(arrived(room)).toEqual(other);
    expect(room.destination.count('complete')).toBe(1);
  });

  it('at a store that ignores conditions is noticed all the same', async () => {
    const room = setting();
    room.source.honoursIfMatch = false;
    const listed = room.source.put('from', bytes);
    room.source.before = ({ name, nth }) => {
      if (name === 'read' && nth === 6) room.source.put('from', content(1_050, 'same length'));
    };
    await copy(room, listed);
    expect(arrived(room)).toEqual(content(1_050, 'same length'));
  });

  it('without end fails as changed, with nothing written and nothing left', async () => {
    const room = setting();
    const journal = new MemoryJournal('to');
    const listed = room.source.put('from', bytes);
    room.source.before = ({ name, nth }) => {
      if (name === 'read' && nth % 4 === 0) room.source.put('from', content(1_050, `${nth}`));
    };
    expect(await copy(room, listed, journal)).toMatchObject({ kind: 'failed', failure: 'changed', severity: 'object', side: 'source' });
    expect(arrived(room)).toBeUndefined();
    expect(journal.abandoned.map((upload) => upload.uploadId).sort()).toEqual([...room.destination.multipart.open.keys()].sort());
  });

  it('since the upload was begun makes a restart begin anew', async () => {
    const room = setting();
    const journal = new MemoryJournal('to');
    const { uploadId } = await room.destination.multipart.create('to', { metadata: { user: {} } });
    journal.current = { state: 'open', sourceEtag: md5Hex(bytes), size: 1_050, partBytes: 100, uploadId };
    await copy(room, room.source.put('from', content(1_050, 'newer')), journal);
    expect(arrived(room)).toEqual(content(1_050, 'newer'));
    expect(journal.abandoned).toMatchObject([{ uploadId }]);
  });
});

describe('a restart', () => {
  it('copies only the parts that are missing or of another size', async () => {
    const room = setting();
    const journal = new MemoryJournal('to');
    const upload = await room.destination.multipart.create('to', { metadata: { user: {} } });
    for (const number of [1, 3, 11]) room.destination.multipart.keep(upload, number, bytes.subarray((number - 1) * 100, number * 100));
    room.destination.multipart.keep(upload, 5, content(99));
    journal.current = { state: 'open', sourceEtag: md5Hex(bytes), size: 1_050, partBytes: 100, uploadId: upload.uploadId };
    expect(await copy(room, room.source.put('from', bytes), journal)).toMatchObject({ kind: 'copied' });
    expect(room.destination.calls.filter((call) => call.name === 'writePart').map((call) => call.part).sort()).toEqual([10, 2, 4, 5, 6, 7, 8, 9]);
    expect(arrived(room)).toEqual(bytes);
  });

  it('goes on with the part size of before', async () => {
    const room = setting({ limits: { partBytes: 77 } });
    const journal = new MemoryJournal('to');
    const upload = await room.destination.multipart.create('to', { metadata: { user: {} } });
    room.destination.multipart.keep(upload, 1, bytes.subarray(0, 500));
    journal.current = { state: 'open', sourceEtag: md5Hex(bytes), size: 1_050, partBytes: 500, uploadId: upload.uploadId };
    await copy(room, room.source.put('from', bytes), journal);
    expect(room.destination.count('writePart')).toBe(2);
    expect(arrived(room)).toEqual(bytes);
  });

  it('begins anew when the upload is gone', async () => {
    const room = setting();
    const journal = new MemoryJournal('to');
    journal.current = { state: 'open', sourceEtag: md5Hex(bytes), size: 1_050, partBytes: 100, uploadId: 'gone' };
    expect(await copy(room, room.source.put('from', bytes), journal)).toMatchObject({ kind: 'copied', proof: 'md5' });
  });

  it('removes what a create without an answer has left, and nothing that was there before', async () => {
    const room = setting();
    const journal = new MemoryJournal('to');
    const theirs = await room.destination.multipart.create('to', { metadata: { user: {} } });
    await room.destination.multipart.create('to', { metadata: { user: {} } });
    journal.current = { state: 'intended', sourceEtag: md5Hex(bytes), size: 1_050, partBytes: 100, known: [theirs.uploadId] };
    await copy(room, room.source.put('from', bytes), journal);
    expect([...room.destination.multipart.open.keys()]).toEqual([theirs.uploadId]);
  });

  it('does without a list of uploads where it may not have one', async () => {
    const room = setting();
    const journal = new MemoryJournal('to');
    room.destination.before = ({ name }) => {
      if (name === 'uploadsOf' || name === 'partsOf') throw new StoreFailure('denied', 'no');
    };
    expect(await copy(room, room.source.put('from', bytes), journal)).toMatchObject({ kind: 'copied' });
  });
});

describe('an answer to complete that is lost', () => {
  it('is found in the object', async () => {
    const room = setting();
    room.destination.after = ({ name, nth }) => {
      if (name === 'complete' && nth === 1) throw new StoreFailure('transient', 'connection reset');
    };
    expect(await copy(room, room.source.put('from', bytes))).toMatchObject({ kind: 'copied', proof: 'md5' });
    expect(room.destination.count('complete')).toBe(1);
  });

  it('before it was carried out is asked for again', async () => {
    const room = setting();
    room.destination.before = ({ name, nth }) => {
      if (name === 'complete' && nth === 1) throw new StoreFailure('transient', 'connection reset');
    };
    expect(await copy(room, room.source.put('from', bytes))).toMatchObject({ kind: 'copied', proof: 'md5' });
    expect(room.destination.count('complete')).toBe(2);
  });

  it('while the upload was taken away starts the object over', async () => {
    const room = setting();
    room.destination.before = ({ name, nth }) => {
      if (name === 'complete' && nth === 1) room.destination.multipart.open.clear();
    };
    expect(await copy(room, room.source.put('from', bytes))).toMatchObject({ kind: 'copied', proof: 'md5' });
    expect(arrived(room)).toEqual(bytes);
  });

  it('does not pass an older object of the key for the copy', async () => {
    const room = setting();
    room.destination.put('to', other.subarray(0, 1_050), { etag: multipartEtag(other, 100) });
    room.destination.before = ({ name, nth }) => {
      if (name === 'complete' && nth === 1) throw new StoreFailure('transient', 'connection reset');
    };
    await copy(room, room.source.put('from', bytes));
    expect(arrived(room)).toEqual(bytes);
  });
});

describe('a plan that keeps what is there', () => {
  it('gives way to an object that came meanwhile', async () => {
    const room = setting({ plan: { overwrite: 'never' } });
    const journal = new MemoryJournal('to');
    room.destination.after = ({ name, nth }) => {
      if (name === 'writePart' && nth === 11) room.destination.put('to', other);
    };
    expect(await copy(room, room.source.put('from', bytes), journal)).toEqual({ kind: 'exists' });
    expect(arrived(room)).toEqual(other);
    expect(journal.abandoned).toMatchObject([{ uploadId: 'upload-1' }]);
  });

  it('gives way where the store itself refuses to complete', async () => {
    const room = setting({ plan: { overwrite: 'never' } });
    room.destination.before = ({ name }) => {
      if (name !== 'complete') return;
      room.destination.put('to', other);
      throw new StoreFailure('changed', 'there already');
    };
    expect(await copy(room, room.source.put('from', bytes))).toEqual({ kind: 'exists' });
  });
});

describe('a destination that encrypts by default', () => {
  it('is told by its object when its ETags are no MD5s', async () => {
    const room = setting();
    room.destination.encryptsByDefault = true;
    room.destination.multipart.partEtag = (part) => md5Hex(Buffer.concat([part, Buffer.from('sealed')]));
    expect(await copy(room, room.source.put('from', bytes))).toMatchObject({ kind: 'copied', proof: 'size-and-time' });
    const written = room.destination.count('writePart');
    await copy(room, room.source.put('from', bytes), new MemoryJournal('to'));
    expect(room.destination.count('writePart') - written).toBe(11);
  });
});

describe('a multipart ETag of other boundaries than it seems', () => {
  it('costs a second reading once, and digests afterwards', async () => {
    const room = setting();
    const large = content(2 * MiB + 500_000);
    const odd = multipartEtag(large, 900_000);
    expect(odd.endsWith('-3')).toBe(true);
    expect(await copy(room, room.source.put('from', large, { etag: odd }))).toMatchObject({ kind: 'copied', proof: 'md5' });
    expect(room.source.count('read')).toBe(6);
    expect(room.destination.count('writePart')).toBe(3);
    expect(await copy(room, room.source.put('from', large, { etag: odd }))).toMatchObject({ kind: 'copied', proof: 'md5' });
    expect(room.source.count('read')).toBe(9);
  });
});

describe('a source without ranges or without a length', () => {
  it('that ignores ranges is read once from end to end', async () => {
    const room = setting();
    const listed = room.source.put('from', bytes);
    const read = room.source.read.bind(room.source);
    room.source.read = (key, { ifMatch }, signal) => read(key, ifMatch === undefined ? {} : { ifMatch }, signal);
    expect(await copy(room, listed)).toMatchObject({ kind: 'copied', proof: 'md5', source: listed });
    expect(arrived(room)).toEqual(bytes);
  });

  it('that tells no length is cut as it comes', async () => {
    const room = setting({ limits: { untoldBytes: 500 } });
    room.source.spoilBody = (body) => untold(body);
    room.source.put('from', bytes, { etag: undefined });
    const stat = room.source.stat.bind(room.source);
    room.source.stat = async (key) => ({ ...(await stat(key)), size: 0 });
    const listed = { key: 'from', size: 0, lastModified: 1_000_000 };
    expect(await copy(room, listed)).toMatchObject({ kind: 'copied', source: { size: 1_050 }, proof: 'md5' });
    expect(arrived(room)).toEqual(bytes);
    expect(room.destination.multipart.open.size).toBe(0);
  });

  it('that breaks off is started over', async () => {
    const room = setting();
    const journal = new MemoryJournal('to');
    room.source.spoilBody = (body, { nth }) => untold(nth === 2 ? brokenAfter(body, 900) : body);
    const listed = room.source.put('from', bytes);
    expect(await copy(room, listed, journal)).toMatchObject({ kind: 'copied', proof: 'md5' });
    expect(arrived(room)).toEqual(bytes);
  });
});

describe('CRC64', () => {
  it('of parts that came in any order is the object\'s', async () => {
    const digits = Buffer.from('123456789');
    const room = setting({ limits: { largeFrom: 5, partBytes: 2 }, destination: { crc64: () => '11051210869376104954', traits: { etag: 'opaque' } } });
    expect(await copy(room, room.source.put('from', digits))).toMatchObject({ kind: 'copied', proof: 'crc64' });
  });
});

describe('an abort', () => {
  it('rejects with its reason when nothing is in flight, and keeps the upload', async () => {
    const room = setting();
    const journal = new MemoryJournal('to');
    const caller = new AbortController();
    room.destination.before = ({ name, nth }) => {
      if (name === 'writePart' && nth === 5) caller.abort(new Error('enough'));
    };
    const listed = room.source.put('from', bytes);
    await expect(room.transfer.copyLarge({ object: listed, destinationKey: 'to' }, journal, caller.signal)).rejects.toThrow('enough');
    expect(journal.current?.state).toBe('open');
    const calls = room.destination.calls.length;
    await new Promise((resolve) => setImmediate(resolve));
    expect(room.destination.calls.length).toBe(calls);
  });

  it('by a lost lease passes as it is', async () => {
    const room = setting();
    const journal = new MemoryJournal('to');
    journal.hook = () => Promise.reject(new TypeError('fenced'));
    await expect(copy(room, room.source.put('from', bytes), journal)).rejects.toThrow('fenced');
    expect(room.destination.count('create')).toBe(0);
  });
});
