import { describe, expect, it } from 'vitest';
import { StoreFailure } from '../../object-store/failure.ts';
import { untold } from './testing/lent-bytes.ts';
import { md5Hex } from './testing/memory-store.ts';
import { content, MemoryJournal, never, setting, type Setting, type SettingOptions } from './testing/setting.ts';

const MiB = 1024 * 1024;
const bytes = content(500);

/** Both stores, of which the destination wants every body's MD5. */
function locked(options: SettingOptions = {}): Setting {
  const room = setting(options);
  room.destination.wantsContentMd5 = true;
  return room;
}

function arrived({ destination }: Setting, key = 'to'): Buffer | undefined {
  return destination.objects.get(key)?.bytes;
}

describe('a destination that wants the MD5 of a body', () => {
  it('is told what the source tells, and from the second object on at once', async () => {
    const room = locked();
    const [one, two] = [room.source.put('one', bytes), room.source.put('two', bytes)];
    expect(await room.transfer.copyObject(one, 'to', never)).toMatchObject({ kind: 'copied', proof: 'etag' });
    expect([room.source.count('read'), room.destination.count('write')]).toEqual([2, 2]);
    expect(await room.transfer.copyObject(two, 'two', never)).toMatchObject({ kind: 'copied', proof: 'etag' });
    expect([room.source.count('read'), room.destination.count('write')]).toEqual([3, 3]);
  });

  it.each([[500, 1], [MiB + 1, 2]])('is told that of the bytes where the source tells none: %i bytes are read %i times', async (size, reads) => {
    const room = locked({ limits: { largeFrom: 2 * MiB } });
    await room.transfer.copyObject(room.source.put('first', bytes), 'first', never);
    const before = room.source.count('read');
    const listed = room.source.put('from', content(size), { etag: 'opaque' });
    expect(await room.transfer.copyObject(listed, 'to', never)).toMatchObject({ kind: 'copied', proof: 'md5' });
    expect(arrived(room)?.equals(content(size))).toBe(true);
    expect(room.source.count('read') - before).toBe(reads);
  });

  it('is told that of a body of untold length', async () => {
    const room = locked();
    room.source.spoilBody = untold;
    expect(await room.transfer.copyObject({ ...room.source.put('from', bytes), size: -1 }, 'to', never)).toMatchObject({ kind: 'copied' });
    expect(arrived(room)).toEqual(bytes);
  });

  it('gets what a second reading shows when the source changes between the two', async () => {
    const room = locked({ limits: { largeFrom: 2 * MiB } });
    const listed = room.source.put('from', content(MiB + 1), { etag: 'opaque' });
    room.source.before = ({ name, nth }) => {
      if (name === 'read' && nth === 3) room.source.put('from', content(MiB + 2, 'newer'), { etag: 'newer' });
    };
    expect(await room.transfer.copyObject(listed, 'to', never)).toMatchObject({ kind: 'copied', source: { etag: 'newer' } });
    expect(arrived(room)?.equals(content(MiB + 2, 'newer'))).toBe(true);
  });

  it.each([{ partBytes: 100 }, { partBytes: 100, etag: `${md5Hex(bytes)}-2` }])('gets parts with theirs, in the upload that was begun: %j', async ({ partBytes, etag }) => {
    const room = locked({ limits: { largeFrom: 200, partBytes } });
    const object = room.source.put('from', bytes, { etag: etag ?? md5Hex(bytes) });
    const journal = new MemoryJournal('to');
    expect(await room.transfer.copyLarge({ object, destinationKey: 'to' }, journal, never)).toMatchObject({ kind: 'copied' });
    expect(arrived(room)).toEqual(bytes);
    expect([room.destination.count('create'), journal.abandoned]).toEqual([1, []]);
  });

  it('gets the parts of one stream with theirs', async () => {
    const room = locked({ limits: { largeFrom: 200, partBytes: 100, untoldBytes: 200 } });
    room.source.spoilBody = untold;
    const object = { ...room.source.put('from', bytes), size: -1 };
    expect(await room.transfer.copyLarge({ object, destinationKey: 'to' }, new MemoryJournal('to'), never)).toMatchObject({ kind: 'copied' });
    expect(arrived(room)).toEqual(bytes);
  });

  it('and goes on to want it although it was told fails the object', async () => {
    const room = setting({ limits: { largeFrom: 600 } });
    room.destination.before = ({ name }) => {
      if (name === 'write' || name === 'writePart') throw new StoreFailure('unsupported', 'Content-MD5 is required', { wants: 'content-md5' });
    };
    const refused = { kind: 'failed', failure: 'unsupported', severity: 'object', side: 'destination' };
    expect(await room.transfer.copyObject(room.source.put('small', bytes), 'to', never)).toMatchObject(refused);
    expect(room.destination.count('write')).toBe(2);
    const object = room.source.put('large', content(700));
    expect(await room.transfer.copyLarge({ object, destinationKey: 'to' }, new MemoryJournal('to'), never)).toMatchObject(refused);
    expect(room.destination.multipart.open.size).toBeLessThanOrEqual(1);
  });
});
