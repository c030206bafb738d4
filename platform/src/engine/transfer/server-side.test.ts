import { describe, expect, it } from 'vitest';
import { StoreFailure } from '../../object-store/failure.ts';
import type { ListedObject } from '../../object-store/object-store.ts';
import { MemoryCopier } from './testing/memory-copier.ts';
import { md5Hex, type Call } from './testing/memory-store.ts';
import { content, MemoryJournal, never, setting, type Setting, type SettingOptions } from './testing/setting.ts';

const bytes = content(500);
const large = content(2_500);
const other = content(400, 'other');

function copying(options: SettingOptions = {}): Setting & { readonly copier: MemoryCopier } {
  const stores = setting({ limits: { largeFrom: 600 }, ...options });
  const copier = new MemoryCopier(stores.source, stores.destination);
  stores.destination.serverSideCopy = copier;
  return { ...stores, copier };
}

function copy({ transfer }: Setting, object: ListedObject) {
  return transfer.copyObject(object, 'to', never);
}

function copyLarge({ transfer }: Setting, object: ListedObject, journal = new MemoryJournal('to')) {
  return transfer.copyLarge({ object, destinationKey: 'to' }, journal, never);
}

function failing(name: Call['name'], kind: 'unsupported' | 'denied' | 'transient') {
  return (call: Call): void => {
    if (call.name === name) throw new StoreFailure(kind, kind);
  };
}

describe('a copy that the store makes by itself', () => {
  it('costs a HEAD and a copy and carries the metadata', async () => {
    const room = copying();
    const listed = room.source.put('from', bytes, { metadata: { contentType: 'a/b', user: { colour: 'red' } } });
    expect(await copy(room, listed)).toEqual({ kind: 'copied', source: listed, destinationEtag: md5Hex(bytes), proof: 'server-side' });
    expect([...room.source.calls, ...room.destination.calls].map((call) => call.name)).toEqual(['stat', 'copy']);
    expect(room.destination.objects.get('to')?.metadata).toEqual({ contentType: 'a/b', user: { colour: 'red' } });
  });

  it('is confirmed by a stat where the ETags cannot agree', async () => {
    const room = copying();
    room.destination.encryptsByDefault = true;
    expect(await copy(room, room.source.put('from', bytes))).toMatchObject({ kind: 'copied', proof: 'server-side' });
    expect(room.destination.count('stat')).toBe(1);
  });

  it('is not asked for between accounts', async () => {
    const room = copying({ source: { location: { endpoint: 'memory:elsewhere' } } });
    room.destination.serverSideCopy = { maxCopyBytes: 1, canCopyFrom: () => false, copy: () => Promise.reject(new TypeError('asked')) };
    expect(await copy(room, room.source.put('from', bytes))).toMatchObject({ proof: 'etag' });
  });

  it('is of the version that is there', async () => {
    const room = copying();
    const listed = room.source.put('from', bytes);
    room.source.after = ({ name, nth }) => {
      if (name === 'stat' && nth === 1) room.source.put('from', other);
    };
    expect(await copy(room, listed)).toMatchObject({ kind: 'copied', source: { etag: md5Hex(other) } });
  });

  it('fails as absent, at the source, when that is gone', async () => {
    const room = copying();
    const listed = room.source.put('from', bytes);
    room.source.after = () => {
      room.source.objects.clear();
    };
    expect(await copy(room, listed)).toMatchObject({ kind: 'failed', failure: 'absent', side: 'source', severity: 'object' });
  });

  it('is made again when the answer was lost', async () => {
    const room = copying({ plan: { overwrite: 'never' } });
    room.destination.after = ({ name, nth }) => {
      if (name === 'copy' && nth === 1) throw new StoreFailure('transient', 'reset');
    };
    expect(await copy(room, room.source.put('from', bytes))).toMatchObject({ kind: 'copied', proof: 'server-side' });
  });

  it('gives way to what is there where the plan says so', async () => {
    const room = copying({ plan: { overwrite: 'never' } });
    room.destination.put('to', other);
    expect(await copy(room, room.source.put('from', bytes))).toEqual({ kind: 'exists' });
  });
});

describe('a store that does not copy after all', () => {
  it.each(['unsupported', 'denied'] as const)('(%s) is not asked again, and the bytes pass through', async (kind) => {
    const room = copying();
    room.destination.before = failing('copy', kind);
    const listed = room.source.put('from', bytes);
    expect(await copy(room, listed)).toMatchObject({ kind: 'copied', proof: 'etag' });
    expect(await copy(room, listed)).toMatchObject({ kind: 'copied', proof: 'etag' });
    expect(room.destination.count('copy')).toBe(1);
  });

  it('for one object is asked for the next', async () => {
    const room = copying();
    const listed = room.source.put('from', bytes);
    await copy(room, listed);
    room.destination.before = ({ name, nth }) => {
      if (name === 'copy' && nth === 2) throw new StoreFailure('denied', 'not this one');
    };
    expect(await copy(room, listed)).toMatchObject({ proof: 'etag' });
    expect(await copy(room, listed)).toMatchObject({ proof: 'server-side' });
  });

  it('for parts is given the bytes, into the same upload', async () => {
    const room = copying();
    room.destination.before = failing('copyPart', 'unsupported');
    expect(await copyLarge(room, room.source.put('from', large))).toMatchObject({ kind: 'copied', proof: 'md5' });
    expect(room.destination.count('create')).toBe(1);
    expect(room.destination.objects.get('to')?.bytes).toEqual(large);
  });
});

describe('a large object', () => {
  it('is copied with one request as far as that goes', async () => {
    const room = copying();
    expect(await copyLarge(room, room.source.put('from', content(1_000)))).toMatchObject({ kind: 'copied', proof: 'server-side' });
    expect(room.destination.count('create')).toBe(0);
  });

  it('is copied in parts above that, journalled like any other', async () => {
    const room = copying();
    room.destination.multipart.maxPartBytes = 1_000;
    const journal = new MemoryJournal('to');
    expect(await copyLarge(room, room.source.put('from', large), journal)).toMatchObject({ kind: 'copied', proof: 'server-side' });
    expect(journal.history).toEqual(['intended', 'open', 'completing']);
    expect(room.destination.count('copyPart')).toBe(3);
    expect(room.source.count('read')).toBe(0);
    expect(room.destination.objects.get('to')?.bytes).toEqual(large);
  });

  it('goes on after a stop', async () => {
    const room = copying();
    room.destination.multipart.maxPartBytes = 1_000;
    const journal = new MemoryJournal('to');
    const listed = room.source.put('from', large);
    room.destination.before = (call) => {
      if (call.name === 'copyPart' && call.part === 3) throw new StoreFailure('transient', 'reset');
    };
    expect(await copyLarge(room, listed, journal)).toMatchObject({ kind: 'failed', severity: 'retryable' });
    room.destination.before = undefined;
    const before = room.destination.count('copyPart');
    expect(await copyLarge(room, listed, journal)).toMatchObject({ kind: 'copied', proof: 'server-side' });
    expect(room.destination.count('copyPart') - before).toBe(1);
  });

  it('that changes between its parts is started over', async () => {
    const room = copying();
    room.destination.multipart.maxPartBytes = 1_000;
    const listed = room.source.put('from', large);
    room.destination.before = ({ name, nth }) => {
      if (name === 'copyPart' && nth === 2) room.source.put('from', content(2_600, 'newer'));
    };
    expect(await copyLarge(room, listed)).toMatchObject({ kind: 'copied', source: { size: 2_600 } });
    expect(room.destination.objects.get('to')?.bytes).toEqual(content(2_600, 'newer'));
  });
});
