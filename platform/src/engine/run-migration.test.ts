import { describe, expect, test } from 'vitest';
import { StoreFailure, type FailureKind } from '../object-store/failure.ts';
import type { FailedObject, Tally } from './ledger/ledger.ts';
import { listedStore } from './testing/listed-store.ts';
import { contentOf, LONG_AGO, MigrationSetting } from './testing/migration-setting.ts';
import type { Call } from './transfer/testing/memory-store.ts';

const sizes = Object.fromEntries(Array.from({ length: 25 }, (_, i) => [`dir-${i % 3}/file-${i}`, i * 100]));

/** The bytes that must have arrived of these sizes. */
function contents(of: Readonly<Record<string, number>>, savePrefix = ''): Readonly<Record<string, Buffer>> {
  return Object.fromEntries(Object.entries(of).map(([key, size]) => [savePrefix + key, contentOf(key, size)]));
}

function tallyOf(setting: MigrationSetting): Promise<Tally> {
  return setting.ledger.forWorker('reader').tally();
}

function failuresOf(setting: MigrationSetting): Promise<readonly FailedObject[]> {
  return setting.ledger.forWorker('reader').failures(undefined, 1_000);
}

/** A hook that fails certain calls, so many times each key. */
function failing(kind: FailureKind, matches: (call: Call) => boolean, times = Infinity): (call: Call) => void {
  const failed = new Map<string, number>();
  return (call) => {
    const before = failed.get(call.key) ?? 0;
    if (!matches(call) || before >= times) return;
    failed.set(call.key, before + 1);
    throw new StoreFailure(kind, `${call.name} ${call.key}: ${kind}`);
  };
}

const writes = (key: string) => (call: Call) => call.name === 'write' && call.key === key;

describe('a migration', () => {
  test('copies a bucket, small and large', async () => {
    const setting = new MigrationSetting({ source: { pageSize: 4 }, destination: { pageSize: 4 } }).fill(sizes);
    expect(await setting.runToEnd()).toEqual({ kind: 'finished' });
    expect(setting.arrived()).toEqual(contents(sizes));
    expect(await tallyOf(setting)).toEqual({ succeeded: { objects: 25, bytes: 30_000 }, skipped: { objects: 0, bytes: 0 }, failed: { objects: 0, bytes: 0 } });
    expect(await setting.ledger.forWorker('reader').counting()).toMatchObject({ done: true, found: { objects: 25, bytes: 30_000 } });
    expect((await setting.segmentLines()).map(({ key }) => key).sort()).toEqual(Object.keys(sizes).sort());
    expect(setting.observed).toMatchObject({ bytes: 30_000, outcomes: { succeeded: 25, skipped: 0, failed: 0 }, recordFailures: [] });
  });

  test('costs a small object one read and one write', async () => {
    const setting = new MigrationSetting().fill({ a: 10, b: 0, 'c/': 0 });
    await setting.runToEnd();
    expect(setting.source.memory.calls.map(({ name }) => name)).toEqual(['read', 'read', 'read']);
    expect(setting.destination.memory.calls.filter(({ key }) => !key.startsWith('oms/')).map(({ name }) => name)).toEqual(['write', 'write', 'write']);
  });

  test('run again skips all', async () => {
    const setting = new MigrationSetting().fill(sizes);
    await setting.runToEnd();
    const again = new MigrationSetting();
    for (const [key, stored] of setting.source.memory.objects) again.source.memory.objects.set(key, stored);
    for (const [key, stored] of setting.destination.memory.objects) again.destination.memory.objects.set(key, stored);
    expect(await again.runToEnd()).toEqual({ kind: 'finished' });
    expect((await tallyOf(again)).skipped).toEqual({ objects: 25, bytes: 30_000 });
    expect(again.source.memory.calls).toEqual([]);
  });

  test('of intervals copies each key in exactly one of them', async () => {
    const keys = Array.from({ length: 30 }, (_, i) => `k${String(i).padStart(2, '0')}`);
    const parts = [{ until: 'k09' }, { after: 'k09', until: 'k19x' }, { after: 'k19x' }];
    const copied: string[] = [];
    for (const part of parts) {
      const setting = new MigrationSetting({ plan: { selection: { kind: 'interval', prefix: 'k', ...part } }, source: { pageSize: 3 } }).fill(Object.fromEntries([...keys, 'other'].map((key) => [key, 5])));
      expect((await setting.runToEnd()).kind).toBe('finished');
      copied.push(...setting.destination.memory.objects.keys());
    }
    expect(copied.filter((key) => !key.startsWith('oms/')).sort()).toEqual(keys);
  });

  test('of nothing is finished at once', async () => {
    const setting = new MigrationSetting();
    expect(await setting.run()).toEqual({ kind: 'finished' });
    expect(await setting.run()).toEqual({ kind: 'finished' });
    expect(setting.destination.memory.objects.size).toBe(0);
  });

  test('leaves our own records in the source alone, and nobody else’s', async () => {
    const setting = new MigrationSetting().fill({ 'oms/t/manifest.haulier.json': 5, 'oms/t/segments/range-1-1-1.haulier.jsonl': 5, 'oms/t/manifest.json': 5, 'oms/photo': 5 });
    setting.source.beforeList = () => new Promise((resolve) => setTimeout(resolve, 20));
    await setting.runToEnd();
    expect(Object.keys(setting.arrived())).toEqual(['oms/photo', 'oms/t/manifest.json']);
    expect(await setting.ledger.forWorker('reader').counting()).toMatchObject({ done: true, found: { objects: 2, bytes: 10 } });
  });

  test('compares checksums where both stores have them', async () => {
    const crc64 = (bytes: Uint8Array) => String(bytes[0]);
    const setting = new MigrationSetting({ source: { crc64 }, destination: { crc64 }, plan: { overwrite: 'crc64' } });
    for (const [key, there] of [['changed', 2], ['same', 1]] as const) {
      setting.source.memory.put(key, Buffer.of(1, 7), { lastModified: LONG_AGO, crc64: '1' });
      setting.destination.memory.put(key, Buffer.of(there, 7), { lastModified: LONG_AGO + 5_000, crc64: String(there) });
    }
    await setting.runToEnd();
    expect((await setting.segmentLines()).map(({ key, outcome }) => `${key} ${outcome}`).sort()).toEqual(['changed succeeded', 'same skipped']);
  });
});

describe('an object', () => {
  test.each<{ failure: FailureKind; side: 'source' | 'destination' }>([
    { failure: 'archived', side: 'source' },
    { failure: 'denied', side: 'source' },
    { failure: 'bad-key', side: 'destination' },
  ])('that fails as $failure at the $side is recorded, and the others arrive', async ({ failure, side }) => {
    const setting = new MigrationSetting().fill({ a: 10, b: 20, c: 30 });
    setting[side].memory.before = failing(failure, ({ name, key }) => key === 'b' && name === (side === 'source' ? 'read' : 'write'));
    expect(await setting.runToEnd()).toEqual({ kind: 'finished' });
    expect(setting.arrived()).toEqual(contents({ a: 10, c: 30 }));
    expect(await tallyOf(setting)).toMatchObject({ succeeded: { objects: 2, bytes: 40 }, failed: { objects: 1, bytes: 20 } });
    expect(await failuresOf(setting)).toMatchObject([{ sourceKey: 'b', destinationKey: 'b', size: 20, lastModified: LONG_AGO, code: failure }]);
  });

  test('that vanishes between listing and copy fails as absent', async () => {
    const setting = new MigrationSetting().fill({ a: 10, b: 20 });
    setting.source.memory.before = ({ key }) => {
      if (key === 'b') setting.source.memory.objects.delete('b');
    };
    expect(await setting.runToEnd()).toEqual({ kind: 'finished' });
    expect(await failuresOf(setting)).toMatchObject([{ sourceKey: 'b', code: 'absent' }]);
  });

  test('that changes before it is copied arrives as it is then, and counts so', async () => {
    const setting = new MigrationSetting().fill({ a: 10 });
    setting.source.memory.before = ({ nth, name }) => {
      if (name === 'read' && nth === 1) setting.source.memory.put('a', contentOf('a', 33, 2), { lastModified: LONG_AGO + 1 });
    };
    await setting.runToEnd();
    expect(setting.arrived()).toEqual({ a: contentOf('a', 33, 2) });
    expect(await tallyOf(setting)).toMatchObject({ succeeded: { objects: 1, bytes: 33 } });
  });

  test('that has grown large before it is copied goes in parts', async () => {
    const setting = new MigrationSetting().fill({ a: 10 });
    setting.source.memory.before = ({ nth, name }) => {
      if (name === 'read' && nth === 1) setting.source.memory.put('a', contentOf('a', 2_000, 2), { lastModified: LONG_AGO + 1 });
    };
    await setting.runToEnd();
    expect(setting.arrived()).toEqual({ a: contentOf('a', 2_000, 2) });
    expect(setting.destination.memory.count('complete')).toBe(1);
  });

  test('whose key grows too long under the save prefix fails as such', async () => {
    const key = 'k'.repeat(1_000);
    const setting = new MigrationSetting({ plan: { savePrefix: 'p'.repeat(100) } }).fill({ [key]: 1 });
    await setting.runToEnd();
    expect(await failuresOf(setting)).toMatchObject([{ sourceKey: key, code: 'bad-key' }]);
  });

  test('that somebody else puts there meanwhile is kept when nothing may be overwritten', async () => {
    const setting = new MigrationSetting({ plan: { overwrite: 'never' } }).fill({ a: 10 });
    setting.destination.memory.before = ({ name, key }) => {
      if (name === 'write' && key === 'a') setting.destination.memory.put('a', Buffer.from('theirs'));
    };
    await setting.runToEnd();
    expect(setting.arrived()).toEqual({ a: Buffer.from('theirs') });
    expect(await tallyOf(setting)).toMatchObject({ succeeded: { objects: 0 }, skipped: { objects: 1 } });
  });
});

describe('a failure that may pass', () => {
  test.each([{ size: 10, name: 'write' as const }, { size: 1_500, name: 'writePart' as const }])('is tried again later: $name', async ({ size, name }) => {
    const setting = new MigrationSetting({ limits: { objects: 1 } }).fill({ a: 1, b: size, c: 1 });
    setting.destination.memory.before = failing('transient', (call) => call.name === name && call.key === 'b', 7);
    expect(await setting.runToEnd()).toEqual({ kind: 'finished' });
    expect(setting.arrived()).toEqual(contents({ a: 1, b: size, c: 1 }));
    expect(await tallyOf(setting)).toEqual({ succeeded: { objects: 3, bytes: size + 2 }, skipped: { objects: 0, bytes: 0 }, failed: { objects: 0, bytes: 0 } });
  });

  test.each([10, 1_500])('fails the object of %i bytes when it does not pass', async (size) => {
    const setting = new MigrationSetting({ tuning: { attempts: 3 } }).fill({ a: 1, b: size });
    setting.destination.memory.before = failing('transient', ({ name, key }) => (name === 'write' || name === 'writePart') && key === 'b');
    expect(await setting.runToEnd()).toEqual({ kind: 'finished' });
    expect(await failuresOf(setting)).toMatchObject([{ sourceKey: 'b', code: 'transient', size }]);
    expect(await tallyOf(setting)).toMatchObject({ succeeded: { objects: 1 }, failed: { objects: 1, bytes: size } });
    expect((await setting.ledger.forWorker('reader').abandonedUploads(10)).length).toBe(size > 1_000 ? 1 : 0);
  });

  test('ends the run as idle until the object is due', async () => {
    const setting = new MigrationSetting({ tuning: { retryMs: 3_600_000 } }).fill({ a: 1, b: 2 });
    setting.destination.memory.before = failing('throttled', writes('b'));
    const end = await setting.run();
    expect(end).toMatchObject({ kind: 'idle' });
    expect(end.kind === 'idle' && end.nextItemAt).toBeGreaterThan(setting.clock.now() + 1_000_000);
    expect(await setting.ledger.forWorker('reader').counting()).toMatchObject({ done: true, found: { objects: 2, bytes: 3 } });
  });

  test.each([10, 1_500])('is not tried before the store wants to be asked: an object of %i bytes', async (size) => {
    const setting = new MigrationSetting().fill({ a: size });
    const asked = { before: 0, after: 0 };
    setting.destination.memory.before = ({ name, key }) => {
      if ((name !== 'write' && name !== 'create') || key !== 'a') return;
      if (asked.before++ === 0) throw new StoreFailure('throttled', 'slow down', { retryAfterMs: 600_000 });
      asked.after = setting.clock.now();
    };
    const begun = setting.clock.now();
    expect(await setting.runToEnd()).toEqual({ kind: 'finished' });
    expect(setting.arrived()).toEqual(contents({ a: size }));
    expect(asked.before).toBe(2);
    expect(asked.after - begun).toBeGreaterThanOrEqual(600_000);
  });

  test('of all objects at once holds the copies instead of putting off the whole bucket', async () => {
    const setting = new MigrationSetting({ limits: { objects: 2 } }).fill(Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`k${i}`, 1])));
    const until = setting.clock.now() + 4_000;
    setting.destination.memory.before = ({ name, key }) => {
      if (name === 'write' && !key.startsWith('oms/') && setting.clock.now() < until) throw new StoreFailure('unreachable', 'down');
    };
    expect(await setting.runToEnd()).toEqual({ kind: 'finished' });
    expect(await tallyOf(setting)).toMatchObject({ succeeded: { objects: 200 } });
    const segments = await setting.ledger.forWorker('reader').segments(undefined, 1_000);
    expect(segments.filter(({ key }) => key.includes('/item-')).length).toBeLessThan(60);
  });

  test('of all objects that lasts breaks the run', async () => {
    const setting = new MigrationSetting({ limits: { objects: 2 } }).fill(Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`k${i}`, 1])));
    setting.source.memory.before = failing('unreachable', ({ name }) => name === 'read');
    expect(await setting.runToEnd()).toMatchObject({ kind: 'broken', failure: 'unreachable', side: 'source' });
  });
});

describe('a failure of all objects', () => {
  test('breaks the run, keeps what has arrived, and is gone with its cause', async () => {
    const setting = new MigrationSetting({ limits: { objects: 1 } }).fill(sizes);
    setting.destination.memory.before = failing('full', writes('dir-1/file-7'), 1);
    expect(await setting.runToEnd()).toMatchObject({ kind: 'broken', failure: 'full', side: 'destination' });
    const { succeeded, failed } = await tallyOf(setting);
    expect(succeeded.objects).toBeGreaterThan(0);
    expect(failed.objects).toBe(0);
    expect(await setting.runToEnd('next')).toEqual({ kind: 'finished' });
    expect(setting.arrived()).toEqual(contents(sizes));
    expect(await tallyOf(setting)).toMatchObject({ succeeded: { objects: 25, bytes: 30_000 } });
  });

  test.each(['source', 'destination'] as const)('that shows in listing the %s breaks the run', async (side) => {
    const setting = new MigrationSetting().fill(sizes);
    setting[side].beforeList = () => {
      throw new StoreFailure('bad-credentials', 'who are you?');
    };
    expect(await setting.run()).toMatchObject({ kind: 'broken', failure: 'bad-credentials', side, message: 'who are you?' });
  });

  test('that passes while listing is waited out', async () => {
    const setting = new MigrationSetting().fill(sizes);
    let left = 3;
    setting.source.beforeList = () => {
      if (left-- > 0) throw new StoreFailure('transient', 'a hiccup');
    };
    expect(await setting.runToEnd()).toEqual({ kind: 'finished' });
  });
});

describe('records', () => {
  test.each<FailureKind>(['full', 'denied'])('that the destination does not take (%s) never fail the migration', async (kind) => {
    const setting = new MigrationSetting().fill(sizes);
    setting.destination.memory.before = failing(kind, ({ name, key }) => name === 'write' && key.startsWith('oms/'));
    expect(await setting.runToEnd()).toEqual({ kind: 'finished' });
    expect(setting.arrived()).toEqual(contents(sizes));
    expect(await tallyOf(setting)).toMatchObject({ succeeded: { objects: 25 } });
    expect(await setting.ledger.forWorker('reader').segments(undefined, 10)).toEqual([]);
    expect(new Set(setting.observed.recordFailures)).toEqual(new Set([kind]));
  });

  test('name failures only when asked to', async () => {
    const setting = new MigrationSetting({ plan: { recordFailures: false } }).fill({ a: 1, b: 1 });
    setting.source.memory.before = failing('denied', ({ key }) => key === 'b');
    await setting.runToEnd();
    expect((await setting.segmentLines()).map(({ key }) => key)).toEqual(['a']);
    expect(await failuresOf(setting)).toHaveLength(1);
  });
});

describe('a selection by list', () => {
  const listed = (text: string) => {
    const store = listedStore();
    store.memory.put('list.txt', Buffer.from(text));
    return store;
  };

  test('migrates the keys of its lines; one that is not there fails', async () => {
    const setting = new MigrationSetting({ plan: { selection: { kind: 'list-file', bucket: 'lists', key: 'list.txt' }, savePrefix: 'to/' }, listFiles: listed('a\r\n\nmissing\nlarge\n') }).fill({ a: 10, large: 1_500, other: 5 });
    expect(await setting.runToEnd()).toEqual({ kind: 'finished' });
    expect(setting.arrived()).toEqual(contents({ a: 10, large: 1_500 }, 'to/'));
    expect(await failuresOf(setting)).toMatchObject([{ sourceKey: 'missing', destinationKey: 'to/missing', code: 'absent' }]);
    expect(await setting.ledger.forWorker('reader').counting()).toMatchObject({ done: true, found: { objects: 3, bytes: 1_510 } });
  });

  test('of URLs names the objects', async () => {
    const setting = new MigrationSetting({ plan: { selection: { kind: 'url-list', bucket: 'lists', key: 'list.txt' }, savePrefix: 'to/' }, listFiles: listed('https://h/x%20y?v=1\nhttps://h/z\tnew/name\n') });
    setting.fill({ 'https://h/x%20y?v=1': 10, 'https://h/z': 20 });
    expect(await setting.runToEnd()).toEqual({ kind: 'finished' });
    expect(setting.arrived()).toEqual({ 'to/new/name': contentOf('https://h/z', 20), 'to/x y': contentOf('https://h/x%20y?v=1', 10) });
  });

  test('that is not there breaks the run', async () => {
    const setting = new MigrationSetting({ plan: { selection: { kind: 'list-file', bucket: 'lists', key: 'nothing' } }, listFiles: listed('') });
    expect(await setting.run()).toMatchObject({ kind: 'broken', failure: 'absent', side: 'list-file' });
  });

  test('decides again about what could not be looked at', async () => {
    const setting = new MigrationSetting({ plan: { selection: { kind: 'names', names: ['a', 'b', 'c'] }, overwrite: 'never' }, destination: { traits: { conditionalWrite: false } } }).fill({ a: 10, b: 20, c: 30 });
    setting.destination.memory.put('b', Buffer.from('theirs'));
    setting.destination.memory.before = failing('transient', ({ name, key }) => name === 'stat' && key === 'b', 2);
    setting.source.memory.before = failing('transient', ({ name, key }) => name === 'stat' && key === 'c', 2);
    expect(await setting.runToEnd()).toEqual({ kind: 'finished' });
    expect(setting.arrived()).toEqual({ ...contents({ a: 10, c: 30 }), b: Buffer.from('theirs') });
    expect(await tallyOf(setting)).toEqual({ succeeded: { objects: 2, bytes: 40 }, skipped: { objects: 1, bytes: 20 }, failed: { objects: 0, bytes: 0 } });
  });
});

describe('a retry of the failed objects', () => {
  test('moves what succeeds out of the failed ones', async () => {
    const setting = new MigrationSetting().fill({ a: 1, b: 20, c: 1_500, d: 4 });
    setting.source.memory.before = failing('denied', ({ name, key }) => key !== 'a' && (name === 'read' || name === 'stat'));
    await setting.runToEnd();
    expect(await tallyOf(setting)).toMatchObject({ succeeded: { objects: 1 }, failed: { objects: 3, bytes: 1_524 } });
    setting.source.memory.before = failing('denied', ({ key }) => key === 'd');
    setting.ledger.retryFailed();
    expect(await setting.runToEnd()).toEqual({ kind: 'finished' });
    expect(await tallyOf(setting)).toEqual({ succeeded: { objects: 3, bytes: 1_521 }, skipped: { objects: 0, bytes: 0 }, failed: { objects: 1, bytes: 4 } });
    expect(await failuresOf(setting)).toMatchObject([{ sourceKey: 'd' }]);
    expect(setting.arrived()).toEqual(contents({ a: 1, b: 20, c: 1_500 }));
  });

  test('keeps to the plan: what is there meanwhile is skipped', async () => {
    const setting = new MigrationSetting({ plan: { overwrite: 'never' } }).fill({ a: 1, b: 20 });
    setting.source.memory.before = failing('denied', ({ key }) => key === 'b');
    await setting.runToEnd();
    setting.source.memory.before = undefined;
    setting.destination.memory.put('b', Buffer.from('theirs'));
    setting.ledger.retryFailed();
    await setting.runToEnd();
    expect(await tallyOf(setting)).toEqual({ succeeded: { objects: 1, bytes: 1 }, skipped: { objects: 1, bytes: 20 }, failed: { objects: 0, bytes: 0 } });
  });
});
