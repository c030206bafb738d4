import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { basicPlan, content, never, setting, type SettingOptions } from '../../engine/transfer/testing/setting.ts';
import { plain } from '../../engine/transfer/testing/memory-store.ts';
import type { MemoryStore } from '../../engine/transfer/testing/memory-store.ts';
import type { SyncLease } from '../../object-migration/sync/sync-work.ts';
import { StoreFailure } from '../../object-store/failure.ts';
import { isToCopy, lookAgain, type LookResult } from './look-again.ts';

const lease: SyncLease = { eventId: 1, epoch: 1, key: 'a', attempts: 0, begun: false, upload: undefined };

function open(options: SettingOptions = {}) {
  const { source, destination, transfer } = setting(options);
  const steps: string[] = [];
  const note = (step: string) => () => {
    steps.push(step);
    return Promise.resolve();
  };
  const events = { begin: note('begin'), recordUpload: note('upload'), abandonUpload: note('abandon') };
  const plan = { ...basicPlan, ...options.plan };
  const look = (change: Partial<SyncLease> = {}): Promise<LookResult> => lookAgain({ events, source, destination, plan, transfer }, { ...lease, ...change }, never);
  return { source, destination, steps, look };
}

let writes = 0;
function put(store: MemoryStore, key: string, text: string, lastModified: number): void {
  writes += 1;
  store.objects.set(key, { bytes: Buffer.from(text), etag: `etag-${writes}`, lastModified, metadata: plain });
}

const textOf = (store: MemoryStore, key: string) => store.objects.get(key)?.bytes.toString();

describe('a look at a key', () => {
  it('copies what is new, after it has said so', async () => {
    const { source, destination, steps, look } = open();
    put(source, 'a', 'new', 1_000_000);
    destination.before = ({ name }) => {
      if (name === 'write') steps.push('write');
    };
    expect(await look()).toEqual({ kind: 'succeeded', bytes: 3 });
    expect(textOf(destination, 'a')).toBe('new');
    expect(steps).toEqual(['begin', 'write']);
  });

  it('skips what is there already, and what is gone, and deletes nothing', async () => {
    const { source, destination, steps, look } = open();
    put(source, 'a', 'same', 1_000_000);
    put(destination, 'a', 'same', 1_500_000);
    expect(await look()).toEqual({ kind: 'skipped' });
    source.objects.delete('a');
    expect(await look()).toEqual({ kind: 'skipped' });
    expect(textOf(destination, 'a')).toBe('same');
    expect(steps).toEqual([]);
  });

  it('skips our own records', async () => {
    const { source, look } = open();
    expect(await look({ key: 'oms/sync/manifest.haulier.json' })).toEqual({ kind: 'skipped' });
    expect(source.calls).toEqual([]);
  });

  it('counts as its own what an earlier worker had begun to copy', async () => {
    const { source, destination, look } = open();
    put(source, 'a', 'same', 1_000_000);
    destination.objects.set('a', { bytes: Buffer.from('same'), etag: source.objects.get('a')?.etag, lastModified: 1_500_000, metadata: plain });
    expect(await look({ begun: true })).toEqual({ kind: 'succeeded', bytes: 4 });
    expect(destination.calls.filter(({ name }) => name === 'write')).toEqual([]);
  });

  it('does not take an older version for what an earlier worker had begun to copy', async () => {
    const { source, destination, look } = open();
    put(source, 'a', 'new.', 1_000_000);
    put(destination, 'a', 'old.', 1_500_000);
    expect(await look({ begun: true })).toEqual({ kind: 'succeeded', bytes: 4 });
    expect(textOf(destination, 'a')).toBe('new.');
  });

  it('copies again what was written while it was copied, also when the copy is the younger one', async () => {
    const { source, destination, look } = open();
    put(source, 'a', 'first.', 1_000_000);
    destination.before = ({ name, nth }) => {
      if (name === 'write' && nth === 1) put(source, 'a', 'second', 1_001_000);
    };
    expect(await look()).toEqual({ kind: 'succeeded', bytes: 6 });
    expect(textOf(destination, 'a')).toBe('second');
  });

  it('leaves for later what is written faster than it can be copied', async () => {
    const { source, destination, look } = open();
    put(source, 'a', '0', 1_000_000);
    destination.before = ({ name, nth }) => {
      if (name === 'write') put(source, 'a', String(nth), 1_000_000 + nth);
    };
    expect(await look()).toMatchObject({ kind: 'failed', failure: 'changed', side: 'source' });
  });

  it('skips what is deleted while it is copied', async () => {
    const { source, look } = open();
    put(source, 'a', 'short', 1_000_000);
    source.before = ({ name }) => {
      if (name === 'read') source.objects.delete('a');
    };
    expect(await look()).toEqual({ kind: 'skipped' });
  });

  it('abandons the upload of an object that needs it no more', async () => {
    const { source, steps, look } = open();
    put(source, 'a', 'short now', 1_000_000);
    await look({ begun: true, upload: { state: 'open', sourceEtag: 'other', size: 5_000, partBytes: 100, uploadId: 'u' } });
    expect(steps).toEqual(['abandon']);
  });

  it('copies a large object in parts and keeps no upload of it', async () => {
    const { source, destination, steps, look } = open();
    source.objects.set('a', { bytes: content(1_234), etag: 'large', lastModified: 1_000_000, metadata: plain });
    expect(await look()).toEqual({ kind: 'succeeded', bytes: 1_234 });
    expect(destination.objects.get('a')?.bytes).toEqual(content(1_234));
    expect(steps).toEqual(['begin', 'upload', 'upload', 'upload']);
  });

  it('says at which store it failed', async () => {
    const { source, destination, look } = open();
    put(source, 'a', 'x', 1_000_000);
    source.before = () => { throw new StoreFailure('denied', 'no'); };
    expect(await look()).toMatchObject({ kind: 'failed', failure: 'denied', side: 'source' });
    source.before = undefined;
    destination.before = () => { throw new StoreFailure('transient', 'no'); };
    expect(await look()).toMatchObject({ kind: 'failed', failure: 'transient', side: 'destination', severity: 'retryable' });
  });

  it('has an archived object restored where the task wants it', async () => {
    const archived = (options: SettingOptions) => {
      const opened = open({ ...options, source: { restoreMs: 60_000, now: () => 5_000_000 } });
      opened.source.objects.set('a', { bytes: Buffer.from('cold'), etag: 'cold', lastModified: 1_000_000, metadata: plain, storageClass: 'GLACIER', readableFrom: Infinity });
      return opened;
    };
    expect(await archived({}).look()).toMatchObject({ kind: 'failed', failure: 'archived' });
    const { source, look } = archived({ plan: { restoreDays: 7 } });
    expect(await look()).toEqual({ kind: 'restoring' });
    expect(await look({ attempts: 1, begun: true })).toEqual({ kind: 'restoring' });
    expect(source.calls.filter(({ name }) => name === 'restore')).toHaveLength(1);
    expect(await look({ attempts: 1_000, begun: true })).toMatchObject({ kind: 'failed', failure: 'archived' });
  });
});

describe('what times cannot tell', () => {
  const object = (lastModified: number, etag: string | undefined, size = 3) => ({ key: 'a', size, lastModified, etag, storageClass: undefined, crc64: undefined });
  it.each([
    ['nothing there', object(1_000, 'x'), undefined, false, true],
    ['another size', object(1_000, 'x'), object(9_000, 'x', 4), false, true],
    ['a newer source', object(2_000, 'x'), object(1_000, 'x'), false, true],
    ['a newer destination', object(1_000, 'x'), object(2_000, 'y'), false, false],
    ['one second, one ETag', object(1_000, 'x'), object(1_000, 'x'), false, false],
    ['one second, two ETags', object(1_000, 'x'), object(1_000, 'y'), false, true],
    ['one second and a part of it, two ETags', object(1_000, 'x'), object(1_700, 'y'), false, true],
    ['one second, no ETag', object(1_000, undefined), object(1_000, undefined), false, true],
    ['milliseconds in order', object(1_100, 'x'), object(1_700, 'y'), false, false],
    ['a newer destination of a copy that was begun', object(1_000, 'x'), object(2_000, 'y'), true, true],
    ['the copy that was begun', object(1_000, 'x'), object(2_000, 'x'), true, false],
  ])('%s', (_, source, destination, begun, copy) => {
    expect(isToCopy(source, destination, basicPlan, begun)).toBe(copy);
  });
});

describe('whatever is written when', () => {
  it('the last look after the last write leaves the last version there', async () => {
    const step = fc.record({ look: fc.boolean(), later: fc.constantFrom(0, 1, 400, 1_000), size: fc.constantFrom('v', 'vv'), during: fc.boolean() });
    await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
      let now = 1_000_000;
      const second = () => Math.floor(now / 1000) * 1000;
      const { source, destination, look } = open({ source: { now: second }, destination: { now: second } });
      let version = 0;
      const write = (text: string) => {
        version += 1;
        put(source, 'a', `${text}${String(version).padStart(3, '0')}`, second());
      };
      write('v');
      for (const { look: looks, later, size, during } of steps) {
        now += later;
        destination.before = during ? ({ name }) => {
          if (name !== 'write') return;
          destination.before = undefined;
          write(size);
          now += later;
        } : undefined;
        if (looks) await look();
        else write(size);
      }
      destination.before = undefined;
      await look();
      expect(textOf(destination, 'a')).toBe(textOf(source, 'a'));
    }));
  });
});
