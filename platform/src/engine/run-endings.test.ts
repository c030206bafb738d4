/** How a run ends before its work does: paused, aborted, fenced off, or cut off from its ledger. */
import { setTimeout as pass } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { FencedError } from './ledger/ledger.ts';
import type { Call } from './transfer/testing/memory-store.ts';
import { contentOf, MigrationSetting } from './testing/migration-setting.ts';

const small = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`k${String(i).padStart(2, '0')}`, 10 + i]));
const contents = (of: Readonly<Record<string, number>>) => Object.fromEntries(Object.entries(of).map(([key, size]) => [key, contentOf(key, size)]));
const bytes = Object.values(small).reduce((sum, size) => sum + size, 0);
const all = { succeeded: { objects: 60, bytes }, skipped: { objects: 0, bytes: 0 }, failed: { objects: 0, bytes: 0 } };

/** Calls of the destination under way, and the most there were. */
function slowed(setting: MigrationSetting, onWrite: (call: Call, nth: number) => void): { running: number } {
  const under = { running: 0 };
  let objects = 0;
  setting.destination.memory.before = async (call) => {
    under.running++;
    if ((call.name === 'write' || call.name === 'writePart') && !call.key.startsWith('oms/')) onWrite(call, ++objects);
    await pass(2);
    under.running--;
  };
  return under;
}

describe('a pause', () => {
  test.each(['never', 'size-or-time', 'always'] as const)('leaves nothing in flight and goes on where it was (%s)', async (overwrite) => {
    const setting = new MigrationSetting({ plan: { overwrite }, source: { pageSize: 7 }, tuning: { heartbeatMs: 1 } }).fill(small);
    const under = slowed(setting, (_, nth) => {
      if (nth === 20) setting.ledger.order({ desired: 'pause', bandwidth: undefined });
    });
    expect(await setting.run('first')).toEqual({ kind: 'paused' });
    expect(under.running).toBe(0);
    const written = setting.destination.memory.count('write');
    expect(written).toBeLessThan(60);
    expect(await setting.run('first')).toEqual({ kind: 'paused' });
    expect(setting.destination.memory.count('write')).toBe(written);
    setting.ledger.order({ desired: 'run', bandwidth: undefined });
    expect(await setting.runToEnd('second')).toEqual({ kind: 'finished' });
    expect(setting.arrived()).toEqual(contents(small));
    expect(await setting.ledger.forWorker('reader').tally()).toEqual(all);
    const copies = setting.destination.memory.calls.filter(({ name, key }) => name === 'write' && !key.startsWith('oms/'));
    expect(copies).toHaveLength(60);
  });

  test('abandons a large object after its parts under way, and goes on with the parts that are missing', async () => {
    const setting = new MigrationSetting({ tuning: { heartbeatMs: 1 } }).fill({ large: 9_000 });
    slowed(setting, (_, nth) => {
      if (nth === 5) setting.ledger.order({ desired: 'pause', bandwidth: undefined });
    });
    expect(await setting.run('first')).toEqual({ kind: 'paused' });
    expect(setting.destination.memory.count('complete')).toBe(0);
    const sent = setting.destination.memory.count('writePart');
    expect(sent).toBeLessThan(30);
    setting.ledger.order({ desired: 'run', bandwidth: undefined });
    expect(await setting.runToEnd('second')).toEqual({ kind: 'finished' });
    expect(setting.arrived()).toEqual(contents({ large: 9_000 }));
    expect(setting.destination.memory.count('create')).toBe(1);
    // A part that was cut off may be sent twice, one per part in flight.
    expect(setting.destination.memory.count('writePart')).toBeLessThanOrEqual(30 + 2);
  });

  test('that was ordered before the start touches no store', async () => {
    const setting = new MigrationSetting().fill(small);
    setting.ledger.order({ desired: 'pause', bandwidth: undefined });
    expect(await setting.run()).toEqual({ kind: 'paused' });
    expect([setting.source.listings, setting.source.memory.calls]).toEqual([[], []]);
    expect(await setting.ledger.forWorker('reader').isSeeded()).toBe(false);
  });

  test('waits for copies no longer than for the drain', async () => {
    const setting = new MigrationSetting({ tuning: { heartbeatMs: 1, drainMs: 50 } }).fill({ a: 1, b: 1 });
    let release = () => {};
    setting.destination.memory.before = ({ key, name }) => {
      if (key !== 'b' || name !== 'write') return;
      setting.ledger.order({ desired: 'pause', bandwidth: undefined });
      return new Promise((resolve) => {
        release = resolve;
        setTimeout(resolve, 60);
      });
    };
    expect(await setting.run('first')).toEqual({ kind: 'paused' });
    release();
    expect(await setting.ledger.forWorker('reader').tally()).toMatchObject({ succeeded: { objects: 1 } });
    setting.destination.memory.before = undefined;
    setting.ledger.order({ desired: 'run', bandwidth: undefined });
    expect(await setting.runToEnd('second')).toEqual({ kind: 'finished' });
    expect(await setting.ledger.forWorker('reader').tally()).toMatchObject({ succeeded: { objects: 2 } });
  });
});

describe('an abort', () => {
  test('rejects with its reason, commits what has arrived and gives all leases back', async () => {
    const setting = new MigrationSetting({ source: { pageSize: 7 } }).fill({ ...small, zlarge: 9_000 });
    const stop = new AbortController();
    const reason = new Error('the machine goes down');
    const under = slowed(setting, (_, nth) => {
      if (nth === 30) stop.abort(reason);
    });
    await expect(setting.run('first', { signal: stop.signal })).rejects.toBe(reason);
    expect(under.running).toBe(0);
    const { succeeded } = await setting.ledger.forWorker('reader').tally();
    expect(succeeded.objects).toBeGreaterThan(20);
    expect(await setting.runToEnd('second')).toEqual({ kind: 'finished' });
    expect(setting.arrived()).toEqual(contents({ ...small, zlarge: 9_000 }));
  });

  test('before the start begins nothing', async () => {
    const setting = new MigrationSetting().fill(small);
    const reason = new Error('too late');
    await expect(setting.run('first', { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(setting.source.listings).toEqual([]);
  });
});

describe('a lost lease', () => {
  test('is given up without a commit; the new holder does all', async () => {
    const setting = new MigrationSetting({ source: { pageSize: 7 }, limits: { ranges: 1 } }).fill({ ...small, zlarge: 9_000 });
    let second: Promise<unknown> = Promise.resolve();
    slowed(setting, (_, nth) => {
      if (nth !== 20) return;
      setting.ledger.expireLeasesOf('first');
      second = setting.runToEnd('second');
    });
    await setting.run('first');
    await second;
    expect(await setting.runToEnd('third')).toEqual({ kind: 'finished' });
    expect(setting.arrived()).toEqual(contents({ ...small, zlarge: 9_000 }));
    expect(await setting.ledger.forWorker('reader').tally()).toMatchObject({ succeeded: { objects: 61, bytes: bytes + 9_000 } });
    expect((await setting.segmentLines()).length).toBe(61);
  });
});

describe('a ledger that is out of reach', () => {
  test.each([
    { how: 'rejects', heartbeat: () => Promise.reject(new Error('connection refused')), message: 'connection refused' },
    { how: 'does not answer', heartbeat: () => new Promise<never>(() => {}), message: 'in time' },
    { how: 'says that the lease is lost', heartbeat: () => Promise.reject(new FencedError('somebody else works')), message: 'somebody else works' },
  ])('ends the run and every store request when a heartbeat $how', async ({ heartbeat, message }) => {
    const setting = new MigrationSetting({ tuning: { heartbeatMs: 1, leaseGuardMs: 20_000, drainMs: 1_000_000 } }).fill(small);
    const ledger = setting.ledger.forWorker('first');
    const under = slowed(setting, () => {});
    let beats = 0;
    const running = setting.run('first', { ledger: { ...ledger, heartbeat: () => (++beats > 3 ? heartbeat() : ledger.heartbeat()) } });
    await expect(running).rejects.toThrow(message);
    const calls = setting.destination.memory.calls.length;
    await pass(20);
    expect(setting.destination.memory.calls.length).toBe(calls);
    expect(under.running).toBe(0);
    setting.ledger.expireLeasesOf('first');
    expect(await setting.runToEnd('second')).toEqual({ kind: 'finished' });
    expect(await setting.ledger.forWorker('reader').tally()).toEqual(all);
  });

  test('for a moment is no reason to stop', async () => {
    const setting = new MigrationSetting({ tuning: { heartbeatMs: 1 } }).fill(small);
    slowed(setting, () => {});
    const ledger = setting.ledger.forWorker('first');
    let beats = 0;
    const heartbeat = () => (++beats % 2 === 0 ? Promise.reject(new Error('connection refused')) : ledger.heartbeat());
    expect(await setting.run('first', { ledger: { ...ledger, heartbeat } })).toEqual({ kind: 'finished' });
    expect(beats).toBeGreaterThan(2);
  });
});

test('orders change the bandwidth while a run is under way', async () => {
  const setting = new MigrationSetting({ tuning: { heartbeatMs: 1, drainMs: 100 } }).fill({ a: 900, b: 900, c: 900, d: 900, e: 900, f: 900 });
  setting.ledger.order({ desired: 'run', bandwidth: 1 });
  const stop = new AbortController();
  const running = setting.run('first', { signal: stop.signal });
  await pass(50);
  expect(setting.arrived()).toEqual({});
  stop.abort();
  await expect(running).rejects.toThrow();
  setting.ledger.order({ desired: 'run', bandwidth: 10_000_000 });
  expect(await setting.runToEnd('second')).toEqual({ kind: 'finished' });
});

test('the totals are known before the copies are done', async () => {
  const setting = new MigrationSetting({ source: { pageSize: 5 }, limits: { objects: 1, ranges: 1 }, tuning: { windowObjects: 5, countingAfterMs: 1_000, heartbeatMs: 100 } }).fill(small);
  const ledger = setting.ledger.forWorker('reader');
  let known = Infinity;
  setting.destination.memory.before = async ({ name, nth }) => {
    if (name !== 'write') return;
    await pass(1);
    if ((await ledger.counting()).done) known = Math.min(known, nth);
  };
  expect(await setting.runToEnd()).toEqual({ kind: 'finished' });
  expect(known).toBeLessThan(60);
  expect(await ledger.counting()).toMatchObject({ done: true, found: { objects: 60, bytes } });
});
